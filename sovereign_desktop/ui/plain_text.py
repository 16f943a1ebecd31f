"""Text laid out as it is, whoever wrote it: markup stays visible, long words break, both directions work."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

LINE_SEPARATOR = "\u2028"
"""What a text layout takes for the end of a line; it knows nothing of newlines."""

LEADING = 1.15
"""The distance of lines, in heights of a line."""


def reads_leftwards(text: str) -> bool:
    """Whether the first letter that has a direction is from a script such as Arabic or Hebrew."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction != "L" for direction in directions if direction in ("L", "R", "AL")), False)


class PlainText:
    """A text in a font, broken into lines for a width in pixels."""

    def __init__(self, text: str, font: QFont, width: int) -> None:
        self.text, self.width = text, width
        option = QTextOption()
        if reads_leftwards(text):
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout = QTextLayout("\n".join(text.splitlines()).replace("\n", LINE_SEPARATOR), font)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self._layout.beginLayout()
        height = 0.0
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += LEADING * line.height()
        self._layout.endLayout()
        self.height = height

    @property
    def lines(self) -> int:
        return self._layout.lineCount()

    def height_of_last(self, lines: int) -> float:
        """The height of the last `lines` lines, or of all when there are fewer."""
        first = max(0, self.lines - lines)
        return self.height - self._layout.lineAt(first).y() if self.lines else 0.0

    def draw(self, painter: QPainter, left: float, top: float, color: str) -> None:
        """Paint all lines; the painter clips what lies outside."""
        painter.setPen(QColor(color))
        self._layout.draw(painter, QPointF(left, top))
