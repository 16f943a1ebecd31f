"""A Debian on which nothing was ever installed, in a folder: packages go in, programs run in it, packages go out.

Needs root and `debootstrap`. Nothing stays mounted: each command has a view of its own on what is mounted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

USER, HOME, UID = "somebody", "/home/somebody", "1000"
SESSION = f"/run/user/{UID}"
"""What a login gives its user, and takes away at the end."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_OWN = ("proc", "sys", "dev", "root", "home", "run/user")
"""What is no file of the system, or belongs to its users."""
_BOOKS = ("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "var/backups")
"""What apt and dpkg write about everything that was ever installed."""


def why_not() -> str:
    """What stands in the way here; empty when nothing does."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in ("debootstrap", "unshare", "ip") if shutil.which(name) is None]
    return f"needs {', '.join(missing)}" if missing else ""


class CleanDebian:
    """The folder. `base` is a debootstrapped one, made if it isn't there; the system itself is a copy of it."""

    def __init__(self, base: Path, folder: Path, codename: str) -> None:
        self.root = folder
        if not (base / "etc" / "os-release").exists():
            shutil.rmtree(base, ignore_errors=True)
            _run(["debootstrap", "--variant=minbase", codename, str(base)])
        _run(["cp", "--archive", "--reflink=auto", str(base), str(folder)])
        shutil.copy("/etc/resolv.conf", folder / "etc" / "resolv.conf")
        self.run("useradd", "--create-home", "--uid", UID, USER)
        self.run("install", "--directory", "--owner", USER, "--mode", "700", SESSION)

    def command(
        self, *words: str, user: str = "", offline: bool = False, env: Mapping[str, str] | None = None
    ) -> list[str]:
        """The command line that runs a program in there. Offline it has no network but itself."""
        network = ["--net"] if offline else []
        lines = [
            "ip link set lo up" if offline else ":",
            'mount -t proc proc "$0/proc"',
            'mount -t tmpfs tmpfs "$0/dev/shm"',
            'exec chroot "$@"',
        ]
        as_whom = [f"--userspec={user}:{user}"] if user else []
        variables = {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        if user:
            variables |= {"HOME": HOME, "XDG_RUNTIME_DIR": SESSION}
        variables |= env or {}
        return [
            *("unshare", "--mount", *network, "sh", "-ec", "\n".join(lines), str(self.root)),
            *(*as_whom, str(self.root), "env", "--ignore-environment"),
            *(f"{name}={value}" for name, value in variables.items()),
            *words,
        ]

    def run(self, *words: str, user: str = "", offline: bool = False, env: Mapping[str, str] | None = None) -> str:
        """What a program in there wrote; raises AssertionError with everything it said when it failed."""
        return _run(self.command(*words, user=user, offline=offline, env=env))

    def files(self) -> set[str]:
        """Every path of the system, without what belongs to its users and to dpkg's books."""
        return set(self._below(self.root))

    def packages(self) -> set[str]:
        """The packages that are installed."""
        return set(self.run("dpkg-query", "--show", "--showformat", "${Package}\\n").split())

    def _below(self, folder: Path) -> Iterator[str]:
        for entry in os.scandir(folder):
            path = os.path.relpath(entry.path, self.root)
            if path in _OWN or path in _BOOKS:
                continue
            yield path
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(Path(entry.path))


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
