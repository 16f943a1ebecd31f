"""The turns so far: what was said, by what it was answered, and how long each part took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QListView, QPushButton, QWidget

from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.turn_text import stages_line, turn_as_text
from sovereign_desktop.ui.windows.turn_card import TurnCard

MOST_SHOWN = 200
TURN_ROLE = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


class TurnList(QAbstractListModel):
    """The newest `MOST_SHOWN` turns, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._turns: list[TurnRecord] = []

    def fill(self, turns: Iterable[TurnRecord]) -> None:
        """Put in what was said before; turns that are here already stay."""
        known = {turn.turn_id: turn for turn in (*turns, *self._turns)}
        self.beginResetModel()
        self._turns = sorted(known.values(), key=lambda turn: turn.started_at)[-MOST_SHOWN:]
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
        return None

    def add(self, turn: TurnRecord) -> None:
        """Put one at the end; the oldest goes when there are too many."""
        if len(self._turns) >= MOST_SHOWN:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self._turns[0]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), len(self._turns), len(self._turns))
        self._turns.append(turn)
        self.endInsertRows()


class TranscriptWindow(QWidget):
    """Follows the conversation while it is open. What it shows is plain text, whoever said it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setWindowTitle("Transcript – Sovereign Desktop")
        self.setWindowIcon(program_icon())
        self.resize(620, 560)
        self._turns = TurnList()
        self._list = QListView()
        self._list.setModel(self._turns)
        self._list.setItemDelegate(TurnCard(TURN_ROLE, self._list))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.viewport().setAutoFillBackground(False)
        self._list.setAccessibleName("Turns")
        self._empty = QLabel("Nothing has been said yet.", alignment=Qt.AlignmentFlag.AlignCenter)
        self._stages = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._stages.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton("Copy all")
        self._build()
        bridge.turn_ended.connect(self._turn_ended)
        bridge.recalled.connect(self._recalled)
        self._show_selection()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        layout.addWidget(self._list, 1)
        layout.addWidget(self._empty, 1)
        foot = row(12)
        foot.addWidget(self._stages, 1)
        foot.addWidget(self._copy)
        layout.addLayout(foot)
        self._list.selectionModel().selectionChanged.connect(self._show_selection)
        self._copy.clicked.connect(self.copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._list, self.copy)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self._list.scrollToBottom()

    def copy(self) -> None:
        """Put the selected turns on the clipboard, or all when none is."""
        QGuiApplication.clipboard().setText("\n\n".join(turn_as_text(turn) for turn in self._chosen() or self._all()))

    def _chosen(self) -> list[TurnRecord]:
        rows = sorted(index.row() for index in self._list.selectedIndexes())
        return [self._turns.index(row).data(TURN_ROLE) for row in rows]

    def _all(self) -> list[TurnRecord]:
        return [self._turns.index(row).data(TURN_ROLE) for row in range(self._turns.rowCount())]

    def _recalled(self, turns: Sequence[TurnRecord]) -> None:
        self._turns.fill(turns)
        self._show_selection()
        self._list.scrollToBottom()

    def _turn_ended(self, ended: TurnEnded) -> None:
        if ended.turn is None:
            return
        scrollbar = self._list.verticalScrollBar()
        follows = scrollbar.value() == scrollbar.maximum()
        self._turns.add(ended.turn)
        self._show_selection()
        if follows:
            self._list.scrollToBottom()

    def _show_selection(self) -> None:
        chosen, is_empty = self._chosen(), self._turns.rowCount() == 0
        self._list.setHidden(is_empty)
        self._empty.setVisible(is_empty)
        self._copy.setDisabled(is_empty)
        self._copy.setText("Copy" if chosen else "Copy all")
        about_the_last = chosen or self._all()[-1:]
        self._stages.setText(stages_line(about_the_last[-1]) if about_the_last else "")
