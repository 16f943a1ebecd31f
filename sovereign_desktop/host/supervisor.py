"""Keeps one child process running: starts it again when it dies, slower and slower when it keeps dying.

A child that hangs is killed: it has to answer a heartbeat, which `core.parent_pipe` does for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.heartbeat import BEAT, Heartbeat, is_beat
from sovereign_desktop.host.processes import ChildProcess

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class RestartPolicy:
    """How long to wait before the next start: not at all after a long life, longer after each short one."""

    backoff: Backoff = field(default_factory=lambda: Backoff(first_s=0.1, longest_s=30.0))
    long_life_s: float = 20.0
    short_lives: int = 0

    def delay_s(self, lived_s: float) -> float:
        """Seconds to wait after a child that lived this long."""
        if lived_s >= self.long_life_s:
            self.short_lives = 0
        self.short_lives += 1
        return 0.0 if self.short_lives == 1 else self.backoff.delay_s(self.short_lives - 2)


class Supervisor:
    """One child, kept running between `start` and `stop`. All callbacks arrive on the loop.

    `on_up` comes with every new child, before any of its messages; `on_down` with every end that nobody asked for,
    with the reason as half a sentence ("was killed by SIGKILL").
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        name: str,
        on_message: Callable[[PipeMessage], None],
        on_up: Callable[[ChildProcess], None],
        on_down: Callable[[str], None],
        on_stderr: Callable[[str], None] | None = None,
        env: Mapping[str, str] | None = None,
        policy: RestartPolicy | None = None,
        heartbeat: Callable[[], Heartbeat] = Heartbeat,
    ) -> None:
        self._args = args
        self._name = name
        self._env = env
        self._on_message = on_message
        self._on_up = on_up
        self._on_down = on_down
        self._on_stderr = on_stderr
        self._policy = policy or RestartPolicy()
        self._new_heartbeat = heartbeat
        self._task: asyncio.Task[None] | None = None
        self._asked_to_restart = False
        self._hurry = asyncio.Event()
        self.child: ChildProcess | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self.child.pid if self.child is not None else None

    def start(self) -> None:
        """Begin to keep the child running. Idempotent."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_running(), name=f"keep {self._name} running")

    async def stop(self, grace_s: float = 2.0) -> None:
        """End the child and leave it ended. Idempotent. Cancelling kills it."""
        task, self._task = self._task, None
        try:
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        finally:
            child, self.child = self.child, None
            if child is not None:
                await child.stop(grace_s)
        if task is not None and not task.cancelled():
            task.result()  # a callback raised

    async def restart(self, grace_s: float = 2.0) -> None:
        """End the child, if it runs; a new one follows at once. `on_down` is not called."""
        if self.child is not None:
            self._asked_to_restart = True
            await self.child.stop(grace_s)

    def hurry(self) -> None:
        """Somebody waits for the child: if the next start is being put off, it is made now."""
        self._hurry.set()

    def send(self, message: PipeMessage) -> bool:
        """Hand a message to the child; False when none runs."""
        if self.child is None:
            return False
        self.child.send(message)
        return True

    async def _keep_running(self) -> None:
        while True:
            began = time.monotonic()
            reason = await self._one_life()
            if self._asked_to_restart:
                self._asked_to_restart = False
                continue
            delay_s = self._policy.delay_s(time.monotonic() - began)
            logger.warning("child process is down", extra={"child": self._name, "reason": reason, "delay_s": delay_s})
            self._hurry.clear()  # who was in a hurry has had that start
            self._on_down(reason)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await self._hurry.wait()

    async def _one_life(self) -> str:
        """Start the child, wait for its end and return the reason."""
        exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        heartbeat = self._new_heartbeat()

        def on_message(message: PipeMessage) -> None:
            heartbeat.heard()
            if not is_beat(message):
                self._on_message(message)

        try:
            self.child = await ChildProcess.spawn(
                self._args,
                name=self._name,
                env=self._env,
                on_message=on_message,
                on_exit=lambda code: None if exited.done() else exited.set_result(code),
                on_stderr=self._on_stderr,
            )
        except ProcessError as error:
            return error.sentence
        child = self.child
        logger.info("child process is up", extra={"child": self._name, "child_pid": child.pid})
        self._on_up(child)
        code = await _ended(child, exited, heartbeat)
        self.child = None
        return child.failure or describe_exit(code)


async def _ended(child: ChildProcess, exited: asyncio.Future[int], heartbeat: Heartbeat) -> int:
    """The child's exit status, at last; one that misses its beats is killed."""
    while not exited.done():
        if heartbeat.beat():
            child.send(BEAT)
        else:
            child.give_up("stopped answering")
        await asyncio.wait([exited], timeout=heartbeat.interval_s)
    return exited.result()


def describe_exit(code: int) -> str:
    """How a process ended, as half a sentence."""
    if code >= 0:
        return f"ended with status {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
