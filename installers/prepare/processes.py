"""Running other programs: quietly with a log, or in our place."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

TICK_S = 1.0


def run_logged(
    command: Sequence[str],
    log: Path,
    *,
    on_line: Callable[[str], None],
    on_tick: Callable[[], None],
    env: Mapping[str, str] | None = None,
    inherit: Sequence[int] = (),
    cwd: Path | None = None,
) -> int:
    """Run a program, append what it prints to `log`, and return its exit status.

    `on_line` gets each line, `on_tick` is called when a second passes without one. `inherit` are descriptors that
    the program keeps open, on POSIX. An interrupt ends the program before it is raised again.
    """
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=env,
            cwd=cwd,
            pass_fds=() if os.name == "nt" else tuple(inherit),
        )
        try:
            for line in _lines(process.stdout, on_tick):
                file.write(line)
                on_line(line.rstrip())
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise


def _lines(stream: IO[str] | None, on_tick: Callable[[], None]) -> Iterator[str]:
    """The lines of a pipe; a thread reads it, so that time is seen to pass while it is silent."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(stream, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=TICK_S)
        except queue.Empty:
            on_tick()
            continue
        if line is None:
            return
        yield line


def _read(stream: IO[str] | None, lines: queue.SimpleQueue[str | None]) -> None:
    if stream is not None:
        with stream:
            for line in stream:
                lines.put(line)
    lines.put(None)


def run_attached(command: Sequence[str], cwd: Path) -> int:
    """Run a program on our terminal and return its exit status, as a shell would: 128 + signal when one ended it.

    Ctrl-C reaches the program by itself and is its own to answer; a request to end is passed on to it.
    """
    process = subprocess.Popen(command, cwd=cwd)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    before = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.signal(signal.SIGTERM, pass_on)
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
    return status if status >= 0 else 128 - status


def become(command: list[str]) -> NoReturn:
    """Run a program in our place; its exit status is ours."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        # exec there starts another process and ends this one, and the shell no longer waits.
        sys.exit(run_attached(command, Path.cwd()))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted
