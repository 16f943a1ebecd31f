"""How this program was installed, and what a new version of it is handed over to. Nothing is installed by us."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urljoin

import sovereign_desktop
from sovereign_desktop.app.update.release import Release, ReleaseFile

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


class Way(StrEnum):
    """What brought the program here."""

    DEB = "deb"
    MSI = "msi"
    DMG = "dmg"
    WHEEL = "wheel"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Installation:
    """The way that this program came, and the end of the names of files that fit here."""

    way: Way
    suffix: str = ""

    def file_in(self, release: Release) -> ReleaseFile | None:
        """What of a release fits here; None where nothing does, or nothing is needed."""
        return next((file for file in release.files if self.suffix and file.name.endswith(self.suffix)), None)

    @property
    def fetches(self) -> bool:
        """Whether a new version is a file that is fetched and opened; else it is a command."""
        return self.way in (Way.DEB, Way.MSI, Way.DMG)

    def command(self, release: Release, announced_at: str) -> str:
        """The line that installs a release which is not fetched as a file; empty where there is none that fits."""
        if self.way is Way.SOURCE:
            return "git pull && python3 installers/bootstrap.py setup"
        file = self.file_in(release)
        if file is None:
            return ""
        address = f"{urljoin(announced_at, file.name)}#sha256={file.sha256}"  # pip refuses any other file then
        return f"pipx install --force {shlex.quote(address)}"

    def hint(self, file: Path) -> str:
        """What to do with a file that was fetched, where opening it does not do."""
        if self.way is Way.DEB:
            return f"sudo apt install {shlex.quote(str(file))}"
        return f"Open {file}"


def find_installation(
    package: Path = Path(sovereign_desktop.__file__).parent,
    system: str = sys.platform,
    machine: str = platform.machine(),
    about_system: Callable[[], Mapping[str, str]] = platform.freedesktop_os_release,
) -> Installation:
    """Look where the program lies."""
    if (package.parent / "installers" / "bootstrap.py").exists():
        return Installation(Way.SOURCE)
    if package.parent.name != "app" or not (package.parent.parent / "app_packages").is_dir():
        return Installation(Way.WHEEL, "-py3-none-any.whl")
    if system == "win32":
        return Installation(Way.MSI, ".msi")
    if system == "darwin":
        return Installation(Way.DMG, ".dmg")
    codename = ""
    with suppress(OSError):
        codename = about_system().get("VERSION_CODENAME", "")
    return Installation(Way.DEB, f"-{codename}-{_MACHINES.get(machine, machine)}.deb")
