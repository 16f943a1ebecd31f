"""What can be set, and where: the window to change it in is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from sovereign_desktop.config.sections.section import Section
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row

Row = tuple[str, str, str]
"""The dotted name of a setting, its value, and what it means."""
MEANING = 2
"""The column of what it means."""


def rows(section: Section, prefix: str = "") -> Iterator[Row]:
    """Every setting of a section and of those inside it, in the order of the file."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield from rows(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", shown(value), (field.description or "").replace("`", "")


def shown(value: object) -> str:
    """A value as it would stand in the file."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return str(value)


class SettingsWindow(QWidget):
    """Shows the settings in force and opens the file. It says itself that it is not the last word."""

    def __init__(self, settings: Section, file: Path) -> None:
        super().__init__()
        self._file = file
        self.setWindowTitle("Settings – Sovereign Desktop")
        self.setWindowIcon(program_icon())
        self.resize(960, 560)
        explanation = QLabel(
            "A window to change settings in is still to come. Until then they live in a text file, and a change "
            "counts from the next start. These are in force now:",
            wordWrap=True,
        )
        self._path = QLabel(str(file), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._path.setAccessibleDescription("The settings file")
        self._open = QPushButton("Open the file")
        self._open.clicked.connect(self.open_file)
        foot = row(12)
        foot.addWidget(self._path, 1)
        foot.addWidget(self._open)
        layout = column(12, of=self, margins=(16, 16, 16, 16))
        layout.addWidget(explanation)
        layout.addWidget(_table(settings), 1)
        layout.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def open_file(self) -> None:
        """Open the file in the user's editor, or its folder while there is no file yet."""
        target = next((path for path in (self._file, *self._file.parents) if path.exists()), self._file)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))


def _table(settings: Section) -> QTreeWidget:
    table = QTreeWidget()
    table.setRootIsDecorated(False)
    table.setAlternatingRowColors(True)
    table.setHeaderLabels(["Setting", "Value", "Meaning"])
    table.setUniformRowHeights(True)
    table.setStyleSheet("QTreeView::item { padding: 3px 6px 3px 0 }")
    table.setAccessibleName("Settings in force")
    table.addTopLevelItems([_item(setting) for setting in rows(settings)])
    header = table.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _item(setting: Row) -> QTreeWidgetItem:
    """A line of the table; its meaning can be read in full where the column is too narrow for it."""
    item = QTreeWidgetItem(setting)
    item.setToolTip(MEANING, setting[MEANING])
    return item
