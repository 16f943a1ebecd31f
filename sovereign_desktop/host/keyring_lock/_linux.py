"""Whether the Secret Service of this session is locked.

Source: the freedesktop.org Secret Service specification (the alias `default`, the property `Locked`).
"""

from __future__ import annotations

import asyncio
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.portal import TROUBLE, hang_up

_NAME, _PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
_NOWHERE = "/"
_ANSWER_S = 2.0


class SecretServiceLock:
    """Asks the session's Secret Service, if one runs."""

    def __init__(self, bus_address: str | None = None) -> None:
        self._bus_address = bus_address
        self._bus: MessageBus | None = None

    async def is_locked(self) -> bool:
        """See KeyringLock."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                (collection,) = await self._call(_PATH, "org.freedesktop.Secret.Service", "ReadAlias", "s", ["default"])
                if collection == _NOWHERE:  # a first one will be made, and its owner asked
                    return True
                wanted = ["org.freedesktop.Secret.Collection", "Locked"]
                (locked,) = await self._call(collection, "org.freedesktop.DBus.Properties", "Get", "ss", wanted)
        except (*TROUBLE, TimeoutError, ValueError):
            return True
        return not isinstance(locked, Variant) or locked.value is not False

    async def close(self) -> None:
        bus, self._bus = self._bus, None
        await hang_up(bus)

    async def _call(self, path: str, interface: str, member: str, signature: str, body: list[str]) -> list[Any]:
        if self._bus is None or not self._bus.connected:
            self._bus = await MessageBus(bus_address=self._bus_address).connect()
        message = Message(
            destination=_NAME,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body,
            flags=MessageFlag.NO_AUTOSTART,  # looking must not start a keyring
        )
        reply = await self._bus.call(message)
        return list(reply.body) if reply.message_type is MessageType.METHOD_RETURN else []
