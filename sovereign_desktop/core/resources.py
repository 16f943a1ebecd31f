"""Where the program's own files are: icons, sounds, prompts, the sample question."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (
    _PACKAGE.parent / "resources",  # source tree
    _PACKAGE / "resources",  # wheel, frozen program
)


def resource(relative: str) -> Path:
    """The path of a file or folder below `resources/`; raises FileNotFoundError with its name."""
    for place in _PLACES:
        path = place / relative
        if path.exists():
            return path
    raise FileNotFoundError(f"resources/{relative}")
