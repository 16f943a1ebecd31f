"""Whether a real keyring is locked, seen without making it ask."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest

from sovereign_desktop.host.keyring_lock.choose import choose_keyring_lock
from tests.desktop import Desktop

if sys.platform != "linux":
    pytest.skip("the Secret Service is a matter of Linux", allow_module_level=True)

from sovereign_desktop.host.keyring_lock._linux import SecretServiceLock
from tests.host.keyring_owner import Owner

pytestmark = pytest.mark.desktop


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
