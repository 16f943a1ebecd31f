"""Lock and sleep, as real buses tell of them: a login manager and a screen saver that these tests play."""

from __future__ import annotations

import asyncio
import sys

import pytest

from sovereign_desktop.host.away.base import Away, Presence
from tests.desktop import Desktop

if sys.platform != "linux":
    pytest.skip("these buses are a matter of Linux", allow_module_level=True)

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.away._linux import LinuxAwayWatch

pytestmark = pytest.mark.desktop

OURS, THEIRS = "/org/freedesktop/login1/session/_31", "/org/freedesktop/login1/session/_32"


@pytest.fixture
def address(desktop: Desktop) -> str:
    return desktop.env["DBUS_SESSION_BUS_ADDRESS"]


class Session:
    """A login manager that knows one session, and a screen saver, on one bus, and a watch that listens to both."""

    def __init__(self, address: str, *, is_locked: bool = False) -> None:
        self._address = address
        self._is_locked = is_locked
        self.told: asyncio.Queue[Away | None] = asyncio.Queue()

    async def __aenter__(self) -> Session:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._answer)
        for name in ("org.freedesktop.login1", "org.freedesktop.ScreenSaver"):
            await self._bus.request_name(name)
        self._watch = LinuxAwayWatch(self._address, self._address)
        await self._watch.start(self.told.put_nowait)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._watch.close()
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    def signal(self, path: str, interface: str, member: str, *body: bool) -> None:
        self._bus.send(Message.new_signal(path, interface, member, "b" * len(body), list(body)))

    async def next(self) -> Away | None:
        return await asyncio.wait_for(self.told.get(), 5)

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if message.member == "GetSessionByPID":
            return Message.new_method_return(message, "o", [OURS])
        if message.member == "GetActive":
            return Message.new_method_return(message, "b", [self._is_locked])
        return None


async def test_sleep_and_waking_up_are_heard(address: str) -> None:
    async with Session(address) as session:
        for begins in (True, False):
            session.signal("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", begins)
        assert [await session.next(), await session.next()] == [Away.ASLEEP, None]


async def test_a_screen_saver_that_locks_is_heard(address: str) -> None:
    async with Session(address) as session:
        for is_active in (True, False):
            session.signal("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", is_active)
        assert [await session.next(), await session.next()] == [Away.LOCKED, None]


async def test_only_the_lock_of_this_session_counts(address: str) -> None:
    async with Session(address) as session:
        for path, member in ((THEIRS, "Lock"), (OURS, "Lock"), (THEIRS, "Unlock"), (OURS, "Unlock")):
            session.signal(path, "org.freedesktop.login1.Session", member)
        assert [await session.next(), await session.next()] == [Away.LOCKED, None]
        assert session.told.empty()


async def test_a_screen_that_is_locked_already_is_known(address: str) -> None:
    async with Session(address, is_locked=True) as session:
        assert await session.next() is Away.LOCKED


async def test_without_any_bus_somebody_is_always_there() -> None:
    watch = LinuxAwayWatch("unix:path=/nonexistent/bus", "unix:path=/nonexistent/bus")
    said: list[Away | None] = []
    await watch.start(said.append)
    await watch.close()
    assert said == []


def test_locked_and_asleep_at_once_is_over_when_both_are() -> None:
    said: list[Away | None] = []
    presence = Presence(said.append)
    presence.tell(Away.ASLEEP, True)
    presence.tell(Away.LOCKED, True)
    presence.tell(Away.ASLEEP, False)
    presence.tell(Away.LOCKED, True)
    presence.tell(Away.LOCKED, False)
    assert said == [Away.ASLEEP, Away.LOCKED, None]
