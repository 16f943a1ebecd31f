"""Hotkeys to intents, and keys that can't be had."""

from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.app import hotkeys
from sovereign_desktop.app.hotkeys import CANCEL, TALK, Hotkeys
from sovereign_desktop.config.sections.app import Activation
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, TurnStateChanged
from sovereign_desktop.host.hotkey.base import HotkeyError
from sovereign_desktop.host.hotkey.choose import Choice
from tests.app.stage import Keyboard
from tests.conversation.stage import events_of, settle


class Wishes:
    """Intents that are only remembered; `hears` is whether a press begins to listen."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hears = True
        self.listening = False

    def press(self) -> None:
        self.asked.append("press")
        self.listening = self.hears

    def tapped(self) -> None:
        self.asked.append("tapped")

    def release(self) -> None:
        self.asked.append("release")

    def cancel(self) -> None:
        self.asked.append("cancel")


class Desk:
    """Hotkeys between a keyboard and wishes."""

    def __init__(self, keyboard: Keyboard, **activation: object) -> None:
        self.bus = EventBus()
        self.notices: list[Notice] = events_of(self.bus, Notice)
        self.wishes = Wishes()
        self.keyboard = keyboard
        self.hotkeys = Hotkeys(Activation.model_validate(activation), self.bus, self.wishes)

    def told(self) -> dict[str, str]:
        return {notice.key: notice.text for notice in self.notices}


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard().plug_in(monkeypatch)


@pytest.fixture
async def desk(keyboard: Keyboard) -> Desk:
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    return desk


async def test_a_held_key_talks_while_it_is_down(desk: Desk) -> None:
    desk.keyboard.down(1.0)
    assert desk.wishes.asked == ["press"]
    desk.keyboard.up(1.5)
    assert desk.wishes.asked == ["press", "release"]


async def test_a_tap_talks_until_the_next_one(desk: Desk) -> None:
    for at in (1.0, 5.0):
        desk.keyboard.down(at)
        desk.keyboard.up(at + 0.1)
    assert desk.wishes.asked == ["press", "tapped", "release"]


@pytest.mark.parametrize("state", [TurnState.THINKING, TurnState.IDLE])
async def test_after_a_silence_that_ended_it_a_tap_begins_anew(desk: Desk, state: TurnState) -> None:
    desk.keyboard.down(1.0)
    desk.keyboard.up(1.1)
    desk.bus.publish(TurnStateChanged(state))
    desk.keyboard.down(5.0)
    assert desk.wishes.asked == ["press", "tapped", "press"]


async def test_the_beginning_of_an_answer_does_not_take_a_tap_back(desk: Desk) -> None:
    desk.keyboard.down(1.0)
    desk.keyboard.up(1.1)
    desk.bus.publish(TurnStateChanged(TurnState.LISTENING))
    desk.keyboard.down(5.0)
    assert desk.wishes.asked[-1] == "release"


async def test_a_press_that_nobody_listens_to_leaves_no_trace(desk: Desk) -> None:
    desk.wishes.hears = False
    for at in (1.0, 5.0):
        desk.keyboard.down(at)
        desk.keyboard.up(at + 0.1)
    assert desk.wishes.asked == ["press", "press"]


async def test_the_cancel_key_cancels_once_for_each_press(desk: Desk) -> None:
    desk.keyboard.down(1.0, CANCEL)
    desk.keyboard.up(1.2, CANCEL)
    assert desk.wishes.asked == ["cancel"]


async def test_how_long_a_hold_is_stands_in_the_settings(keyboard: Keyboard) -> None:
    desk = Desk(keyboard, hold_ms=1000)
    await desk.hotkeys.start()
    keyboard.down(1.0)
    keyboard.up(1.9)
    assert desk.wishes.asked == ["press", "tapped"]


async def test_the_bindings_are_those_of_the_settings(keyboard: Keyboard) -> None:
    desk = Desk(keyboard, hotkey="Super+F5", cancel_hotkey="pause")
    await desk.hotkeys.start()
    assert {name: str(hotkey) for name, hotkey in keyboard.bindings.items()} == {TALK: "super+f5", CANCEL: "pause"}


async def test_a_key_that_belongs_to_somebody_else_is_told_and_the_other_works(keyboard: Keyboard) -> None:
    keyboard.problems = (HotkeyError("Another program holds Ctrl+Alt+Space.", names=(TALK,)),)
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    assert desk.told() == {"hotkey-talk": "Another program holds Ctrl+Alt+Space."}
    assert "--toggle" in desk.notices[0].remedy
    keyboard.down(1.0, CANCEL)
    assert desk.wishes.asked == ["cancel"]


async def test_two_keys_that_can_not_be_had_are_two_matters(keyboard: Keyboard) -> None:
    keyboard.problems = tuple(HotkeyError("Taken.", names=(name,)) for name in (TALK, CANCEL))
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    assert set(desk.told()) == {"hotkey-talk", "hotkey-cancel"}


async def test_a_key_that_is_written_wrong_is_told_and_the_other_works(keyboard: Keyboard) -> None:
    desk = Desk(keyboard, hotkey="ctrl+alt+spcae")
    await desk.hotkeys.start()
    assert "hotkey-talk" in desk.told()
    assert desk.notices[0].remedy == "Did you mean space?"
    assert set(keyboard.bindings) == {CANCEL}


async def test_one_key_for_both_talks_and_does_not_cancel(keyboard: Keyboard) -> None:
    desk = Desk(keyboard, cancel_hotkey="Alt + Ctrl + spacebar")
    await desk.hotkeys.start()
    assert set(keyboard.bindings) == {TALK}
    assert set(desk.told()) == {"hotkey-cancel"}


async def test_without_any_way_to_hear_keys_the_program_runs_and_says_why(
    monkeypatch: pytest.MonkeyPatch, keyboard: Keyboard
) -> None:
    keyboard.refuses = HotkeyError("There is no X display to hear hotkeys on.")
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    await desk.hotkeys.stop()
    monkeypatch.setattr(hotkeys, "choose", lambda: Choice(None, "no display"))
    nowhere = Desk(keyboard)
    await nowhere.hotkeys.start()
    await nowhere.hotkeys.stop()
    assert desk.told() == {"hotkey": "There is no X display to hear hotkeys on."}
    assert nowhere.told() == {"hotkey": "There is no global hotkey: no display."}


async def test_what_is_taken_back_and_given_again_while_the_program_runs_is_told_once_each(desk: Desk) -> None:
    cleared: list[NoticeCleared] = events_of(desk.bus, NoticeCleared)
    talk, all_of_them = HotkeyError("Taken.", names=(TALK,)), HotkeyError("All are gone.")
    for problems in ((talk,), (talk,), (all_of_them,), (), ()):
        desk.keyboard.lose(problems)
    assert [notice.text for notice in desk.notices] == ["Taken.", "All are gone."]
    assert [one.key for one in cleared] == ["hotkey-talk", "hotkey"]


async def test_what_could_not_be_had_at_the_start_is_taken_back_when_it_can(keyboard: Keyboard) -> None:
    keyboard.problems = (HotkeyError("Taken.", names=(TALK,)),)
    desk = Desk(keyboard, cancel_hotkey="wrong")
    cleared: list[NoticeCleared] = events_of(desk.bus, NoticeCleared)
    await desk.hotkeys.start()
    keyboard.lose(())
    assert [one.key for one in cleared] == ["hotkey-talk"], "what is wrong in the settings stays wrong"


async def test_a_desktop_that_asks_its_user_keeps_nobody_waiting(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotkeys, "PATIENCE_S", 0.01)
    keyboard.asks = asyncio.Event()
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    assert not keyboard.armed
    keyboard.asks.set()
    await settle()
    assert keyboard.armed
    await desk.hotkeys.stop()


async def test_a_question_of_the_desktop_that_nobody_answers_holds_up_no_end(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotkeys, "PATIENCE_S", 0.01)
    keyboard.asks = asyncio.Event()
    desk = Desk(keyboard)
    await desk.hotkeys.start()
    await desk.hotkeys.stop()
    assert desk.notices == []


async def test_stopping_gives_the_keys_back_and_listens_to_no_more_turns(desk: Desk) -> None:
    await desk.hotkeys.stop()
    await desk.hotkeys.stop()
    assert not desk.keyboard.armed
    assert desk.keyboard.order == ["keys armed", "keys given back"]
    assert desk.bus._subscribers[TurnStateChanged] == []
