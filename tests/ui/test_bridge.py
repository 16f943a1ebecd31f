from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import (
    ModeChanged,
    MutedChanged,
    Notice,
    NoticeCleared,
    QuitRequested,
    Severity,
    SpendLimitChanged,
    TurnEnded,
    UnansweredChanged,
    Window,
    WindowRequested,
)
from sovereign_desktop.ui.bridge import Bridge
from tests.ui.stage import PlayedProgram, turn


def error(key: str, text: str) -> Notice:
    return Notice(key, text, Severity.ERROR, "Mend it.")


def test_the_situation_follows_the_turn(bridge: Bridge, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING, "7")
    assert (bridge.situation.state, bridge.situation.turn_id) == (TurnState.LISTENING, "7")
    program.goes(TurnState.IDLE)
    assert not bridge.situation.is_active


def test_the_mode_shown_is_the_one_in_force(bridge: Bridge, program: PlayedProgram) -> None:
    program.bus.publish(ModeChanged("traditional"))
    assert bridge.situation.mode == "traditional"


def test_an_unchanged_situation_is_not_told_twice(bridge: Bridge, program: PlayedProgram) -> None:
    told: list[object] = []
    bridge.situation_changed.connect(told.append)
    program.bus.publish(MutedChanged(True))
    program.bus.publish(MutedChanged(True))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("state", "intent"),
    [
        (TurnState.IDLE, "toggle"),
        (TurnState.LISTENING, "toggle"),
        (TurnState.THINKING, "cancel"),
        (TurnState.SPEAKING, "cancel"),
    ],
)
def test_a_click_talks_finishes_or_stops(bridge: Bridge, program: PlayedProgram, state: TurnState, intent: str) -> None:
    program.goes(state)
    bridge.click()
    assert program.asked == [intent]


def test_clicks_before_the_start_and_after_the_end_ask_for_nothing(program: PlayedProgram) -> None:
    bridge = Bridge()
    bridge.click()
    bridge.attach(program)
    bridge.click()
    bridge.set_ready()
    bridge.detach()
    bridge.click()
    bridge.mute(True)
    assert program.asked == []


def test_after_the_end_nothing_of_the_program_is_shown(bridge: Bridge, program: PlayedProgram) -> None:
    bridge.detach()
    program.goes(TurnState.SPEAKING)
    assert not bridge.situation.is_active


def test_the_latest_open_error_is_the_trouble(bridge: Bridge, program: PlayedProgram) -> None:
    program.bus.publish(error("voice", "No voice."))
    program.bus.publish(error("microphone", "No microphone."))
    assert bridge.situation.trouble == "No microphone. Mend it."
    program.bus.publish(NoticeCleared("microphone"))
    assert bridge.situation.trouble == "No voice. Mend it."
    program.bus.publish(NoticeCleared("voice"))
    assert bridge.situation.trouble == ""


def test_an_error_that_is_told_again_as_less_is_no_trouble_any_more(bridge: Bridge, program: PlayedProgram) -> None:
    program.bus.publish(error("voice", "No voice."))
    program.bus.publish(Notice("voice", "The voice is back.", Severity.INFO))
    assert bridge.situation.trouble == ""


def test_a_warning_is_shown_but_is_no_trouble(bridge: Bridge, program: PlayedProgram) -> None:
    shown: list[Notice] = []
    bridge.noticed.connect(shown.append)
    program.bus.publish(Notice("slow", "That took long.", Severity.WARNING))
    assert [notice.key for notice in shown] == ["slow"]
    assert bridge.situation.trouble == ""


def test_the_engines_of_the_last_answer_are_named_once_each(bridge: Bridge, program: PlayedProgram) -> None:
    program.bus.publish(TurnEnded("1", Outcome.ANSWERED, turn()))
    assert bridge.situation.engines == "faster-whisper, llama3.2, espeak-ng"


def test_windows_and_the_end_can_be_asked_for_from_outside(bridge: Bridge, program: PlayedProgram) -> None:
    asked: list[object] = []
    bridge.window_requested.connect(asked.append)
    bridge.quit_requested.connect(lambda: asked.append("quit"))
    program.bus.publish(WindowRequested(Window.TRANSCRIPT))
    program.bus.publish(QuitRequested())
    assert asked == [Window.TRANSCRIPT, "quit"]


async def test_past_turns_are_fetched_without_waiting_for_them(bridge: Bridge, program: PlayedProgram) -> None:
    program.past.turns = [turn(1), turn(2)]
    brought: list[object] = []
    bridge.recalled.connect(brought.append)
    bridge.recall(1)
    assert brought == []
    await asyncio.gather(*bridge.working)
    assert brought == [[turn(2)]]


def test_nothing_of_a_program_that_was_stopped_stands_there_under_the_next(
    bridge: Bridge, program: PlayedProgram
) -> None:
    cleared: list[str] = []
    bridge.notice_cleared.connect(cleared.append)
    bridge.notice(Notice("tray", "This desktop shows no tray icons."))
    program.bus.publish(error("audio", "There is no microphone."))
    program.bus.publish(UnansweredChanged(2))
    program.bus.publish(SpendLimitChanged("day"))
    program.bus.publish(MutedChanged(True))
    program.goes(TurnState.LISTENING, "7")
    bridge.detach()
    bridge.attach(PlayedProgram())
    bridge.set_ready()
    now = bridge.situation
    assert (now.state, now.turn_id, now.trouble) == (TurnState.IDLE, "", "")
    assert (now.unanswered, now.limit) == (0, "")
    assert now.muted, "the program that follows stays muted too"
    assert cleared == ["audio"]


async def test_what_is_asked_between_two_programs_is_done_by_the_next(bridge: Bridge, program: PlayedProgram) -> None:
    bridge.detach()
    bridge.change_setting("app.mode", "traditional")
    bridge.set_key("openai", "a key")
    bridge.mute(True)
    following = PlayedProgram()
    bridge.attach(following)
    await asyncio.gather(*bridge.working)
    assert sorted(following.asked) == [
        "change {'app.mode': 'traditional'}",
        "muted True",
        "set key openai, 5 characters",
    ]
    assert not program.asked


async def test_what_a_new_start_interrupts_is_begun_again_after_it(bridge: Bridge, program: PlayedProgram) -> None:
    said: list[str] = []
    bridge.tried.connect(lambda text, _worked: said.append(text))
    bridge.use_server("http://127.0.0.1:9/v1", "small")
    bridge.detach()
    bridge.attach(following := PlayedProgram())
    await asyncio.gather(*bridge.working)
    assert said == ["It answers: “Hello there.”"]
    assert following.asked[0].startswith("try small")
    assert not bridge.working
