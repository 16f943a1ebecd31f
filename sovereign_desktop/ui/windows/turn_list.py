"""The turns that the transcript shows, and the view that keeps its end in sight."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.turn_text import turn_as_text, waited, what_waiting_means
from sovereign_desktop.ui.windows.turn_card import TurnCard

MOST_SHOWN = 200
TURN_ROLE = Qt.ItemDataRole.UserRole
ROWS_AT_ONCE = 25
"""Laying out this many takes about 10 ms; the rest follows when the loop has time."""

_Index = QModelIndex | QPersistentModelIndex


class TurnList(QAbstractListModel):
    """The newest turns, oldest first: `MOST_SHOWN` of them, or what was looked for."""

    def __init__(self) -> None:
        super().__init__()
        self._turns: list[TurnRecord] = []
        self._most = MOST_SHOWN

    @property
    def turns(self) -> list[TurnRecord]:
        """All of them."""
        return list(self._turns)

    def fill(self, turns: Iterable[TurnRecord]) -> None:
        """Put in what was said before; turns that are here already stay."""
        known = {turn.turn_id: turn for turn in (*turns, *self._turns)}
        self.beginResetModel()
        self._turns = sorted(known.values(), key=lambda turn: turn.started_at)[-self._most :]
        self.endResetModel()

    def show(self, turns: Iterable[TurnRecord], most: int) -> None:
        """Have these and no others, and from now on so many at most."""
        self._most = most
        self.beginResetModel()
        self._turns = list(turns)
        self.endResetModel()

    def index_of(self, turn_id: str) -> QModelIndex:
        """Where a turn stands; an invalid index when it is not here."""
        rows = [row for row, turn in enumerate(self._turns) if turn.turn_id == turn_id]
        return self.index(rows[0]) if rows else QModelIndex()

    def remove(self, turn_ids: Collection[str]) -> None:
        """Take out those of these ids."""
        self.beginResetModel()
        self._turns = [turn for turn in self._turns if turn.turn_id not in turn_ids]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature; an invalid index is immutable
        return 0 if parent.isValid() else len(self._turns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        turn = self._turns[index.row()]
        if role == TURN_ROLE:
            return turn
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return turn_as_text(turn)
        if role == Qt.ItemDataRole.ToolTipRole:
            return what_waiting_means() if waited(turn) else None
        return None

    def add(self, turn: TurnRecord) -> None:
        """Put one at the end; the oldest goes when there are too many."""
        if len(self._turns) >= self._most:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self._turns[0]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), len(self._turns), len(self._turns))
        self._turns.append(turn)
        self.endInsertRows()

    def amend(self, turn: TurnRecord) -> None:
        """Put it in the place of what was known of it before; nothing when it is not here."""
        for row, known in enumerate(self._turns):
            if known.turn_id == turn.turn_id:
                self._turns[row] = turn
                self.dataChanged.emit(self.index(row), self.index(row))


class TurnView(QListView):
    """Shows turns as cards. Stays at the end while turns come in, unless the reader has scrolled away from it."""

    def __init__(self, turns: TurnList) -> None:
        super().__init__()
        self._is_at_end = True
        self.setModel(turns)
        self.setItemDelegate(TurnCard(TURN_ROLE, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Always there: one that comes and goes changes the width, and with it the height of every card.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(ROWS_AT_ONCE)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Turns"))
        scrollbar = self.verticalScrollBar()
        scrollbar.valueChanged.connect(self._scrolled)
        scrollbar.rangeChanged.connect(self._grown)

    def chosen(self) -> list[TurnRecord]:
        """The selected turns, oldest first."""
        return [index.data(TURN_ROLE) for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]

    def _scrolled(self, value: int) -> None:
        self._is_at_end = value == self.verticalScrollBar().maximum()

    def _grown(self, _minimum: int, maximum: int) -> None:
        if self._is_at_end:
            self.verticalScrollBar().setValue(maximum)
