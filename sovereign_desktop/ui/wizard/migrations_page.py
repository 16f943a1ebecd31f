"""All migrations and how they stand: undo one, switch its news off one by one, bring it back, check it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget

from sovereign_desktop.app.migration_desk import MigrationDesk
from sovereign_desktop.core.events import Window
from sovereign_desktop.migration.catalogue import Migration, State
from sovereign_desktop.migration.checks import Check
from sovereign_desktop.migration.transaction import Outcome
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.windows.setting_form import MARGIN, heading, note
from sovereign_desktop.ui.wizard.page import CheckList, plain
from sovereign_desktop.ui.wizard.words import state_word
from sovereign_desktop.ui.wizard.work import Work


class MigrationsPage(QWidget):
    """A page of the settings. Lists the migrations when it is shown."""

    def __init__(self, bridge: Bridge, desk: MigrationDesk) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self.work = Work()
        self._known: dict[str, Migration] = {}
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Migrations"))
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels([self.tr("Migration"), self.tr("When"), self.tr("State"), self.tr("Of")])
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Everything as it was before, byte for byte, and keys out of the keyring again."))
        self.ease = QPushButton(self.tr("Switch one off"))
        self.ease.setToolTip(self.tr("The next of the new features is switched off, the mode first."))
        self.forward = QPushButton(self.tr("Bring back"))
        self.forward.setToolTip(self.tr("The last step back is taken back, or what was undone is applied again."))
        self.check = QPushButton(self.tr("Check"))
        self.wizard = QPushButton(self.tr("Bring an old version over …"))
        self.said = plain()
        self.check_list = CheckList(self.tr("What was checked"))
        self._build()
        for button, step in ((self.undo, "rollback"), (self.ease, "ease"), (self.forward, "forward")):
            button.clicked.connect(lambda _checked=False, step=step: self._do(step))
        self.check.clicked.connect(self._check)
        self.wizard.clicked.connect(lambda: bridge.window_requested.emit(Window.MIGRATION))
        self.list.itemSelectionChanged.connect(self._show)
        self.work.busy_changed.connect(self._show)
        self.work.failed.connect(self.said.setText)
        self.destroyed.connect(self.work.stop)
        self._show()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.wizard, self.list, self.undo, self.ease, self.forward, self.check]

    def refresh(self) -> None:
        """Look for them as they are now."""
        self.work.do(self._desk.every, self._listed)

    def _build(self) -> None:
        layout = column(10, of=self, margins=(MARGIN, MARGIN, MARGIN, MARGIN))
        layout.addWidget(heading(self.tr("Migration"), 1.4))
        layout.addWidget(note(self.tr("What was brought over from old versions. Each can be undone at any time.")))
        layout.addWidget(self.wizard, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.list, 1)
        buttons = row(8)
        for button in (self.undo, self.ease, self.forward, self.check):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addWidget(self.said)
        layout.addWidget(self.check_list, 1)
        self.check_list.hide()

    @property
    def chosen(self) -> Migration | None:
        """The selected one."""
        selected = self.list.selectedItems()
        return self._known.get(selected[0].text(0)) if selected else None

    def _listed(self, known: Sequence[Migration]) -> None:
        chosen = self.chosen.id if self.chosen is not None else known[-1].id if known else ""
        self._known = {one.id: one for one in known}
        self.list.clear()
        for one in reversed(known):
            when = datetime.fromtimestamp(one.time).astimezone().strftime("%Y-%m-%d %H:%M")
            state = state_word(one.state)
            if one.eased:
                state += self.tr(", switched off: {count}").format(count=len(one.eased))
            item = QTreeWidgetItem([one.id, when, state, one.root])
            self.list.addTopLevelItem(item)
            item.setSelected(one.id == chosen)
        if not known:
            self.said.setText(self.tr("Nothing was migrated yet."))
        self._show()

    def _do(self, step: str) -> None:
        if (migration := self.chosen) is not None:
            self.said.setText(self.tr("In progress …"))
            self.work.do(lambda: self._desk.step_apart(step, migration, self.work.progress), self._done)

    def _done(self, outcome: Outcome) -> None:
        self.said.setText("\n".join((*outcome.done, *outcome.notes)))
        self.check_list.hide()
        self._bridge.begin_anew()
        self.refresh()

    def _check(self) -> None:
        if (migration := self.chosen) is not None:
            self.said.setText(self.tr("It is checked; that takes up to a minute …"))
            stopped = self.work.is_stopped
            self.work.do(lambda: self._desk.validate_apart(migration, stopped), self._checked)

    def _checked(self, found: Sequence[Check]) -> None:
        self.said.clear()
        self.check_list.show_checks(found)
        self.check_list.show()

    def _show(self, *_: Any) -> None:
        one, is_free = self.chosen, not self.work.is_busy
        for button, may in (
            (self.undo, one is not None and (one.state is not State.ROLLED_BACK or bool(one.left))),
            (self.ease, one is not None and one.state is State.APPLIED),
            (self.forward, one is not None and (one.state is State.ROLLED_BACK or bool(one.eased))),
            (self.check, one is not None and one.state is State.APPLIED),
        ):
            button.setEnabled(may and is_free)
