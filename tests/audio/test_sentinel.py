"""Somebody begins to speak, hands-free, and no first word is lost: in virtual time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sovereign_desktop.audio.port import SpeechStarted
from sovereign_desktop.audio.sentinel import KEPT_S, Sentinel
from sovereign_desktop.config.sections.audio import Audio
from tests.audio.heard import Room


def started(sentinel: Sentinel, room: Room, ms: int, probability: float) -> list[SpeechStarted]:
    return [event for heard in room.hear(ms, probability) if (event := sentinel.push(heard)) is not None]


def test_speech_starts_where_it_began_not_where_it_was_noticed() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    assert started(sentinel, room, 960, 0.0) == []
    [event] = started(sentinel, room, 960, 0.9)
    assert event.at == pytest.approx(100.96, abs=0.011)


def test_one_sentence_starts_once() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    assert len(started(sentinel, room, 5_000, 0.9)) == 1


def test_after_a_silence_speech_starts_again() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    started(sentinel, room, 960, 0.9)
    started(sentinel, room, 1_000, 0.0)
    assert len(started(sentinel, room, 960, 0.9)) == 1


def test_what_is_heard_between_windows_starts_speech_too_and_once() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    sound = [replace(heard, between=heard.probabilities) for heard in room.hear(960, 0.9)]
    first = [replace(heard, probabilities=(0.0,) * len(heard.probabilities)) for heard in sound[:20]]
    events = [event for heard in (*first, *sound[20:]) if (event := sentinel.push(heard)) is not None]
    assert [event.at for event in events] == [pytest.approx(100.0, abs=0.011)]


def test_a_cough_starts_nothing() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    assert started(sentinel, room, 64, 0.9) + started(sentinel, room, 960, 0.0) == []


def test_the_beginning_holds_the_first_word_and_the_pre_roll() -> None:
    sentinel, room = Sentinel(Audio(pre_roll_ms=300)), Room()
    started(sentinel, room, 1_920, 0.0)
    [event] = started(sentinel, room, 640, 0.9)
    beginning = sentinel.beginning(room.now)
    assert beginning[0].at == pytest.approx(event.at - 0.3, abs=0.011)
    assert beginning[-1].at == pytest.approx(room.now - 0.01)
    assert len(beginning) == pytest.approx(94, abs=1)


def test_without_speech_the_beginning_is_the_pre_roll() -> None:
    sentinel, room = Sentinel(Audio(pre_roll_ms=200)), Room()
    started(sentinel, room, 1_000, 0.0)
    assert len(sentinel.beginning(room.now)) == pytest.approx(20, abs=1)


def test_a_reset_forgets_sound_and_speech() -> None:
    sentinel, room = Sentinel(Audio()), Room()
    started(sentinel, room, 960, 0.9)
    sentinel.reset()
    assert sentinel.beginning(room.now) == []
    assert len(started(sentinel, room, 960, 0.9)) == 1


def test_no_more_is_kept_than_needed() -> None:
    sentinel, room = Sentinel(Audio(pre_roll_ms=1_000)), Room()
    started(sentinel, room, 10_000, 0.9)
    assert len(sentinel.beginning(room.now)) == round(KEPT_S * 100)
