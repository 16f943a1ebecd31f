"""A small picture of the last second of sound at the microphone."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sovereign_desktop.ui.theme import theme

BARS = 18
BAR_WIDTH, BAR_GAP = 3, 2
QUIET_DBFS, LOUD_DBFS = -55.0, -12.0
"""A quiet room, and a voice close to the microphone."""


def loudness(dbfs: float) -> float:
    """A level as a share of the meter's height: 0 for a quiet room, 1 for a voice that is close."""
    return min(1.0, max(0.0, (dbfs - QUIET_DBFS) / (LOUD_DBFS - QUIET_DBFS)))


class LevelMeter(QWidget):
    """Bars that move left with every level. It has no timer: without levels nothing is painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loudness: deque[float] = deque([0.0] * BARS, maxlen=BARS)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(self.tr("Microphone level"))

    def sizeHint(self) -> QSize:
        return QSize(BARS * (BAR_WIDTH + BAR_GAP) - BAR_GAP, 18)

    def push(self, dbfs: float) -> None:
        """Show one more level."""
        self._loudness.append(loudness(dbfs))
        self.update()

    def clear(self) -> None:
        """Start from silence."""
        self._loudness.extend([0.0] * BARS)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().listening))
        for index, share in enumerate(self._loudness):
            height = BAR_WIDTH + share * (self.height() - BAR_WIDTH)
            left, top = index * (BAR_WIDTH + BAR_GAP), (self.height() - height) / 2
            painter.drawRoundedRect(QRectF(left, top, BAR_WIDTH, height), BAR_WIDTH / 2, BAR_WIDTH / 2)
        painter.end()
