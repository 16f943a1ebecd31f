"""Plain text that grows while it is spoken, and shows its end."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from sovereign_desktop.ui.plain_text import PlainText
from sovereign_desktop.ui.theme import theme

LONGEST_SHOWN = 2000
"""Characters. More than fits; the rest is in the transcript."""


def tail(text: str) -> str:
    """As much of the end of a text as can be shown."""
    return text if len(text) <= LONGEST_SHOWN else "…" + text[-LONGEST_SHOWN:]


class GrowingText(QWidget):
    """At most `max_lines` high; of a longer text the last lines. Without a text it takes no room."""

    def __init__(self, max_lines: int, description: str) -> None:
        super().__init__()
        self._max_lines = max_lines
        self._laid_out: PlainText | None = None
        self.setAccessibleDescription(description)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown."""
        return self._laid_out.text if self._laid_out else ""

    def show_text(self, text: str, width: int) -> None:
        """Show the end of `text`, broken into lines for `width` pixels."""
        shown = tail(text)
        if shown == self.text and (self._laid_out is None or width == self._laid_out.width):
            return
        self._laid_out = PlainText(shown, self.font(), width) if shown else None
        self.setAccessibleName(shown)
        self.setVisible(bool(shown))
        if self._laid_out:
            self.setFixedHeight(ceil(self._laid_out.height_of_last(self._max_lines)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._laid_out is None:
            return
        painter = QPainter(self)
        color = self.palette().color(QPalette.ColorRole.WindowText).name()
        hidden = ceil(self._laid_out.height) - self.height()
        self._laid_out.draw(painter, 0, -hidden, color)
        if hidden > 0:
            self._veil_the_first_line(painter)
        painter.end()

    def _veil_the_first_line(self, painter: QPainter) -> None:
        """Say without words that something stands before it."""
        height = self.height() / self._max_lines
        veil = QLinearGradient(0, 0, 0, height)
        color = QColor(theme().surface)
        veil.setColorAt(0, color)
        color.setAlpha(0)
        veil.setColorAt(1, color)
        painter.fillRect(QRectF(0, 0, self.width(), height), veil)
