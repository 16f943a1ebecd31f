"""The `.venv`: made by us, complete, and the one that was asked for, or made again.

A stamp inside it, written last and taken away first, says what it holds. Without the stamp it is half-made,
whatever it looks like. It is built where it stays, because scripts in an environment carry its path; a lock keeps
two set-ups apart. pip holds the lock as well, so that one which outlives a killed set-up is waited for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from installers.prepare import pip
from installers.prepare.errors import SetupError
from installers.prepare.processes import run_logged
from installers.prepare.progress import Status, say

STAMP = "complete.json"
OURS = "made-by-bootstrap"
"""Marks an environment as ours to delete, from its first moment."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an environment holds: for which Python, in which place, and the digests of the pinned files in it."""

    python: str
    place: str
    pins: dict[str, str]

    @classmethod
    def read(cls, file: Path) -> Stamp | None:
        """The stamp in a file; None when there is none or it can't be understood, which is the same to us."""
        try:
            return cls(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, file: Path) -> None:
        """Put the stamp in place at once."""
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=2), "utf-8")
        partial.replace(file)


class Step(Enum):
    """What an environment needs."""

    NOTHING = "nothing"
    MORE = "more packages"
    EVERYTHING = "everything"


def next_step(found: Stamp | None, wanted: Stamp) -> Step:
    """Compare what there is with what is wanted. Packages are added in place, never exchanged or taken out."""
    if found is None or (found.python, found.place) != (wanted.python, wanted.place):
        return Step.EVERYTHING
    if wanted.pins.items() <= found.pins.items():
        return Step.NOTHING
    return Step.MORE if found.pins.items() <= wanted.pins.items() else Step.EVERYTHING


class Environment:
    """A virtual environment of a source tree, for one list of pinned files (each holds the ones before it)."""

    def __init__(self, root: Path, pins: list[Path], name: str = ".venv", log: str = "bootstrap.log") -> None:
        self.folder = root / name
        self.log = root / "build" / log
        self._root = root
        self._pins = pins
        self._stamp = self.folder / STAMP

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """A program of the environment."""
        if os.name == "nt":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    def wanted(self) -> Stamp:
        """The stamp of a complete environment."""
        python = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]} {platform.machine()}"
        digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in self._pins}
        return Stamp(python, str(self.folder), digests)

    def step(self) -> Step:
        """What is to be done. An environment whose Python has gone is no better than none."""
        found = Stamp.read(self._stamp) if self.python.exists() else None
        return next_step(found, self.wanted())

    def prepare(self) -> None:
        """Make the environment complete. Interrupted at any point, it is not trusted by the next call."""
        self.log.parent.mkdir(exist_ok=True)
        with _locked(self.log.with_suffix(".lock")) as lock:
            step = self.step()  # another set-up may have done it while we waited
            if step is Step.NOTHING:
                return
            self._stamp.unlink(missing_ok=True)
            self.log.unlink(missing_ok=True)
            if step is Step.EVERYTHING:
                self._create(lock)
            pip.install(self.python, self._pins[-1], self.log, inherit=lock)
            self._link_source()
            self._make_command()
            self.wanted().write(self._stamp)

    def _create(self, lock: int) -> None:
        self._clear()
        self.folder.mkdir()
        (self.folder / OURS).touch()
        # The interpreter below, in case we were started with that of the .venv which has just gone.
        base = getattr(sys, "_base_executable", sys.executable)
        status = Status()
        command = [base, "-I", "-m", "venv", str(self.folder)]
        code = run_logged(command, self.log, on_line=status.show, on_tick=lambda: None, inherit=[lock])
        if code:
            raise SetupError(f"{base} can't make a virtual environment; what it said is in {self.log}")
        status.done(f"made {self.folder.name}")

    def _clear(self) -> None:
        """Make room: what we made is deleted, what somebody else made is moved aside."""
        if not self.folder.exists() and not self.folder.is_symlink():
            return
        if (self.folder / OURS).exists() and not self.folder.is_symlink():
            shutil.rmtree(self.folder)
            return
        aside = self.log.parent / f"venv-of-{time.strftime('%Y-%m-%d-%H%M%S')}"
        self.folder.rename(aside)
        say(f"  {self.folder} was not made by this script; it is now {aside}")

    def _link_source(self) -> None:
        """Let the environment's Python import the program from the source tree, from any folder."""
        # A line in a .pth file: what an editable install comes to, without a build backend.
        (pip.site_packages(self.folder) / "sovereign-desktop-source.pth").write_text(f"{self._root}\n", "utf-8")

    def _make_command(self) -> None:
        """The command that the program's own advice names. A package that pip installs would bring the same."""
        if os.name == "nt":
            script = self.program("sovereign-desktop").with_suffix(".cmd")
            script.write_text(f'@"{self.python}" -m sovereign_desktop %*\r\n', "utf-8", newline="")
            return
        script = self.program("sovereign-desktop")
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(str(self.python))} -m sovereign_desktop "$@"\n', "utf-8")
        script.chmod(0o755)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[int]:
    """Hold a lock that ends with us and with the programs that inherit its descriptor, however they end."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        status = Status()
        waited = False
        while not _try_lock(descriptor):
            waited = True
            status.show("another set-up is at work here; waiting for it")
            time.sleep(0.5)
        if waited:
            status.done("the other set-up has ended")
        yield descriptor
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
