"""The page of the models that answer as one: the switch, the models, and what was learned."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.orchestrator.learned import Learned, Row
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.windows.models_page import ModelsPage, ModelsPanel
from sovereign_desktop.ui.windows.settings import SettingsWindow
from tests.ui.stage import PlayedProgram, turn

MODELS = [
    {"model": "small", "provider": "ollama", "temperature": 0.2},
    {"model": "large", "provider": "openai", "role": "deep", "cost_per_1m_tokens": 10.0},
]


@pytest.fixture
def program() -> PlayedProgram:
    return PlayedProgram(settings=Settings.model_validate({"orchestrator": {"models": MODELS}}))


@pytest.fixture
def window(bridge: Bridge, tmp_path: Path) -> SettingsWindow:
    window = SettingsWindow(bridge, tmp_path / "settings.yaml")
    window.show()
    return window


def page_of(window: SettingsWindow) -> ModelsPage:
    (item,) = window.list.findItems("Several models", Qt.MatchFlag.MatchExactly)
    window.list.setCurrentItem(item)
    page = window.stack.currentWidget()
    assert isinstance(page, ModelsPage)
    return page


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


@pytest.fixture
async def panel(window: SettingsWindow, bridge: Bridge) -> ModelsPanel:
    panel = page_of(window).models
    await done(bridge)
    return panel


def select(panel: ModelsPanel, place: int) -> None:
    panel.list.setCurrentItem(panel.list.topLevelItem(place))


async def test_the_switch_counts_at_once_and_is_kept(
    panel: ModelsPanel, bridge: Bridge, program: PlayedProgram
) -> None:
    assert not panel.switch.isChecked()
    panel.switch.click()
    await done(bridge)
    assert "use models True" in program.asked
    assert program.settings.orchestrator.enabled
    panel.switch.click()
    await done(bridge)
    assert program.asked[-2] == "use models False"
    assert not panel.switch.isChecked()


async def test_models_are_shown_with_who_they_are_and_what_they_cost(panel: ModelsPanel, bridge: Bridge) -> None:
    await done(bridge)
    shown = [
        [panel.list.topLevelItem(line).text(cell) for cell in range(panel.list.columnCount())] for line in range(2)
    ]
    assert shown == [
        ["small", "usually", "ollama", "0"],
        ["large", "for what asks for thought", "openai", "10"],
    ]


async def test_a_model_is_added(panel: ModelsPanel, bridge: Bridge, program: PlayedProgram) -> None:
    panel.new.click()
    panel.form.model.setText(" quick ")
    panel.form.provider.setCurrentText("openrouter")
    panel.form.price.setText("0,4")
    panel.keep.click()
    await done(bridge)
    added = program.settings.orchestrator.models[-1]
    assert (added.model, added.provider, added.cost_per_1m_tokens) == ("quick", "openrouter", 0.4)
    assert panel.selected == 2
    panel.new.click()
    assert panel.form.model.text() == ""
    panel.form.model.setText("quick")
    panel.keep.click()
    assert "in the list already" in panel.said.text()
    assert len(program.settings.orchestrator.models) == 3


async def test_a_model_is_changed_and_keeps_what_the_form_does_not_show(
    panel: ModelsPanel, bridge: Bridge, program: PlayedProgram
) -> None:
    select(panel, 0)
    assert panel.form.provider.currentText() == "ollama"
    panel.form.quality.setText("0.8")
    panel.keep.click()
    await done(bridge)
    first = program.settings.orchestrator.models[0]
    assert (first.model, first.quality, first.temperature) == ("small", 0.8, 0.2)
    panel.form.quality.setText("")
    panel.keep.click()
    await done(bridge)
    assert program.settings.orchestrator.models[0].quality is None


async def test_a_model_is_taken_out_and_switched_off_by_its_tick(
    panel: ModelsPanel, bridge: Bridge, program: PlayedProgram
) -> None:
    panel.list.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)
    await done(bridge)
    assert [one.enabled for one in program.settings.orchestrator.models] == [True, False]
    assert not panel.remove.isEnabled()
    select(panel, 0)
    panel.remove.click()
    await done(bridge)
    assert [one.model for one in program.settings.orchestrator.models] == ["large"]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("model", "  ", "needs a name"),
        ("price", "much", "Price must be a number from 0"),
        ("price", "-1", "Price must be a number from 0"),
        ("seconds", "nan", "must be a number from 0"),
        ("quality", "2", "a number from 0 to 1"),
    ],
)
async def test_what_can_not_be_is_told_and_not_kept(
    panel: ModelsPanel, program: PlayedProgram, field: str, text: str, said: str
) -> None:
    select(panel, 0)
    getattr(panel.form, field).setText(text)
    panel.keep.click()
    assert said in panel.said.text()
    assert not [asked for asked in program.asked if asked.startswith("change")]


async def test_what_is_refused_stays_to_be_mended(panel: ModelsPanel, bridge: Bridge, program: PlayedProgram) -> None:
    program.refusal = SettingsError("settings.yaml can't be written (No space left on device).")
    select(panel, 0)
    panel.form.price.setText("3")
    panel.keep.click()
    await done(bridge)
    assert "No space left" in panel.said.text()
    assert panel.form.price.text() == "3"
    panel.list.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)
    await done(bridge)
    assert panel.list.topLevelItem(1).checkState(0) is Qt.CheckState.Checked


async def test_a_switch_that_can_not_be_kept_says_so(
    panel: ModelsPanel, bridge: Bridge, program: PlayedProgram
) -> None:
    program.refusal = SettingsError("settings.yaml can't be written (No space left on device).")
    panel.switch.click()
    await done(bridge)
    assert not panel.switch.isChecked()
    assert "No space left" in panel.said.text()


async def test_without_a_model_it_is_told_who_answers(
    panel: ModelsPanel, bridge: Bridge, program: PlayedProgram
) -> None:
    assert panel.none_named.isHidden()
    for _ in MODELS:
        select(panel, 0)
        panel.remove.click()
        await done(bridge)
    assert panel.list.topLevelItemCount() == 0
    assert not panel.none_named.isHidden()


async def test_what_was_learned_is_a_table_that_follows_the_turns(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    program.learned = Learned(
        (
            Row("small", "simple_query", 12, 1, 0.75, 0.42, 0.0, 0.81),
            Row("large", "complex_reasoning", 0, 0, None, None, 0.0, 0.75),
        ),
        0.125,
        1.5,
        ("small answers slower than before: 2 s instead of 0.4 s.",),
    )
    panel = page_of(window).models
    await done(bridge)
    lines = [
        [panel.learned.topLevelItem(line).text(cell) for cell in range(panel.learned.columnCount())]
        for line in range(2)
    ]
    assert lines == [
        ["small", "simple", "12", "1", "75%", "0.4 s", "$0.000", "81%"],
        ["large", "asks for thought", "0", "0", "unknown", "unknown", "$0.000", "75%"],
    ]
    assert "$0.12 today, $1.50 this month" in panel.spent.text()
    assert "answers slower" in panel.spent.text()
    program.learned = Learned((Row("small", "simple_query", 13, 1, 0.75, 0.42, 0.0, 0.81),))
    program.bus.publish(TurnEnded("1", Outcome.ANSWERED, turn()))
    await done(bridge)
    assert panel.learned.topLevelItem(0).text(2) == "13"


async def test_every_field_has_a_name_and_can_be_reached_by_the_keyboard(
    window: SettingsWindow, bridge: Bridge
) -> None:
    page = page_of(window)
    await done(bridge)
    panel = page.models
    for widget in panel.tab_stops:
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert page.tab_stops[: len(panel.tab_stops)] == panel.tab_stops
    panel.switch.setFocus()
    reached: list[QWidget] = []
    for _ in panel.tab_stops[:-1]:
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = window.focusWidget()
        assert now is not None
        reached.append(now)
    expected = [one for one in panel.tab_stops[1:] if one.isEnabled()]
    assert reached[: len(expected)] == expected


def test_its_own_settings_stand_below_and_what_has_an_editor_above_is_not_there_twice(window: SettingsWindow) -> None:
    page = page_of(window)  # also where nothing runs that could be asked what was learned
    assert not page.rows["orchestrator.ask_at_once"].isHidden()
    assert page.rows["orchestrator.models"].isHidden()
