"""Hotkeys on Wayland: a real bus, and a portal on it that says yes, no, or nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from sovereign_desktop.host.hotkey.base import HotkeyEvent, Problems
from sovereign_desktop.host.hotkey.parse import parse_hotkey
from tests.desktop import Desktop

if sys.platform != "linux":
    pytest.skip("the portal is a matter of Linux", allow_module_level=True)

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.host.hotkey._linux_portal import PortalHotkeyListener
from tests.host.portal import Portal

pytestmark = pytest.mark.desktop

BINDINGS = {"talk": parse_hotkey("ctrl+alt+space"), "cancel": parse_hotkey("super+f9")}


@pytest.fixture
def address(desktop: Desktop) -> str:
    return desktop.env["DBUS_SESSION_BUS_ADDRESS"]


async def test_down_and_up_are_heard_once_each_and_only_from_our_session(address: str) -> None:
    heard: asyncio.Queue[HotkeyEvent] = asyncio.Queue()
    listener = PortalHotkeyListener(address)
    async with Portal(address) as portal:
        assert await listener.start(BINDINGS, heard.put_nowait) == ()
        assert portal.app_ids == [APP_ID]
        assert portal.triggers == {"talk": "CTRL+ALT+space", "cancel": "LOGO+F9"}
        portal.tell("Activated", "talk", session="/of/somebody/else")
        portal.tell("Deactivated", "talk")
        for member in ("Activated", "Activated", "Deactivated"):
            portal.tell(member, "talk")
        portal.tell("Activated", "cancel")
        events = [await asyncio.wait_for(heard.get(), 5) for _ in range(3)]
        assert [(event.name, event.is_down) for event in events] == [("talk", True), ("talk", False), ("cancel", True)]
        session = portal.session
        await listener.stop()
        await listener.stop()
        assert portal.closed == [session]


async def test_a_portal_that_knows_no_app_ids_works_too(address: str) -> None:
    listener = PortalHotkeyListener(address)
    async with Portal(address, wants_app_id=False, knows_registry=False):
        assert await listener.start(BINDINGS, print) == ()
        await listener.stop()


async def test_a_key_that_the_user_took_out_is_named(address: str) -> None:
    listener = PortalHotkeyListener(address)
    async with Portal(address, unwanted=frozenset({"cancel"})):
        (problem,) = await listener.start(BINDINGS, print)
        assert problem.names == ("cancel",)
        assert "Super+F9" in problem.user_text
        await listener.stop()


@pytest.mark.parametrize("method", ["CreateSession", "BindShortcuts"])
@pytest.mark.parametrize("code", [1, 2, None], ids=["cancelled", "failed", "silent"])
async def test_a_no_or_silence_is_one_sentence_with_the_way_out(address: str, method: str, code: int | None) -> None:
    async with Portal(address, answers={method: code}):
        assert await refused(PortalHotkeyListener(address, answer_s=0.2, dialog_s=0.2))


async def test_a_portal_that_refuses_the_program_is_the_same_sentence(address: str) -> None:
    async with Portal(address, wants_app_id=True, knows_registry=False):
        assert await refused(PortalHotkeyListener(address))


async def test_without_a_portal_or_a_bus_it_is_the_same_sentence(address: str) -> None:
    for where in (address, "unix:path=/nowhere/bus"):
        assert await refused(PortalHotkeyListener(where, answer_s=1.0))


async def refused(listener: PortalHotkeyListener) -> bool:
    (problem,) = await listener.start(BINDINGS, print)
    await listener.stop()
    return problem.names == () and "does not lend" in problem.user_text and "--toggle" in problem.remedy


# While it runs


class Armed:
    """A listener, what it heard, and what it told since of what can't be had."""

    def __init__(self, address: str) -> None:
        self.listener = PortalHotkeyListener(address, answer_s=2.0)
        self.keys: asyncio.Queue[HotkeyEvent] = asyncio.Queue()
        self.changes: asyncio.Queue[Problems] = asyncio.Queue()

    async def start(self) -> Problems:
        return await self.listener.start(BINDINGS, self.keys.put_nowait, self.changes.put_nowait)

    async def key(self) -> tuple[str, bool]:
        event = await asyncio.wait_for(self.keys.get(), 5)
        return event.name, event.is_down

    async def lost(self) -> list[tuple[str, ...]]:
        return [problem.names for problem in await asyncio.wait_for(self.changes.get(), 5)]


@pytest.fixture
async def armed(address: str) -> AsyncIterator[Armed]:
    armed = Armed(address)
    yield armed
    await armed.listener.stop()


async def test_a_key_that_the_user_takes_back_in_the_desktops_settings_is_named_and_told_when_it_is_lent_again(
    address: str, armed: Armed
) -> None:
    async with Portal(address) as portal:
        assert await armed.start() == ()
        portal.change_shortcuts("talk")
        assert await armed.lost() == [("cancel",)]
        portal.change_shortcuts("talk", "cancel")
        assert await armed.lost() == []
        portal.tell("Activated", "cancel")
        assert await armed.key() == ("cancel", True)


async def test_a_key_that_is_taken_back_while_it_is_held_is_let_go(address: str, armed: Armed) -> None:
    async with Portal(address) as portal:
        await armed.start()
        portal.tell("Activated", "talk")
        assert await armed.key() == ("talk", True)
        portal.change_shortcuts("cancel")
        assert await armed.key() == ("talk", False)
        portal.tell("Activated", "cancel")
        assert await armed.key() == ("cancel", True)
        portal.end_session()
        assert await armed.key() == ("cancel", False)


async def test_a_session_that_the_desktop_ends_is_told_and_not_asked_for_again(address: str, armed: Armed) -> None:
    async with Portal(address) as portal:
        await armed.start()
        session = portal.session
        portal.end_session()
        (problem,) = await asyncio.wait_for(armed.changes.get(), 5)
        assert (problem.names, problem.user_text) == ((), "The desktop has taken the global hotkeys back.")
        assert "--toggle" in problem.remedy
        assert portal.session == session


async def test_a_portal_that_ends_and_comes_again_is_asked_again_and_told_who_asks(address: str, armed: Armed) -> None:
    async with Portal(address) as portal:
        await armed.start()
        portal.tell("Activated", "talk")
        assert await armed.key() == ("talk", True)
    assert await armed.key() == ("talk", False)
    assert await armed.lost() == [()]
    async with Portal(address) as another:
        assert await armed.lost() == []
        assert another.app_ids == [APP_ID]
        another.tell("Activated", "talk")
        assert await armed.key() == ("talk", True)


async def test_a_portal_that_comes_late_is_asked_then(address: str, armed: Armed) -> None:
    assert [problem.names for problem in await armed.start()] == [()]
    async with Portal(address) as portal:
        assert await armed.lost() == []
        assert portal.triggers


async def test_a_cancelled_start_leaves_nothing(address: str) -> None:
    listener = PortalHotkeyListener(address)
    async with Portal(address, answers={"BindShortcuts": None}) as portal:
        starting = asyncio.create_task(listener.start(BINDINGS, print))
        async with asyncio.timeout(5):
            while not portal.triggers:
                await asyncio.sleep(0.01)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert portal.closed == [portal.session]
