"""Whose keyring it is."""

from __future__ import annotations

from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from tests.desktop.bus import KEYRING_PASSWORD

NAME, PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
SERVICE = "org.freedesktop.Secret.Service"


class Owner:
    """Locks the keyring of a session bus, and unlocks it with the password."""

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
