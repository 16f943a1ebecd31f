"""Write the pinned requirement files from `pyproject.toml`: `python installers/pin.py` (needs `uv` on the PATH).

Each file is one whole resolution for Linux, macOS and Windows under Python 3.11 to 3.13, every entry with its
hashes and every entry a wheel, so that it installs with `--no-deps` and nothing unpinned can slip in. The files
name no package index: which one is used is the business of the machine that installs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
PYPROJECT = HERE.parent / "pyproject.toml"
RUN, TEST, VOICE, OTHERS, LITELLM, BUILD = (
    HERE / f"requirements{kind}.txt" for kind in ("", "-test", "-voice", "-others", "-litellm", "-build")
)
BUILD_TOOLS = ["briefcase==0.4.7", "build>=1.3", "hatchling>=1.27", "zizmor>=1.14"]
"""What builds the installers and judges the workflows, in an environment of its own."""

NEVER = "python_version < '3'"
"""Marked with it, a package is left out of the files."""
OVERRIDES = f"""
# pynput asks for it on Linux, where we take the keys from X11 ourselves; it has no wheels and wants a compiler.
evdev; {NEVER}
# pyttsx3 asks for all 160 frameworks of macOS; the two that it imports are named below.
pyobjc; {NEVER}
# An alias of pywin32, which pyttsx3 asks for as well.
pypiwin32; {NEVER}
"""
IN_PLACE_OF_PYOBJC = [
    "pyobjc-framework-Cocoa>=11; sys_platform == 'darwin'",
    "pyobjc-framework-AVFoundation>=11; sys_platform == 'darwin'",
]

PYTHONS = ("3.11", "3.12", "3.13")
# The oldest of each system that Qt has wheels for.
TARGETS = ("x86_64-manylinux_2_34", "aarch64-manylinux_2_39", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
OLDEST_MACOS = "14.0"


def main() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    run = project["dependencies"] + IN_PLACE_OF_PYOBJC
    write_pins(RUN, run)
    # Bound to the versions of the first file: a tested program and a running one are the same program.
    write_pins(TEST, run + extras["dev"], "--constraint", str(RUN))
    write_pins(VOICE, extras["voice"] + IN_PLACE_OF_PYOBJC, "--constraint", str(RUN))
    others = tomllib.loads(HERE.joinpath("others.toml").read_text(encoding="utf-8"))
    write_pins(OTHERS, others["wheels"], left_out=others["left_out"])
    write_pins(LITELLM, others["litellm"]["wheels"])
    write_pins(BUILD, BUILD_TOOLS)
    for target in TARGETS:
        for python in PYTHONS:
            for file in (TEST, OTHERS, LITELLM, BUILD):
                check_wheels(file, target, python)


def write_pins(file: Path, requirements: list[str], *options: str, left_out: Sequence[str] = ()) -> None:
    """Resolve `requirements` into `file`. An existing file is kept where it still fits; `--upgrade` starts afresh."""
    overrides = file.with_suffix(".overrides")
    overrides.write_text(OVERRIDES + "".join(f"{name}; {NEVER}\n" for name in left_out), encoding="utf-8")
    command = ["uv", "pip", "compile", "-", "--output-file", str(file), "--override", str(overrides), *options]
    command += ["--universal", "--python-version", "3.11", "--only-binary", ":all:", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    # From here `uv` sees no project, no workspace and no settings but ours.
    command += ["--no-config", *sys.argv[1:]]
    try:
        subprocess.run(command, input="\n".join(requirements), text=True, check=True, cwd=HERE)
    finally:
        overrides.unlink()
    print(f"{file.name}: {sum('==' in line for line in file.read_text(encoding='utf-8').splitlines())} packages")


def check_wheels(file: Path, target: str, python: str) -> None:
    """Say whether every pin has a wheel for a system and a Python; the resolution only knows that some wheel exists."""
    with tempfile.TemporaryDirectory() as nowhere:
        command = ["uv", "pip", "install", "--no-config", "--dry-run", "--target", nowhere, "--no-deps"]
        command += ["--python-platform", target, "--python-version", python]
        command += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(file)]
        variables = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    fault = next((line.strip() for line in done.stderr.splitlines() if "Because" in line), "failed")
    print(f"{file.name}, {target}, Python {python}: {'wheels for everything' if done.returncode == 0 else fault}")


if __name__ == "__main__":
    main()
