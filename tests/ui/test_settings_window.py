"""The settings window: what is entered is asked for, what is refused is told, what changes elsewhere is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QKeySequenceEdit, QLineEdit, QSpinBox, QWidget

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SettingsError, SovereignError
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.windows.keys_page import KeysPage
from sovereign_desktop.ui.windows.setting_form import SettingForm, SettingRow
from sovereign_desktop.ui.windows.settings import KEYS, SettingsWindow
from sovereign_desktop.ui.wizard.migrations_page import MigrationsPage
from tests.ui.stage import PlayedProgram


@pytest.fixture
def window(bridge: Bridge, tmp_path: Path) -> SettingsWindow:
    window = SettingsWindow(bridge, tmp_path / "settings.yaml")
    window.show()
    return window


def setting(window: SettingsWindow, key: str) -> SettingRow:
    form = window.show_page(key.partition(".")[0])
    assert isinstance(form, SettingForm)
    return form.rows[key]


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


def press(row: SettingRow, kind: type[QWidget]) -> QWidget:
    widget = row.editor.widget if isinstance(row.editor.widget, kind) else row.editor.widget.findChild(kind)
    assert isinstance(widget, kind)
    return widget


async def test_a_switch_is_kept_when_it_is_clicked(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    row = setting(window, "app.caption")
    box = press(row, QCheckBox)
    assert isinstance(box, QCheckBox)
    box.click()
    await done(bridge)
    assert program.asked[-1] == "change {'app.caption': False}"
    assert not box.isChecked()
    assert row.reset.isEnabled()
    row.reset.click()
    await done(bridge)
    assert box.isChecked()
    assert not row.reset.isEnabled()


async def test_a_number_is_kept_when_it_has_been_typed_to_its_end(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    box = press(setting(window, "audio.pre_roll_ms"), QSpinBox)
    assert isinstance(box, QSpinBox)
    box.selectAll()
    QTest.keyClicks(box, "450")
    assert not [asked for asked in program.asked if asked.startswith("change")]
    QTest.keyClick(box, Qt.Key.Key_Return)
    await done(bridge)
    assert program.asked[-1] == "change {'audio.pre_roll_ms': 450}"


def test_a_number_has_no_more_decimals_than_it_needs(window: SettingsWindow) -> None:
    shown = {}
    for key in ("audio.keep_open_s", "audio.volume", "audio.endpointing.speech_threshold"):
        box = press(setting(window, key), QDoubleSpinBox)
        assert isinstance(box, QDoubleSpinBox)
        shown[key] = box.text()
    assert list(shown.values()) == ["30 s", "1", "0.5"]


async def test_a_choice_is_kept_when_it_is_made(window: SettingsWindow, bridge: Bridge, program: PlayedProgram) -> None:
    box = press(setting(window, "app.mode"), QComboBox)
    assert isinstance(box, QComboBox)
    box.activated.emit(box.findData("traditional"))
    await done(bridge)
    assert program.asked[-1] == "change {'app.mode': 'traditional'}"
    assert (box.currentText(), box.currentData()) == ("Local", "traditional")


async def test_no_limit_is_a_click_and_a_limit_a_number(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    box = press(setting(window, "spend.cap_day_usd"), QCheckBox)
    assert isinstance(box, QCheckBox)
    box.click()
    await done(bridge)
    assert program.asked[-1] == "change {'spend.cap_day_usd': 'none'}"
    assert program.settings.spend.cap_day_usd is None
    box.click()
    await done(bridge)
    assert program.asked[-1] == "change {'spend.cap_day_usd': 5.0}"


async def test_a_hotkey_is_recorded_by_pressing_it(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    keys = press(setting(window, "activation.hotkey"), QKeySequenceEdit)
    assert isinstance(keys, QKeySequenceEdit)
    assert keys.keySequence().toString() == "Ctrl+Alt+Space"
    QTest.keyClick(keys, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    keys.editingFinished.emit()
    await done(bridge)
    assert program.asked[-1] == "change {'activation.hotkey': 'ctrl+pageup'}"
    assert keys.keySequence().toString() == "Ctrl+PgUp"


async def test_a_key_that_is_needed_for_writing_is_refused_as_a_hotkey(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    row = setting(window, "activation.hotkey")
    keys = press(row, QKeySequenceEdit)
    assert isinstance(keys, QKeySequenceEdit)
    QTest.keyClick(keys, Qt.Key.Key_A)
    keys.editingFinished.emit()
    await done(bridge)
    assert not [asked for asked in program.asked if asked.startswith("change")]
    assert "needed for writing" in row.trouble.text()
    assert not row.trouble.isHidden()


async def test_what_is_refused_stays_to_be_mended_and_says_why(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    row = setting(window, "llm.base_url")
    line = press(row, QLineEdit)
    assert isinstance(line, QLineEdit)
    program.refusal = SettingsError("settings.yaml can't be written (No space left on device).")
    line.setText("http://127.0.0.1:11434/v1")
    line.editingFinished.emit()
    await done(bridge)
    assert row.trouble.text() == "settings.yaml can't be written (No space left on device)."
    assert line.text() == "http://127.0.0.1:11434/v1"
    program.refusal = None
    line.setText("http://127.0.0.1:1234/v1")
    line.editingFinished.emit()
    await done(bridge)
    assert row.trouble.isHidden()


async def test_what_was_changed_elsewhere_is_shown(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    line = press(setting(window, "llm.model"), QLineEdit)
    assert isinstance(line, QLineEdit)
    program.settings = Settings.model_validate({"llm": {"model": "llama3.2"}})
    bridge.read_settings_again()
    await done(bridge)
    assert line.text() == "llama3.2"


@pytest.mark.parametrize("text", ["x" * 10_000, "a\x00\x1b[31mb", "\u202eevil\u202c"])
async def test_a_text_may_be_anything(
    text: str, window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    line = press(setting(window, "llm.model"), QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText(text)
    line.editingFinished.emit()
    await done(bridge)
    assert len(program.settings.llm.model) <= 4096


def test_a_search_finds_settings_on_every_page_and_gives_the_page_back(window: SettingsWindow) -> None:
    before = window.stack.currentWidget()
    window.search.setText("silence")
    found = window.stack.currentWidget()
    assert isinstance(found, SettingForm)
    assert {"audio.endpointing.silence_ms", "realtime_api.turn_detection.silence_duration_ms"} <= set(found.rows)
    window.search.setText("nothing is called like this")
    nothing = window.stack.currentWidget()
    assert isinstance(nothing, SettingForm)
    assert not nothing.rows
    window.search.clear()
    assert window.stack.currentWidget() is before


async def test_everything_that_can_be_entered_has_a_name_for_a_screen_reader(
    window: SettingsWindow, bridge: Bridge
) -> None:
    nameless = []
    for number in range(window.list.count()):
        window.list.setCurrentRow(number)
        for kind in (QLineEdit, QCheckBox, QComboBox, QSpinBox, QKeySequenceEdit):
            nameless += [
                widget
                for widget in window.stack.currentWidget().findChildren(kind)
                if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
                and not widget.accessibleName()
                and not widget.objectName().startswith("qt_")
                and not isinstance(widget.parent(), QComboBox)
            ]
    await done(bridge)
    for migrations in window.findChildren(MigrationsPage):
        await migrations.work.done()
    assert nameless == []


async def test_keys_are_listed_stored_and_removed_by_name(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    keys = window.show_page(KEYS)
    assert isinstance(keys, KeysPage)
    await done(bridge)
    assert [keys.keys.topLevelItem(0).text(column) for column in (0, 1)] == ["openai", "the keyring"]
    keys.name.setCurrentText("my_server")
    keys.value.setText("  sk-of-my-server\n")
    keys.store.click()
    assert keys.value.text() == ""
    await done(bridge)
    assert keys.keys.topLevelItemCount() == 2
    keys.keys.topLevelItem(0).setSelected(True)
    keys.remove.click()
    await done(bridge)
    assert program.keys == {"openai": "the keyring"}


async def test_a_keyring_that_stays_locked_is_told(
    window: SettingsWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    keys = window.show_page(KEYS)
    assert isinstance(keys, KeysPage)
    await done(bridge)
    program.refusal = SovereignError("The system's keyring can't be used.", remedy="Unlock it, then try again.")
    keys.value.setText("sk-x")
    keys.store.click()
    await done(bridge)
    assert keys.said.text() == "The system's keyring can't be used. Unlock it, then try again."


async def test_a_key_is_typed_unseen(window: SettingsWindow, bridge: Bridge) -> None:
    keys = window.show_page(KEYS)
    await done(bridge)
    assert isinstance(keys, KeysPage)
    assert keys.value.echoMode() is QLineEdit.EchoMode.Password
