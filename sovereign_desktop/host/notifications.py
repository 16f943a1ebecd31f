"""Notifications of the desktop, by the freedesktop.org specification (1.2): shown, replaced, taken back.

Where nobody shows them (no session bus, no server, another system) nothing happens, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import html
from enum import IntEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.identity import APP_ID

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_FOR_EVER, _AS_USUAL = 0, -1


class Urgency(IntEnum):
    """As the specification counts it. What is critical stays until it is over or read."""

    LOW = 0
    NORMAL = 1
    CRITICAL = 2


class DesktopNotifications:
    """Each matter has one notification at most; `close` takes back what is still shown."""

    def __init__(self, bus_address: str | None = None) -> None:
        self._bus_address = bus_address
        self._bus: MessageBus | None = None
        self._shown: dict[str, int] = {}

    async def show(self, matter: str, title: str, text: str, urgency: Urgency) -> None:
        """Show it in place of what was shown of the same matter. The text is plain: markup in it stays visible."""
        await asyncio.to_thread(import_module, "sovereign_desktop.host.portal")  # it stalls the loop else: D-Bus
        from dbus_fast import Variant

        hints = {"urgency": Variant("y", urgency.value), "desktop-entry": Variant("s", APP_ID)}
        stays = _FOR_EVER if urgency is Urgency.CRITICAL else _AS_USUAL
        replaced = self._shown.get(matter, 0)
        body = ["Sovereign Desktop", replaced, APP_ID, title, html.escape(text, quote=False), [], hints, stays]
        answer = await self._call("Notify", "susssasa{sv}i", body)
        if answer and isinstance(answer[0], int):
            self._shown[matter] = answer[0]

    async def withdraw(self, matter: str) -> None:
        """Take it back, if it was shown."""
        if (number := self._shown.pop(matter, None)) is not None:
            await self._call("CloseNotification", "u", [number])

    async def close(self) -> None:
        """Take back what is shown, and let go of the bus. Idempotent."""
        for matter in tuple(self._shown):
            await self.withdraw(matter)
        bus, self._bus = self._bus, None
        if bus is not None:
            from sovereign_desktop.host.portal import hang_up

            await hang_up(bus)

    async def _call(self, member: str, signature: str, body: list[Any]) -> list[Any]:
        """The answer; empty when there is none."""
        from dbus_fast import Message, MessageType
        from dbus_fast.aio import MessageBus

        from sovereign_desktop.host.portal import TROUBLE

        message = Message(destination=_NAME, path=_PATH, interface=_NAME, member=member, signature=signature, body=body)
        try:
            if self._bus is None or not self._bus.connected:
                self._bus = await MessageBus(bus_address=self._bus_address).connect()
            answer = await self._bus.call(message)
        except TROUBLE:
            return []
        return list(answer.body) if answer.message_type is MessageType.METHOD_RETURN else []
