"""What is played, when it is heard, and how it is cut off: in virtual time."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import numpy as np
import pytest

from sovereign_desktop.audio.jitter import JitterBuffer
from sovereign_desktop.audio.mixer import Mixer
from sovereign_desktop.audio.port import PlaybackEnded, PlaybackProgress, PlaybackStarted
from sovereign_desktop.audio.resampling import Floats

RATE = 48_000
BLOCK = 480


def tone(ms: int, level: float = 0.5) -> Floats:
    return np.full(ms * RATE // 1000, level, np.float32)


class Played:
    """A loudspeaker in virtual time that takes 10 ms blocks and sounds them 30 ms later."""

    ahead_s = 0.03

    def __init__(self, mixer: Mixer) -> None:
        self.mixer = mixer
        self.now = 100.0
        self.samples: Floats = np.zeros(0, np.float32)
        self.events: list[Any] = []

    def run(self, ms: int) -> None:
        for _ in range(ms // 10):
            block = self.mixer.render(BLOCK, self.now + self.ahead_s)
            self.samples = np.concatenate((self.samples, block))
            self.now += 0.01
            self.events += self.mixer.events(self.now)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def played() -> Played:
    return Played(Mixer(RATE, 1.0))


def test_playbacks_play_one_after_another_without_a_gap(played: Played) -> None:
    for name, level in (("a", 0.5), ("b", 0.25)):
        played.mixer.add(name, tone(25, level), RATE)
        played.mixer.finish(name)
    played.run(200)
    assert np.array_equal(played.samples[: 2 * 1200], np.concatenate((tone(25), tone(25, 0.25))))
    assert [(event.playback_id, event.played_ms, event.completed) for event in played.of(PlaybackEnded)] == [
        ("a", 25, True),
        ("b", 25, True),
    ]


def test_a_playback_starts_with_its_first_audible_sample(played: Played) -> None:
    played.mixer.add("a", np.concatenate((tone(15, 0.0), tone(50))), RATE)
    played.run(50)
    [started] = played.of(PlaybackStarted)
    assert started.at == pytest.approx(100.0 + 0.03 + 0.015, abs=1e-6)


def test_it_ends_when_its_last_sample_was_heard_not_when_it_was_handed_over(played: Played) -> None:
    played.mixer.add("a", tone(50), RATE)
    played.mixer.finish("a")
    played.run(70)
    assert not played.of(PlaybackEnded)
    played.run(10)
    assert played.of(PlaybackEnded)


def test_progress_is_what_was_heard_and_comes_ten_times_a_second(played: Played) -> None:
    played.mixer.add("a", tone(2000), RATE)
    played.run(1000)
    progress = played.of(PlaybackProgress)
    assert len(progress) >= 10
    assert progress[-1].played_ms <= 1000 - 30
    assert progress[-1].played_ms >= 1000 - 30 - 100


def test_a_pause_between_frames_is_silence_and_no_end(played: Played) -> None:
    played.mixer.add("a", tone(10), RATE)
    played.run(100)
    played.mixer.add("a", tone(10), RATE)
    played.mixer.finish("a")
    played.run(100)
    [ended] = played.of(PlaybackEnded)
    assert ended.played_ms == 20
    assert not played.samples[480:4800].any()


def test_a_finish_without_more_sound_ends_it(played: Played) -> None:
    played.mixer.add("a", tone(10), RATE)
    played.run(100)
    played.mixer.finish("a")
    played.run(10)
    assert [event.completed for event in played.of(PlaybackEnded)] == [True]
    assert not played.mixer.has_work


def test_a_flush_is_silence_at_once_and_does_not_count_what_the_device_had(played: Played) -> None:
    played.mixer.add("a", tone(1000), RATE)
    played.run(100)
    [ended] = played.mixer.flush(played.now)
    played.run(100)
    assert ended == PlaybackEnded("a", pytest.approx(100 - 1000 * played.ahead_s), completed=False)
    assert not played.samples[4800:].any()
    assert not played.mixer.has_work


def test_what_comes_for_a_flushed_playback_is_ignored(played: Played) -> None:
    played.mixer.add("a", tone(100), RATE)
    played.run(20)
    played.mixer.flush(played.now)
    played.mixer.add("a", tone(100), RATE)
    played.mixer.finish("a")
    played.run(10)
    assert not played.mixer.has_work


def test_a_new_playback_sounds_right_after_a_flush(played: Played) -> None:
    played.mixer.add("a", tone(100), RATE)
    played.run(20)
    played.mixer.flush(played.now)
    played.mixer.add("b", tone(100, 0.25), RATE)
    played.run(10)
    assert played.samples[960] == 0.25


def test_an_earcon_sounds_beside_a_playback(played: Played) -> None:
    played.mixer.add("a", tone(20), RATE)
    played.mixer.overlay(tone(10, 0.25))
    played.run(20)
    assert (played.samples[0], played.samples[-1]) == (0.75, 0.5)


def test_volume_changes_within_a_block_and_without_a_step(played: Played) -> None:
    played.mixer.add("a", tone(100), RATE)
    played.run(20)
    played.mixer.set_volume(0.0)
    played.run(20)
    assert not played.samples[-480:].any()
    assert np.abs(np.diff(played.samples)).max() < 0.01


def test_another_device_with_another_rate_plays_the_rest(played: Played) -> None:
    played.mixer.add("a", tone(100), RATE)
    played.mixer.finish("a")
    played.run(50)
    played.mixer.change_rate(24_000)
    played.run(200)
    [ended] = played.of(PlaybackEnded)
    assert ended.played_ms == pytest.approx(100, abs=2)


def test_an_earcon_is_no_part_of_what_echo_cancellation_compares_with() -> None:
    mixer = Mixer(48_000, volume=0.5)
    mixer.overlay(np.full(480, 0.1, np.float32))
    heard = mixer.render(480, at=1.0)
    assert float(np.abs(heard).max()) > 0
    assert not mixer.spoken.any()


# Sound that comes too slowly


def gaps(samples: Floats) -> list[int]:
    """The silences between sounds, in milliseconds."""
    sounds = np.flatnonzero(np.abs(samples) > 0.01)
    between = np.diff(sounds)
    return [round(1000 * int(gap) / RATE) for gap in between[between > 1]]


def test_the_first_sound_is_played_at_once_however_little_it_is(played: Played) -> None:
    played.run(50)
    played.mixer.add("a", tone(10), RATE)
    played.run(20)
    assert len(np.flatnonzero(np.abs(played.samples[50 * 48 : 60 * 48]) > 0.01)) == BLOCK


@pytest.mark.parametrize("seed", range(6))
def test_eight_seconds_over_a_bad_line_stumble_three_times_at_most(played: Played, seed: int) -> None:
    """20 ms of sound every 20 ms, late by 15 ms on average, never out of order. With no buffer it is up to 8 times."""
    rng, at_ms, coming = random.Random(seed), 0.0, deque[float]()
    for number in range(400):
        at_ms = max(at_ms, 20 * number + rng.expovariate(1 / 15))
        coming.append(at_ms)
    while coming:
        while coming and coming[0] <= 10 * len(played.samples) / BLOCK:
            coming.popleft()
            played.mixer.add("a", tone(20), RATE)
        played.run(10)
    assert len(gaps(played.samples)) <= 3


def test_each_stumble_holds_back_twice_as_much_as_the_last_within_bounds() -> None:
    buffer, now, held = JitterBuffer(), 0.0, []
    for _ in range(5):
        buffer.ran_dry(now)
        assert not buffer.lets_pass(10, now)
        held.append(buffer.holds_ms)
        now += 1
        assert buffer.lets_pass(10, now)
    assert held == [40, 80, 160, 240, 240]


def test_a_burst_after_a_pause_is_played_at_once(played: Played) -> None:
    played.mixer.add("a", tone(20), RATE)
    played.run(100)
    played.mixer.add("a", tone(200), RATE)
    played.run(20)
    assert np.abs(played.samples[-2 * BLOCK :]).min() > 0.01


def test_after_a_pause_nothing_is_held_back(played: Played) -> None:
    for pause_ms in (100, 600):
        played.mixer.add("a", tone(20), RATE)
        played.run(pause_ms)
    played.mixer.add("a", tone(10), RATE)
    played.run(10)
    assert np.abs(played.samples[-BLOCK:]).min() > 0.01


def test_the_rest_is_not_held_back_once_nothing_more_comes(played: Played) -> None:
    played.mixer.add("a", tone(20), RATE)
    played.run(100)
    played.mixer.add("a", tone(10), RATE)
    played.mixer.finish("a")
    played.run(10)
    assert np.abs(played.samples[-BLOCK:]).min() > 0.01


def test_little_sound_waits_no_longer_than_more_of_it_would_have_taken(played: Played) -> None:
    played.mixer.add("a", tone(20), RATE)
    played.run(100)
    played.mixer.add("a", tone(10), RATE)
    played.run(100)
    assert gaps(played.samples) == [120]  # the 80 ms until it came, and 40 ms more
