"""What stands above the settings of some pages: budget, spending, and what would be told of the screen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from sovereign_desktop.app import screen_preview
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.context.base import Tier
from sovereign_desktop.context.manifest import Manifest, packed
from sovereign_desktop.context.screen.glance import Glance, NotLooking, WindowText
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.events import SpendChanged, TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.windows.setting_panels import PANELS, BudgetPanel, ScreenPanel, SpendPanel
from sovereign_desktop.ui.windows.settings import SettingsWindow
from tests.ui.stage import PlayedProgram, turn

GLANCE = Glance(
    (
        WindowText("Inbox", "mail", "from [e-mail address]", is_active=True, redacted=(("e-mail address", 2),)),
        WindowText("Notes", "notes", "buy bread", redacted=(("key", 1),)),
    )
)


def test_the_budget_is_a_bar_with_a_line_of_words_for_each_part(bridge: Bridge, program: PlayedProgram) -> None:
    panel = BudgetPanel(bridge)
    assert "Memories: 4,000 tokens" in panel.allowed.accessibleDescription()
    assert not panel.allowed.is_over
    program.settings = Settings.model_validate({"smart_context": {"token_budget": 20_000}})
    bridge.settings_changed.emit()
    assert panel.allowed.is_over
    assert panel.said.text().startswith("12,000 tokens are promised twice")


def test_what_the_last_question_took_is_shown_beside_it(bridge: Bridge, program: PlayedProgram) -> None:
    panel = BudgetPanel(bridge)
    panel.show()
    told = Manifest(32_000, 900, "test", tiers={Tier.SYSTEM: 300, Tier.MEMORY: 600, Tier.SCREEN: 0})
    program.bus.publish(TurnEnded("1", Outcome.ANSWERED, replace(turn(), context=packed(told, []))))
    assert panel.used.isVisible()
    assert panel.used.accessibleDescription() == "Instructions and time: 300 tokens; Memories: 600 tokens"
    program.bus.publish(TurnEnded("2", Outcome.FAILED, None))
    assert panel.used.isVisible()


def test_what_was_spent_stands_before_its_limit(bridge: Bridge, program: PlayedProgram) -> None:
    program.spent = (1.5, 21.0)
    panel = SpendPanel(bridge)
    assert panel.day.accessibleDescription() == "$1.50 spent today, of $5.00"
    assert not panel.day.is_over
    assert panel.month.is_over
    program.settings = Settings.model_validate({"spend": {"cap_month_usd": "none"}})
    program.spent = (2.0, 21.5)
    program.bus.publish(SpendChanged(2, 21.5))  # type: ignore[arg-type]
    assert panel.day.accessibleDescription() == "$2.00 spent today, of $5.00"
    assert panel.month.accessibleDescription() == "$21.50 spent this month, without a limit"
    assert not panel.month.is_over


async def test_the_screen_is_looked_at_while_somebody_asks_for_it_and_forgotten_afterwards(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def looked(_settings: object, on_report: object) -> None:
        assert callable(on_report)
        try:
            on_report(GLANCE)
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    monkeypatch.setattr(screen_preview, "preview_screen", looked)
    panel = ScreenPanel(bridge)
    panel.show()
    assert not panel.text.isVisible()
    panel.look.click()
    await asyncio.sleep(0)
    assert panel.text.toPlainText() == "Inbox (the active window)\nfrom [e-mail address]\n\nNotes\nbuy bread"
    assert "Replaced: 2 × e-mail address, 1 × key." in panel.said.text()
    panel.hide()
    await asyncio.wait_for(ended.wait(), 5)
    await asyncio.sleep(0)
    assert panel.text.toPlainText() == ""


def test_why_nothing_would_be_told_is_said(bridge: Bridge) -> None:
    panel = ScreenPanel(bridge)
    panel.show_report(NotLooking("A private window is visible.", "Close it."))
    assert panel.text.toPlainText() == "A private window is visible. Close it."
    assert panel.said.text() == "Nothing would be told."


@pytest.mark.parametrize("section", PANELS)
def test_each_panel_stands_on_its_page_and_on_the_way_of_the_tab_key(
    bridge: Bridge, tmp_path: Path, section: str
) -> None:
    window = SettingsWindow(bridge, tmp_path / "settings.yaml")
    form = window.show_page(section)
    panel = form.panel  # type: ignore[attr-defined]
    assert isinstance(panel, PANELS[section])  # type: ignore[arg-type]
