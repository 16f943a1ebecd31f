"""System packages: which are missing, and the command line that brings them."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent.parent / "system_packages.toml"
MANAGERS = {"linux": ("apt", "dnf", "pacman"), "darwin": ("brew",), "win32": ("winget",)}
PROGRAMS = {"apt": "apt-get"}
"""Where a manager's program is not called as the manager is."""


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """One thing that the system has to bring: how its presence is seen (`check`, `wanted`) and who brings it."""

    what: str
    needed_by: str
    check: str
    wanted: tuple[str, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known about the machine before anything is installed. `manager` is None where we know none."""

    platform: str
    manager: str | None
    is_root: bool
    has_sudo: bool

    @classmethod
    def here(cls) -> Machine:
        """This machine."""
        known = MANAGERS.get(sys.platform, ())
        manager = next((name for name in known if shutil.which(PROGRAMS.get(name, name))), None)
        is_root = sys.platform != "win32" and os.geteuid() == 0
        return cls(sys.platform, manager, is_root, shutil.which("sudo") is not None)


Probe = Callable[[SystemPackage], bool]
"""Whether a package's content is there."""


def load(table: Path = TABLE, python: tuple[int, int] = sys.version_info[:2]) -> list[SystemPackage]:
    """The table of system packages, with this Python's version filled in."""
    version = f"{python[0]}.{python[1]}"
    return [_package(entry, version) for entry in tomllib.loads(table.read_text(encoding="utf-8"))["package"]]


def _package(entry: dict[str, str | list[str]], version: str) -> SystemPackage:
    (check,) = {"library", "program", "file", "module"} & entry.keys()
    wanted = entry[check]
    managers = {manager for managers in MANAGERS.values() for manager in managers}
    return SystemPackage(
        what=str(entry["what"]),
        needed_by=str(entry["needed_by"]),
        check=check,
        wanted=tuple([wanted] if isinstance(wanted, str) else wanted),
        names={name: str(entry[name]).format(python=version) for name in managers & entry.keys()},
    )


def missing(packages: Iterable[SystemPackage], machine: Machine, *, tests: bool, probe: Probe) -> list[SystemPackage]:
    """The packages that are needed on this machine and not there."""
    # On a system whose manager we don't know, everything that its siblings need is needed.
    managers = {machine.manager} if machine.manager else set(MANAGERS.get(machine.platform, ()))
    needed = [package for package in packages if managers & package.names.keys()]
    return [package for package in needed if (tests or package.needed_by == "run") and not probe(package)]


def system_probe() -> Probe:
    """A probe of this machine. It asks the loader and the file system, which takes milliseconds."""
    libraries = _libraries() if sys.platform == "linux" else frozenset()
    importlib.invalidate_caches()

    def is_there(package: SystemPackage) -> bool:
        wanted = package.wanted
        match package.check:
            case "library":
                return wanted[0] in libraries
            case "program":
                return shutil.which(wanted[0]) is not None
            case "module":
                return importlib.util.find_spec(wanted[0]) is not None
            case _:
                return any(next(iter(_glob(pattern)), None) for pattern in wanted)

    return is_there


def _glob(pattern: str) -> Iterable[Path]:
    path = Path(pattern)
    return Path(path.anchor).glob(str(path.relative_to(path.anchor)))


def _libraries() -> frozenset[str]:
    """The shared libraries that the loader knows by name."""
    # Ordinary users often have no /sbin on their PATH.
    program = shutil.which("ldconfig") or "/sbin/ldconfig"
    listing = subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout
    return frozenset(line.split()[0] for line in listing.splitlines() if "=>" in line)


def install_commands(packages: Sequence[SystemPackage], machine: Machine) -> list[list[str]]:
    """The command lines that install these packages, in order; `sudo` stands before them where it must."""
    manager = machine.manager
    if manager is None or not packages:
        return []
    names = list(dict.fromkeys(package.names[manager] for package in packages))
    as_root = [] if machine.is_root else ["sudo"]
    match manager:
        case "apt":
            # Lists that are missing or old name packages that the mirror no longer has.
            install = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes"]
            return [
                [*as_root, "apt-get", "update"],
                [*as_root, *install, "--no-install-recommends", *names],
            ]
        case "dnf":
            return [[*as_root, "dnf", "install", "--assumeyes", *names]]
        case "pacman":
            return [[*as_root, "pacman", "-S", "--needed", "--noconfirm", *names]]
        case "brew":
            return [["brew", "install", *names]]
        case _:
            agree = ["--accept-source-agreements", "--accept-package-agreements"]
            return [["winget", "install", "--exact", *agree, "--id", name] for name in names]


def as_shell_line(commands: Iterable[Sequence[str]]) -> str:
    """The commands as one line to copy."""
    return " && ".join(shlex.join(command) for command in commands)


def may_install(machine: Machine) -> bool:
    """Whether we can install ourselves: as root, with a manager that needs none, or through sudo."""
    if machine.manager in {"brew", "winget"} or machine.is_root:
        return True
    if not machine.has_sudo:
        return False
    # Without a person at a terminal, sudo only helps where it asks for no password.
    return (
        sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )
