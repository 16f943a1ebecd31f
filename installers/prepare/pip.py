"""Installing a pinned requirement file with pip: how far it is, and why it failed, in a sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

from installers.prepare.errors import SetupError, Unreachable
from installers.prepare.processes import run_logged
from installers.prepare.progress import Status, say

# A requirement file is a whole resolution: --no-deps keeps it so, where a package asks for more than it uses.
# Wheels only, so that no compiler is needed and nothing in a package runs while it is installed.
# -I: neither the caller's folder nor PYTHON* variables take part.
_CHECKED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
INSTALL, DOWNLOAD = (("-I", "-m", "pip", verb, *_CHECKED) for verb in ("install", "download"))
QUIETLY = ("--no-input", "--progress-bar", "off", "--disable-pip-version-check")
ELSEWHERE = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_BINARY", "PIP_CONSTRAINT"}
"""Variables that send packages elsewhere, or ask for others."""

UNREACHABLE = "the package index can't be reached: check the network, or pip's own settings (`pip config list`)"
REASONS = (
    (r"No space left on device|not enough space", "the disk is full: free about 2 GB"),
    (
        r"Failed to establish a new connection|NameResolutionError|Network is unreachable|Read timed out|"
        r"Connection (?:refused|reset|aborted|broken)|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED",
        UNREACHABLE,
    ),
    (r"DO NOT MATCH THE HASHES", "a package is not the one that was pinned: don't use this index"),
    (r"No matching distribution found", "the index has no wheel for this Python on this system: try another Python"),
    (r"Permission denied|Access is denied", "a file can't be written: close the running program, check the owner"),
)
"""What pip's output means, the surest cause first: pip tells of a dead network in other words as well."""


class PipProgress:
    """Turns pip's lines into a count. Owns no process: feed it."""

    def __init__(self, requirements: int) -> None:
        self.total = requirements
        self.text = "asking the package index"
        self.installing = False
        self._seen = 0

    def push(self, line: str) -> bool:
        """Take a line; true when it changes `text`, which is what to show."""
        before = self.text
        if line.startswith("Ignoring "):
            self.total -= 1  # it is for another system or another Python
        elif match := re.match(r"(?:Collecting|Requirement already satisfied:) ([^\s=;]+)", line):
            self._seen += 1
            self.text = f"fetching {self._seen} of {self.total}: {match[1]}"
        elif match := re.match(r"\s+Downloading (\S+) \(([^)]+)\)", line):
            self.text = f"fetching {self._seen} of {self.total}: {Path(match[1]).name}, {match[2]}"
        elif line.startswith("Installing collected packages"):
            self.installing = True
            self.text = f"installing {self.total} packages"
        return self.text != before


def count_requirements(file: Path) -> int:
    """How many requirements a file names."""
    return sum("==" in line and not line.startswith((" ", "#")) for line in file.read_text("utf-8").splitlines())


def install(python: Path, requirements: Path, log: Path, *, inherit: int) -> None:
    """Install a requirement file into the environment of `python`, or raise the sentence that says why not.

    pip keeps the descriptor `inherit` open for as long as it lives.
    """
    progress, status = PipProgress(count_requirements(requirements)), Status()
    packages = site_packages(python.parent.parent)
    before = _installed(packages)

    def push(line: str) -> None:
        if progress.push(line):
            status.show(progress.text)

    def tick() -> None:
        done = _installed(packages) - before
        status.show(f"installing {done} of {progress.total}" if progress.installing else progress.text)

    started_at = log.stat().st_size if log.exists() else 0
    command = [str(python), *INSTALL, *QUIETLY, "--requirement", str(requirements)]
    code = run_logged(
        command,
        log,
        on_line=push,
        on_tick=tick,
        env={name: value for name, value in os.environ.items() if name not in ELSEWHERE},
        inherit=[inherit],
    )
    if code:
        status.drop()
        raise failure(log, started_at)
    status.done(f"{progress.total} packages are in place")


def site_packages(environment: Path) -> Path:
    """The folder of a virtual environment that packages are installed into."""
    return environment / "Lib" / "site-packages" if os.name == "nt" else next(environment.glob("lib/*/site-packages"))


def _installed(packages: Path) -> int:
    # pip says nothing while it unpacks; the folder that it makes for each package does.
    return sum(1 for _ in packages.glob("*.dist-info"))


def failure(log: Path, started_at: int) -> SetupError:
    """Show the end of pip's output and return the error that explains it."""
    output = log.read_bytes()[started_at:].decode("utf-8", "replace")
    for line in output.splitlines()[-20:]:
        say(f"  | {line}")
    reason = next((why for pattern, why in REASONS if re.search(pattern, output)), "pip failed")
    kind = Unreachable if reason == UNREACHABLE else SetupError
    return kind(f"The Python packages could not be installed: {reason}. All of pip's output is in {log}")
