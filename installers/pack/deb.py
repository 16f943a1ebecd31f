"""The Debian package, once more, with what Briefcase doesn't write into it.

Briefcase writes a control file with the version of Python's order, in which Debian takes a preview for newer than
the release, and neither a size, nor recommendations, nor the sums of the files. We correct it in the tree and pack
again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from installers.pack.source import NAME, Source
from installers.prepare.errors import SetupError


def debian_version(version: str) -> str:
    """A Python version as Debian orders it: `4.0.0.dev1` and `4.0.0rc1` come before `4.0.0`."""
    return re.sub(r"\.?(dev|a|b|rc)(\d+)", r"~\1\2", version)


def corrected(control: str, *, version: str, size_kib: int, recommends: Sequence[str]) -> str:
    """The control file with the fields that we know better."""
    ours = {
        "Version": debian_version(version),
        "Installed-Size": str(size_kib),
        "Recommends": ", ".join(recommends),
    }
    kept = [line for line in control.splitlines() if line.partition(":")[0] not in ours]
    # After the name, before the description: a line that begins with a space belongs to the field above it.
    return "\n".join([kept[0], *(f"{name}: {value}" for name, value in ours.items()), *kept[1:]]) + "\n"


def pack(tree: Path, source: Source, out: Path, *, codename: str, recommends: Sequence[str]) -> Path:
    """Pack a tree that holds Briefcase's control file; the package in `out`, named for the system that it is for."""
    control = tree / "DEBIAN" / "control"
    if not control.exists():
        raise SetupError(f"Briefcase left no control file in {tree}")
    sums = [
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  {file.relative_to(tree)}"
        for file in sorted((tree / "usr").rglob("*"))
        if file.is_file()
    ]
    control.with_name("md5sums").write_text("\n".join(sums) + "\n", "utf-8")
    size_kib = sum(-(-file.stat().st_size // 1024) for file in (tree / "usr").rglob("*") if file.is_file())
    text = corrected(control.read_text("utf-8"), version=source.version, size_kib=size_kib, recommends=recommends)
    control.write_text(text, "utf-8")
    postrm = control.with_name("postrm")
    postrm.write_text((source.root / "installers" / "linux" / "postrm").read_text("utf-8"), "utf-8")
    postrm.chmod(0o755)
    _even_out(tree, source.epoch)
    architecture = next(line.split()[1] for line in text.splitlines() if line.startswith("Architecture:"))
    # A tilde would not survive in the name of a file to download.
    package = out / f"{NAME}-{source.version}-{codename}-{architecture}.deb"
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(source.epoch)}
    done = subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", tree, package],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"dpkg-deb could not make {package.name}: {done.stderr.strip()}")
    return package


def _even_out(tree: Path, epoch: int) -> None:
    """The permissions that Debian's rules name, whatever the umask of the one who builds, and one date for all."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
            os.utime(path, (epoch, epoch))
