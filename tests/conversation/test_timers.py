"""The book of timers, under a clock that the test turns."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.conversation.skills.durations import LONGEST, read_duration, say_duration
from sovereign_desktop.conversation.skills.phrases import words_of
from sovereign_desktop.conversation.skills.timers import MOST_TIMERS, TimerBook, TooManyTimers
from tests.conversation.skill_support import MOMENT, ask, context

MINUTE = timedelta(minutes=1)


def test_timers_come_due_in_order_and_once() -> None:
    book = TimerBook()
    book.set(3 * MINUTE, MOMENT, "tea")
    book.set(MINUTE, MOMENT)
    assert book.next_due_at == MOMENT + MINUTE
    assert book.due(MOMENT + MINUTE - timedelta(microseconds=1)) == ()
    assert [timer.announcement for timer in book.due(MOMENT + 5 * MINUTE)] == [
        "Your timer for 1 minute is up.",
        "Time is up: tea.",
    ]
    assert book.due(MOMENT + 5 * MINUTE) == ()
    assert book.next_due_at is None


def test_the_book_survives_a_restart() -> None:
    book = TimerBook()
    book.set(3 * MINUTE, MOMENT, "tea")
    book.set(timedelta(hours=2), MOMENT)
    assert TimerBook.from_json(book.as_json()).running == book.running


def test_a_timer_keeps_its_length_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 25, 2, 59, tzinfo=timezone(timedelta(hours=2)))
    book = TimerBook()
    book.set(2 * MINUTE, before)
    wound_back = datetime(2026, 10, 25, 2, 0, 59, tzinfo=timezone(timedelta(hours=1)))
    assert book.due(wound_back) == ()
    assert len(book.due(wound_back + timedelta(seconds=1))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"timers": 3}',
        '{"timers": [3]}',
        '{"timers": [{"number": 1, "seconds": 60, "due_at": "2026-11-21T20:42:00", "name": ""}]}',
        '{"timers": [{"number": 1, "seconds": 1e400, "due_at": "2026-11-21T20:42:00+00:00", "name": ""}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_book_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own or ours
        TimerBook.from_json(text)


def test_the_book_has_a_last_page() -> None:
    moment = context()
    for _ in range(MOST_TIMERS):
        moment.timers.set(MINUTE, MOMENT)
    with pytest.raises(TooManyTimers):
        moment.timers.set(MINUTE, MOMENT)
    assert ask("set a timer for one minute", moment).text.startswith("There are 100 timers already.")


@pytest.mark.parametrize("words", ["five minutes two hours", "one second one second", "minutes", "five", "half"])
def test_amounts_in_the_wrong_order_are_no_length(words: str) -> None:
    assert read_duration(words_of(words)) is None


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_a_length_that_is_said_is_read_back(seconds: int) -> None:
    shown = seconds if seconds < 3600 else seconds - seconds % 60
    length = timedelta(seconds=shown)
    assert read_duration(words_of(say_duration(length))) == length
