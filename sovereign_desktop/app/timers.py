"""Keeps the book of timers on disk and tells when one is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sovereign_desktop.conversation.skills.timers import Timer, TimerBook

logger = logging.getLogger(__name__)

LONGEST_SLEEP_S = 3600.0
"""Wall clocks are set and computers sleep: look again at least once an hour."""


class TimerService:
    """Keeps the timers of a book, and runs them between `start` and `stop`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._on_due: Callable[[Timer], None] | None = None
        self._wake: asyncio.TimerHandle | None = None
        self.book = _load(file)

    def start(self, on_due: Callable[[Timer], None]) -> None:
        """Call `on_due` on the event loop with each timer whose time has come, at once with those that are overdue."""
        self._on_due = on_due
        self._look()

    def changed(self) -> None:
        """The book was changed: keep it, and wake up when the next timer is due."""
        self._save()
        self._schedule()

    def stop(self) -> None:
        """Stop waking up; the book stays on disk."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _look(self) -> None:
        due = self.book.due(datetime.now().astimezone())
        for timer in due:
            if self._on_due is not None:
                self._on_due(timer)
        if due:
            self._save()
        self._schedule()

    def _schedule(self) -> None:
        self.stop()
        if self._on_due is None:
            return  # the file keeps them for a program that runs longer
        if (next_due := self.book.next_due_at) is None:
            return
        wait_s = (next_due - datetime.now().astimezone()).total_seconds()
        self._wake = asyncio.get_running_loop().call_later(min(max(wait_s, 0.0), LONGEST_SLEEP_S), self._look)

    def _save(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self._file.with_suffix(".partial")
            partial.write_text(self.book.as_json(), encoding="utf-8")
            partial.replace(self._file)
        except OSError as error:
            logger.warning("timers are not kept on disk", extra={"errno": error.errno})


def _load(file: Path) -> TimerBook:
    try:
        return TimerBook.from_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return TimerBook()
    except (OSError, ValueError):
        logger.warning("the file of timers can't be read")
        return TimerBook()
