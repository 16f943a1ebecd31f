"""The second step: what becomes of every setting, and what the new file looks like, before anything is changed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QComboBox, QHeaderView, QLineEdit, QTableView, QTabWidget

from sovereign_desktop.migration.fates import Fate
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import WizardPage, label_for, plain, text_box
from sovereign_desktop.ui.wizard.plan_table import AFTER, BEFORE, FATE, NEW, OLD, WHY, PlanFilter, PlanTable
from sovereign_desktop.ui.wizard.words import fate_word, shown

WIDTHS = {OLD: 205, FATE: 95, NEW: 190, BEFORE: 90, AFTER: 100}


class PlanPage(WizardPage):
    """The table, the file, and what to do beyond settings."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.summary = plain()
        self.words = QLineEdit(clearButtonEnabled=True)
        self.words.setPlaceholderText(self.tr("Filter: words of a name, a value or a reason"))
        self.words.setAccessibleName(self.tr("Filter"))
        self.fate = QComboBox()
        self.fate.setAccessibleName(self.tr("What becomes of them"))
        self.table = PlanTable(journey)
        self.filter = PlanFilter(self.table)
        self.view = QTableView()
        self.view.setAccessibleName(self.tr("What becomes of each setting"))
        self.details = plain()
        self.diff = text_box(self.tr("Changes in the settings file"))
        self.tabs = QTabWidget()
        self.memories = QCheckBox()
        self.memories.hide()
        self.clear_env = QCheckBox(
            self.tr("Take keys out of .env once they are in the keyring (the old version then has none)")
        )
        self._build()
        self.words.textChanged.connect(self._filter)
        self.fate.currentIndexChanged.connect(self._filter)
        self.view.selectionModel().currentRowChanged.connect(self._tell_of)
        self.memories.clicked.connect(self._wish)
        self.clear_env.clicked.connect(self._wish)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.words.setFocus)

    @property
    def title(self) -> str:
        return self.tr("What becomes of each setting")

    @property
    def can_go_on(self) -> bool:
        return self.journey.draft is not None

    def look(self) -> None:
        self.journey.plan()

    def _build(self) -> None:
        view = self.view
        view.setModel(self.filter)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        for column, width in WIDTHS.items():
            view.setColumnWidth(column, width)
        view.horizontalHeader().setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setHighlightSections(False)
        line = row(8)
        line.addWidget(self.words, 1)
        line.addWidget(label_for(self.fate))
        line.addWidget(self.fate)
        self.tabs.addTab(view, self.tr("Settings"))
        self.tabs.addTab(self.diff, self.tr("The new file"))
        self.details.setMinimumHeight(3 * self.fontMetrics().height())
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.layout_.addWidget(self.summary)
        self.layout_.addLayout(line)
        self.layout_.addWidget(self.tabs, 1)
        self.layout_.addWidget(self.details)
        self.layout_.addWidget(self.memories)
        self.layout_.addWidget(self.clear_env)

    def follow(self) -> None:
        draft, wishes = self.journey.draft, self.journey.wishes
        if draft is None:
            return
        self.table.follow()
        self._choose_one()
        self._tell_of(self.view.currentIndex())
        self.diff.setPlainText(draft.diff or self.tr("The settings file has all of this already; nothing is written."))
        text = self.tr(
            "Old settings: {count}. Take the tick away from what you do not want, or double-click a new value to type "
            "another."
        )
        self.summary.setText(text.format(count=len(draft.planned.entries)))
        self._offer_fates()
        self.memories.setVisible(bool(draft.old.stores))
        stores = ", ".join(draft.old.stores)
        self.memories.setText(self.tr("Bring the memories over ({stores})").format(stores=stores))
        self.memories.setChecked(wishes.memories)
        self.clear_env.setVisible(any(entry.source in draft.old.env_files for entry in draft.planned.secrets))
        self.clear_env.setChecked(wishes.clear_env)

    def _offer_fates(self) -> None:
        draft = self.journey.draft
        counts = draft.planned.counts if draft is not None else {}
        wanted: list[tuple[str, Fate | None]] = [(self.tr("All"), None)]
        wanted += [(f"{fate_word(fate)} ({counts[fate]})", fate) for fate in Fate if fate in counts]
        if [self.fate.itemText(at) for at in range(self.fate.count())] == [text for text, _ in wanted]:
            return
        chosen = self.fate.currentData()
        self.fate.blockSignals(True)
        self.fate.clear()
        for text, fate in wanted:
            self.fate.addItem(text, fate)
        self.fate.setCurrentIndex(max(0, self.fate.findData(chosen)))
        self.fate.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        fate = self.fate.currentData()
        self.filter.look_for(self.words.text(), None if fate is None else Fate(fate))
        self._choose_one()

    def _choose_one(self) -> None:
        """One row is always chosen, as long as there are any: the first when the chosen one is not shown any more."""
        if not self.view.currentIndex().isValid() and self.filter.rowCount():
            self.view.setCurrentIndex(self.filter.index(0, OLD))

    def _tell_of(self, index: QModelIndex) -> None:
        """All of the row below the table, where there is room for it."""
        if not index.isValid():
            self.details.clear()
            return
        row_ = self.table.rows[self.filter.mapToSource(index).row()]
        entry = row_.entry
        became = f"{entry.path} = {shown(entry.old)}  ({entry.source})"
        if entry.target:
            became += f"\n→ {entry.target}"
            became += f" = {row_.texts[AFTER]}" if entry.changes else ""
        self.details.setText(f"{became}\n{row_.texts[WHY]}")

    def _wish(self) -> None:
        wishes = replace(self.journey.wishes, memories=self.memories.isChecked(), clear_env=self.clear_env.isChecked())
        self.journey.wish(wishes)
