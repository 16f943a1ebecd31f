"""The programs that the desktop is made of, and the Debian package of each."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

PACKAGE_OF = {
    "Xvfb": "xvfb",
    "xkbcomp": "x11-xkb-utils",
    "openbox": "openbox",
    "trayer": "trayer",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "dbus-daemon": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
    "pacat": "pulseaudio-utils",
    "flite": "flite",
    "espeak-ng": "espeak-ng",
    "setpriv": "util-linux",
}


class MissingToolError(Exception):
    """A program of the desktop is not installed; the message names the package."""


def on_this_system() -> bool:
    """True where the desktop can exist at all."""
    return sys.platform == "linux"


def check() -> None:
    """Raise one sentence that names everything missing and the command that installs it."""
    missing = [tool for tool in PACKAGE_OF if shutil.which(tool) is None]
    if missing:
        packages = sorted({PACKAGE_OF[tool] for tool in missing})
        raise MissingToolError(
            f"the test desktop needs {', '.join(missing)}: run `apt-get install {' '.join(packages)}`"
        )


def first_of(places: Iterable[str], package: str) -> str:
    """The first of these files that is there: a program that no PATH leads to."""
    for place in places:
        if Path(place).exists():
            return place
    raise MissingToolError(f"the test desktop needs {package}: run `apt-get install {package}`")


def path_of(tool: str) -> str:
    """The full path of a tool, or the sentence that names its package."""
    found = shutil.which(tool)
    if found is None:
        raise MissingToolError(f"the test desktop needs {tool}: run `apt-get install {PACKAGE_OF[tool]}`")
    return found
