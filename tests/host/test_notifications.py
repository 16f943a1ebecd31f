"""Notifications on a real bus, with a server that remembers what it was asked to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.notifications import DesktopNotifications, Urgency
from tests.desktop import Desktop

pytestmark = pytest.mark.desktop

NAME = "org.freedesktop.Notifications"


@dataclass
class Server:
    """A notification server."""

    address: str
    shown: dict[int, list[Any]] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)

    async def __aenter__(self) -> Server:
        self._bus = await MessageBus(bus_address=self.address).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name(NAME)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != NAME:
            return None
        if message.member == "CloseNotification":
            self.closed.append(message.body[0])
            return Message.new_method_return(message)
        number = message.body[1] or len(self.shown) + 1
        self.shown[number] = message.body
        return Message.new_method_return(message, "u", [number])


async def test_a_notification_is_shown_replaced_and_taken_back(desktop: Desktop) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    notifications = DesktopNotifications(address)
    async with Server(address) as server:
        await notifications.show("disk", "The disk is full.", "Make <b>room</b> & wait.", Urgency.CRITICAL)
        await notifications.show("spend", "A dollar was spent.", "", Urgency.NORMAL)
        await notifications.show("disk", "The disk is nearly full.", "", Urgency.NORMAL)
        assert len(server.shown) == 2
        _app, replaced, icon, title, _body, _actions, hints, stays = server.shown[1]
        assert (replaced, title, hints["urgency"].value, stays) == (1, "The disk is nearly full.", 1, -1)
        assert icon == hints["desktop-entry"].value == "io.github.sovereign_desktop"
        await notifications.withdraw("spend")
        await notifications.withdraw("never shown")
        await notifications.close()
        assert server.closed == [2, 1]


async def test_what_is_critical_stays_and_its_text_is_no_markup(desktop: Desktop) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    notifications = DesktopNotifications(address)
    async with Server(address) as server:
        await notifications.show("disk", "The disk is full.", "Make <b>room</b> & wait.", Urgency.CRITICAL)
        *_, body, _actions, hints, stays = server.shown[1]
        assert (body, hints["urgency"].value, stays) == ("Make &lt;b&gt;room&lt;/b&gt; &amp; wait.", 2, 0)
        await notifications.close()


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/at/all"])
async def test_without_a_server_or_a_bus_nothing_happens(desktop: Desktop, address: str | None) -> None:
    notifications = DesktopNotifications(address or desktop.env["DBUS_SESSION_BUS_ADDRESS"])
    await notifications.show("disk", "The disk is full.", "", Urgency.CRITICAL)
    await notifications.withdraw("disk")
    await notifications.close()
