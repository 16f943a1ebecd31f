"""What waits to be written to a pipe: bounded, and aware of a reader that has stopped reading."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Condition

MOST_BYTES = 32 * 2**20  # more than ten minutes of speech at 24 kHz
LONGEST_WRITE_S = 5.0


class Outbox:
    """Messages from any thread to the one thread that writes them, in order."""

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        longest_write_s: float = LONGEST_WRITE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_bytes = most_bytes
        self._longest_write_s = longest_write_s
        self._clock = clock
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._write_began_at: float | None = None
        self._changed = Condition()
        self._closed = False

    @property
    def writing(self) -> bool:
        """Whether the writer has something in hand and has not come back for more."""
        return self._write_began_at is not None

    def put(self, data: bytes) -> bool:
        """Add a message without waiting. False: the reader hangs. After `close` it is dropped."""
        with self._changed:
            if self._closed:
                return True
            if self._hangs(len(data)):
                return False
            self._waiting.append(data)
            self._waiting_bytes += len(data)
            self._changed.notify()
            return True

    def take(self) -> bytes:
        """Everything that waits, joined, waiting for something; empty after `close`.

        The caller writes it and comes back: the time between is how long the reader made it wait.
        """
        with self._changed:
            self._write_began_at = None
            self._changed.wait_for(lambda: self._waiting or self._closed)
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._waiting_bytes = 0
            self._write_began_at = self._clock()
            return data

    def close(self) -> None:
        """No more messages; those that wait are still written. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _hangs(self, more_bytes: int) -> bool:
        began = self._write_began_at
        slow = began is not None and self._clock() - began > self._longest_write_s
        return slow or self._waiting_bytes + more_bytes > self._most_bytes
