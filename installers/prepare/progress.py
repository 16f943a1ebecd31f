"""What the person sees meanwhile: plain sentences, and one status line that replaces itself on a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

PLAIN_INTERVAL_S = 5.0
"""In a log file every status is a line of its own, so it comes less often."""


def say(text: str = "") -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr, flush=True)


class Status:
    """The progress of one long step, with the seconds it has taken."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._started_s = time.monotonic()
        self._shown_s = float("-inf")
        self._terminal = stream.isatty()

    def show(self, text: str) -> None:
        """Show how far the step is."""
        now_s = time.monotonic()
        if not self._terminal and now_s - self._shown_s < PLAIN_INTERVAL_S:
            return
        self._shown_s = now_s
        self._write(f"  {text} ({now_s - self._started_s:.0f} s)", end="" if self._terminal else "\n")

    def done(self, text: str) -> None:
        """End the step with a line that stays."""
        self._write(f"  {text} ({time.monotonic() - self._started_s:.0f} s)", end="\n")

    def drop(self) -> None:
        """Take the status away, before something else is said."""
        if self._terminal:
            self._write("", end="\r")

    def _write(self, text: str, end: str) -> None:
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            text = "\r" + text[:width].ljust(width)
        self._stream.write(text + end)
        self._stream.flush()
