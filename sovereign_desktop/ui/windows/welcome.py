"""The first minutes: what this is, what it may hear and see, who answers, which key, and a first question aloud.

Every step can be skipped, the list of steps leads to any of them, and the menu brings all of them back.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QPushButton, QScrollArea, QStackedWidget, QWidget

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, first_size, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_form import heading
from sovereign_desktop.ui.windows.welcome_devices import ScreenPage, SoundPage
from sovereign_desktop.ui.windows.welcome_hotkey import HotkeyPage
from sovereign_desktop.ui.windows.welcome_model import ModelPage
from sovereign_desktop.ui.windows.welcome_page import WelcomePage
from sovereign_desktop.ui.windows.welcome_pages import AboutPage, AnswersPage, QuestionPage

SIZE_IN_LETTERS = (112, 33)
"""How large the window is at first, in letters and lines of its font, as far as the screen has room for it."""


class WelcomeWindow(QWidget):
    """Steps with Back and Next. Closing it on any of them counts as seen."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.setWindowTitle(self.tr("Welcome – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.pages: tuple[WelcomePage, ...] = (
            AboutPage(bridge),
            SoundPage(bridge),
            ScreenPage(bridge),
            AnswersPage(bridge),
            ModelPage(bridge),
            HotkeyPage(bridge),
            QuestionPage(bridge),
        )
        self.steps = QListWidget()
        self.steps.setAccessibleName(self.tr("Steps"))
        self.steps.setStyleSheet("QListWidget::item { padding: 5px 8px }")
        self.steps.addItems([page.name for page in self.pages])
        self.steps.setFixedWidth(self.steps.sizeHintForColumn(0) + 24)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(_scrolled(page))
        self._title = heading("", 1.5)
        self._title.setWordWrap(True)
        self._step = QLabel()
        set_text_color(self._step, theme().faint)
        self.back = QPushButton(self.tr("Back"))
        self.next = QPushButton(self.tr("Next"))
        self.next.setDefault(True)
        self._build()
        self.back.clicked.connect(lambda: self.turn_to(self.stack.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        self.steps.currentRowChanged.connect(self._show_step)
        self.steps.setCurrentRow(0)
        self.resize(first_size(self, *SIZE_IN_LETTERS))

    @property
    def page(self) -> WelcomePage:
        """The step that is shown."""
        return self.pages[self.stack.currentIndex()]

    def turn_to(self, number: int) -> None:
        """Show a step."""
        self.steps.setCurrentRow(number)
        self.next.setFocus()

    def _build(self) -> None:
        layout = column(12, of=self, margins=(16, 18, 18, 14))
        layout.addWidget(self._title)
        middle = row(16)
        middle.addWidget(self.steps)
        middle.addWidget(self.stack, 1)
        layout.addLayout(middle, 1)
        foot = row(8)
        foot.addWidget(self._step, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        layout.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def showEvent(self, event: QShowEvent) -> None:
        self.next.setFocus()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._bridge.program is not None:
            self._bridge.program.newcomer.welcomed()
        super().closeEvent(event)

    def _go_on(self) -> None:
        number = self.stack.currentIndex() + 1
        if number < len(self.pages):
            self.turn_to(number)
        else:
            self.close()

    def _show_step(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self._title.setText(self.page.title)
        self._step.setText(self.tr("Step {number} of {count}").format(number=number + 1, count=len(self.pages)))
        self.back.setEnabled(number > 0)
        self.next.setText(self.tr("Done") if number == len(self.pages) - 1 else self.tr("Next"))
        self.page.look()


def _scrolled(page: WelcomePage) -> QScrollArea:
    """The page, with a way to its end where letters are large and the screen is small."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
