"""Every setting of the schema: found by searching, changed in its field, in the real file, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from sovereign_desktop.app.settings_desk import SettingsDesk
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.store import SettingsStore
from sovereign_desktop.core.events import RestartRequested
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.setting_pages import Entry, Kind, Page, pages
from sovereign_desktop.ui.windows.setting_form import SettingForm, SettingRow
from sovereign_desktop.ui.windows.settings import SettingsWindow
from tests.ui.stage import PlayedProgram

ENTRIES = [entry for page in pages() for entry in page.entries]
HOSTILE = {
    "long": "x" * 10_000,
    "controls": "a\x00b\x1b[31mc\x7f\u200bd",
    "right to left": "\u202e\u200fshalom שלום\u202c\u2066!\u2069",
}


class RealDesk(PlayedProgram):
    """A program whose settings are in a real file, by the program's own desk."""

    def __init__(self, file: Path, variables: Mapping[str, str]) -> None:
        super().__init__()
        store = SettingsStore(file, variables)
        store.load()
        self.real = SettingsDesk(store, self.bus)

    @property
    def desk(self) -> SettingsDesk:  # type: ignore[override]
        return self.real

    async def change_settings(self, changes: Mapping[str, object]) -> None:
        await self.real.change(changes)
        self.real.close()  # nothing starts again here

    async def read_settings_again(self) -> None:
        await self.real.read_again()
        self.real.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


@pytest.fixture
def bridge(file: Path) -> Bridge:
    return bridge_to(RealDesk(file, {}))


def bridge_to(program: RealDesk) -> Bridge:
    bridge = Bridge()

    async def no_devices(on_change: Any) -> None:
        on_change(())

    bridge.devices.watch = no_devices
    bridge.attach(program)
    bridge.set_ready()
    return bridge


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


def found(window: SettingsWindow, entry: Entry) -> SettingRow:
    window.search.setText(entry.key)
    form = window.stack.currentWidget()
    assert isinstance(form, SettingForm)
    return form.rows[entry.key]


def field_of(row: SettingRow, kind: type[Any]) -> Any:
    widget = row.editor.widget
    return widget if isinstance(widget, kind) else widget.findChild(kind)


def leave(widget: QWidget) -> None:
    QApplication.sendEvent(widget, QFocusEvent(QEvent.Type.FocusOut))


def enter_another(row: SettingRow) -> None:
    """Enter another value than the default, as somebody would with the field that is there."""
    entry = row.entry
    match entry.kind:
        case Kind.SWITCH:
            field_of(row, QCheckBox).click()
        case Kind.CHOICE:
            other = next(choice for choice in entry.choices if choice != entry.default)
            box = field_of(row, QComboBox)
            box.activated.emit(box.findData(other))
        case Kind.WHOLE:
            step(field_of(row, QSpinBox))
        case Kind.NUMBER:
            step(field_of(row, QDoubleSpinBox))
        case Kind.AMOUNT if entry.default in (None, "none"):
            field_of(row, QCheckBox).click()
        case Kind.AMOUNT:
            step(field_of(row, QDoubleSpinBox))
        case Kind.LINES:
            field_of(row, QPlainTextEdit).setPlainText("one\ntwo")
            leave(field_of(row, QPlainTextEdit))
        case Kind.PARTS:
            field_of(row, QPlainTextEdit).setPlainText("{model: llama3.2, provider: ollama}")
            leave(field_of(row, QPlainTextEdit))
        case Kind.HOTKEY:
            keys = field_of(row, QKeySequenceEdit)
            keys.setKeySequence(QKeySequence("Ctrl+Shift+F9"))
            keys.editingFinished.emit()
        case Kind.MICROPHONE | Kind.LOUDSPEAKER:
            box = field_of(row, QComboBox)
            box.addItem("Headset", "Headset")
            box.activated.emit(box.count() - 1)
        case Kind.TEXT:
            line = field_of(row, QLineEdit)
            line.setText("another")
            line.editingFinished.emit()


def step(box: Any) -> None:
    before = box.value()
    box.stepUp()
    if box.value() == before:
        box.stepDown()
    box.editingFinished.emit()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
async def test_all_of_a_page_are_found_changed_in_the_file_and_taken_back(
    page: Page, bridge: Bridge, file: Path
) -> None:
    window = SettingsWindow(bridge, file)
    told: list[tuple[str, str]] = []
    bridge.setting_refused.connect(lambda key, why: told.append((key, why)))
    for entry in page.entries:
        row = found(window, entry)
        enter_another(row)
        await done(bridge)
        assert row.trouble.isHidden(), row.trouble.text()
        assert row.reset.isEnabled(), entry.key
    assert told == []
    kept = SettingsStore(file, {}).load()
    assert kept.problems == ()
    tree = kept.settings.model_dump(mode="json")
    assert [entry.key for entry in page.entries if entry.value_in(tree) == entry.default] == []
    for entry in page.entries:
        row = found(window, entry)
        row.reset.click()
        await done(bridge)
        assert not row.reset.isEnabled(), entry.key
    assert SettingsStore(file, {}).load().settings == Settings()


async def test_a_change_asks_for_the_program_to_be_built_anew_so_that_it_is_in_force(file: Path) -> None:
    """Every setting is read when the program is built; that is why one rule holds for all of them."""
    program = RealDesk(file, {})
    asked: list[object] = []
    program.bus.subscribe(RestartRequested, asked.append)
    await program.real.change({"audio.volume": 0.5})
    program.real._due()
    program.real.close()
    assert len(asked) == 1


async def test_a_setting_that_a_variable_holds_says_so(file: Path) -> None:
    bridge = bridge_to(RealDesk(file, {"SOVEREIGN_AUDIO__VOLUME": "0.25"}))
    window = SettingsWindow(bridge, file)
    rows = {entry.key: found(window, entry) for entry in ENTRIES if entry.key == "audio.volume"}
    assert rows["audio.volume"].fixed.text().startswith("SOVEREIGN_AUDIO__VOLUME says so.")
    assert not rows["audio.volume"].fixed.isHidden()
    other = found(window, next(entry for entry in ENTRIES if entry.key == "audio.earcons"))
    assert other.fixed.isHidden()


async def test_what_was_changed_in_the_file_meanwhile_stays_beside_what_is_changed_here(
    bridge: Bridge, file: Path
) -> None:
    window = SettingsWindow(bridge, file)
    file.write_text("# mine\nllm: {model: llama3.2}\nunknown: {kept: true}\n")
    enter_another(found(window, next(entry for entry in ENTRIES if entry.key == "app.caption")))
    await done(bridge)
    text = file.read_text()
    assert "# mine" in text
    assert "kept: true" in text
    settings = SettingsStore(file, {}).load().settings
    assert (settings.llm.model, settings.app.caption) == ("llama3.2", False)
    model = found(window, next(entry for entry in ENTRIES if entry.key == "llm.model"))
    assert field_of(model, QLineEdit).text() == "llama3.2"


TEXTS = [entry for entry in ENTRIES if entry.kind in (Kind.TEXT, Kind.LINES, Kind.PARTS)]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_is_pasted_into_a_text_is_kept_without_what_nobody_sees_or_refused_in_a_sentence(
    text: str, bridge: Bridge, file: Path
) -> None:
    window = SettingsWindow(bridge, file)
    for entry in TEXTS:
        row = found(window, entry)
        if entry.kind is Kind.TEXT:
            field_of(row, QLineEdit).setText(text)
            field_of(row, QLineEdit).editingFinished.emit()
        else:
            field_of(row, QPlainTextEdit).setPlainText(text)
            leave(field_of(row, QPlainTextEdit))
        await done(bridge)
        assert row.trouble.isHidden() or row.trouble.text()
    kept = SettingsStore(file, {}).load()
    assert kept.problems == ()
    values = file.read_text() if file.exists() else ""
    assert not {"\x00", "\x1b", "\u202e", "\u200f"} & set(values)
    assert "\\x1b" not in values
    assert "\\e" not in values
