"""The plan as a table: what an old setting is, what becomes of it, and why. Values of today can be typed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt

from sovereign_desktop.app.migration_desk import Choices, Draft
from sovereign_desktop.migration.fates import Entry, Fate
from sovereign_desktop.migration.team import member_of
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.words import fate_meaning, fate_word, shown

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
OLD, FATE, NEW, BEFORE, AFTER, WHY = range(6)


@dataclass(frozen=True, slots=True)
class Row:
    """One old setting, and what stands in its cells."""

    entry: Entry
    is_left_out: bool
    texts: tuple[str, ...]

    @property
    def key(self) -> str:
        """The setting of today, where its value can be typed over."""
        return self.entry.changes[0].key if self.entry.changes else ""


def rows_of(draft: Draft, choices: Choices) -> list[Row]:
    """Every old setting once, those of variables last."""
    words = {fate: fate_word(fate) for fate in Fate}
    meanings = {fate: fate_meaning(fate) for fate in Fate}
    made = []
    for entry in sorted(draft.planned.entries, key=lambda one: one.source in draft.old.env_files):
        after = ""
        if entry.changes:
            change = entry.changes[0]
            after = choices.values.get(change.key) or shown(change.value)
        why = entry.why or meanings[entry.fate]
        texts = (entry.path, words[entry.fate], entry.target, shown(entry.old), after, why)
        made.append(Row(entry, entry.path in choices.skipped, texts))
    return made


class PlanTable(QAbstractTableModel):
    """Shows the journey's draft; ticks and values that are changed go to the journey."""

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey
        self._draft: Draft | None = None
        self.rows: list[Row] = []

    def follow(self) -> None:
        """Show the draft of now."""
        draft = self._journey.draft
        if draft is self._draft or draft is None:
            return
        rows = rows_of(draft, self._journey.choices)
        self._draft = draft
        if [row.entry.path for row in rows] == [row.entry.path for row in self.rows]:
            self.rows = rows  # the same settings: who is in the middle of the table stays there
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, WHY))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else WHY + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (
            self.tr("Old setting"),
            self.tr("Becomes"),
            self.tr("New setting"),
            self.tr("Old value"),
            self.tr("New value"),
            self.tr("Why"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.texts[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.CheckStateRole and column == OLD and self._can_be_left_out(row):
            return Qt.CheckState.Unchecked if row.is_left_out else Qt.CheckState.Checked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            self._journey.leave_out(row.entry.path, Qt.CheckState(value) is Qt.CheckState.Unchecked)
            return True
        if row.key and str(value) != row.texts[AFTER]:
            self._journey.set_value(row.key, str(value))
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.rows[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == OLD and self._can_be_left_out(row):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == AFTER and row.key and not member_of(row.key):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def _can_be_left_out(self, row: Row) -> bool:
        return row.is_left_out or bool(row.entry.changes) or row.entry.fate in (Fate.SECRET, Fate.UNKNOWN)


class PlanFilter(QSortFilterProxyModel):
    """The rows that are looked for: by words anywhere in them, and by what becomes of them."""

    def __init__(self, table: PlanTable) -> None:
        super().__init__()
        self._table = table
        self._words: tuple[str, ...] = ()
        self._fate: Fate | None = None
        self.setSourceModel(table)

    def look_for(self, words: str, fate: Fate | None) -> None:
        """Show only rows with all of the words, and of that fate."""
        self._words, self._fate = tuple(words.lower().split()), fate
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        del source_parent
        row = self._table.rows[source_row]
        if self._fate is not None and row.entry.fate is not self._fate:
            return False
        return all(word in " ".join(row.texts).lower() for word in self._words)
