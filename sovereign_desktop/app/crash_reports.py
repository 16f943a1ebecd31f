"""A crash leaves a report that can be read: where the program was, and nothing of what was said, seen or typed.

Each run opens a file with a few lines about itself. The interpreter's own fault handler writes into it where every
thread was when a fault kills the process; a fault in Python is written by kind and place, never with its text, which
may quote. A run that ends as it should takes its file along, and so does one that was killed: there is nothing to read.
"""

from __future__ import annotations

import faulthandler
import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from sovereign_desktop import __version__

KEPT = 10
_ABOUT = """Sovereign Desktop ended in a fault. This is all that is known of it.
It holds nothing that was said, shown on the screen, typed or answered, and no key.

program  {version}
Python   {python}
system   {system}
started  {started}
"""


class CrashReports:
    """The reports in a folder. `begin` opens that of this run; `earlier` are those of runs before it, not seen yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: TextIO | None = None
        self._path = folder / f"running-{os.getpid()}.txt"
        self.earlier: tuple[Path, ...] = ()

    def begin(self) -> None:
        """Write down faults from now on. A folder that can't be written costs the report, not the program."""
        _no_core_files()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.earlier = tuple(self._sort_out())
            self._file = self._path.open("w", encoding="utf-8")
            self._path.chmod(0o600)
            self._file.write(self._about())
            self._file.flush()
            faulthandler.enable(self._file, all_threads=True)
        except OSError:
            self._file = None

    def note(self, error: BaseException) -> None:
        """A fault in Python has ended the program: what kind it was, and where."""
        if self._file is None:
            return
        self._file.write("\n".join(("", *_places(error), "")))
        self._close()
        self._keep(self._path)

    def end(self) -> None:
        """The program ends as it should."""
        if self._file is not None:
            self._close()
            self._path.unlink(missing_ok=True)

    def tell(self) -> Path | None:
        """The latest report that the user has not been told of; from now on they have been told of all."""
        told = None
        for path in self.earlier:
            told = path.replace(path.with_name(path.name.replace("crash-", "seen-", 1)))
        self.earlier = ()
        return told

    def _sort_out(self) -> Iterator[Path]:
        """Reports of runs that ended in a fault; the rest of the old files goes."""
        for path in sorted(self._folder.glob("running-*.txt")):
            if _tells_something(path):
                self._keep(path)
            else:
                path.unlink(missing_ok=True)
        old = sorted(self._folder.glob("*-*.txt"), key=lambda path: path.stat().st_mtime)
        for path in old[:-KEPT]:
            path.unlink(missing_ok=True)
        yield from sorted(self._folder.glob("crash-*.txt"))

    def _keep(self, path: Path) -> None:
        at = time.strftime("%Y%m%d-%H%M%S", time.localtime(path.stat().st_mtime))
        path.replace(self._folder / f"crash-{at}-{path.stem.removeprefix('running-')}.txt")

    def _about(self) -> str:
        return _ABOUT.format(
            version=__version__,
            python=platform.python_version(),
            system=f"{platform.system()} {platform.release()} {platform.machine()}",
            started=time.strftime("%Y-%m-%d %H:%M:%S %z"),
        )

    def _close(self) -> None:
        assert self._file is not None
        faulthandler.disable()
        self._file.close()
        self._file = None


def _tells_something(path: Path) -> bool:
    """Whether anything stands below the lines that the run wrote about itself."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return text.count("\n") > _ABOUT.count("\n")


def _places(error: BaseException | None) -> Iterator[str]:
    """The error and those that it came from, by kind and place."""
    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {Path(frame.filename).name}, line {frame.lineno}, in {frame.name}"
        error = error.__cause__ or error.__context__


def _no_core_files() -> None:
    """An image of the whole memory would hold every key and every word; this process and its children leave none."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
