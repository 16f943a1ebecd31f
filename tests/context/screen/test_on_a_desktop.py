"""Looks at a real screen, with the real recogniser: monitors that come and go, and letters of a screen with a scale."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.screen import Monitors, ScreenContext
from sovereign_desktop.context.screen.glance import Glance
from sovereign_desktop.context.screen.observer import Observer
from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from sovereign_desktop.host.screen._linux_lock import LinuxLock
from sovereign_desktop.host.screen._linux_x11 import X11WindowList
from sovereign_desktop.host.screen.base import Shot
from sovereign_desktop.host.screen.choose import Screen
from sovereign_desktop.host.screen.mss_capture import MssCapture
from tests.desktop import Desktop, wait_until

pytestmark = pytest.mark.desktop

EDITOR = Path(__file__).parents[2] / "end_to_end" / "editor.py"
SEAM = 700


async def seen(observer: Observer) -> str:
    look = await observer.look()
    assert isinstance(look, Glance), look
    return " ".join(window.text for window in look.windows)


async def test_monitors_come_and_go_and_a_scaled_window_is_read(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    letter = desktop.folder / "letter.txt"
    letter.write_text("Seven yellow flowers.\nCall me at +49 30 1234567.\n")
    desktop.start([sys.executable, str(EDITOR), str(letter)], env={"QT_SCALE_FACTOR": "2"})
    wait_until(lambda: "letter.txt - Editor" in desktop.titles(), 20, "the editor")
    terminal = shutil.which("xterm")
    assert terminal is not None, "install xterm"
    shown = "echo purple lantern; sleep 600"
    desktop.start([terminal, "-fa", "DejaVu Sans Mono", "-fs", "13", "-geometry", "30x6+800+500", "-e", shown])
    wait_until(lambda: any("echo" in title or "xterm" in title for title in desktop.titles()), 20, "the terminal")
    place = ["xdotool", "search", "--name", "letter.txt", "windowmove", "0", "40", "windowsize", "640", "400"]
    subprocess.run([*place, "windowactivate", "--sync"], env=desktop.env, check=True, timeout=20)
    screen = Screen(MssCapture(), X11WindowList(desktop.env["DISPLAY"]), LinuxLock("unix:path=/nowhere"))
    observer = Observer(ScreenContext(monitors=Monitors.FOCUSED), screen, TesseractTextRecognizer(timeout_s=60))
    whole = await seen(observer)
    assert "Seven yellow flowers." in whole
    assert "[PHONE NUMBER]" in whole
    assert "1234567" not in whole
    assert "purple lantern" in whole
    with desktop.screen.two_monitors(SEAM):
        half = await seen(observer)
        assert "Seven yellow flowers." in half
        assert "purple" not in half
    assert "purple lantern" in await seen(observer)
    await observer.close()


async def test_an_editor_whose_cursor_blinks_is_read_without_it_and_then_no_more(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    letter = desktop.folder / "letter.txt"
    letter.write_text("Seven yellow flowers.\nThe kitchen is open.\n")
    desktop.start([sys.executable, str(EDITOR), str(letter)])
    wait_until(lambda: "letter.txt - Editor" in desktop.titles(), 20, "the editor")
    place = ["xdotool", "search", "--name", "letter.txt", "windowactivate", "--sync"]
    subprocess.run(place, env=desktop.env, check=True, timeout=20)
    capture = MssCapture()
    one, other = await blinking(capture)
    reader = ScreenReader(TesseractTextRecognizer(timeout_s=60))
    await reader.read(one)
    words = await reader.read(other)
    assert reader.part_reads <= 1  # where it was there from the beginning, its line is read again
    parts = reader.part_reads
    assert await reader.read(one) is words
    assert await reader.read(other) is words
    assert (reader.full_reads, reader.part_reads) == (1, parts)
    assert {"Seven", "yellow", "flowers."} <= {word.text for word in words}
    await capture.close()


async def blinking(capture: MssCapture) -> tuple[Shot, Shot]:
    """The two pictures between which the screen changes to and fro."""
    (one,) = await capture.take()
    other = await other_than(capture, one)
    while (again := await other_than(capture, other)).pixels != one.pixels:
        one, other = other, again
    return one, other


async def other_than(capture: MssCapture, shot: Shot) -> Shot:
    """The next picture of the screen that is not like this one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        (now,) = await capture.take()
        if now.pixels != shot.pixels:
            return now
    raise TimeoutError("the screen stands still")
