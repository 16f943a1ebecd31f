"""The wizard's window: its steps on the left, the page of one of them, and what went wrong below it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QWidget

from sovereign_desktop.app.migration_desk import MigrationDesk
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_form import heading
from sovereign_desktop.ui.wizard.apply_page import ApplyPage
from sovereign_desktop.ui.wizard.check_page import CheckPage
from sovereign_desktop.ui.wizard.find_page import FindPage
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import WizardPage, plain
from sovereign_desktop.ui.wizard.plan_page import PlanPage
from sovereign_desktop.ui.wizard.presets_page import PresetsPage
from sovereign_desktop.ui.wizard.report_page import ReportPage

logger = logging.getLogger(__name__)

APPLY = 2
"""The step after which there is nothing to go back to."""
STEPS_WIDTH = 96


class WizardWindow(QWidget):
    """Find, plan, apply, check, tune, report. Closing it breaks off what is being done."""

    def __init__(self, bridge: Bridge, desk: MigrationDesk, closed: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.journey = Journey(desk, bridge)
        self._closed = closed
        self._leads_on = False
        """Whether the button that leads on is to have the keyboard as soon as it can be pressed."""
        self.setWindowIcon(program_icon())
        self.resize(1120, 690)
        kinds = (FindPage, PlanPage, ApplyPage, CheckPage, PresetsPage, ReportPage)
        self.pages: tuple[WizardPage, ...] = tuple(kind(self.journey) for kind in kinds)
        self.stack = QStackedWidget()
        self.steps: list[QLabel] = []
        self.title = heading("", 1.5)
        self.trouble = plain()
        self.not_now = QPushButton(self.tr("Not now"))
        self.back = QPushButton(self.tr("Back"))
        self.next = QPushButton(self.tr("Next"))
        self._build()
        self.not_now.clicked.connect(self.close)
        self.back.clicked.connect(lambda: self._turn_to(self.stack.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        self.journey.changed.connect(self._follow)
        self.journey.work.busy_changed.connect(self._show)
        # Whatever takes the window away, nothing goes on behind it.
        self.destroyed.connect(self.journey.work.stop)
        self._turn_to(0)

    def _build(self) -> None:
        names = (
            self.tr("Find"),
            self.tr("Plan"),
            self.tr("Apply"),
            self.tr("Check"),
            self.tr("Tune"),
            self.tr("Report"),
        )
        steps = column(10)
        for number, (name, page) in enumerate(zip(names, self.pages, strict=True)):
            label = QLabel(f"{number + 1}  {name}")
            label.setMinimumWidth(STEPS_WIDTH)
            self.steps.append(label)
            steps.addWidget(label)
            self.stack.addWidget(page)
        steps.addStretch(1)
        middle = row(12)
        middle.addLayout(steps)
        right = column(10)
        right.addWidget(self.title)
        right.addWidget(self.stack, 1)
        right.addWidget(self.trouble)
        middle.addLayout(right, 1)
        foot = row(8)
        foot.addWidget(self.not_now)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        layout = column(12, of=self, margins=(22, 20, 22, 16))
        layout.addLayout(middle, 1)
        layout.addLayout(foot)
        set_text_color(self.trouble, theme().listening)
        self.next.setDefault(True)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(True)  # Return presses the one with the keyboard, as in a dialog
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Right), self, self.next.click)
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self, self.back.click)

    @property
    def page(self) -> WizardPage:
        return self.pages[self.stack.currentIndex()]

    def closeEvent(self, event: QCloseEvent) -> None:
        self.journey.work.stop()
        self._closed()
        super().closeEvent(event)

    def _go_on(self) -> None:
        self._leads_on = True
        if self.page.go_on():
            number = self.stack.currentIndex() + 1
            if number < len(self.pages):
                self._turn_to(number)
            else:
                self.close()

    def _turn_to(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.title.setText(self.page.title)
        self.setWindowTitle(self.tr("{step} – Migration – Sovereign Desktop").format(step=self.page.title))
        for at, label in enumerate(self.steps):
            font = label.font()
            font.setBold(at == number)
            label.setFont(font)
            set_text_color(label, theme().text if at == number else theme().faint)
            label.setAccessibleDescription(self.tr("the step of now") if at == number else "")
        self._leads_on = True
        self.page.look()
        self._follow()

    def _follow(self) -> None:
        self.page.follow()
        self._show()

    def _show(self) -> None:
        number, journey = self.stack.currentIndex(), self.journey
        is_free, is_done = not journey.work.is_busy, journey.outcome is not None
        self.back.setEnabled(number > 0 and is_free and not (is_done and number <= APPLY))
        self.next.setEnabled(is_free and self.page.can_go_on)
        self.next.setText(self.page.next_text)
        if self._leads_on and self.next.isEnabled():
            self._leads_on = False
            self.next.setFocus()
            logger.info("wizard ready", extra={"step": type(self.page).__name__})
        self.not_now.setText(self.tr("Close") if is_done else self.tr("Not now"))
        self.not_now.setVisible(number < len(self.pages) - 1)
        self.trouble.setText(journey.trouble)
        self.trouble.setVisible(bool(journey.trouble))
