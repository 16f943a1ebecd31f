"""A child's end of the pipes: messages to and from the program that started it.

    with ParentPipe.take_over() as parent:
        parent.send(PipeMessage({"ready": True}))
        for message in parent:
            ...

The loop ends when the program asks for it or is gone. Logs go to stderr (`core.log_lines.JsonLines`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from threading import Lock
from types import TracebackType
from typing import BinaryIO

from sovereign_desktop.core.framing import PipeMessage, read_message
from sovereign_desktop.core.heartbeat import is_beat

_PR_SET_PDEATHSIG = 1


class ParentPipe:
    """Messages from the parent by iterating, in one thread, which also answers heartbeats; `send` from any thread."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = Lock()

    @classmethod
    def take_over(cls) -> ParentPipe:
        """The process's stdin and stdout, moved out of the reach of libraries that print.

        What anyone prints from now on goes to stderr, and what reads stdin finds it empty.
        """
        incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        return cls(incoming, outgoing)

    def __iter__(self) -> Iterator[PipeMessage]:
        while message := read_message(self._incoming):
            if is_beat(message):
                with contextlib.suppress(BrokenPipeError):  # the next read tells that it is gone
                    self.send(message)
            else:
                yield message

    def send(self, message: PipeMessage) -> None:
        """Write a message; waits while the parent is slow to read. Raises BrokenPipeError when it is gone."""
        with self._lock:
            self._outgoing.write(message.encode())
            self._outgoing.flush()

    def __enter__(self) -> ParentPipe:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._incoming.close()
        with contextlib.suppress(BrokenPipeError):  # nobody is left to tell
            self._outgoing.close()


def die_with_parent() -> None:
    """On Linux, have the kernel end this process when the thread that started it ends, hung or not.

    Safe only for children that the parent's main thread starts, as `ChildProcess.spawn` on the main loop does.
    """
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)
