"""An excluded window on the second monitor, partly covered, with a title that changes: not one word of it is read."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.config.sections.screen import ScreenContext, ScreenPrivacy, WhenExcluded
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.manifest import Disclosure, Sent, told_in
from sovereign_desktop.context.providers.screen import ScreenProvider
from sovereign_desktop.context.screen.glance import Glance, Report
from sovereign_desktop.context.screen.observer import Observer
from sovereign_desktop.context.screen.watch import ScreenWatch
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from sovereign_desktop.host.screen._linux_lock import LinuxLock
from sovereign_desktop.host.screen._linux_x11 import X11WindowList
from sovereign_desktop.host.screen.choose import Screen
from sovereign_desktop.host.screen.mss_capture import MssCapture
from tests.desktop import Desktop, wait_until

SECRETS = ["sapphire", "jackdaw", "monsoon", "kettledrum", "porcupine"]
OPEN = ["Shopping", "list:", "bread", "butter", "cheese"]
SEAM = 640


class Watching(ScreenWatch):
    """What the program knows of the screen, from an observer in this process."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(ScreenContext())
        self._observer = observer

    async def looked(self, longest_s: float, *, with_picture: bool = False) -> Report:
        del longest_s
        self.report = await self._observer.look(with_picture=with_picture)
        self.version += 1
        return self.report


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
    screen = Screen(MssCapture(), X11WindowList(desktop.env["DISPLAY"]), LinuxLock("unix:path=/nowhere"))
    observer = Observer(settings, screen, TesseractTextRecognizer(timeout_s=120))
    watch = Watching(observer)
    briefer = Briefer([ScreenProvider(watch)], SmartContext(deadline_s=30), Estimate(), lambda: "Help.")
    looks, records, monitors, runs = list[Report](), list[str](), 0, times(3, 50)
    with desktop.screen.two_monitors(SEAM):
        for run in range(runs):
            looks.append(await observer.look())
            title = f"KeePassXC - {run}" if run % 2 else f"Untitled {run}"
            place = (680 + 5 * (run % 20), 100 + 4 * (run % 30))
            command = ["xdotool", "search", "--name", "KeePassXC|Untitled", "windowmove", *map(str, place)]
            subprocess.run([*command, "set_window", "--name", title], env=desktop.env, check=True)
            records.append(told_in(await turn(briefer, str(run))))
            looks.append(watch.report)
            monitors = max(monitors, len(observer._readers))
    known = repr(looks) + repr(observer.__dict__) + repr([reader.__dict__ for reader in observer._readers.values()])
    known += "".join(records) + repr(briefer._gatherer.cache.__dict__) + repr(briefer.assembler.__dict__)
    await briefer.close()
    await observer.close()
    seen = sum(isinstance(look, Glance) and "Shopping" in repr(look) for look in looks)
    told = sum("Shopping" in record for record in records)
    figure(runs=runs, with_the_open_window=seen, told_of_it=told)
    written = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert seen >= 0.8 * runs  # it looked, and found what it may see
    assert told >= 0.8 * runs
    assert monitors == 2
    for word in SECRETS:
        assert word not in known.lower()
        assert word not in caplog.text.lower()
        assert word not in written.lower()


async def turn(briefer: Briefer, turn_id: str) -> bytes:
    """The record of a turn that asked what is on the screen."""
    question = "what is on my screen"
    briefing = briefer.begin(turn_id, (), question)
    prompt = await briefing.prompt(question, ())
    briefing.sent(Disclosure("a model", True, tuple(Sent(one.role.value, one.text) for one in prompt.messages())))
    briefing.close()
    return briefing.record()


def window(desktop: Desktop, title: str, place: str, words: list[str]) -> None:
    """A terminal that shows words."""
    terminal = shutil.which("xterm")
    assert terminal is not None, "install xterm"
    shown = f"echo {' '.join(words)}; exec sleep 1800"
    desktop.start(
        [terminal, "-fa", "DejaVu Sans Mono", "-fs", "13", "-geometry", f"40x8{place}", "-T", title, "-e", shown]
    )
