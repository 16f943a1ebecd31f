"""An utterance while it is recorded, in virtual time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sovereign_desktop.audio.hearing import Heard
from sovereign_desktop.audio.port import AudioEvent, Captured, ListenStyle, UtteranceEnded
from sovereign_desktop.audio.take import LOST_GRACE_S, STOP_GRACE_S, Take
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import EndReason
from tests.audio.heard import Room


def take(style: ListenStyle, max_utterance_s: float = 60) -> Take:
    return Take("one", style, Audio(max_utterance_s=max_utterance_s))


def pushed(into: Take, *sounds: Iterable[Heard]) -> list[AudioEvent]:
    return [event for sound in sounds for heard in sound for event in into.push(heard)]


def ends(events: list[AudioEvent]) -> list[UtteranceEnded]:
    return [event for event in events if isinstance(event, UtteranceEnded)]


def numbers(events: list[AudioEvent]) -> list[int]:
    """The numbers of the frames that were delivered."""
    pcm = b"".join(event.frame.pcm for event in events if isinstance(event, Captured))
    return [int.from_bytes(pcm[i : i + 2], "little") for i in range(0, len(pcm), 480)]


def test_every_frame_is_delivered_once_and_in_order() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    events = pushed(held, room.hear(310)) + held.end(EndReason.RELEASED)
    assert numbers(events) == list(range(1, 32))
    first = events[0]
    assert isinstance(first, Captured)
    assert (first.listen_id, first.frame.duration_ms, first.frame.at) == ("one", 20, 100.0)


def test_both_halves_of_a_frame_keep_their_unsuppressed_sound() -> None:
    held = take(ListenStyle.HOLD)
    halves = [
        replace(heard, frame=replace(heard.frame, unsuppressed=bytes([number])))
        for number, heard in enumerate(Room().hear(20))
    ]
    [captured] = pushed(held, halves)
    assert isinstance(captured, Captured)
    assert captured.frame.unsuppressed == b"\x00\x01"


def test_a_frame_is_as_loud_as_the_louder_of_its_halves() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    [captured] = pushed(held, room.hear(10, level_dbfs=-20), room.hear(10, level_dbfs=-60))
    assert isinstance(captured, Captured)
    assert captured.level_dbfs == -20


def test_a_frame_says_how_likely_speech_was_last() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    *_, last = pushed(held, room.hear(320, 0.25), room.hear(20))
    assert isinstance(last, Captured)
    assert last.speech_probability == 0.25


def test_holding_the_key_through_a_long_silence_ends_nothing() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    assert ends(pushed(held, room.hear(960, 0.9), room.hear(20_000))) == []


@pytest.mark.parametrize(
    ("style", "silence_ms"), [(ListenStyle.HANDS_FREE, 700), (ListenStyle.TAP, 1500), (ListenStyle.PATIENT, 9000)]
)
def test_silence_ends_it_and_the_end_is_where_speech_was_last(style: ListenStyle, silence_ms: int) -> None:
    room, open_ended = Room(), take(style)
    assert ends(pushed(open_ended, room.hear(640), room.hear(960, 0.9), room.hear(silence_ms - 20))) == []
    [ended] = ends(pushed(open_ended, room.hear(60)))
    assert ended.end.reason is EndReason.ENDPOINT
    assert ended.end.speech_ended_at == pytest.approx(101.6, abs=0.011)
    assert ended.end.speech_ms == 960
    assert open_ended.is_over


def test_what_comes_after_the_end_is_no_part_of_it() -> None:
    room, open_ended = Room(), take(ListenStyle.HANDS_FREE)
    pushed(open_ended, room.hear(960, 0.9), room.hear(5_000))
    assert pushed(open_ended, room.hear(960, 0.9)) == []
    assert open_ended.end(EndReason.CANCELLED) == []
    assert open_ended.tick(room.now + 60) == []


def test_silence_alone_ends_nothing() -> None:
    room = Room()
    assert ends(pushed(take(ListenStyle.HANDS_FREE), room.hear(20_000))) == []


def test_a_press_that_turns_into_a_tap_ends_by_silence() -> None:
    room, pressed = Room(), take(ListenStyle.HOLD)
    assert ends(pushed(pressed, room.hear(960, 0.9), room.hear(1_000))) == []
    pressed.restyle(ListenStyle.TAP)
    assert len(ends(pushed(pressed, room.hear(1_000)))) == 1


def test_the_key_comes_up_and_what_was_said_before_is_delivered() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    pushed(held, room.hear(960, 0.9))
    held.stop(room.now + 0.055)
    events = pushed(held, room.hear(200, 0.9))
    assert numbers(events) == [*range(97, 103)]
    [ended] = ends(events)
    assert ended.end.reason is EndReason.RELEASED


def test_the_key_comes_up_while_no_sound_comes() -> None:
    room, held = Room(), take(ListenStyle.HOLD)
    pushed(held, room.hear(960, 0.9))
    held.stop(room.now + 0.05)
    assert held.tick(room.now + 0.04 + STOP_GRACE_S) == []
    [ended] = ends(held.tick(room.now + 0.06 + STOP_GRACE_S))
    assert ended.end.reason is EndReason.RELEASED
    assert ended.end.speech_ms == 960


def test_it_is_never_longer_than_allowed() -> None:
    room, held = Room(), take(ListenStyle.HOLD, max_utterance_s=5)
    events = pushed(held, room.hear(6_000, 0.9))
    assert len(numbers(events)) == pytest.approx(500, abs=1)
    assert [each.end.reason for each in ends(events)] == [EndReason.TOO_LONG]


def test_a_lost_microphone_is_waited_for() -> None:
    room, open_ended = Room(), take(ListenStyle.HANDS_FREE)
    pushed(open_ended, room.hear(960, 0.9))
    lost_at = room.now
    open_ended.lose_microphone(lost_at)
    open_ended.lose_microphone(lost_at + LOST_GRACE_S - 1)
    assert open_ended.tick(lost_at + LOST_GRACE_S - 0.1) == []
    [ended] = ends(open_ended.tick(lost_at + LOST_GRACE_S + 0.1))
    assert (ended.end.reason, ended.end.speech_ms) == (EndReason.ENDPOINT, 960)


def test_a_microphone_that_returns_goes_on_with_the_utterance() -> None:
    room, open_ended = Room(), take(ListenStyle.HANDS_FREE)
    before = pushed(open_ended, room.hear(960, 0.9))
    open_ended.lose_microphone(room.now)
    room.now += 5
    after = pushed(open_ended, room.hear(960, 0.9))
    assert open_ended.tick(room.now + LOST_GRACE_S) == []
    assert numbers(before + after) == list(range(1, 193))


def test_a_held_key_waits_for_a_lost_microphone_as_long_as_it_is_held() -> None:
    held = take(ListenStyle.HOLD)
    held.lose_microphone(100.0)
    assert held.tick(1_000.0) == []


def test_an_utterance_without_any_sound_ends_when_the_key_came_up() -> None:
    held = take(ListenStyle.HOLD)
    held.stop(103.0)
    [ended] = ends(held.tick(104.0))
    assert (ended.end.speech_ended_at, ended.end.speech_ms) == (103.0, 0)


def test_an_utterance_without_any_sound_that_is_cancelled_ends_now() -> None:
    [ended] = ends(take(ListenStyle.HOLD).end(EndReason.CANCELLED, now=7.0))
    assert (ended.end.reason, ended.end.speech_ended_at) == (EndReason.CANCELLED, 7.0)
