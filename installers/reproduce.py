#!/usr/bin/env python3
"""Build one commit twice and compare: `python3 installers/reproduce.py [PRODUCT…]`, by default wheel and deb.

Two clones, in folders with different names, built under different umasks. What differs is told by the names of the
files in the packages; the exit status is 0 when nothing does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from installers.pack.cli import ROOT  # noqa: E402 - the line above finds it
from installers.pack.comparing import differences  # noqa: E402

FAST = {"DPKG_DEB_COMPRESSOR_TYPE": "zstd", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}


def main(products: list[str]) -> int:
    """Build and compare; the exit status."""
    with tempfile.TemporaryDirectory(prefix="twice-") as folder:
        places = {"one": 0o022, "another-one": 0o077}
        built = [_build(Path(folder), name, umask, products) for name, umask in places.items()]
        found = differences(*built)
        names = ", ".join(sorted(file.name for file in built[0].iterdir()))
    for line in found:
        print(line)
    print(f"{len(found)} differences." if found else f"Twice the same bytes: {names}")
    return 1 if found else 0


def _build(folder: Path, name: str, umask: int, products: list[str]) -> Path:
    """What is made of a clone of the last commit."""
    source, out = folder / name, folder / f"dist-{name}"
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(source)], check=True)
    command = [sys.executable, str(source / "installers" / "build.py"), *(products or ["wheel", "deb"])]
    subprocess.run([*command, "--out", str(out)], check=True, env={**FAST, **os.environ}, umask=umask)
    return out


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
