"""Hotkeys on Wayland: a real bus, and a portal on it that says yes, no, or nothing."""

from __future__ import annotations

import asyncio
import sys

import pytest

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent
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
    listener = PortalHotkeyListener(address, answer_s=0.2, dialog_s=0.2)
    async with Portal(address, answers={method: code}):
        with pytest.raises(HotkeyError, match="does not lend") as caught:
            await listener.start(BINDINGS, print)
    assert "--toggle" in caught.value.remedy


async def test_a_portal_that_refuses_the_program_is_the_same_sentence(address: str) -> None:
    async with Portal(address, wants_app_id=True, knows_registry=False):
        with pytest.raises(HotkeyError, match="does not lend"):
            await PortalHotkeyListener(address).start(BINDINGS, print)


async def test_without_a_portal_or_a_bus_it_is_the_same_sentence(address: str) -> None:
    for where in (address, "unix:path=/nowhere/bus"):
        with pytest.raises(HotkeyError, match="does not lend"):
            await PortalHotkeyListener(where, answer_s=1.0).start(BINDINGS, print)


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
