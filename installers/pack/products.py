"""What can be built: on which system, with what, and how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installers.pack import deb, notices
from installers.pack.briefcase import Workshop
from installers.pack.source import NAME
from installers.pack.stage import TEMPLATE, debian_packages, stage
from installers.pack.tree import dress, installed_mib, largest
from installers.prepare.errors import SetupError
from installers.prepare.progress import say

SYSTEM_PYTHON = Path("/usr/bin/python3")
IDENTITY, NOTARIZE = "SOVEREIGN_SIGNING_IDENTITY", "SOVEREIGN_NOTARIZE"
_TO_BUILD_A_DEB = ("build-essential", "python3-dev", "dpkg-dev", "debhelper", "git")


@dataclass(frozen=True, slots=True)
class Product:
    """One thing to install from. `platform` is empty where any system can make it."""

    name: str
    what: str
    platform: str
    needs: str
    build: Callable[[Workshop, Path], None]
    fault: Callable[[], str] = lambda: ""
    """Why this system can't make it although it is of the right kind; empty when it can."""

    @property
    def obstacle(self) -> str:
        """What stands in the way here; empty when nothing does."""
        if self.platform and self.platform != sys.platform:
            return f"needs {self.needs}"
        return self.fault()


def build_wheel(workshop: Workshop, out: Path) -> None:
    """The wheel and the source distribution."""
    root = str(workshop.source.root)
    command = [str(workshop.environment.python), "-P", "-m", "build", "--no-isolation", "--outdir", str(out), root]
    workshop.run("wheel and source distribution", command)


def build_deb(workshop: Workshop, out: Path) -> None:
    """The Debian package, for the Debian or Ubuntu that this is."""
    settings = _lay_out(workshop)
    system = settings["app"][NAME]["linux"]["system"]["debian"]
    target = ("linux", "system")
    workshop.briefcase("create", *target, why=f"Without a network, {TEMPLATE} has to name a local template")
    workshop.briefcase("build", *target)
    tree = workshop.tree()
    licences = notices.licences(_components(workshop, settings))
    dress(tree, workshop.source, bundle_identifier=f"{settings['bundle']}.{NAME}", licences=licences)
    _watch_size(tree, system["size_limit_mib"])
    # What Briefcase packs is packed once more below, so here it need not be small.
    workshop.briefcase("package", *target, "--adhoc-sign", env={"DPKG_DEB_COMPRESSOR_TYPE": "none"})
    say("  packing, which takes a few minutes")
    package = deb.pack(tree, workshop.source, out, codename=tree.parent.name, recommends=system["recommends"])
    say(f"  {package.name}: {package.stat().st_size / 2**20:.0f} MiB, {installed_mib(tree):.0f} MiB installed")
    _write_bill(workshop, settings, out, tree.parent.name)


def build_msi(workshop: Workshop, out: Path) -> None:
    """The Windows installer."""
    _build_app(workshop, out, "windows", "msi", signing_options(os.environ, notarizes=False))


def build_dmg(workshop: Workshop, out: Path) -> None:
    """The macOS disk image."""
    _build_app(workshop, out, "macOS", "dmg", signing_options(os.environ, notarizes=True))


def signing_options(env: Mapping[str, str], *, notarizes: bool) -> list[str]:
    """Briefcase's words for what the variables ask for: without an identity a package for this machine's own use."""
    identity = env.get(IDENTITY, "")
    if not identity:
        return ["--adhoc-sign"]
    wanted = env.get(NOTARIZE, "") == "1"
    return ["--identity", identity, *(["--no-notarize"] if notarizes and not wanted else [])]


def _build_app(workshop: Workshop, out: Path, system: str, kind: str, signing: list[str]) -> None:
    settings = _lay_out(workshop)
    target = (system, "app")
    workshop.briefcase("create", *target)
    workshop.briefcase("build", *target)
    folder = workshop.stage / "build" / NAME / system.lower() / "app"
    _watch_size(folder, settings["app"][NAME][system]["size_limit_mib"])
    workshop.briefcase("package", *target, "--packaging-format", kind, *signing)
    for made in (workshop.stage / "dist").glob(f"*.{kind}"):
        shutil.move(made, out / made.name)
    _write_bill(workshop, settings, out, system.lower())


def _lay_out(workshop: Workshop) -> dict[str, Any]:
    """Everything up to where Briefcase takes over; the installers' settings."""
    settings = workshop.source.briefcase()
    workshop.fetch_wheels()
    licences = notices.licences(_components(workshop, settings))
    stage(workshop.source, workshop.stage, licences=licences, python=sys.version_info[:2])
    return settings


def _components(workshop: Workshop, settings: Mapping[str, Any]) -> list[notices.Component]:
    prefix, suffix = "**/app_packages/", "-*"
    paths = [path for path in settings["app"][NAME]["cleanup_paths"] if path.endswith(suffix)]
    return notices.components(
        workshop.wheels, left_out=[path.removeprefix(prefix).removesuffix(suffix) for path in paths]
    )


def _write_bill(workshop: Workshop, settings: Mapping[str, Any], out: Path, label: str) -> None:
    bill = notices.bill_of_materials(_components(workshop, settings), workshop.source)
    out.joinpath(f"{NAME}-{workshop.source.version}-{label}.cdx.json").write_text(bill, "utf-8")


def _watch_size(folder: Path, limit_mib: int) -> None:
    size = installed_mib(folder)
    if size > limit_mib:
        raise SetupError(
            f"Installed, it would take {size:.0f} MiB, and briefcase.toml allows {limit_mib}. Leave something out "
            f"(cleanup_paths) or allow more. The largest: {', '.join(largest(folder))}"
        )


def why_no_deb() -> str:
    """What this Linux lacks for a .deb."""
    if not shutil.which("dpkg-query"):
        return "needs Debian or Ubuntu"
    version = system_python()
    if version is None or not (3, 11) <= version <= (3, 13):
        return f"needs a system whose own {SYSTEM_PYTHON} is Python 3.11, 3.12 or 3.13"
    missing = [name for name in to_build_a_deb(version) if not _is_installed(name)]
    return f"run first: apt-get install {' '.join(missing)}" if missing else ""


def to_build_a_deb(python: tuple[int, int]) -> list[str]:
    """The packages that building needs. What the program will need is among it: Briefcase looks whether it is there."""
    return [*_TO_BUILD_A_DEB, *debian_packages(python)]


def system_python() -> tuple[int, int] | None:
    """The version of the system's own Python, which the package will run with."""
    try:
        done = subprocess.run(
            [SYSTEM_PYTHON, "-Ic", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    major, minor = done.stdout.split()
    return int(major), int(minor)


def _is_installed(name: str) -> bool:
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Status}", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.startswith("installed")


PRODUCTS = (
    Product("wheel", "wheel and source distribution, for pipx and pip", "", "any system", build_wheel),
    Product("deb", "package for this Debian or Ubuntu", "linux", "Debian or Ubuntu", build_deb, why_no_deb),
    Product("msi", "installer for Windows", "win32", "Windows 10 or newer", build_msi),
    Product("dmg", "disk image for macOS", "darwin", "macOS with Xcode's command line tools", build_dmg),
)
