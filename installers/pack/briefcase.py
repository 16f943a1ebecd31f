"""Running Briefcase in the staged folder, with packages that were fetched before and checked against their hashes."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from installers.pack.source import NAME, Source
from installers.prepare import pip
from installers.prepare.environment import Environment, Stamp
from installers.prepare.errors import SetupError
from installers.prepare.processes import run_logged
from installers.prepare.progress import Status


class Workshop:
    """Where installers are built: Briefcase's environment, the wheels, the staged folder. All below `build/`."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.source = source
        self.stage = folder / "stage"
        self.log = folder / "build.log"
        self._folder = folder
        self.wheels = folder / "wheels"
        pins = source.root / "installers" / "requirements-build.txt"
        self.environment = Environment(source.root, [pins], ".venv-build", "build-tools.log")

    def prepare(self) -> None:
        """Bring Briefcase and the build tools."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        self.environment.prepare()

    def fetch_wheels(self) -> None:
        """Fetch what the program needs, once; the build itself then asks no index."""
        stamp, wanted = self.wheels / "complete.json", _stamp_of(self.source, self.wheels)
        if Stamp.read(stamp) == wanted:
            return
        shutil.rmtree(self.wheels, ignore_errors=True)
        self.wheels.mkdir()
        started_at = self.log.stat().st_size if self.log.exists() else 0
        command = [self._python, *pip.DOWNLOAD, *pip.QUIETLY]
        command += ["--dest", str(self.wheels), "--requirement", str(self.source.pins)]
        try:
            self.run("the program's packages", command)
        except SetupError as error:
            raise pip.failure(self.log, started_at) from error
        wanted.write(stamp)

    def briefcase(self, verb: str, *words: str, env: Mapping[str, str] | None = None, why: str = "") -> None:
        """One command of Briefcase in the staged folder; `why` is what may be behind its failure."""
        home = self._folder / "briefcase"
        home.mkdir(exist_ok=True)
        own = {"BRIEFCASE_HOME": str(home), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        command = [self._python, "-P", "-m", "briefcase", verb, *words, "--no-input"]
        self.run(f"Briefcase: {verb}", command, env=own | dict(env or {}), why=why)

    def run(
        self,
        what: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        why: str = "",
    ) -> None:
        """Run a step in the staged folder (or here, before there is one) and raise its failure in a sentence."""
        status = Status()
        status.show(what)
        place = self.stage if self.stage.exists() else self._folder
        code = run_logged(
            command,
            self.log,
            on_line=lambda _: None,
            on_tick=lambda: status.show(what),
            env={**os.environ, **(env or {}), "SOURCE_DATE_EPOCH": str(self.source.epoch)},
            cwd=place,
        )
        if code:
            status.drop()
            raise SetupError(f"{what} failed; what was said is in {self.log}" + (f". {why}" if why else ""))
        status.done(what)

    @property
    def _python(self) -> str:
        return str(self.environment.python)

    def tree(self) -> Path:
        """The folder that Briefcase fills for the Debian or Ubuntu that this is."""
        here = platform.freedesktop_os_release()
        return self.stage / "build" / NAME / here["ID"] / here["VERSION_CODENAME"] / f"{NAME}-{self.source.version}"


def _stamp_of(source: Source, folder: Path) -> Stamp:
    digest = hashlib.sha256(source.pins.read_bytes()).hexdigest()
    return Stamp(f"{sys.version_info[0]}.{sys.version_info[1]} {sys.platform}", str(folder), {source.pins.name: digest})
