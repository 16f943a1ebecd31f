"""A keyring that is locked: what the program does without its keys, and how it gets them once it is open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence, Set
from typing import Self

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import Notice, Severity
from sovereign_desktop.core.tasks import in_daemon_thread
from sovereign_desktop.host.keyring_lock.base import KeyringLock
from sovereign_desktop.host.secrets import Secrets

logger = logging.getLogger(__name__)

KEYRING = "keyring"
LOOK_EVERY_S = 5.0

Way = Callable[[], Awaitable[None]]
"""Returns when the keys can be read; never, where that does not come to pass."""


class KeyReader:
    """Reads keys. The first trouble is the last: who did not unlock the keyring is not asked again for the next key.

    A keyring that asks its owner is waited for `patience_s`, or for as long as it takes.
    """

    def __init__(self, patience_s: float | None = None) -> None:
        self.patience_s = patience_s
        self.problem: SovereignError | None = None
        """Why keys are missing that may be there."""
        self.late: Way | None = None
        """The keyring that still asks."""
        self._secrets = Secrets()

    async def read(self, names: Set[str]) -> dict[str, str]:
        """Those of these keys that there are. A keyring that fails costs its keys; variables are read all the same."""
        keys = {name: secret.reveal() for name in names if (secret := self._secrets.given(name)) is not None}
        missing = sorted(names - keys.keys())
        if not missing or self.problem is not None:
            return keys
        reading = in_daemon_thread(lambda: self._kept(missing), "read keys")
        try:
            async with asyncio.timeout(self.patience_s):
                kept, self.problem = await asyncio.shield(reading)
        except TimeoutError:
            self.problem = SovereignError("The system's keyring waits to be unlocked.", remedy="Unlock it.")
            self.late = lambda: _read_at_last(reading)
            logger.warning("the keyring does not answer", extra={"patience_s": self.patience_s})
            return keys
        return keys | kept

    def _kept(self, names: Sequence[str]) -> tuple[dict[str, str], SovereignError | None]:
        keys: dict[str, str] = {}
        for name in names:
            try:
                secret = self._secrets.get(name)
            except SovereignError as error:
                logger.warning("a key could not be read", extra={"key_name": name})
                # Without its traceback, which holds what the keyring's library has open.
                return keys, SovereignError(error.user_text, remedy=error.remedy)
            if secret is not None:
                keys[name] = secret.reveal()
        return keys, None


async def _read_at_last(reading: Awaitable[tuple[dict[str, str], SovereignError | None]]) -> None:
    _, problem = await reading
    if problem is not None:
        await _never()


async def _unlocked(lock: KeyringLock) -> None:
    """Wait for one that was seen locked: another keyring than the one that failed may be open all the time."""
    try:
        was_locked = False
        while (is_locked := await lock.is_locked()) or not was_locked:
            was_locked = was_locked or is_locked
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        await lock.close()


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


def ways_back(reader: KeyReader, lock: KeyringLock | None) -> tuple[Way, ...]:
    """How the keys that this reader did not get may be had yet."""
    if reader.problem is None:
        return ()
    ways: list[Way] = [reader.late] if reader.late is not None else []
    return (*ways, *([lambda: _unlocked(lock)] if lock is not None else []))


def keyring_notice(problem: SovereignError, ways: Sequence[Way]) -> Notice:
    """What the user is told of it, once."""
    text = f"{problem.user_text} Everything goes on without the keys in it."
    remedy = "Unlock it; its keys are used at once." if ways else "Unlock it, then start the program again."
    return Notice(KEYRING, text, Severity.WARNING, remedy)


class KeyringReturn:
    """An async context: while it is entered, `on_return` is called once, as soon as one of these ways is open."""

    def __init__(self, ways: Sequence[Way], on_return: Callable[[], None]) -> None:
        self._ways = ways
        self._on_return = on_return
        self._waiting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._ways:
            self._waiting = asyncio.get_running_loop().create_task(self._wait(), name="wait for the keyring")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)

    async def _wait(self) -> None:
        ways = [asyncio.ensure_future(way()) for way in self._ways]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        logger.info("the keyring can be read now")
        self._on_return()
