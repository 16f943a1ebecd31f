"""Hotkeys on Wayland: the desktop portal's GlobalShortcuts, which tells when a key goes down and up.

The user decides in the desktop's own dialog; the keys they choose may differ from those that we ask for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent
from sovereign_desktop.host.hotkey.keysyms import keysym_name
from sovereign_desktop.host.hotkey.parse import Hotkey

logger = logging.getLogger(__name__)

_PORTAL = "org.freedesktop.portal.Desktop"
_BUS = "org.freedesktop.DBus"
_PATH = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_SESSION = "org.freedesktop.portal.Session"
_MODIFIERS = {"ctrl": "CTRL", "alt": "ALT", "shift": "SHIFT", "super": "LOGO"}
_DESCRIPTIONS = {
    "talk": "Talk to the assistant",
    "cancel": "Stop listening and speaking",
    "pause screen": "Pause screen awareness",
}

_REFUSED = "The desktop does not lend global hotkeys to this program."


class PortalHotkeyListener:
    """A session with the portal. `answer_s` bounds each call, `dialog_s` the user's choice of keys."""

    def __init__(self, bus_address: str | None = None, *, answer_s: float = 5.0, dialog_s: float = 120.0) -> None:
        self._bus_address = bus_address
        self._answer_s = answer_s
        self._dialog_s = dialog_s
        self._bus: MessageBus | None = None
        self._session = ""
        self._responses: dict[str, asyncio.Future[list[Any]]] = {}
        self._down: set[str] = set()
        self._on_event: Callable[[HotkeyEvent], None] | None = None

    async def start(
        self, bindings: Mapping[str, Hotkey], on_event: Callable[[HotkeyEvent], None]
    ) -> tuple[HotkeyError, ...]:
        """See HotkeyListener. May wait for the user's answer to the desktop's dialog."""
        await self.stop()
        try:
            await self._connect()
            await self._register()
            self._session = await self._create_session()
            bound = await self._bind(bindings)
        except (DBusFastError, OSError, EOFError, TimeoutError) as error:
            await self.stop()
            raise HotkeyError(_REFUSED) from error
        except BaseException:
            await self.stop()
            raise
        self._on_event = on_event
        return tuple(
            HotkeyError(f"The desktop did not accept {hotkey.label}.", names=(name,))
            for name, hotkey in bindings.items()
            if name not in bound
        )

    async def stop(self) -> None:
        """See HotkeyListener."""
        bus, self._bus = self._bus, None
        self._on_event = None
        self._down.clear()
        if bus is None:
            return
        if self._session and bus.connected:
            with contextlib.suppress(DBusFastError, OSError, EOFError, TimeoutError):
                await self._call(bus, self._session, _SESSION, "Close", "", [])
        self._session = ""
        if bus.connected:
            bus.disconnect()
            with contextlib.suppress(DBusFastError, OSError, EOFError):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _connect(self) -> None:
        bus = MessageBus(bus_address=self._bus_address) if self._bus_address else MessageBus()
        async with asyncio.timeout(self._answer_s):
            self._bus = await bus.connect()
        bus.add_message_handler(self._take_signal)
        rule = f"type='signal',sender='{_PORTAL}'"
        await self._call(bus, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", [rule], _BUS)

    async def _register(self) -> None:
        """Tell the portal who we are; older portals don't ask."""
        with contextlib.suppress(_PortalError):
            await self._portal("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", [APP_ID, {}])

    async def _create_session(self) -> str:
        options = {"session_handle_token": Variant("s", _token())}
        results = await self._request(self._answer_s, "CreateSession", "a{sv}", [], options)
        session = results.get("session_handle")
        if session is None:
            raise HotkeyError(_REFUSED)
        return str(session.value)

    async def _bind(self, bindings: Mapping[str, Hotkey]) -> set[str]:
        """The names that the user let us have."""
        wanted = [
            [name, {"description": Variant("s", _DESCRIPTIONS.get(name, name)), "preferred_trigger": _trigger(hotkey)}]
            for name, hotkey in bindings.items()
        ]
        body = [self._session, wanted, ""]
        results = await self._request(self._dialog_s, "BindShortcuts", "oa(sa{sv})sa{sv}", body, {})
        shortcuts = results.get("shortcuts")
        return {shortcut[0] for shortcut in shortcuts.value} if shortcuts is not None else set()

    async def _request(
        self, longest_s: float, method: str, signature: str, body: list[Any], options: dict[str, Variant]
    ) -> dict[str, Variant]:
        """What the portal's Response says. Raises HotkeyError when the answer is no, TimeoutError without one."""
        assert self._bus is not None
        assert self._bus.unique_name is not None
        token = _token()
        sender = self._bus.unique_name.removeprefix(":").replace(".", "_")
        path = f"{_PATH}/request/{sender}/{token}"
        response = self._responses[path] = asyncio.get_running_loop().create_future()
        try:
            await self._portal(_SHORTCUTS, method, signature, [*body, {"handle_token": Variant("s", token), **options}])
            async with asyncio.timeout(longest_s):
                code, results = await response
        finally:
            del self._responses[path]
        if code != 0:
            raise HotkeyError(_REFUSED)
        return dict(results)

    async def _portal(self, interface: str, member: str, signature: str, body: list[Any]) -> list[Any]:
        assert self._bus is not None
        return await self._call(self._bus, _PATH, interface, member, signature, body)

    async def _call(
        self,
        bus: MessageBus,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: list[Any],
        destination: str = _PORTAL,
    ) -> list[Any]:
        message = Message(
            destination=destination, path=path, interface=interface, member=member, signature=signature, body=body
        )
        async with asyncio.timeout(self._answer_s):
            reply = await bus.call(message)
        if reply.message_type is MessageType.ERROR:
            raise _PortalError(reply.error_name or "error")
        return list(reply.body)

    def _take_signal(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.interface == _REQUEST and message.member == "Response":
            waiting = self._responses.get(message.path or "")
            if waiting is not None and not waiting.done():
                waiting.set_result(message.body)
        elif message.interface == _SHORTCUTS and message.member in ("Activated", "Deactivated"):
            self._take_key(message.body, is_down=message.member == "Activated")
        elif message.interface == _SESSION and message.member == "Closed" and message.path == self._session:
            logger.warning("the desktop has taken the hotkeys back")

    def _take_key(self, body: list[Any], *, is_down: bool) -> None:
        session, name = body[0], body[1]
        if session != self._session or self._on_event is None or (name in self._down) == is_down:
            return
        (self._down.add if is_down else self._down.discard)(name)
        self._on_event(HotkeyEvent(name, is_down, time.monotonic()))


class _PortalError(DBusFastError):
    """The portal, or the bus for it, answered with an error."""


def _trigger(hotkey: Hotkey) -> Variant:
    """The hotkey in the notation of the XDG shortcuts specification: `CTRL+ALT+space`."""
    return Variant("s", "+".join((*(_MODIFIERS[name] for name in hotkey.modifiers), keysym_name(hotkey.key))))


def _token() -> str:
    return f"sovereign_{secrets.token_hex(8)}"
