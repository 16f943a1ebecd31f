"""Where windows stood, kept from one start to the next, and moved to where they can be seen."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from sovereign_desktop.core.events import Window

logger = logging.getLogger(__name__)

GRIP = 64
"""So much of a window's upper edge has to be on a monitor for somebody to get hold of it."""
SETTLE_MS = 500
"""Monitors come and go one after another."""


def visible(wished: QRect, monitors: Sequence[QRect]) -> QRect:
    """The place nearest to the wished one at which the window can be seen and taken hold of. `monitors` has the primary
    one first."""
    if not monitors:
        return wished
    grip = QRect(wished.left(), wished.top(), wished.width(), GRIP)
    shown = [monitor.intersected(grip) for monitor in monitors]
    if any(part.width() >= min(GRIP, wished.width()) and part.height() >= GRIP // 2 for part in shown):
        return wished
    home = max(monitors, key=lambda monitor: _area(monitor.intersected(wished)))
    size = wished.size().boundedTo(home.size())
    left = min(max(wished.left(), home.left()), home.right() + 1 - size.width())
    top = min(max(wished.top(), home.top()), home.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0


class WindowPlaces(QObject):
    """Remembers the places of windows in a file. Where the window system places windows itself, only sizes count."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._places: dict[str, list[int]] = _read(file)
        self._windows: dict[QObject, Window] = {}
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._bring_into_view)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(lambda _screen: self._settling.start())
        application.screenAdded.connect(self._follow)
        for screen in QGuiApplication.screens():
            self._follow(screen)

    def keep(self, name: Window, window: QWidget) -> None:
        """Put a window that is not shown yet where it was, and remember where it goes from now on."""
        self._windows[window] = name
        window.installEventFilter(self)
        window.destroyed.connect(lambda: self._windows.pop(window, None))
        if (place := self._places.get(name.value)) is not None:
            window.setGeometry(visible(QRect(*place), _monitors()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Hide and watched in self._windows and isinstance(watched, QWidget):
            self._remember(self._windows[watched], watched)
        return False

    def _remember(self, name: Window, window: QWidget) -> None:
        rect = window.normalGeometry() if window.isMaximized() else window.geometry()
        place = [rect.x(), rect.y(), rect.width(), rect.height()]
        if rect.isValid() and self._places.get(name.value) != place:
            self._places[name.value] = place
            try:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file.write_text(json.dumps(self._places), encoding="utf-8")
            except OSError as error:  # the next start shows it where it comes
                logger.warning("the places of windows are not kept", extra={"errno": error.errno})

    def _follow(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(lambda _rect: self._settling.start())

    def _bring_into_view(self) -> None:
        for window in tuple(self._windows):
            if isinstance(window, QWidget) and window.isVisible() and not window.isMinimized():
                place = visible(window.geometry(), _monitors())
                if place != window.geometry():
                    window.setGeometry(place)


def _monitors() -> list[QRect]:
    primary = QGuiApplication.primaryScreen()
    screens = sorted(QGuiApplication.screens(), key=lambda screen: screen is not primary)
    return [screen.availableGeometry() for screen in screens]


def _read(file: Path) -> dict[str, list[int]]:
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): place
        for name, place in found.items()
        if isinstance(place, list) and len(place) == 4 and all(type(one) is int and abs(one) < 100_000 for one in place)
    }
