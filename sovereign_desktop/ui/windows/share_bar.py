"""How a whole is divided: a bar of coloured parts with a line of words for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sovereign_desktop.ui.theme import theme

LIGHT = ("#4f5bd5", "#0d7d60", "#b35a12", "#8a4bb8")
DARK = ("#97a0ff", "#4ccfa8", "#f0a860", "#cf9cf0")
OVER = "#d92f3b"
HEIGHT = 16


@dataclass(frozen=True, slots=True)
class Share:
    """A part; `words` say it all, for the legend and for a screen reader."""

    amount: float
    words: str


class ShareBar(QWidget):
    """Parts of `whole`, from the left. Parts that come to more than it are all drawn, smaller, with an edge in red."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._whole = 1.0
        self._shares: tuple[Share, ...] = ()

    def show_shares(self, whole: float, shares: Sequence[Share]) -> None:
        """Draw these from now on."""
        self._whole, self._shares = max(whole, 1e-9), tuple(shares)
        self.setAccessibleDescription("; ".join(share.words for share in shares))
        self.updateGeometry()
        self.update()

    @property
    def is_over(self) -> bool:
        """Whether the parts come to more than the whole."""
        return sum(share.amount for share in self._shares) > self._whole * 1.000001

    def sizeHint(self) -> QSize:
        widest = max((self.fontMetrics().horizontalAdvance(share.words) for share in self._shares), default=0)
        return QSize(widest + 2 * HEIGHT, HEIGHT + 6 + len(self._shares) * self._line)

    def minimumSizeHint(self) -> QSize:
        return QSize(6 * HEIGHT, self.sizeHint().height())

    @property
    def _line(self) -> int:
        return self.fontMetrics().lineSpacing() + 2

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = DARK if theme().is_dark else LIGHT
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(OVER if self.is_over else theme().border))
        painter.setBrush(QColor(theme().card))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, HEIGHT - 1), 3, 3)
        room = self.width() - 4.0
        scale = room / max(self._whole, sum(share.amount for share in self._shares))
        left, top = 2.0, float(HEIGHT + 6)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, share in enumerate(self._shares):
            painter.setBrush(QColor(colors[number % len(colors)]))
            width = share.amount * scale
            painter.drawRect(QRectF(left, 2.5, width, HEIGHT - 5))
            painter.drawRoundedRect(QRectF(2, top + (self._line - 10) / 2, 10, 10), 2, 2)
            left += width
            top += self._line
        painter.setPen(self.palette().color(self.foregroundRole()))
        for number, share in enumerate(self._shares):
            line = QRectF(20, HEIGHT + 6 + number * self._line, self.width() - 20, self._line)
            words = self.fontMetrics().elidedText(share.words, Qt.TextElideMode.ElideRight, round(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()
