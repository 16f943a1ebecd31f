"""What else contains a text that is to go: each is named, and goes too when its box is ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QWidget

from sovereign_desktop.ui.layouts import column

if TYPE_CHECKING:
    from pathlib import Path

    from sovereign_desktop.app.memory_traces import Traces


class TracesDialog(QDialog):
    """Open it and wait for `accepted`; `chosen` is what is to go as well."""

    def __init__(self, parent: QWidget, question: str, yes: str, traces: Traces) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Memory"))
        self._traces = traces
        layout = column(10, of=self, margins=(16, 16, 16, 16))
        layout.addWidget(QLabel(question, textFormat=Qt.TextFormat.PlainText, wordWrap=True))
        self.turns = QCheckBox(
            self.tr("Delete the past turns too that contain it: {count}").format(count=len(traces.turns))
        )
        self.turns.setVisible(bool(traces.turns))
        layout.addWidget(self.turns)
        self.files: dict[Path, QCheckBox] = {}
        for path in traces.files:
            self.files[path] = QCheckBox(self.tr("Delete {file}, which contains it").format(file=path.name))
            self.files[path].setToolTip(str(path))
            layout.addWidget(self.files[path])
        buttons = QDialogButtonBox()
        self.yes = buttons.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
        self.no = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.no.setDefault(True)  # only here: a box of buttons that is in no dialog yet forgets it
        self.no.setFocus()

    @property
    def chosen(self) -> Traces:
        """What was ticked."""
        from sovereign_desktop.app.memory_traces import Traces

        turns = self._traces.turns if self.turns.isChecked() else frozenset()
        return Traces(turns, tuple(path for path, box in self.files.items() if box.isChecked()))
