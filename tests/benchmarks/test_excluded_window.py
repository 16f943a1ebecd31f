"""An excluded window on the second monitor, partly covered, with a title that changes: not one word of it is read."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.screen import ScreenContext, ScreenPrivacy, WhenExcluded
from sovereign_desktop.context.screen.glance import Glance
from sovereign_desktop.context.screen.observer import Observer
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from sovereign_desktop.host.screen._linux_lock import LinuxLock
from sovereign_desktop.host.screen._linux_x11 import X11WindowList
from sovereign_desktop.host.screen.base import Shot
from sovereign_desktop.host.screen.choose import Screen
from sovereign_desktop.host.screen.mss_capture import MssCapture
from tests.desktop import Desktop, wait_until

SECRETS = ["sapphire", "jackdaw", "monsoon", "kettledrum", "porcupine"]
OPEN = ["Shopping", "list:", "bread", "butter", "cheese"]
SEAM = 640


class TwoMonitors(MssCapture):
    """The one screen that Xvfb has, as two monitors side by side."""

    async def take(self) -> tuple[Shot, ...]:
        shots = []
        for shot in await super().take():
            rows = [shot.pixels[4 * y * shot.box.width : 4 * (y + 1) * shot.box.width] for y in range(shot.box.height)]
            left = bytearray().join(row[: 4 * SEAM] for row in rows)
            right = bytearray().join(row[4 * SEAM :] for row in rows)
            shots += [
                Shot(replace(shot.box, right=SEAM), left),
                Shot(Rect(SEAM, 0, shot.box.right, shot.box.bottom), right),
            ]
        return tuple(shots)


@pytest.mark.desktop
@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_not_one_word_of_an_excluded_window_is_known_or_written(
    desktop: Desktop,
    times: Callable[[int, int], int],
    figure: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    window(desktop, "KeePassXC - start", "+700+100", SECRETS)
    window(desktop, "a cover", "+900+300", ["nothing", "here"])
    window(desktop, "groceries", "+40+60", OPEN)
    wait_until(lambda: {"a cover", "groceries"} <= set(desktop.screen.titles()), 20, "the windows")
    settings = ScreenContext(privacy=ScreenPrivacy(when_excluded=WhenExcluded.CUT))
    screen = Screen(TwoMonitors(), X11WindowList(desktop.env["DISPLAY"]), LinuxLock("unix:path=/nowhere"))
    observer = Observer(settings, screen, TesseractTextRecognizer(timeout_s=120))
    looks, runs = [await observer.look()], times(3, 50)
    for run in range(runs):
        title = f"KeePassXC - {run}" if run % 2 else f"Untitled {run}"
        place = (680 + 5 * (run % 20), 100 + 4 * (run % 30))
        command = ["xdotool", "search", "--name", "KeePassXC|Untitled", "windowmove", *map(str, place)]
        subprocess.run([*command, "set_window", "--name", title], env=desktop.env, check=True)
        looks.append(await observer.look())
    known = repr(looks) + repr(observer.__dict__) + repr([reader.__dict__ for reader in observer._readers.values()])
    await observer.close()
    seen = sum(isinstance(look, Glance) and "Shopping" in repr(look) for look in looks)
    figure(runs=runs, with_the_open_window=seen)
    written = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert seen >= 0.8 * runs  # it looked, and found what it may see
    for word in SECRETS:
        assert word not in known.lower()
        assert word not in caplog.text.lower()
        assert word not in written.lower()


def window(desktop: Desktop, title: str, place: str, words: list[str]) -> None:
    """A terminal that shows words."""
    terminal = shutil.which("xterm")
    assert terminal is not None, "install xterm"
    shown = f"echo {' '.join(words)}; sleep 1800"
    desktop.start(
        [terminal, "-fa", "DejaVu Sans Mono", "-fs", "13", "-geometry", f"40x8{place}", "-T", title, "-e", shown]
    )
