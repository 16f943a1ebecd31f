"""Hotkeys on a real X server, pressed by xdotool."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems
from sovereign_desktop.host.hotkey.parse import parse_hotkey
from tests.desktop import Desktop

if sys.platform != "linux":
    pytest.skip("X11 is a matter of Linux", allow_module_level=True)

from sovereign_desktop.host.hotkey._linux_x11 import X11HotkeyListener

pytestmark = pytest.mark.desktop

BINDINGS = {"talk": parse_hotkey("ctrl+alt+space"), "cancel": parse_hotkey("ctrl+alt+escape")}


class Ear:
    """A listener, and what it heard."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self.listener = X11HotkeyListener(desktop.env["DISPLAY"])
        self.events: asyncio.Queue[HotkeyEvent] = asyncio.Queue()

    async def type(self, *arguments: str) -> None:
        await asyncio.to_thread(
            subprocess.run, ["xdotool", *arguments], env={**os.environ, **self._desktop.env}, check=True, timeout=20
        )

    async def heard(self) -> tuple[str, bool]:
        event = await asyncio.wait_for(self.events.get(), 10)
        return event.name, event.is_down


@asynccontextmanager
async def listening(desktop: Desktop) -> AsyncIterator[Ear]:
    ear = Ear(desktop)
    assert await ear.listener.start(BINDINGS, ear.events.put_nowait) == ()
    try:
        yield ear
    finally:
        await ear.type("keyup", "space", "keyup", "Escape", "keyup", "alt", "keyup", "ctrl")
        await ear.listener.stop()


async def test_press_and_release_are_heard_one_by_one(desktop: Desktop) -> None:
    async with listening(desktop) as ear:
        await ear.type("keydown", "ctrl", "keydown", "alt", "keydown", "space")
        assert await ear.heard() == ("talk", True)
        assert ear.events.empty()
        await ear.type("keyup", "space")
        assert await ear.heard() == ("talk", False)
        await ear.type("key", "ctrl+alt+Escape")
        assert [await ear.heard(), await ear.heard()] == [("cancel", True), ("cancel", False)]


async def test_the_release_is_heard_when_the_modifiers_went_up_first(desktop: Desktop) -> None:
    async with listening(desktop) as ear:
        await ear.type("keydown", "ctrl", "keydown", "alt", "keydown", "space", "keyup", "alt", "keyup", "ctrl")
        assert await ear.heard() == ("talk", True)
        assert ear.events.empty()
        await ear.type("keyup", "space")
        assert await ear.heard() == ("talk", False)


@pytest.mark.parametrize("lock", ["Caps_Lock", "Num_Lock"])
async def test_lock_keys_do_not_deafen(desktop: Desktop, lock: str) -> None:
    async with listening(desktop) as ear:
        await ear.type("key", lock)
        try:
            await ear.type("key", "ctrl+alt+space")
            assert [await ear.heard(), await ear.heard()] == [("talk", True), ("talk", False)]
        finally:
            await ear.type("key", lock)


async def test_a_held_key_is_one_press_and_one_release(desktop: Desktop) -> None:
    async with listening(desktop) as ear:
        await ear.type("keydown", "ctrl", "keydown", "alt", "keydown", "space", "sleep", "1.2", "keyup", "space")
        assert [await ear.heard(), await ear.heard()] == [("talk", True), ("talk", False)]
        await ear.type("key", "ctrl+alt+Escape")  # what comes next shows that nothing came between
        assert await ear.heard() == ("cancel", True)


async def test_other_combinations_are_left_alone(desktop: Desktop) -> None:
    async with listening(desktop) as ear:
        await ear.type("key", "space", "key", "ctrl+space", "key", "ctrl+alt+shift+space", "key", "ctrl+alt+Escape")
        assert await ear.heard() == ("cancel", True)


async def test_a_hotkey_that_another_program_holds_is_named_and_the_others_work(desktop: Desktop) -> None:
    async with listening(desktop):
        second = Ear(desktop)
        (problem,) = await second.listener.start(
            {"talk": BINDINGS["talk"], "other": parse_hotkey("ctrl+shift+f9")}, second.events.put_nowait
        )
        assert problem.names == ("talk",)
        assert problem.user_text == "Another program holds Ctrl+Alt+Space."
        assert "--toggle" in problem.remedy
        await second.type("key", "ctrl+shift+F9")
        assert await second.heard() == ("other", True)
        await second.listener.stop()


async def test_a_hotkey_that_another_program_lets_go_is_ours_without_a_new_start(desktop: Desktop) -> None:
    other, ours = Ear(desktop), Ear(desktop)
    ours.listener = X11HotkeyListener(desktop.env["DISPLAY"], retry_s=0.05)
    changes: asyncio.Queue[Problems] = asyncio.Queue()
    await other.listener.start({"talk": BINDINGS["talk"]}, other.events.put_nowait)
    try:
        (problem,) = await ours.listener.start(BINDINGS, ours.events.put_nowait, changes.put_nowait)
        await ours.type("key", "ctrl+alt+Escape")  # which takes as long as several tries
        assert [await ours.heard(), await ours.heard()] == [("cancel", True), ("cancel", False)]
        assert (problem.names, changes.empty()) == (("talk",), True), "it is told once, not at each try"
        await other.listener.stop()
        assert await asyncio.wait_for(changes.get(), 10) == ()
        await ours.type("key", "ctrl+alt+space")
        assert [await ours.heard(), await ours.heard()] == [("talk", True), ("talk", False)]
    finally:
        await other.listener.stop()
        await ours.listener.stop()


async def test_a_program_that_takes_the_whole_keyboard_has_it_for_as_long_as_that_lasts(desktop: Desktop) -> None:
    """As menus, virtual machines and screen lockers do; nobody is told of it by X."""
    from Xlib import X
    from Xlib.display import Display

    greedy = Display(desktop.env["DISPLAY"])
    async with listening(desktop) as ear:
        greedy.screen().root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        greedy.sync()
        await ear.type("key", "ctrl+alt+space")
        greedy.ungrab_keyboard(X.CurrentTime)
        greedy.sync()
        await ear.type("key", "ctrl+alt+Escape")
        assert await ear.heard() == ("cancel", True)
    greedy.close()


async def test_a_key_that_is_lost_with_a_new_keyboard_layout_is_told(
    desktop: Desktop,
) -> None:
    """The key of the letter b becomes a second space, and another program holds that one."""
    from Xlib import X
    from Xlib.display import Display

    ear, other = Ear(desktop), Display(desktop.env["DISPLAY"])
    changes: asyncio.Queue[Problems] = asyncio.Queue()
    other.screen().root.grab_key(56, X.ControlMask | X.Mod1Mask, False, X.GrabModeAsync, X.GrabModeAsync)
    other.sync()
    try:
        assert await ear.listener.start(BINDINGS, ear.events.put_nowait, changes.put_nowait) == ()
        await remap(desktop, "b_is_space")
        (problem,) = await asyncio.wait_for(changes.get(), 10)
        assert problem.names == ("talk",)
        await remap(desktop, "plain")
        assert await asyncio.wait_for(changes.get(), 10) == ()
    finally:
        await remap(desktop, "plain")
        await ear.listener.stop()
        other.close()


async def test_the_hotkey_follows_a_changed_keyboard(desktop: Desktop) -> None:
    async with listening(desktop) as ear:
        try:
            # The key of the letter b becomes a second space.
            await remap(desktop, "b_is_space")
            await ear.type("keydown", "ctrl", "keydown", "alt", "key", "56", "keyup", "alt", "keyup", "ctrl")
            assert [await ear.heard(), await ear.heard()] == [("talk", True), ("talk", False)]
        finally:
            await remap(desktop, "plain")


async def remap(desktop: Desktop, layout: str) -> None:
    from Xlib import XK
    from Xlib.display import Display

    display = Display(desktop.env["DISPLAY"])
    before = display.get_keyboard_mapping(56, 1)
    name = "space" if layout == "b_is_space" else "b"
    display.change_keyboard_mapping(56, [[XK.string_to_keysym(name)] * len(before[0])])
    display.sync()
    display.close()


async def test_a_stop_gives_the_keys_and_the_thread_back(desktop: Desktop) -> None:
    process = psutil.Process()
    before = threading.active_count(), process.num_fds()
    for _ in range(3):
        ear = Ear(desktop)
        assert await ear.listener.start(BINDINGS, ear.events.put_nowait) == ()
        await ear.listener.stop()
        await ear.listener.stop()
    assert (threading.active_count(), process.num_fds()) == before


async def test_waiting_for_a_key_costs_nothing(desktop: Desktop) -> None:
    async with listening(desktop):
        (thread,) = [thread for thread in threading.enumerate() if thread.name == "hotkeys"]
        await asyncio.sleep(0.05)
        assert thread.native_id is not None
        used = {entry.id: entry.user_time + entry.system_time for entry in psutil.Process().threads()}
        ended = time.monotonic() + 0.5
        while time.monotonic() < ended:
            await asyncio.sleep(0.1)
        now = {entry.id: entry.user_time + entry.system_time for entry in psutil.Process().threads()}
        assert now[thread.native_id] == used[thread.native_id]


# python-xlib 0.33 leaves the sockets of its attempts to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_without_a_display_there_is_a_clear_error() -> None:
    with pytest.raises(HotkeyError, match="no X display"):
        await X11HotkeyListener(":987").start(BINDINGS, print)
