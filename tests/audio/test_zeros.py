"""Exact zeros: when they mean that nothing is heard, and when they do not."""

from __future__ import annotations

from sovereign_desktop.audio.zeros import OPENING_S, SPEAKING_S, WAITING_S, ZeroWatch

BLOCK_S = 0.01


def push(watch: ZeroWatch, seconds: float, *, is_zero: bool, is_recording: bool = True) -> list[bool]:
    told = [watch.push(BLOCK_S, is_zero=is_zero, is_recording=is_recording) for _ in range(round(seconds / BLOCK_S))]
    return [change for change in told if change is not None]


def zeros(watch: ZeroWatch, seconds: float, *, is_recording: bool = True) -> list[bool]:
    return push(watch, seconds, is_zero=True, is_recording=is_recording)


def sound(watch: ZeroWatch, seconds: float = 0.5) -> list[bool]:
    return push(watch, seconds, is_zero=False)


def test_a_first_second_of_zeros_is_told_once_and_its_end_too() -> None:
    watch = ZeroWatch()
    assert zeros(watch, OPENING_S - 0.1) == []
    assert zeros(watch, 60) == [True]
    assert sound(watch) == [False]


def test_a_microphone_that_is_muted_while_somebody_speaks_is_told_each_time() -> None:
    watch = ZeroWatch()
    for _ in range(3):
        sound(watch)
        assert zeros(watch, SPEAKING_S - 0.1) == []
        assert zeros(watch, SPEAKING_S) == [True]
        assert sound(watch) == [False]


def test_pauses_between_words_of_a_microphone_that_cuts_noise_off_are_no_silence() -> None:
    watch = ZeroWatch()
    for _ in range(20):
        assert sound(watch) == zeros(watch, 2) == []


def test_while_nobody_speaks_a_long_silence_is_told_once_because_it_may_be_a_microphone_that_cuts_noise_off() -> None:
    watch = ZeroWatch()
    sound(watch)
    assert zeros(watch, WAITING_S - 0.1, is_recording=False) == []
    assert zeros(watch, WAITING_S, is_recording=False) == [True]
    assert sound(watch) == [False]
    assert zeros(watch, 10 * WAITING_S, is_recording=False) == []
    assert zeros(watch, SPEAKING_S) == [True]


def test_what_was_told_holds_over_further_openings_until_it_sounds() -> None:
    watch = ZeroWatch()
    assert zeros(watch, 2) == [True]
    for _ in range(3):
        watch.reopened()
        assert zeros(watch, 2) == []
    watch.reopened()
    assert sound(watch) == [False]
    watch.reopened()
    assert zeros(watch, 2) == [True]
