"""The program's icons, one shape for each state so that colour alone never carries the meaning."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from sovereign_desktop.core.resources import resource
from sovereign_desktop.ui.situation import Face

LOOKING_SIZES = (16, 22, 24, 32, 48, 64)
"""What panels ask for."""


@cache
def face_icon(face: Face) -> QIcon:
    """The icon of a state, sharp at every size; it reads on light and dark panels alike."""
    return QIcon(str(resource(f"icons/{face.value}.svg")))


@cache
def looking_icon(face: Face) -> QIcon:
    """The icon of a state with an open eye in its corner: the program looks at the screen."""
    icon, eye = QIcon(), QIcon(str(resource("icons/looking.svg")))
    for size in LOOKING_SIZES:
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        face_icon(face).paint(painter, QRect(0, 0, size, size))
        eye.paint(painter, QRect(size * 2 // 5, size * 2 // 5, size * 3 // 5, size * 3 // 5))
        painter.end()
        icon.addPixmap(picture)
    return icon


@cache
def program_icon() -> QIcon:
    """The icon of windows and launchers."""
    return QIcon(str(resource("icons/sovereign-desktop.svg")))
