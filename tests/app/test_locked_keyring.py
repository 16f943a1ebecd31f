"""A keyring that is locked, refuses, or asks for its password: what the program does meanwhile, and afterwards."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sovereign_desktop.app import locked_keyring
from sovereign_desktop.app.locked_keyring import KeyReader, KeyringReturn, keyring_notice, ways_back
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from tests.app.keyrings import AskingKeyring, LockedKeyring, in_use
from tests.conversation.stage import settle
from tests.desktop import Desktop

SERVICE = "sovereign-desktop"


class CountingKeyring(LockedKeyring):
    """Counts how often its owner is asked."""

    asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return super().get_password(service, username)


class Lock:
    """A keyring that is looked at."""

    def __init__(self, *, is_locked: bool) -> None:
        self.locked = is_locked
        self.looks = 0
        self.closed = False

    async def is_locked(self) -> bool:
        self.looks += 1
        return self.locked

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def asking(home: Path) -> Iterator[AskingKeyring]:
    backend = AskingKeyring()
    backend.set_password(SERVICE, "openai", "sk-1")
    with in_use(backend):
        yield backend
    backend.answered.set()


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_keyring, "LOOK_EVERY_S", 0.0)


async def test_keys_of_an_open_keyring_are_read(asking: AskingKeyring) -> None:
    asking.answered.set()
    reader = KeyReader()
    assert await reader.read({"openai", "nowhere"}) == {"openai": "sk-1"}
    assert reader.problem is None
    assert ways_back(reader, Lock(is_locked=True)) == ()


async def test_a_keyring_that_refuses_is_asked_once_and_costs_no_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOVEREIGN_KEY_GIVEN", "sk-2")
    backend = CountingKeyring()
    with in_use(backend):
        reader = KeyReader()
        for _ in range(2):
            assert await reader.read({"openai", "other", "given"}) == {"given": "sk-2"}
    assert reader.problem is not None
    assert backend.asked == 1


async def test_a_keyring_that_asks_its_owner_is_not_waited_for_longer_than_said(asking: AskingKeyring) -> None:
    reader = KeyReader(patience_s=0.01)
    assert await reader.read({"openai"}) == {}
    assert reader.problem is not None
    assert "waits to be unlocked" in reader.problem.user_text


async def test_its_answer_brings_the_keys_back(asking: AskingKeyring) -> None:
    reader = KeyReader(patience_s=0.01)
    await reader.read({"openai"})
    back = asyncio.Event()
    async with KeyringReturn(ways_back(reader, None), back.set):
        await settle()
        assert not back.is_set()
        asking.answered.set()
        await asyncio.wait_for(back.wait(), 5)
    assert await KeyReader().read({"openai"}) == {"openai": "sk-1"}


async def test_a_no_brings_nothing_back(asking: AskingKeyring) -> None:
    reader = KeyReader(patience_s=0.01)
    await reader.read({"openai"})
    assert reader.late is not None
    asking.opens = False
    asking.answered.set()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.late(), 0.2)


async def refused() -> KeyReader:
    with in_use(LockedKeyring()):
        reader = KeyReader()
        await reader.read({"openai"})
    return reader


async def test_a_keyring_that_is_unlocked_later_is_noticed_once_and_let_go_of(home: Path) -> None:
    lock, back = Lock(is_locked=True), list[bool]()
    async with KeyringReturn(ways_back(await refused(), lock), lambda: back.append(True)):
        await settle()
        assert (back, lock.looks > 1) == ([], True)
        lock.locked = False
        await settle()
        lock.locked = True
        await settle()
    assert (back, lock.closed) == ([True], True)


async def test_an_open_keyring_beside_the_one_that_failed_is_no_news(home: Path) -> None:
    lock, back = Lock(is_locked=False), list[bool]()
    async with KeyringReturn(ways_back(await refused(), lock), lambda: back.append(True)):
        await settle()
    assert (back, lock.closed) == ([], True)


def test_what_to_do_is_what_helps_on_this_system() -> None:
    problem = SovereignError("The system's keyring can't be used.")
    assert keyring_notice(problem, [locked_keyring._never]).remedy == "Unlock it; its keys are used at once."
    assert "start the program again" in keyring_notice(problem, []).remedy


# SecretStorage leaves the connection of a refused attempt to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.desktop
@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is a matter of Linux")
async def test_a_real_keyring_that_is_locked_costs_its_keys_until_it_is_unlocked(
    home: Path, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.SecretService import Keyring

    from sovereign_desktop.host.keyring_lock._linux import SecretServiceLock
    from tests.host.keyring_owner import Owner

    class Watched(SecretServiceLock):
        async def is_locked(self) -> bool:
            is_locked = await super().is_locked()
            looked.set()
            return is_locked

    looked = asyncio.Event()
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    back = asyncio.Event()
    with in_use(Keyring()):
        async with Owner(address) as owner:
            await asyncio.to_thread(Secrets({}).set, "permission", "sk-1")
            assert await KeyReader().read({"permission"}) == {"permission": "sk-1"}
            await owner.lock()
            try:
                reader = KeyReader(patience_s=5.0)
                assert await reader.read({"permission"}) == {}
                assert reader.problem is not None
                async with KeyringReturn(ways_back(reader, Watched(address)), back.set):
                    await asyncio.wait_for(looked.wait(), 10)
                    await owner.unlock()
                    await asyncio.wait_for(back.wait(), 10)
            finally:
                await owner.unlock()
            assert await KeyReader().read({"permission"}) == {"permission": "sk-1"}
            await asyncio.to_thread(Secrets({}).delete, "permission")
    gc.collect()
