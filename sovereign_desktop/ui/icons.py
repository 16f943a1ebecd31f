"""The program's icons, one shape for each state so that colour alone never carries the meaning."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QIcon

from sovereign_desktop.core.resources import resource
from sovereign_desktop.ui.situation import Face


@cache
def face_icon(face: Face) -> QIcon:
    """The icon of a state, sharp at every size; it reads on light and dark panels alike."""
    return QIcon(str(resource(f"icons/{face.value}.svg")))


@cache
def program_icon() -> QIcon:
    """The icon of windows and launchers."""
    return QIcon(str(resource("icons/sovereign-desktop.svg")))
