from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton, QSystemTrayIcon

from sovereign_desktop.context.base import Redaction, Tier
from sovereign_desktop.context.manifest import Disclosure, Entry, Fate, Manifest, Sent, packed
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import (
    MutedChanged,
    Notice,
    ScreenChanged,
    ScreenState,
    Severity,
    SpendLimitChanged,
    TurnAmended,
    TurnEnded,
    UnansweredChanged,
    UpdateOffered,
    Window,
    WindowRequested,
)
from sovereign_desktop.metrics.turns import ANSWERED_LATER, TurnTimings
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.shell import Shell, no_tray
from sovereign_desktop.ui.tray import Tray
from sovereign_desktop.ui.windows.control import ControlWindow
from sovereign_desktop.ui.windows.settings import SettingsWindow
from sovereign_desktop.ui.windows.transcript import TranscriptWindow
from tests.ui.conftest import eventually
from tests.ui.stage import PlayedProgram, turn


@pytest.fixture
def actions(bridge: Bridge) -> Actions:
    return Actions(bridge)


@pytest.fixture
def shell(program: PlayedProgram, application: object) -> Shell:
    shell = Shell(QSystemTrayIcon())
    shell.attach(program)
    shell.bridge.set_ready()
    return shell


def test_the_menu_has_everything_in_its_order(actions: Actions) -> None:
    menu = actions.menu()
    assert [action.text() for action in menu.actions() if action.isVisible()] == [
        "Talk",
        "Stop",
        "",
        "Mute",
        "Screen awareness",
        "",
        "Transcript",
        "Latency",
        "Memory",
        "Settings",
        "Migration",
        "Welcome",
        "Help",
        "",
        "Quit",
    ]


def test_entries_ask_the_program(actions: Actions, program: PlayedProgram) -> None:
    actions.talk.trigger()
    program.goes(TurnState.THINKING)
    actions.stop.trigger()
    actions.mute.trigger()
    assert program.asked == ["toggle", "cancel", "muted True"]


def test_what_was_not_answered_can_be_answered_or_discarded_while_it_waits(
    actions: Actions, program: PlayedProgram
) -> None:
    assert not actions.answer.isVisible()
    program.bus.publish(UnansweredChanged(2))
    actions.answer.trigger()
    actions.discard.trigger()
    assert program.asked == ["answer pending", "discard pending"]
    program.goes(TurnState.LISTENING)
    assert not actions.answer.isEnabled()
    program.bus.publish(UnansweredChanged(0))
    assert not actions.answer.isVisible()
    assert not actions.discard.isVisible()


def test_a_new_version_is_fetched_from_the_menu_once_there_is_one(actions: Actions, program: PlayedProgram) -> None:
    assert not actions.update.isVisible()
    program.bus.publish(UpdateOffered("4.1.0"))
    assert (actions.update.isVisible(), actions.update.text()) == (True, "Get version 4.1.0")
    actions.update.trigger()
    assert program.asked == ["get update"]
    program.bus.publish(UpdateOffered(""))
    assert not actions.update.isVisible()


def test_a_limit_on_money_can_be_lifted_where_it_is_reached(actions: Actions, program: PlayedProgram) -> None:
    assert not actions.lift.isVisible()
    program.bus.publish(SpendLimitChanged("month"))
    assert (actions.lift.isVisible(), actions.lift.text()) == (True, "Spend more this month")
    actions.lift.trigger()
    assert program.asked == ["lift month"]
    program.bus.publish(SpendLimitChanged(""))
    assert not actions.lift.isVisible()


def test_entries_that_can_do_nothing_are_disabled(actions: Actions, program: PlayedProgram) -> None:
    assert actions.talk.isEnabled()
    assert not actions.stop.isEnabled()
    program.goes(TurnState.LISTENING)
    assert actions.talk.text() == "Finish and answer"
    assert actions.stop.isEnabled()


def test_screen_awareness_shows_what_is_so_and_asks_for_the_other(actions: Actions, program: PlayedProgram) -> None:
    actions.screen.trigger()
    assert program.asked == ["screen True"]
    assert not actions.screen.isChecked()
    program.bus.publish(ScreenChanged(ScreenState.LOOKING))
    assert actions.screen.isChecked()
    program.bus.publish(ScreenChanged(ScreenState.PAUSED, "The screen is locked."))
    assert actions.screen.text() == "Screen awareness (paused)"
    actions.screen.trigger()
    assert program.asked[-1] == "screen False"


def test_before_the_program_is_there_one_can_only_quit() -> None:
    actions = Actions(Bridge())
    menu = actions.menu()
    assert [action.text() for action in menu.actions() if action.isEnabled() and action.text()] == ["Quit"]


def test_mute_shows_what_the_program_did_not_what_was_clicked(actions: Actions, program: PlayedProgram) -> None:
    actions.mute.trigger()
    assert not actions.mute.isChecked()
    program.bus.publish(MutedChanged(True))
    assert actions.mute.isChecked()


def test_the_tray_shows_the_state(bridge: Bridge, actions: Actions, program: PlayedProgram) -> None:
    icon = QSystemTrayIcon()
    tray = Tray(icon, bridge, actions)
    idle = icon.icon().cacheKey()
    program.goes(TurnState.LISTENING)
    assert icon.icon().cacheKey() != idle
    assert icon.toolTip().startswith("Sovereign Desktop – Listening\n")
    tray.hide()


def test_a_click_on_the_icon_talks_and_a_double_click_does_not_talk_twice(
    bridge: Bridge, actions: Actions, program: PlayedProgram
) -> None:
    icon = QSystemTrayIcon()
    tray = Tray(icon, bridge, actions)
    for reason in ("Trigger", "DoubleClick", "Context", "MiddleClick"):
        icon.activated.emit(QSystemTrayIcon.ActivationReason[reason])
    assert program.asked == ["toggle"]
    tray.hide()


def test_where_the_icon_tells_the_desktop_it_does_so_once_and_only_what_matters(
    bridge: Bridge, actions: Actions, program: PlayedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, QSystemTrayIcon.MessageIcon]] = []
    monkeypatch.setattr("sovereign_desktop.ui.tray.WITHOUT_A_BUS", (sys.platform,))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _icon, text, _remedy, kind: told.append((text, kind)))
    tray = Tray(QSystemTrayIcon(), bridge, actions)
    program.bus.publish(Notice("way", "This computer answers."))
    program.bus.publish(Notice("spend", "The limit is reached.", Severity.WARNING, "Lift it in the menu."))
    program.bus.publish(Notice("turn", "I heard nothing.", Severity.WARNING))
    assert told == [
        ("This computer answers.", QSystemTrayIcon.MessageIcon.Information),
        ("The limit is reached.", QSystemTrayIcon.MessageIcon.Warning),
    ]
    tray.hide()


def test_without_a_tray_a_window_stands_in_and_says_which_extension(shell: Shell, program: PlayedProgram) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable(), "offscreen has no tray"
    control = shell._windows[Window.CONTROL]
    assert control.isVisible()
    assert shell._caption is not None
    eventually(shell._caption.isVisible)
    assert "AppIndicator" in no_tray().remedy
    control.showMinimized()
    program.bus.publish(WindowRequested(Window.CONTROL))
    assert not control.isMinimized()
    shell.close()


def test_once_there_is_a_tray_the_window_stands_in_no_longer(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    appeared = QSignalSpy(shell.tray.appeared)
    shell.tray._look()
    assert appeared.count() == 0
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    shell.tray._look()
    assert appeared.count() == 1
    assert not shell.tray._looking.isActive()
    assert not shell._windows[Window.CONTROL].isVisible()
    shell.close()


def test_the_window_for_desktops_without_a_tray_can_do_all_of_the_menu(
    bridge: Bridge, actions: Actions, program: PlayedProgram
) -> None:
    control = ControlWindow(bridge, actions, may_close=lambda: True)
    buttons = {button.text(): button for button in control.findChildren(QPushButton)}
    assert list(buttons) == ["Talk", "Stop", "Mute", "Transcript", "Settings", "Quit"]
    QTest.mouseClick(buttons["Talk"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(buttons["Stop"], Qt.MouseButton.LeftButton)
    assert program.asked == ["toggle"], "Stop is disabled while idle"
    program.goes(TurnState.SPEAKING)
    QTest.mouseClick(buttons["Stop"], Qt.MouseButton.LeftButton)
    assert program.asked == ["toggle", "cancel"]


async def test_the_transcript_shows_what_was_said_and_goes_on(shell: Shell, program: PlayedProgram) -> None:
    program.past.turns = [turn(2, "second"), turn(1, "first")]
    program.bus.publish(WindowRequested(Window.TRANSCRIPT))
    window = shell._windows[Window.TRANSCRIPT]
    assert isinstance(window, TranscriptWindow)
    program.bus.publish(TurnEnded("3", Outcome.ANSWERED, turn(3, "third")))
    await asyncio.gather(*shell.bridge.working)
    assert [shown.transcript for shown in window._turns.turns] == ["first", "second", "third"]
    shell.close()


def test_a_turn_without_a_record_does_not_break_the_transcript(bridge: Bridge, program: PlayedProgram) -> None:
    window = TranscriptWindow(bridge)
    program.bus.publish(TurnEnded("1", Outcome.FAILED, None))
    assert window._turns.turns == []
    assert not window._copy.isEnabled()


def test_a_turn_that_was_given_up_without_a_word_is_not_shown(bridge: Bridge, program: PlayedProgram) -> None:
    window = TranscriptWindow(bridge)
    program.bus.publish(TurnEnded("1", Outcome.CANCELLED, turn(1, "", "", Outcome.CANCELLED)))
    assert window._turns.turns == []
    program.bus.publish(TurnEnded("2", Outcome.CANCELLED, turn(2, "what time", "", Outcome.CANCELLED)))
    assert [shown.turn_id for shown in window._turns.turns] == ["2"]


def test_a_card_says_what_its_seconds_are_and_explains_them(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    window._recalled([turn(1), replace(turn(2), timings=TurnTimings())])
    with_sound, without = (window._turns.index(row) for row in range(2))
    assert " · answered after 0.6 s" in with_sound.data()
    assert "end of your speech" in with_sound.data(Qt.ItemDataRole.ToolTipRole)
    assert "answered after" not in without.data()
    assert without.data(Qt.ItemDataRole.ToolTipRole) is None


def test_copying_takes_the_selected_turns_or_all(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    window._recalled([turn(1, "first", "one"), turn(2, "second", "two"), turn(3, "third", "three")])
    window.copy()
    assert QGuiApplication.clipboard().text().count("You: ") == 3
    window._list.setCurrentIndex(window._turns.index(1))
    assert window._copy.text() == "Copy"
    window.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1:] == ["You: second", "Assistant: two"]


def test_the_transcript_splits_the_latency_of_the_chosen_turn(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    window._recalled([turn(1)])
    assert window._stages.text() == (
        "Voice to voice 640 ms: end noticed 120 + transcribed 90 + first words 170 + first sentence 170"
        " + synthesised 70 + audible 20"
    )


PICTURE = Sent("picture", "data:image/jpeg;base64," + 1024 * "/9j/")


def test_the_transcript_shows_what_was_sent_for_the_chosen_turn(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    entries = (
        Entry("screen: shop", Tier.SCREEN, Fate.SHORTENED, 40, "no room", 0.7, redactions=(Redaction("card", 2),)),
        Entry("a memory", Tier.MEMORY, Fate.LEFT_OUT, 0, "too little to do with the question"),
    )
    manifest = Manifest(32_000, 60, "estimate", entries, problems={"weather": "It did not answer in time."})
    parts = (
        Sent("system", "Be <b>brief</b>."),
        Sent("user", "grüße"),
        PICTURE,
        Sent("session.update", "{}", in_turn=False),
    )
    context = packed(manifest, [Disclosure("small at example.org", True, parts, 1_500)])
    asked = turn(1, "first")
    bridge.turn_ended.emit(TurnEnded(asked.turn_id, asked.outcome, replace(asked, context=context)))
    assert window._sent.isHidden()
    window._look.click()
    shown = window._sent.toPlainText()
    assert not window._sent.isHidden()
    assert "60 of 32000 tokens (estimate)" in shown
    assert "screen: shop: told in part (40 tokens, no room, relevance 0.70, 2 covered: card)" in shown
    assert "a memory: not told (too little to do with the question)" in shown
    assert "Without weather: It did not answer in time." in shown
    assert (
        "Sent to small at example.org (left this computer):\n[your voice, 1.5 s]\n[system]\nBe <b>brief</b>." in shown
    )
    assert "[picture]\n[image/jpeg, 3 kB]\n[session.update, in an earlier turn]" in shown
    second = turn(2, "second")
    bridge.turn_ended.emit(TurnEnded(second.turn_id, second.outcome, second))
    assert window._sent.toPlainText() == "Nothing was told to a model for this turn."
    window._look.click()
    assert window._sent.isHidden()


def test_the_transcript_stays_at_the_end_unless_the_reader_left_it(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    window._recalled([turn(number) for number in range(100)])
    window.show()
    bar = window._list.verticalScrollBar()
    eventually(lambda: bar.maximum() > 5000 and bar.value() == bar.maximum())
    bridge.turn_ended.emit(TurnEnded("100", Outcome.ANSWERED, turn(100)))
    eventually(lambda: bar.value() == bar.maximum() and window._list.visualRect(window._turns.index(100)).bottom() > 0)
    bar.setValue(0)
    height = bar.maximum()
    bridge.turn_ended.emit(TurnEnded("101", Outcome.ANSWERED, turn(101)))
    eventually(lambda: bar.maximum() > height)
    assert bar.value() == 0


def test_an_old_turn_makes_room_for_a_new_one(bridge: Bridge) -> None:
    window = TranscriptWindow(bridge)
    window._recalled([turn(number) for number in range(300)])
    bridge.turn_ended.emit(TurnEnded("300", Outcome.ANSWERED, turn(300)))
    shown = [turn.turn_id for turn in window._turns.turns]
    assert (len(shown), shown[0], shown[-1]) == (200, "101", "300")


def test_opening_the_settings_opens_the_file_or_the_nearest_folder(
    bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "sovereign_desktop.ui.windows.settings.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    window = SettingsWindow(bridge, tmp_path / "config" / "settings.yaml")
    window.open_file()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.yaml").touch()
    window.open_file()
    assert opened == [str(tmp_path), str(tmp_path / "config" / "settings.yaml")]


def test_what_nobody_could_answer_can_be_tried_again(bridge: Bridge, program: PlayedProgram) -> None:
    window = TranscriptWindow(bridge)
    failed = turn(2, reply="", outcome=Outcome.FAILED, error="Nobody could answer.")
    window._recalled([turn(1)])
    assert window._retry.isHidden()
    bridge.turn_ended.emit(TurnEnded("2", Outcome.FAILED, failed))
    assert not window._retry.isHidden()
    window._retry.click()
    assert program.asked == ["retry 2"]
    bridge.turn_amended.emit(TurnAmended("2", replace(failed, note=ANSWERED_LATER)))
    assert window._retry.isHidden()


def test_an_answer_that_can_be_learned_from_gets_two_thumbs(bridge: Bridge, program: PlayedProgram) -> None:
    window = TranscriptWindow(bridge)
    up, down = window._thumbs.buttons
    window._recalled([turn(1)])
    assert window._thumbs.isHidden()
    several = replace(turn(2), engines={"llm": "orchestrator:fast, small"})
    program.bus.publish(TurnEnded("2", Outcome.ANSWERED, several))
    assert not window._thumbs.isHidden()
    down.click()
    up.click()
    assert program.asked[-2:] == ["judge 2 False", "judge 2 True"]
    assert (up.isChecked(), down.isChecked()) == (True, False)
    program.bus.publish(TurnEnded("3", Outcome.ANSWERED, replace(several, turn_id="3", started_at=2e9)))
    assert not up.isChecked()
    window._list.setCurrentIndex(window._turns.index(0))
    assert window._thumbs.isHidden()
