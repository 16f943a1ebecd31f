"""Programs that others wrote, on a free port of loopback. The test command brings them (`installers/others.toml`)."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from installers.prepare import npm
from installers.prepare.others import Others
from tests.desktop.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
START_S = 20.0
END_S = 10.0
OTHERS = Others(ROOT)
THEIRS = OTHERS.environment.folder


def speech_to_speech() -> list[str]:
    """The command that starts the protocol layer of speech-to-speech."""
    _or_skip(OTHERS.environment.python)
    return [str(OTHERS.environment.python), str(Path(__file__).with_name("speech_to_speech_server.py"))]


def aimock(fixtures: Path, *options: str) -> list[str]:
    """The command that starts aimock."""
    (package,) = (package for package in OTHERS.npm if package.name.endswith("/aimock"))
    folder = package.folder_in(THEIRS)
    _or_skip(folder)
    cli = str(folder / "dist" / "cli.js")
    return [str(npm.node(THEIRS)), cli, "-f", str(fixtures), "-p", "0", "-h", "127.0.0.1", *options]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, and all that it has printed so far."""

    port: int
    output: Callable[[], str]


@contextmanager
def started(command: list[str], env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run a server until the block ends. It tells its port in a line that ends with it."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={**os.environ, **(env or {})}
        )

        def output() -> str:
            return os.pread(said.fileno(), 1 << 20, 0).decode(errors="replace")

        def port() -> int | None:
            assert process.poll() is None, f"{command} ended: {output()}"
            found = re.search(r"^(?:.*://127\.0\.0\.1:)?(\d+)$", output(), re.MULTILINE)
            return int(found[1]) if found else None

        try:
            yield Running(wait_until(port, START_S, f"the port of {Path(command[0]).name}"), output)
        finally:
            process.terminate()
            process.wait(END_S)


def _or_skip(needed: Path) -> None:
    if not needed.exists():
        pytest.skip(
            f"THE TESTS AGAINST PROGRAMS OF OTHERS DID NOT RUN: {needed.relative_to(ROOT)} is missing; "
            "the test command brings it where the package index can be reached: python3 installers/bootstrap.py test"
        )
