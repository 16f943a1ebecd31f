"""Child processes that talk in framed messages on their stdin and stdout.

A child is asked to end by closing its stdin; it therefore also ends when this program dies, however it dies. Four
threads serve a child (write, read, stderr, wait), because a loop that Qt runs has no subprocesses of its own. All of
them are gone when `on_exit` is called. Restarting is the `Supervisor`'s business (`supervisor.py`), the child's own
end of the pipes is `parent_pipe.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import BinaryIO, TypeVar, cast

from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.core.framing import BrokenPipeMessage, PipeMessage, read_message
from sovereign_desktop.host.child_log import ChildLog
from sovereign_desktop.host.outbox import Outbox
from sovereign_desktop.host.secrets import holds_key

logger = logging.getLogger(__name__)

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[2]
_PYTHONS_OWN = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


def isolated_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which any Python 3.11+ imports its own packages, and `sovereign_desktop` from here.

    From an installed program nothing is added: its site-packages belong to this interpreter alone. Keys are left out:
    a child is told those that it needs, and other people's libraries in it see no others.
    """
    env = {name: value for name, value in os.environ.items() if name not in _PYTHONS_OWN and not holds_key(name)}
    env |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "PYTHONSAFEPATH": "1"}
    if not {"site-packages", "dist-packages"} & set(_ROOT.parts):
        env["PYTHONPATH"] = str(_ROOT)
    return env | dict(extra or {})


class ChildProcess:
    """A running child. Callbacks arrive on the loop that spawned it; `on_exit` is the last one, and comes once."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, log: ChildLog) -> None:
        """Use `spawn`."""
        self.name = name
        self.failure = ""
        self._process = process
        self._log = log
        self._outbox = Outbox()
        self._loop = asyncio.get_running_loop()
        self._exited = self._loop.create_future()

    @classmethod
    async def spawn(
        cls,
        args: Sequence[str],
        *,
        name: str,
        env: Mapping[str, str] | None = None,
        on_message: Callable[[PipeMessage], None],
        on_exit: Callable[[int], None],
        on_stderr: Callable[[str], None] | None = None,
    ) -> ChildProcess:
        """A child that runs `args`; `env` defaults to `isolated_env()`. Raises ProcessError.

        `on_stderr` gets every line the child wrote there; the log gets only what carries no content.
        """
        try:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own command; it returns after exec, in milliseconds
                list(args),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(isolated_env() if env is None else env),
                start_new_session=True,  # Ctrl+C in a terminal is for us; we then ask the child
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ProcessError(f"The {name} can't be started.", remedy=f"Check that {args[0]} is there.") from error
        child = cls(process, name, ChildLog(name))
        child._serve(on_message, on_exit, on_stderr)
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return not self._exited.done()

    def send(self, message: PipeMessage) -> None:
        """Hand a message to the child without waiting; after its end it is ignored.

        A child that has not read for seconds, while we wrote to it, is hung: it is killed, and `on_exit` tells.
        """
        if not self._outbox.put(message.encode()):
            self.give_up("stopped reading")

    def give_up(self, failure: str) -> None:
        """Kill a child that is of no use any more; `failure` says why, as half a sentence."""
        if not self.failure:
            self.failure = failure
            logger.error("child process failed", extra={"child": self.name, "failure": failure})
        self._kill()

    async def stop(self, grace_s: float = 2.0) -> None:
        """Ask the child to end, then insist; returns when it and its threads are gone. Cancelling kills it."""
        self._outbox.close()
        try:
            for insist in (self._process.terminate, self._kill):
                if await self._gone_within(grace_s):
                    return
                logger.warning("child process does not end by itself", extra={"child": self.name})
                insist()
            await asyncio.shield(self._exited)
        except asyncio.CancelledError:
            self._kill()
            raise

    async def _gone_within(self, seconds: float) -> bool:
        done, _ = await asyncio.wait([self._exited], timeout=seconds)
        return bool(done)

    def _serve(
        self,
        on_message: Callable[[PipeMessage], None],
        on_exit: Callable[[int], None],
        on_stderr: Callable[[str], None] | None,
    ) -> None:
        def exited(code: int) -> None:
            waiter.join()  # its last act was to call us
            self._exited.set_result(code)
            on_exit(code)

        pipes = [
            Thread(target=self._write, name=f"{self.name} writer"),
            Thread(target=self._read, args=(on_message,), name=f"{self.name} reader"),
            Thread(target=self._read_stderr, args=(on_stderr,), name=f"{self.name} stderr"),
        ]
        waiter = Thread(target=self._wait, args=(pipes, exited), name=f"{self.name} waiter")
        for thread in (*pipes, waiter):
            thread.start()

    def _write(self) -> None:
        stdin = cast(BinaryIO, self._process.stdin)
        # A dead child ends the pipe; the waiter tells about it.
        with contextlib.suppress(OSError), stdin:
            while data := self._outbox.take():
                stdin.write(data)
                stdin.flush()
        self._outbox.close()

    def _read(self, on_message: Callable[[PipeMessage], None]) -> None:
        with cast(BinaryIO, self._process.stdout) as stdout:
            try:
                while message := read_message(stdout):
                    self._tell(on_message, message)
            except BrokenPipeMessage:
                if stdout.read(1):  # at the end of the pipe it is only a last word cut short
                    self.give_up("sent something that is no message")

    def _read_stderr(self, on_stderr: Callable[[str], None] | None) -> None:
        with cast(BinaryIO, self._process.stderr) as stderr:
            while raw := stderr.readline(self._log.longest_line_bytes):
                line = raw.decode(errors="replace").rstrip()
                self._log.write(line)
                if on_stderr is not None:
                    self._tell(on_stderr, line)

    def _wait(self, pipes: Sequence[Thread], exited: Callable[[int], None]) -> None:
        code = self._process.wait()
        self._kill_group()  # what the child started would hold its pipes open
        self._outbox.close()
        for thread in pipes:
            thread.join()
        self._tell(exited, code)

    def _kill(self) -> None:
        self._outbox.close()
        self._process.kill()

    def _kill_group(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _tell(self, callback: Callable[[T], None], value: T) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed without stopping us
            self._loop.call_soon_threadsafe(callback, value)
