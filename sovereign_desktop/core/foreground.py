"""Work that one thread must do: calls are handed over from any thread and carried out one after another.

Some libraries work in the main thread only (speech on macOS), or in the thread that loaded them (COM on Windows).
A process that holds such a library serves `MAIN` from its main thread and does everything else in other ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Foreground:
    """One thread's queue of calls."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._busy_since: float | None = None
        self.served = False

    @property
    def busy_s(self) -> float:
        """For how many seconds the present call has been running; 0 when there is none."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def reserve(self) -> None:
        """Promise that `serve` will be called, before the threads start that look at `served`."""
        self.served = True

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Have `call` carried out; a future that is cancelled before its turn comes is skipped."""
        future: Future[T] = Future()
        self._calls.put((future, call))
        return future

    def serve(self) -> None:
        """Carry out calls in this thread until `stop`; what was submitted before the stop is still done."""
        self.served = True
        try:
            while item := self._calls.get():
                self._carry_out(*item)
        finally:
            self.served = False

    def stop(self) -> None:
        """End `serve`, from any thread."""
        self._calls.put(None)

    def _carry_out(self, future: Future[Any], call: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        self._busy_since = time.monotonic()
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - it belongs to whoever submitted the call
            future.set_exception(error)
        else:
            future.set_result(result)
        finally:
            self._busy_since = None


class ForegroundThread:
    """A foreground with a thread of its own, for processes whose main thread does something else."""

    def __init__(self, name: str) -> None:
        self.foreground = Foreground()
        self._thread = Thread(target=self.foreground.serve, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; it is not waited for when its call hangs."""
        self.foreground.stop()
        self._thread.join(timeout=2.0)


MAIN = Foreground()
"""The main thread's; `served` says whether it listens."""
