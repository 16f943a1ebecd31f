"""Lock and sleep of a Linux session, by the signals of its login manager and its screen saver.

Sources: org.freedesktop.login1(5) for `PrepareForSleep`, `Lock` and `Unlock`; the freedesktop idle inhibition draft
and the sources of GNOME, KDE, Cinnamon and MATE for `ActiveChanged`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

from sovereign_desktop.host.away.base import Away, Presence
from sovereign_desktop.host.portal import TROUBLE, hang_up
from sovereign_desktop.host.screen._linux_lock import LinuxLock

CONNECT_S = 3.0
_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
)
_LOGIN = "org.freedesktop.login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_SYSTEM_RULES = (
    f"type='signal',sender='{_LOGIN}',interface='{_MANAGER}',member='PrepareForSleep'",
    f"type='signal',sender='{_LOGIN}',interface='{_SESSION}',member='Lock'",
    f"type='signal',sender='{_LOGIN}',interface='{_SESSION}',member='Unlock'",
)
_SESSION_RULES = tuple(f"type='signal',interface='{name}',member='ActiveChanged'" for name in _SAVERS)


class LinuxAwayWatch:
    """Two connections that only wait for signals; a bus that is not there, or goes, tells nothing any more."""

    def __init__(self, session_address: str | None = None, system_address: str | None = None) -> None:
        self._addresses = {BusType.SESSION: session_address, BusType.SYSTEM: system_address}
        self._buses: list[MessageBus] = []
        self._own_session = ""
        self._presence = Presence(lambda _away: None)

    async def start(self, on_change: Callable[[Away | None], None]) -> None:
        """See AwayWatch."""
        self._presence = Presence(on_change)
        for kind, rules in ((BusType.SYSTEM, _SYSTEM_RULES), (BusType.SESSION, _SESSION_RULES)):
            with contextlib.suppress(*TROUBLE, TimeoutError, ValueError):
                async with asyncio.timeout(CONNECT_S):
                    bus = await MessageBus(self._addresses[kind], kind).connect()
                    self._buses.append(bus)
                    bus.add_message_handler(self._hear)
                    for rule in rules:
                        await bus.call(_order("org.freedesktop.DBus", "AddMatch", "/org/freedesktop/DBus", "s", [rule]))
                    if kind is BusType.SYSTEM:
                        self._own_session = await _session_of_ours(bus)
        lock = LinuxLock(self._addresses[BusType.SESSION], self._addresses[BusType.SYSTEM])
        try:
            self._presence.tell(Away.LOCKED, await lock.is_locked())
        finally:
            await lock.close()

    async def close(self) -> None:
        buses, self._buses = self._buses, []
        for bus in buses:
            await hang_up(bus)

    def _hear(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match (message.interface, message.member, message.body):
            case (name, "PrepareForSleep", [bool(begins)]) if name == _MANAGER:
                self._presence.tell(Away.ASLEEP, begins)
            case (name, "Lock" | "Unlock" as member, _) if name == _SESSION and self._is_ours(message.path):
                self._presence.tell(Away.LOCKED, member == "Lock")
            case (name, "ActiveChanged", [bool(is_active)]) if name in _SAVERS:
                self._presence.tell(Away.LOCKED, is_active)
            case _:
                pass

    def _is_ours(self, path: str | None) -> bool:
        """Another user's session is locked for itself."""
        return not self._own_session or path == self._own_session


async def _session_of_ours(bus: MessageBus) -> str:
    """The path of this process's session; empty where the login manager knows none."""
    path = "/org/freedesktop/login1"
    reply = await bus.call(_order(_LOGIN, "GetSessionByPID", path, "u", [0], _MANAGER))
    return str(reply.body[0]) if reply.message_type is not MessageType.ERROR else ""


def _order(
    destination: str, member: str, path: str, signature: str, body: list[object], interface: str = ""
) -> Message:
    return Message(
        destination=destination,
        path=path,
        interface=interface or destination,
        member=member,
        signature=signature,
        body=body,
    )
