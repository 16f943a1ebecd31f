#!/usr/bin/env python3
"""Whether an installed program works: `python3 installers/smoke.py PROGRAM`, or `--wheel FOLDER` for the wheel in it.

It asks `doctor --json`, in a home of its own, and fails for what is broken; then it has the sample question answered.
A wheel goes into a new environment first, with the pinned packages; `--every-python` does so under each Python that
the program supports and this machine has.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "what-time-is-it.wav"
PINS = ROOT / "installers" / "requirements.txt"
HEARD = "what time is it"
PYTHONS = ("3.11", "3.12", "3.13")


def main(arguments: list[str]) -> int:
    """Try the program; the exit status."""
    parser = argparse.ArgumentParser(description="Tries an installed Sovereign Desktop.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("program", nargs="?", help="the program, or its path")
    what.add_argument("--wheel", type=Path, metavar="FOLDER", help="a folder with one wheel")
    parser.add_argument("--every-python", action="store_true", help="with --wheel: under each that is installed")
    options = parser.parse_args(arguments)
    if options.wheel and options.every_python:
        return under_every_python(options.wheel)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        program = options.program or str(install(options.wheel, home / "environment"))
        faults = broken(ask_for_json(program, home, "doctor"))
        answer = ask_for_json(program, home, "ask", str(SAMPLE))
    if HEARD not in answer.get("transcript", "") or not answer.get("reply"):
        faults.append(f"ask: heard {answer.get('transcript')!r}, said {answer.get('reply')!r}")
    for fault in faults:
        print(fault)
    print("It does not work." if faults else f"It works: {answer['transcript']!r}, {answer['reply']!r}")
    return 1 if faults else 0


def under_every_python(wheels: Path) -> int:
    """Try the wheel under each supported Python that there is; says which there are not."""
    failed = 0
    for version in PYTHONS:
        python = shutil.which(f"python{version}")
        if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode:
            print(f"Python {version}: not installed, so not tried", flush=True)
            continue
        print(f"Python {version}: ", end="", flush=True)
        failed += subprocess.run([python, __file__, "--wheel", wheels], check=False).returncode != 0
    return 1 if failed else 0


def broken(report: dict[str, Any]) -> list[str]:
    """What doctor found broken. What is absent is the machine's own affair."""
    return [f"{one['part']}: {one['detail']}" for one in report["findings"] if one["state"] == "broken"]


def ask_for_json(program: str, home: Path, *words: str) -> dict[str, Any]:
    """What the program says to a verb; with no keys in its environment, and settings of nobody."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "SOVEREIGN_"))}
    done = subprocess.run(
        [program, *words, "--json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**env, "SOVEREIGN_HOME": str(home / "home")},
        timeout=300,
        check=False,
    )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"`{' '.join(words)}` gave no JSON (status {done.returncode}): {done.stderr.strip() or done.stdout}")
    return dict(said)


def install(wheels: Path, environment: Path) -> Path:
    """Put the wheel and what is pinned into a new environment; the program in it."""
    wheel = next(iter(wheels.glob("*.whl")), None)
    if wheel is None:
        sys.exit(f"There is no wheel in {wheels}")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    pip: list[str | Path] = [
        scripts / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    subprocess.run([*pip, "--require-hashes", "--requirement", PINS], check=True)
    subprocess.run([*pip, wheel.resolve()], check=True)
    return scripts / ("sovereign-desktop.exe" if os.name == "nt" else "sovereign-desktop")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
