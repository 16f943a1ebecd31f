"""Hotkeys on Wayland: the desktop portal's GlobalShortcuts, which tells when a key goes down and up.

The user decides in the desktop's own dialog; the keys they choose may differ from those that we ask for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from dbus_fast import Message, Variant

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems, nobody_asks
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
_TAKEN_BACK = "The desktop has taken the global hotkeys back."
_ASK_AGAIN = (
    "Allow them in the desktop's settings and start the program again, or bind keys there to"
    " `sovereign-desktop --toggle`, or to `--talk` and `--release`."
)


class PortalHotkeyListener:
    """A session with the portal. `answer_s` bounds each call, `dialog_s` the user's choice of keys.

    A portal that ends and comes again is asked again; a user who said no, or took the keys back, is not.
    """

    def __init__(self, bus_address: str | None = None, *, answer_s: float = 5.0, dialog_s: float = 120.0) -> None:
        self._portal = PortalConnection(
            bus_address, answer_s=answer_s, on_signal=self._take_signal, on_presence=self._presence_changed
        )
        self._dialog_s = dialog_s
        self._session = ""
        self._down: set[str] = set()
        self._bindings: Mapping[str, Hotkey] = {}
        self._on_event: Callable[[HotkeyEvent], None] | None = None
        self._on_change: Callable[[Problems], None] = nobody_asks
        self._arming = asyncio.Lock()
        self._has_lost = False
        """Whether a portal that comes now is to be asked, because the one before has ended or gave nothing."""
        self._again: asyncio.Task[None] | None = None
        self._is_due = asyncio.Event()

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        """See HotkeyListener. May wait for the user's answer to the desktop's dialog."""
        await self.stop()
        self._bindings, self._on_event, self._on_change = bindings, on_event, on_change
        self._again = asyncio.create_task(self._arm_again(), name="hotkeys of the desktop")
        try:
            return await self._arm()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """See HotkeyListener."""
        self._on_event, self._on_change = None, nobody_asks
        self._down.clear()
        again, self._again = self._again, None
        if again is not None:
            again.cancel()
            await asyncio.gather(again, return_exceptions=True)
        self._is_due.clear()
        await self._end_session()
        await self._portal.close()

    async def _arm(self) -> Problems:
        """Ask for all keys; what the desktop does not give."""
        async with self._arming:
            self._has_lost = False
            try:
                await self._portal.open()
                self._session = await self._create_session()
                bound = await self._bind(self._bindings)
            except (HotkeyError, *TROUBLE, TimeoutError) as error:
                logger.warning("the desktop lends no hotkeys", extra={"error": type(error).__name__})
                await self._end_session()
                self._has_lost = True
                return (HotkeyError(_REFUSED),)
            return self._missing(bound)

    async def _arm_again(self) -> None:
        """Ask each new portal."""
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            self._on_change(await self._arm())

    async def _end_session(self) -> None:
        session, self._session = self._session, ""
        if session and self._portal.is_open:
            with contextlib.suppress(*TROUBLE, TimeoutError):
                await self._portal.call(_SESSION, "Close", "", [], session)

    def _missing(self, bound: Container[str]) -> Problems:
        return tuple(
            HotkeyError(f"The desktop did not accept {hotkey.label}.", names=(name,))
            for name, hotkey in self._bindings.items()
            if name not in bound
        )

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
            session, name = message.body[0], message.body[1]
            if session == self._session and name in self._bindings:
                self._take_key(name, is_down=message.member == "Activated")
        elif message.interface == _SHORTCUTS and message.member == "ShortcutsChanged":
            session, shortcuts = message.body
            if session == self._session:
                self._shortcuts_changed({shortcut[0] for shortcut in shortcuts})
        elif message.interface == _SESSION and message.member == "Closed" and message.path == self._session:
            self._session_is_over()
            self._on_change((HotkeyError(_TAKEN_BACK, remedy=_ASK_AGAIN),))

    def _take_key(self, name: str, *, is_down: bool) -> None:
        if self._on_event is None or (name in self._down) == is_down:
            return
        (self._down.add if is_down else self._down.discard)(name)
        self._on_event(HotkeyEvent(name, is_down, time.monotonic()))

    def _shortcuts_changed(self, bound: set[str]) -> None:
        """The user gave some, or took some back, in the desktop's settings."""
        self._let_go(self._down - bound)
        self._on_change(self._missing(bound))

    def _presence_changed(self, is_there: bool) -> None:
        if not is_there and self._session:
            self._session_is_over()
            self._is_due.set()  # asking it starts another one, where the desktop is set up so
        elif is_there and self._has_lost:
            self._is_due.set()

    def _session_is_over(self) -> None:
        logger.warning("the session for hotkeys is over")
        self._session = ""
        self._has_lost = True
        self._let_go(self._down)

    def _let_go(self, names: Iterable[str]) -> None:
        """Nobody tells of their release any more, and who speaks must not be listened to for ever."""
        for name in tuple(names):
            self._take_key(name, is_down=False)


def _trigger(hotkey: Hotkey) -> Variant:
    """The hotkey in the notation of the XDG shortcuts specification: `CTRL+ALT+space`."""
    return Variant("s", "+".join((*(_MODIFIERS[name] for name in hotkey.modifiers), keysym_name(hotkey.key))))
