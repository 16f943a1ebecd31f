"""Whether a Linux session is locked: as its screen saver and its login manager say."""

from __future__ import annotations

import asyncio

from dbus_fast import BusType, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.portal import TROUBLE, hang_up

_ANSWER_S = 0.5
_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver", "org.cinnamon.ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver", "org.mate.ScreenSaver"),
)
_LOGIN = "org.freedesktop.login1"


class LinuxLock:
    """Asks whoever knows. Who is not there is asked again only after a minute."""

    def __init__(self, session_address: str | None = None, system_address: str | None = None) -> None:
        self._addresses = {BusType.SESSION: session_address, BusType.SYSTEM: system_address}
        self._buses: dict[BusType, MessageBus] = {}
        self._absent: dict[str, float] = {}

    async def is_locked(self) -> bool:
        """See ScreenLock."""
        for name, path, interface in _SAVERS:
            if await self._call(BusType.SESSION, name, path, interface, "GetActive", "", []) is True:
                return True
        hint = ["org.freedesktop.login1.Session", "LockedHint"]
        path = "/org/freedesktop/login1/session/auto"
        answer = await self._call(BusType.SYSTEM, _LOGIN, path, "org.freedesktop.DBus.Properties", "Get", "ss", hint)
        return isinstance(answer, Variant) and answer.value is True

    async def close(self) -> None:
        buses, self._buses = self._buses, {}
        for bus in buses.values():
            await hang_up(bus)

    async def _call(
        self, kind: BusType, name: str, path: str, interface: str, member: str, signature: str, body: list[str]
    ) -> object:
        """The answer, or None when nobody gave one."""
        now = asyncio.get_running_loop().time()
        if self._absent.get(name, -60.0) + 60.0 > now:
            return None
        message = Message(
            destination=name,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body,
            flags=MessageFlag.NO_AUTOSTART,  # asking must not start a screen saver
        )
        try:
            async with asyncio.timeout(_ANSWER_S):
                reply = await (await self._bus(kind)).call(message)
        except (*TROUBLE, TimeoutError, ValueError):
            self._absent[name] = now
            return None
        if reply.message_type is MessageType.ERROR:
            self._absent[name] = now
            return None
        return reply.body[0] if reply.body else None

    async def _bus(self, kind: BusType) -> MessageBus:
        bus = self._buses.get(kind)
        if bus is None or not bus.connected:
            self._buses[kind] = bus = await MessageBus(self._addresses[kind], kind).connect()
        return bus
