"""Whether the program can write where it keeps its files, and the command that lets it."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from sovereign_desktop.config.paths import Paths

ANOTHER_HOME = "export SOVEREIGN_HOME=~/sovereign"


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A folder of the program that it can't use."""

    folder: Path
    reason: str
    remedy: str

    @property
    def sentence(self) -> str:
        return f"{self.folder} can't be written: {self.reason}"


def unwritable(paths: Paths) -> Iterator[Unwritable]:
    """The folders that can't be written. Tries for real: permissions alone do not know of a protected disk."""
    for field in fields(paths):
        folder: Path = getattr(paths, field.name)
        there = next(path for path in (folder, *folder.parents) if path.exists())
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            yield Unwritable(folder, error.strerror or type(error).__name__, _remedy(there))


def _remedy(there: Path) -> str:
    if not there.is_dir():
        return f"mv {shlex.quote(str(there))} {shlex.quote(f'{there}.old')}"
    home = Path.home()
    if os.name == "nt" or home not in there.parents:
        return ANOTHER_HOME if os.name != "nt" else "set SOVEREIGN_HOME=%USERPROFILE%\\sovereign"
    if there.stat().st_uid == os.getuid():
        return f"chmod u+rwx {shlex.quote(str(there))}"
    return f'sudo chown "$USER" {shlex.quote(str(there))}'
