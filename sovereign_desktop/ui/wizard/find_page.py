"""The first step: where the old version is, what is in it, and whether this computer has what is needed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QPushButton

from sovereign_desktop.app.migration_desk import Assessment
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import CheckList, WizardPage, label_for, plain

MIB = 1 << 20


class FindPage(WizardPage):
    """Looks into the usual places when it is first shown. Nothing is changed by looking."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.folder = QComboBox(editable=True)
        self.folder.setAccessibleName(self.tr("Folder of the old version"))
        if (field := self.folder.lineEdit()) is not None:
            field.setAccessibleName(self.folder.accessibleName())
        self.folder.setMinimumContentsLength(30)
        self.choose = QPushButton(self.tr("C&hoose …"))
        self.look_now = QPushButton(self.tr("&Look"))
        self.facts = QFormLayout()
        self.check_list = CheckList(self.tr("What a migration needs"))
        self.try_it = QPushButton(self.tr("&Try the old keys and the sound devices"))
        self.said = plain(faint=True)
        self._shown: Assessment | None = None
        self._is_new = True
        self._build()
        self.choose.clicked.connect(self._choose)
        self.look_now.clicked.connect(self._look_at)
        self.try_it.clicked.connect(journey.try_for_real)

    @property
    def title(self) -> str:
        return self.tr("Bring an old version over")

    @property
    def can_go_on(self) -> bool:
        found = self.journey.assessment
        return found is not None and bool(found.planned.entries)

    def look(self) -> None:
        if self._is_new:
            self._is_new = False
            self.journey.search()

    def _build(self) -> None:
        about = self.tr(
            "Your settings, keys and memories of Sovereign 3, of Jarvis, or of the first versions of 4.0. Looking "
            "changes nothing. Before anything is changed you see what becomes of each setting, everything is backed "
            "up, and one click brings it back. The old version stays where it is and can still be started."
        )
        self.layout_.addWidget(plain(about))
        line = row(8)
        line.addWidget(label_for(self.folder))
        line.addWidget(self.folder, 1)
        line.addWidget(self.choose)
        line.addWidget(self.look_now)
        self.layout_.addLayout(line)
        self.layout_.addWidget(self.said)
        self.layout_.addLayout(self.facts)
        self.layout_.addWidget(self.check_list, 1)
        self.layout_.addWidget(self.try_it, 0, Qt.AlignmentFlag.AlignLeft)

    def follow(self) -> None:
        journey, found = self.journey, self.journey.assessment
        for place in journey.places:
            if self.folder.findText(str(place)) < 0:
                self.folder.addItem(str(place))
        self.try_it.setEnabled(found is not None)
        if not self._is_new and found is None and not journey.trouble:
            none, several = (
                self.tr("Nothing is in the usual places: choose the folder."),
                self.tr("There are several old versions: choose one, then “Look”."),
            )
            self.said.setText(several if len(journey.places) > 1 else none)
        else:
            self.said.clear()
        self.said.setVisible(bool(self.said.text()))
        if found is not self._shown and found is not None:
            self._shown = found
            self.folder.setCurrentText(str(found.old.root))
            self._tell(found)
            self.check_list.show_checks(found.checks)

    def _tell(self, found: Assessment) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        old, before = found.old, found.baseline
        files = self.tr("{count} files, {size} MiB").format(count=old.files, size=f"{old.size / MIB:.1f}")
        self._fact(self.tr("Version"), ", ".join(filter(None, (old.version, *found.planned.dialects))))
        self._fact(self.tr("Folder"), files)
        self._fact(self.tr("Settings"), ", ".join((*old.settings_files, *old.env_files)))
        self._fact(self.tr("Memories"), ", ".join(old.stores))
        self._fact(self.tr("Your own code"), ", ".join(old.custom[:6]) + (" …" if len(old.custom) > 6 else ""))
        if before is not None:
            text = self.tr("in {ms} ms, in the middle of {count} ({source})")
            self._fact(
                self.tr("It answered"),
                text.format(ms=round(before.median_ms), count=before.samples, source=before.source),
            )
        self._fact(self.tr("Migrated before"), ", ".join(found.earlier))
        for note in (*old.unread, *found.planned.notes, *(f"{one} →" for one in old.links_out)):
            self._fact(self.tr("Note"), note)

    def _fact(self, name: str, text: str) -> None:
        if text:
            self.facts.addRow(name, plain(text))

    def _look_at(self) -> None:
        if folder := self.folder.currentText().strip():
            self.journey.look_at(folder)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of the old version"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, folder: str) -> None:
        self.folder.setCurrentText(folder)
        self._look_at()
