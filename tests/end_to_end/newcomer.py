"""A newcomer's way, filmed: `python -m tests.end_to_end.newcomer FOLDER` writes a picture of each step there.

From nothing to the first spoken answer, without a key: a clone of what is committed is installed by the README's
command in a terminal (xterm), and started by it. Then a key is added in the window, against a Realtime server on this
computer that wants it, and the next answer comes through it. The times are the program's own: what the newcomer says is
not counted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.desktop import Desktop, Program, wait_until
from tests.end_to_end.running import Running, running

WELCOME = "Welcome – Sovereign Desktop"
HOTKEY = "ctrl+alt+space"
QUESTION = "what time is it now"
KEY = "a-key-of-nobody"
UNTIL_ANSWERS = 3
"""So many steps come before the one that asks who shall answer."""
STEPS = 7
INSTALLED_WITHIN_S = 1200
PICTURE_EVERY_S = 15
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Film:
    """Pictures with the second at which each was taken; without a folder none are taken."""

    desktop: Desktop
    folder: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    spoken_s: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def take(self, name: str) -> None:
        """This is what the newcomer sees now."""
        self.seconds[name] = time.monotonic() - self._began - self.spoken_s
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.desktop.screenshot(self.folder / f"{len(self.seconds):02d}-{name}.png")


def installed(film: Film, folder: Path) -> Program:
    """The README's command in a terminal, in a clone in this empty folder; it runs when its icon is there."""
    desktop = film.desktop
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    terminal = desktop.start(
        ["xterm", "-geometry", "110x30", "-e", python, "installers/bootstrap.py", "run"], cwd=folder
    )
    began = time.monotonic()
    while terminal.running and not desktop.tray_icons() and time.monotonic() - began < INSTALLED_WITHIN_S:
        time.sleep(PICTURE_EVERY_S)
        film.take(f"install-{len(film.seconds) + 1}")
    return terminal


def without_a_key(film: Film, start: Callable[[], Program] | None = None) -> dict[str, Any]:
    """The first start, shown around, and the first question; the turn."""
    desktop = film.desktop
    with running(desktop, None, start=start) as app:
        wait_until(lambda: WELCOME in desktop.titles(), 10, "the welcome window")
        for step in range(1, STEPS):
            film.take(f"step-{step}")
            desktop.press("Return")
        turn = _ask(app, film, 1)
        film.take("first-answer")
        desktop.press("Return")
        wait_until(lambda: WELCOME not in desktop.titles(), 5, "the welcome window to close")
        if start is not None:  # a terminal that is closed would take the program along
            app.verb("--quit")
            app.program.wait(15)
    return turn


def with_a_key(film: Film, port: int) -> dict[str, Any]:
    """A key is entered and tried, and a question asked through the server on this port; the turn."""
    desktop = film.desktop
    env = {
        "SOVEREIGN_REALTIME_API__URL": f"ws://127.0.0.1:{port}/v1/realtime",
        "SOVEREIGN_REALTIME_API__FIRST_AUDIO_TIMEOUT_S": "30",  # a busy machine is not what is filmed
    }
    with running(desktop, None, env) as app:
        app.verb("--show", "welcome")
        wait_until(lambda: WELCOME in desktop.titles(), 10, "the welcome window")
        for _ in range(UNTIL_ANSWERS):
            desktop.press("Return")
        for key in ("Tab", "Tab", "Down", "Tab"):  # round to the choices, the second of them, its field
            desktop.press(key)
        desktop.type(KEY)
        film.take("key-entered")
        desktop.press("Tab")
        desktop.press("space")
        app.wait_for_log("Realtime session is open", timeout_s=60)
        film.take("key-tried")
        turn = _ask(app, film, 2)
        film.take("answer-through-it")
    return turn


def _ask(app: Running, film: Film, number: int) -> dict[str, Any]:
    """Hold the key, ask, let go, and wait for the answer."""
    listened = len(app.logged("listening"))
    with film.desktop.hold(HOTKEY):
        app.wait_for_log("listening", listened + 1)
        said = film.desktop.say(QUESTION)
        film.spoken_s += said.ended_at - said.started_at
    return app.wait_for_turns(number)[-1]


@contextmanager
def locked_server(desktop: Desktop, home: Path) -> Iterator[int]:
    """`serve realtime` that wants the key; its port."""
    from tests.end_to_end.test_realtime import serving

    with serving(desktop, home, options=("--token", KEY)) as port:
        yield port


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    if shutil.which("xterm") is None:
        sys.exit("The installation is filmed in xterm, which is not installed.")
    with Desktop() as desktop, tempfile.TemporaryDirectory() as home:
        film = Film(desktop, folder)
        turns = [without_a_key(film, lambda: installed(film, Path(home) / "sovereign"))]
        with locked_server(desktop, Path(home) / "server") as port:
            turns.append(with_a_key(film, port))
    for name, seconds in film.seconds.items():
        print(f"{seconds:6.1f} s  {name}")
    for turn in turns:
        print(f"{turn['backend']}: {turn['transcript']} / {turn['reply']}")


if __name__ == "__main__":
    main()
