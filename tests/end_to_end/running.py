"""The tray app, started on the desktop as a user would start it."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.desktop import Desktop, Program, wait_until

START_S = 20.0
TURN_S = 30.0


class Running:
    """A running Sovereign Desktop, observed from outside: its log, its records, its icon."""

    def __init__(self, desktop: Desktop, program: Program) -> None:
        self.desktop = desktop
        self.program = program
        self.home = Path(desktop.env["SOVEREIGN_HOME"])

    @property
    def pid(self) -> int:
        return self.program.pid

    def log(self) -> list[dict[str, Any]]:
        """Everything logged so far."""
        text = "".join(file.read_text() for file in sorted(self.home.rglob("sovereign.log")))
        return [json.loads(line) for line in text.splitlines()]

    def logged(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if line["message"] == message]

    def wait_for_log(self, message: str, count: int = 1, timeout_s: float = TURN_S) -> None:
        wait_until(lambda: len(self.logged(message)) >= count, timeout_s, f"“{message}” in the log, {count} times")

    def turns(self) -> list[dict[str, Any]]:
        """The turns in the transcript, oldest first; none while it is damaged or not there yet."""
        database = next(self.home.rglob("transcripts.sqlite"), None)
        if database is None:
            return []
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            try:
                rows = connection.execute("select * from turns order by started_at").fetchall()
            except sqlite3.DatabaseError:
                return []
        return [dict(row) for row in rows]

    def wait_for_turns(self, count: int, timeout_s: float = TURN_S) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.turns()) >= count, timeout_s, f"{count} turns in the transcript")
        return self.turns()

    def verb(self, *options: str) -> Program:
        """A second start with these options."""
        program = self.desktop.start([sys.executable, "-m", "sovereign_desktop", *options])
        program.wait(15)
        return program


@contextmanager
def running(
    desktop: Desktop,
    settings: str | None = "",
    env: Mapping[str, str] | None = None,
    *options: str,
    start: Callable[[], Program] | None = None,
) -> Iterator[Running]:
    """Start the tray app with `settings` (YAML) and wait until its hotkey is armed; quit it at the end.

    With None it is the first start of a newcomer: no settings at all. `start` is another way to start it.
    """
    home = Path(desktop.env["SOVEREIGN_HOME"])
    settings_file = home / "config" / "settings.yaml"
    if settings is not None:
        settings_file.parent.mkdir(parents=True, exist_ok=True)
        settings_file.write_text(settings)
    program = start() if start else desktop.start([sys.executable, "-m", "sovereign_desktop", *options], env=env)
    app = Running(desktop, program)
    wait_until(lambda: desktop.tray_icons() or not program.running, START_S, "the tray icon")
    assert program.running, program.output()
    app.wait_for_log("program ready", timeout_s=START_S)
    try:
        yield app
    finally:
        status = program.end(15)
        assert status == 0, f"the program ended with {status}: {program.output()}"
