"""An answer goes on where it stopped when the audio process is replaced."""

from __future__ import annotations

from sovereign_desktop.audio.commands import Finish, Play
from sovereign_desktop.audio.port import PlaybackEnded, PlaybackProgress, PlaybackStarted
from sovereign_desktop.audio.unheard import Unheard
from sovereign_desktop.core.audio import AudioFrame

FRAMES = [Play("one", AudioFrame(bytes([n, 0]) * 1600, 16_000)) for n in range(5)]
"""100 ms each."""


def playing() -> Unheard:
    unheard = Unheard()
    for frame in FRAMES:
        unheard.sent(frame)
    return unheard


def test_what_was_heard_is_not_played_again() -> None:
    unheard = playing()
    unheard.told(PlaybackProgress("one", 250))
    assert unheard.commands() == FRAMES[2:]


def test_the_end_is_announced_again_if_it_was_before() -> None:
    unheard = playing()
    unheard.sent(Finish("one"))
    assert unheard.commands() == [*FRAMES, Finish("one")]


def test_progress_counts_from_the_beginning_of_the_answer_and_never_runs_back() -> None:
    unheard = playing()
    unheard.told(PlaybackProgress("one", 250))
    unheard.commands()
    assert unheard.told(PlaybackProgress("one", 20)) == PlaybackProgress("one", 250)
    assert unheard.told(PlaybackProgress("one", 150)) == PlaybackProgress("one", 350)
    assert unheard.told(PlaybackEnded("one", 300, completed=True)) == PlaybackEnded("one", 500, completed=True)


def test_an_answer_begins_only_once() -> None:
    unheard = playing()
    began = PlaybackStarted("one", 1.0)
    assert unheard.told(began) == began
    unheard.commands()
    assert unheard.told(began) is None


def test_an_answer_that_died_twice_goes_on_twice() -> None:
    unheard = playing()
    for _ in range(2):
        unheard.told(PlaybackProgress("one", 150))
        unheard.commands()
    assert unheard.commands() == FRAMES[2:]


def test_nothing_is_played_again_after_the_end_or_a_flush() -> None:
    ended, flushed = playing(), playing()
    ended.told(PlaybackEnded("one", 500, completed=True))
    flushed.flushed()
    assert ended.commands() == flushed.commands() == []


def test_events_of_an_earlier_playback_pass_unchanged() -> None:
    unheard = playing()
    late = PlaybackEnded("zero", 70, completed=False)
    assert unheard.told(late) is late
    assert unheard.commands() == FRAMES
