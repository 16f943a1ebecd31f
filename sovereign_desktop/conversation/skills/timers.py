"""Timers: what is running and when each is due. Pure: the caller brings the time and keeps the file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sovereign_desktop.conversation.skills.durations import say_duration

MOST_TIMERS = 100


@dataclass(frozen=True, slots=True)
class Timer:
    """`due_at` has an offset to UTC; `name` may be empty."""

    number: int
    length: timedelta
    due_at: datetime
    name: str = ""

    @property
    def title(self) -> str:
        """What to call it: `tea timer`, or `timer for 5 minutes` when it has no name."""
        return f"{self.name} timer" if self.name else f"timer for {say_duration(self.length)}"

    def left(self, now: datetime) -> timedelta:
        return max(timedelta(0), self.due_at - now)

    @property
    def announcement(self) -> str:
        """What to say when it is due."""
        return f"Time is up: {self.name}." if self.name else f"Your timer for {say_duration(self.length)} is up."


class TooManyTimers(ValueError):  # noqa: N818 - says what it is
    """There are `MOST_TIMERS` already."""


class TimerBook:
    """The timers that are running, soonest first."""

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self._timers = sorted(timers, key=lambda timer: timer.due_at)

    @property
    def running(self) -> tuple[Timer, ...]:
        return tuple(self._timers)

    @property
    def next_due_at(self) -> datetime | None:
        """When to look again, or None when nothing runs."""
        return self._timers[0].due_at if self._timers else None

    def set(self, length: timedelta, now: datetime, name: str = "") -> Timer:
        """A new timer, already running. Raises TooManyTimers."""
        if len(self._timers) >= MOST_TIMERS:
            raise TooManyTimers
        number = max((timer.number for timer in self._timers), default=0) + 1
        timer = Timer(number, length, now + length, name)
        self._timers = sorted([*self._timers, timer], key=lambda timer: timer.due_at)
        return timer

    def due(self, now: datetime) -> tuple[Timer, ...]:
        """The timers whose time has come, each given out once."""
        due = tuple(timer for timer in self._timers if timer.due_at <= now)
        self._timers = self._timers[len(due) :]
        return due

    def cancel(self, timers: Iterable[Timer]) -> None:
        gone = set(timers)
        self._timers = [timer for timer in self._timers if timer not in gone]

    def find(self, name: str = "", length: timedelta | None = None) -> tuple[Timer, ...]:
        """The timers of that name, or of that length, or all when neither is given."""
        return tuple(
            timer
            for timer in self._timers
            if (not name or timer.name == name) and (length is None or timer.length == length)
        )

    def as_json(self) -> str:
        """The book as text, for a file that survives a restart."""
        rows = [
            {"number": t.number, "seconds": t.length.total_seconds(), "due_at": t.due_at.isoformat(), "name": t.name}
            for t in self._timers
        ]
        return json.dumps({"timers": rows})

    @classmethod
    def from_json(cls, text: str) -> TimerBook:
        """The book that `as_json` wrote; raises ValueError for anything else."""
        try:
            rows = json.loads(text)["timers"][:MOST_TIMERS]
            return cls([_timer(row) for row in rows])
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("this is no book of timers") from error


def _timer(row: dict[str, Any]) -> Timer:
    due_at = datetime.fromisoformat(row["due_at"])
    if due_at.tzinfo is None:
        raise ValueError("a time without its offset")
    return Timer(int(row["number"]), timedelta(seconds=float(row["seconds"])), due_at, str(row["name"])[:60])
