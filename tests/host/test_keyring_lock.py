"""Whether a real keyring is locked, seen without making it ask."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sovereign_desktop.host.keyring_lock.choose import choose_keyring_lock
from tests.desktop import Desktop
from tests.desktop.bus import KEYRING_PASSWORD

if sys.platform != "linux":
    pytest.skip("the Secret Service is a matter of Linux", allow_module_level=True)

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.keyring_lock._linux import SecretServiceLock

pytestmark = pytest.mark.desktop

NAME, PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
SERVICE = "org.freedesktop.Secret.Service"


class Owner:
    """Whose keyring it is: locks it, and unlocks it with the password."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __aenter__(self) -> Owner:
        self._bus = await MessageBus(bus_address=self._address).connect()
        (self.collection,) = await self._call(SERVICE, "ReadAlias", "s", ["default"])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    async def lock(self) -> None:
        await self._call(SERVICE, "Lock", "ao", [[self.collection]])

    async def unlock(self) -> None:
        _, session = await self._call(SERVICE, "OpenSession", "sv", ["plain", Variant("s", "")])
        secret = [session, b"", KEYRING_PASSWORD, "text/plain"]
        unlocking = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
        await self._call(unlocking, "UnlockWithMasterPassword", "o(oayays)", [self.collection, secret])

    async def _call(self, interface: str, member: str, signature: str, body: list[Any]) -> list[Any]:
        message = Message(
            destination=NAME, path=PATH, interface=interface, member=member, signature=signature, body=body
        )
        reply = await self._bus.call(message)
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        return list(reply.body)


@pytest.fixture
async def owner(desktop: Desktop) -> AsyncIterator[Owner]:
    async with Owner(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as owner:
        try:
            yield owner
        finally:
            await owner.unlock()


async def test_it_is_seen_locked_and_unlocked(desktop: Desktop, owner: Owner) -> None:
    lock = SecretServiceLock(desktop.env["DBUS_SESSION_BUS_ADDRESS"])
    seen = [await lock.is_locked()]
    await owner.lock()
    seen.append(await lock.is_locked())
    await owner.unlock()
    seen.append(await lock.is_locked())
    await lock.close()
    assert seen == [False, True, False]


async def test_where_no_keyring_or_no_bus_is_there_none_can_be_read() -> None:
    lock = SecretServiceLock("unix:path=/nowhere/at/all")
    assert await lock.is_locked()
    await lock.close()


def test_other_systems_tell_nobody_without_asking_the_user() -> None:
    assert isinstance(choose_keyring_lock(), SecretServiceLock)
    assert choose_keyring_lock("darwin") is choose_keyring_lock("win32") is None
