"""Hotkeys on X11: passive grabs on the root window, heard by one thread that sleeps until a key comes.

A grab lasts until its key is released, so that the release is seen even when the modifiers went up first.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems, nobody_asks, taken
from sovereign_desktop.host.hotkey.keysyms import keysym_name
from sovereign_desktop.host.hotkey.parse import Hotkey

if TYPE_CHECKING:
    from Xlib.display import Display

logger = logging.getLogger(__name__)

T = TypeVar("T")

_SHIFT, _LOCK, _CONTROL, _ALT, _SUPER = 1, 2, 4, 8, 64  # core protocol; alt and super by everyone's convention
_MASKS = {"shift": _SHIFT, "ctrl": _CONTROL, "alt": _ALT, "super": _SUPER}


class X11HotkeyListener:
    """Grabs keys on the display that DISPLAY names, or the given one.

    X tells nobody when a key is free again: while another program holds one, it is tried every `retry_s`.
    """

    def __init__(self, display_name: str | None = None, *, retry_s: float = 10.0) -> None:
        self._display_name = display_name
        self._retry_s = retry_s
        self._thread: Thread | None = None
        self._wake: int | None = None

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        """See HotkeyListener. Connecting to a local display takes a few milliseconds."""
        await self.stop()
        display, mapping_event = self._connect()
        grabs = _Grabs(display, bindings, mapping_event)
        grabs.take()
        problems = grabs.problems
        asleep, self._wake = os.pipe()
        loop = asyncio.get_running_loop()
        news = _News(_on_loop(loop, on_event), _on_loop(loop, on_change))
        self._thread = Thread(target=_hear, args=(display, grabs, asleep, news, self._retry_s), name="hotkeys")
        self._thread.start()
        return problems

    async def stop(self) -> None:
        """See HotkeyListener."""
        thread, self._thread = self._thread, None
        wake, self._wake = self._wake, None
        if thread is not None and wake is not None:
            os.close(wake)  # the thread's end of the pipe becomes readable
            thread.join()

    def _connect(self) -> tuple[Display, int]:
        from Xlib import error
        from Xlib.display import Display

        from sovereign_desktop.host.hotkey import _xkb

        try:
            display = Display(self._display_name)
        except (error.DisplayError, OSError) as cause:
            raise HotkeyError("There is no X display to hear hotkeys on.") from cause
        mapping_event = _xkb.prepare(display)
        if mapping_event is None:
            display.close()
            raise HotkeyError("This X server can't tell a held key from a repeated one.")
        return display, mapping_event


class _Grabs:
    """The grabs of all bindings: every keycode of a key, with every combination of the lock keys."""

    def __init__(self, display: Display, bindings: Mapping[str, Hotkey], mapping_event: int) -> None:
        self.mapping_event = mapping_event
        self._display = display
        self._bindings = bindings
        self._keysyms: dict[int, Sequence[int]] = {}
        self._taken: dict[int, list[tuple[int, str]]] = {}
        self.refused: tuple[str, ...] = ()
        """The names of the bindings that somebody else holds."""

    @property
    def problems(self) -> Problems:
        """The same for the user."""
        return tuple(taken(name, self._bindings[name]) for name in self.refused)

    def take(self) -> None:
        """Grab everything for the keyboard as it is now."""
        from Xlib import X

        self._display.screen().root.ungrab_key(X.AnyKey, X.AnyModifier)
        self._taken.clear()
        self._read_keyboard()  # not from python-xlib's cache, which knows nothing of the extension's events
        self._take_those(self._bindings)

    def retry(self) -> None:
        """Grab what somebody else held."""
        self._take_those(self.refused)

    def _take_those(self, names: Iterable[str]) -> None:
        locks = self._locks()
        self.refused = tuple(name for name in names if not self._take(name, self._bindings[name], locks))

    def name_of(self, keycode: int, state: int) -> str | None:
        """The binding that a press of the key with these modifiers belongs to."""
        held = state & (_SHIFT | _CONTROL | _ALT | _SUPER)
        return next((name for mask, name in self._taken.get(keycode, ()) if mask == held), None)

    def keyboard_changed(self) -> bool:
        """Whether keys mean something else now; X also tells when merely another keyboard is used."""
        before = self._keysyms
        self._read_keyboard()
        return before != self._keysyms

    def _take(self, name: str, hotkey: Hotkey, locks: Iterable[int]) -> bool:
        from Xlib import X, error

        root = self._display.screen().root
        mask = sum(_MASKS[modifier] for modifier in hotkey.modifiers)
        refused = error.CatchError(error.BadAccess)
        for keycode in self._keycodes(keysym_name(hotkey.key)):
            for lock in locks:
                root.grab_key(keycode, mask | lock, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refused)
            names = self._taken.setdefault(keycode, [])
            if (mask, name) not in names:
                names.append((mask, name))
        self._display.sync()
        return refused.get_error() is None

    def _locks(self) -> list[int]:
        """Every combination of Caps Lock, Num Lock and Scroll Lock, as masks."""
        single = {_LOCK, self._mask_of("Num_Lock"), self._mask_of("Scroll_Lock")} - {0}
        return [sum(some) for count in range(len(single) + 1) for some in combinations(single, count)]

    def _read_keyboard(self) -> None:
        first, last = self._display.display.info.min_keycode, self._display.display.info.max_keycode
        self._keysyms = dict(enumerate(self._display.get_keyboard_mapping(first, last - first + 1), start=first))

    def _keycodes(self, keysym_name: str) -> set[int]:
        from Xlib import XK

        keysym = XK.string_to_keysym(keysym_name)
        return {keycode for keycode, keysyms in self._keysyms.items() if keysym in keysyms}

    def _mask_of(self, keysym_name: str) -> int:
        keycodes = self._keycodes(keysym_name)
        for bit, keys in enumerate(self._display.get_modifier_mapping()):
            if keycodes & set(keys):
                return 1 << bit
        return 0


@dataclass(frozen=True, slots=True)
class _News:
    """Who hears of keys, and of what can't be had; any thread tells them."""

    key: Callable[[HotkeyEvent], None]
    change: Callable[[Problems], None]


def _hear(display: Display, grabs: _Grabs, asleep: int, news: _News, retry_s: float) -> None:
    """The thread: sleeps until X or `stop` has something to say, or it is time to try a key again."""
    from Xlib import error

    down: dict[int, str] = {}
    refused = grabs.refused
    try:
        while True:
            mapping_changed = False
            while display.pending_events():
                mapping_changed |= _take_event(display.next_event(), grabs, down, news.key)
            if mapping_changed and grabs.keyboard_changed():
                grabs.take()
            if grabs.refused != refused:
                refused = grabs.refused
                logger.info("other hotkeys can be had now", extra={"refused": refused})
                news.change(grabs.problems)
            if mapping_changed:
                continue  # keys may have been pressed meanwhile; select would not see what is read already
            readable, _, _ = select.select([display, asleep], [], [], retry_s if refused else None)
            if asleep in readable:
                return
            if not readable:
                grabs.retry()
    except (error.ConnectionClosedError, OSError):
        logger.warning("the X display is gone; no hotkeys are heard")
        news.change((HotkeyError("The X display is gone, so no hotkeys are heard."),))
    finally:
        os.close(asleep)
        with contextlib.suppress(error.ConnectionClosedError, OSError):
            display.close()


def _take_event(event: Any, grabs: _Grabs, down: dict[int, str], tell: Callable[[HotkeyEvent], None]) -> bool:
    """Tell about a key; True when the keyboard's mapping has changed."""
    from Xlib import X

    if event.type == X.KeyPress:
        name = grabs.name_of(event.detail, event.state)
        if name is not None and event.detail not in down:
            down[event.detail] = name
            tell(HotkeyEvent(name, True, time.monotonic()))
    elif event.type == X.KeyRelease and event.detail in down:
        tell(HotkeyEvent(down.pop(event.detail), False, time.monotonic()))
    return bool(event.type == grabs.mapping_event)


def _on_loop(loop: asyncio.AbstractEventLoop, receiver: Callable[[T], None]) -> Callable[[T], None]:
    def tell(news: T) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed without stopping us
            loop.call_soon_threadsafe(receiver, news)

    return tell
