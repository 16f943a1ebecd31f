"""Where speech begins and ends, from probabilities alone."""

from __future__ import annotations

from sovereign_desktop.audio.endpointing import Boundary, BoundaryKind, Endpointer

MS = 32.0


def pushed(endpointer: Endpointer, *runs: tuple[float, int]) -> list[tuple[float, Boundary]]:
    """Push runs of (probability, windows); the boundaries with the position at which each was found."""
    found = []
    for probability, windows in runs:
        for _ in range(windows):
            boundary = endpointer.push(probability, MS)
            if boundary:
                found.append((endpointer.position_ms, boundary))
    return found


def test_a_cough_does_not_start_an_utterance() -> None:
    endpointer = Endpointer(0.5, 96)
    assert pushed(endpointer, (0.0, 10), (0.9, 2), (0.0, 10), (0.9, 2), (0.0, 10)) == []
    assert endpointer.speech_ms == 0


def test_speech_starts_where_its_first_window_began() -> None:
    endpointer = Endpointer(0.5, 96)
    [(position_ms, boundary)] = pushed(endpointer, (0.0, 10), (0.9, 3))
    assert boundary.kind is BoundaryKind.STARTED
    assert position_ms - boundary.ago_ms == 320


def test_a_window_that_was_nearly_sure_belongs_to_the_beginning() -> None:
    endpointer = Endpointer(0.5, 96)
    [(position_ms, boundary)] = pushed(endpointer, (0.0, 10), (0.4, 1), (0.9, 2))
    assert position_ms == 13 * MS
    assert position_ms - boundary.ago_ms == 320
    assert endpointer.speech_ms == 96


def test_only_the_window_before_belongs_to_it() -> None:
    assert pushed(Endpointer(0.5, 96), (0.4, 10), (0.9, 1), (0.0, 10)) == []
    assert pushed(Endpointer(0.5, 96), (0.4, 1), (0.0, 1), (0.9, 2), (0.0, 10)) == []


def test_a_stop_consonant_does_not_take_a_beginning_back() -> None:
    endpointer = Endpointer(0.5, 96)
    assert len(pushed(endpointer, (0.9, 2), (0.1, 2), (0.9, 1))) == 1
    assert endpointer.speech_ms == 96


def test_silence_ends_speech_where_the_last_of_it_was() -> None:
    endpointer = Endpointer(0.5, 96, silence_ms=700)
    _, (position_ms, boundary) = pushed(endpointer, (0.9, 10), (0.0, 30))
    assert boundary.kind is BoundaryKind.ENDED
    assert position_ms - boundary.ago_ms == 320 == endpointer.speech_ended_ms
    assert 700 <= boundary.ago_ms < 700 + MS


def test_a_quiet_ending_belongs_to_the_speech() -> None:
    endpointer = Endpointer(0.5, 96)
    pushed(endpointer, (0.9, 10), (0.4, 2), (0.0, 5))
    assert endpointer.speech_ms == 384


def test_without_a_silence_nothing_ends() -> None:
    assert len(pushed(Endpointer(0.5, 96), (0.9, 10), (0.0, 1000))) == 1


def test_silence_before_speech_ends_nothing() -> None:
    assert pushed(Endpointer(0.5, 96, silence_ms=700), (0.0, 1000)) == []
