"""How one turn looks in the transcript: a header, what you said, what was answered, what else there is to know."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.plain_text import PlainText
from sovereign_desktop.ui.theme import theme
from sovereign_desktop.ui.turn_text import answer, header

GAP, PADDING, SPACING, RADIUS = 6, 14, 8, 10
LONGEST_SHOWN = 4000
"""Characters of one text; a copy has all of them."""


class TurnCard(QStyledItemDelegate):
    """Paints the turn that an index has under `role`."""

    def __init__(self, role: int, view: QListView) -> None:
        super().__init__(view)
        self._role = role
        self._view = view
        self._heights: dict[tuple[str, str, str, int], int] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._view.viewport().width()
        turn: TurnRecord = index.data(self._role)
        # A view asks for every row again and again while it is resized.
        key = (turn.turn_id, turn.transcript, turn.note, width)
        if key not in self._heights:
            self._heights[key] = self._height(turn, width)
        return QSize(width, self._heights[key])

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = theme()
        area = QRectF(option.rect).adjusted(1, 1, -1 - SPACING, -1 - SPACING)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent if is_selected else colors.border), 2.0 if is_selected else 1.0))
        painter.setBrush(QColor(colors.card))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        top = area.top() + PADDING
        for text, color in self._paragraphs(index.data(self._role), option.rect.width()):
            text.draw(painter, area.left() + PADDING, top, color)
            top += text.height + GAP
        painter.restore()

    def _height(self, turn: TurnRecord, width: int) -> int:
        heights = [text.height for text, _color in self._paragraphs(turn, width)]
        return ceil(sum(heights)) + GAP * (len(heights) - 1) + 2 * PADDING + SPACING

    def _paragraphs(self, turn: TurnRecord, width: int) -> list[tuple[PlainText, str]]:
        colors = theme()
        paragraphs = (
            (header(turn), colors.faint),
            (turn.transcript, colors.accent),
            (answer(turn), colors.text),
            (turn.note, colors.faint),
        )
        return [
            (PlainText(text[:LONGEST_SHOWN], self._view.font(), width - SPACING - 2 * PADDING), color)
            for text, color in paragraphs
            if text
        ]
