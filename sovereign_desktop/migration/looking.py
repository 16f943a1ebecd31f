"""Looking at a folder without a trace: not even the time of the last reading changes, where the system allows."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_NO_ATIME = getattr(os, "O_NOATIME", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
CHUNK = 1 << 16
MOST_FILES = 200_000

IGNORED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "env",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "site-packages",
        ".idea",
        ".vscode",
    ]
)
"""Folders that are made anew by tools, and never hold what the user wrote."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in the folder. `relative` has slashes on every system."""

    path: Path
    relative: str
    is_file: bool
    is_link: bool
    size: int
    mode: int
    mtime_ns: int


def open_untouched(path: Path) -> BinaryIO:
    """The regular file, opened for reading. Raises OSError."""
    try:
        descriptor = os.open(path, _READ | _NO_ATIME)
    except PermissionError:  # the flag is for the owner only
        descriptor = os.open(path, _READ)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is no file")
    return os.fdopen(descriptor, "rb")


def digest(path: Path) -> str:
    """The SHA-256 of the file. Raises OSError."""
    total = hashlib.sha256()
    with open_untouched(path) as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def walk(root: Path) -> Iterator[Found]:
    """Everything below `root`, folders before what is in them, by name. Links are told, never followed.

    What can't be looked into is left out. Raises OSError when `root` itself can't be read.
    """
    count = 0
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            names = _names(folder)
        except OSError:
            if folder == root:
                raise
            continue
        for name in sorted(names):
            count += 1
            if count > MOST_FILES:
                return
            path = folder / name
            with suppress(OSError):
                status = path.lstat()
                is_link, is_folder = stat.S_ISLNK(status.st_mode), stat.S_ISDIR(status.st_mode)
                if is_folder and name in IGNORED:
                    continue
                if is_folder:
                    waiting.append(path)
                yield Found(
                    path,
                    path.relative_to(root).as_posix(),
                    stat.S_ISREG(status.st_mode),
                    is_link,
                    status.st_size,
                    stat.S_IMODE(status.st_mode),
                    status.st_mtime_ns,
                )


def _names(folder: Path) -> list[str]:
    if os.scandir not in os.supports_fd:
        return [path.name for path in folder.iterdir()]
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _NO_ATIME)
    except PermissionError:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return os.listdir(descriptor)  # noqa: PTH208 - a path would be opened again, which leaves a trace
    finally:
        os.close(descriptor)
