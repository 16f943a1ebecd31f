"""A field to search with."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton


class SearchField(QLineEdit):
    """Says what it searches, to eyes and to screen readers, and can be emptied by a button that has a name too."""

    def __init__(self, what: str) -> None:
        super().__init__(clearButtonEnabled=True)
        self.setPlaceholderText(what)
        self.setAccessibleName(what)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear"))
