"""Hotkeys on Wayland: the desktop portal's GlobalShortcuts, which tells when a key goes down and up.

The user decides in the desktop's own dialog; the keys they choose may differ from those that we ask for.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from dbus_fast import Message, Variant

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent
from sovereign_desktop.host.hotkey.keysyms import keysym_name
from sovereign_desktop.host.hotkey.parse import Hotkey
from sovereign_desktop.host.portal import TROUBLE, PortalConnection, new_token

logger = logging.getLogger(__name__)

_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
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
        self._portal = PortalConnection(bus_address, answer_s=answer_s, on_signal=self._take_signal)
        self._dialog_s = dialog_s
        self._session = ""
        self._down: set[str] = set()
        self._on_event: Callable[[HotkeyEvent], None] | None = None

    async def start(
        self, bindings: Mapping[str, Hotkey], on_event: Callable[[HotkeyEvent], None]
    ) -> tuple[HotkeyError, ...]:
        """See HotkeyListener. May wait for the user's answer to the desktop's dialog."""
        await self.stop()
        try:
            await self._portal.open()
            self._session = await self._create_session()
            bound = await self._bind(bindings)
        except (*TROUBLE, TimeoutError) as error:
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
        self._on_event = None
        self._down.clear()
        if self._session and self._portal.is_open:
            with contextlib.suppress(*TROUBLE, TimeoutError):
                await self._portal.call(_SESSION, "Close", "", [], self._session)
        self._session = ""
        await self._portal.close()

    async def _create_session(self) -> str:
        options = {"session_handle_token": Variant("s", new_token())}
        results = await self._request(self._portal.answer_s, "CreateSession", "a{sv}", [], options)
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
        self, longest_s: float, method: str, signature: str, body: list[Any], options: Mapping[str, Variant]
    ) -> dict[str, Variant]:
        """What the desktop says. Raises HotkeyError when the answer is no, TimeoutError without one."""
        results = await self._portal.request(_SHORTCUTS, method, signature, body, options, longest_s)
        if results is None:
            raise HotkeyError(_REFUSED)
        return results

    def _take_signal(self, message: Message) -> None:
        if message.interface == _SHORTCUTS and message.member in ("Activated", "Deactivated"):
            self._take_key(message.body, is_down=message.member == "Activated")
        elif message.interface == _SESSION and message.member == "Closed" and message.path == self._session:
            logger.warning("the desktop has taken the hotkeys back")

    def _take_key(self, body: list[Any], *, is_down: bool) -> None:
        session, name = body[0], body[1]
        if session != self._session or self._on_event is None or (name in self._down) == is_down:
            return
        (self._down.add if is_down else self._down.discard)(name)
        self._on_event(HotkeyEvent(name, is_down, time.monotonic()))


def _trigger(hotkey: Hotkey) -> Variant:
    """The hotkey in the notation of the XDG shortcuts specification: `CTRL+ALT+space`."""
    return Variant("s", "+".join((*(_MODIFIERS[name] for name in hotkey.modifiers), keysym_name(hotkey.key))))
