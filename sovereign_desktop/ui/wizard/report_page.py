"""The last step: all of it on one page that can be saved, and the way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from sovereign_desktop.migration.catalogue import State
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import WizardPage, plain, text_box

NAME = "migration-report.txt"


class ReportPage(WizardPage):
    """What was done, and how to undo it now or later."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.about = plain()
        self.text = text_box(self.tr("Report"))
        self.save = QPushButton(self.tr("&Save the report …"))
        self.undo = QPushButton(self.tr("&Undo everything"))
        self.said = plain(faint=True)
        self.layout_.addWidget(self.about)
        self.layout_.addWidget(self.text, 1)
        line = row(8)
        line.addWidget(self.save)
        line.addWidget(self.undo)
        line.addWidget(self.said, 1)
        self.layout_.addLayout(line)
        self.save.clicked.connect(self._save)
        self.undo.clicked.connect(journey.undo)

    @property
    def title(self) -> str:
        return self.tr("Done")

    @property
    def next_text(self) -> str:
        return self.tr("Close")

    def follow(self) -> None:
        migration = self.journey.migration
        if migration is None:
            self.about.setText(self.tr("Nothing was left to bring over."))
        elif migration.state is State.ROLLED_BACK:
            self.about.setText(self.tr("Everything is as it was before. “Migration” in the menu brings it back again."))
        else:
            text = self.tr(
                "This is {id}. You can undo it at any time: here, with “Migration” in the settings, with the command "
                "“migrate rollback”, or, when nothing starts any more, with the file rollback.py in {folder}."
            )
            self.about.setText(text.format(id=migration.id, folder=migration.folder))
        self.undo.setEnabled(migration is not None and migration.state is State.APPLIED)
        if self.text.toPlainText() != (report := self.journey.report()):
            self.text.setPlainText(report)

    def _save(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the report"), str(Path.home() / NAME))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, file: str) -> None:
        saved = self.tr("Saved as {file}.").format(file=Path(file).name)
        self.journey.save_report(Path(file), lambda: self.said.setText(saved))
