"""The source tree that is built: its version, its metadata, the moment that its files are dated with."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from installers.prepare.errors import SetupError

NAME = "sovereign-desktop"
PACKAGE = "sovereign_desktop"


@dataclass(frozen=True, slots=True)
class Source:
    """A source tree, and when it was committed: every file that is built is dated so, whenever it is built."""

    root: Path
    version: str
    epoch: int

    @classmethod
    def read(cls, root: Path) -> Source:
        """The tree at `root`."""
        return cls(root, version_in(root / PACKAGE / "__init__.py"), _epoch(root))

    @property
    def date(self) -> str:
        """The day of the commit."""
        return datetime.fromtimestamp(self.epoch, UTC).strftime("%Y-%m-%d")

    @property
    def pins(self) -> Path:
        """Everything that runs, pinned."""
        return self.root / "installers" / "requirements.txt"

    def project(self) -> dict[str, Any]:
        """The metadata of the project."""
        return _table(self.root / "pyproject.toml")["project"]  # type: ignore[no-any-return]

    def briefcase(self) -> dict[str, Any]:
        """The settings of the installers."""
        return _table(self.root / "briefcase.toml")["tool"]["briefcase"]  # type: ignore[no-any-return]


def version_in(file: Path) -> str:
    """The one place that says which version this is, read without running it."""
    found = re.search(r'^__version__ = "([^"]+)"$', file.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{file} names no __version__")
    return found[1]


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _epoch(root: Path) -> int:
    """SOURCE_DATE_EPOCH, or the commit's time, or that of the change log where there is no git."""
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        try:
            return int(told)
        except ValueError:
            raise SetupError(f"SOURCE_DATE_EPOCH is {told!r}; it has to be a number of seconds") from None
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "log", "-1", "--format=%ct"], capture_output=True, text=True, check=True
        )
        return int(done.stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return int((root / "CHANGELOG.md").stat().st_mtime)
