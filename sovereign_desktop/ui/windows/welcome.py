"""The first minutes: what this is and where data goes, who shall answer, and a first question aloud.

Every page can be skipped, and the menu brings all of them back.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QWidget

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_form import heading
from sovereign_desktop.ui.windows.welcome_pages import AboutPage, AnswersPage, QuestionPage, WelcomePage


class WelcomeWindow(QWidget):
    """Three pages with Back and Next. Closing it on any of them counts as seen."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.setWindowTitle("Welcome – Sovereign Desktop")
        self.setWindowIcon(program_icon())
        self.resize(620, 480)
        self.pages: tuple[WelcomePage, ...] = (AboutPage(bridge), AnswersPage(bridge), QuestionPage(bridge))
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self._title = heading("", 1.5)
        self._step = QLabel()
        set_text_color(self._step, theme().faint)
        self.back = QPushButton("Back")
        self.next = QPushButton("Next")
        self.next.setDefault(True)
        self._build()
        self.back.clicked.connect(lambda: self._turn_to(self.stack.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        self._turn_to(0)

    def _build(self) -> None:
        layout = column(12, of=self, margins=(22, 20, 22, 16))
        layout.addWidget(self._title)
        layout.addWidget(self.stack, 1)
        foot = row(8)
        foot.addWidget(self._step, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        layout.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._bridge.program is not None:
            self._bridge.program.newcomer.welcomed()
        super().closeEvent(event)

    def _go_on(self) -> None:
        number = self.stack.currentIndex() + 1
        if number < len(self.pages):
            self._turn_to(number)
        else:
            self.close()

    def _turn_to(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        page = self.pages[number]
        self._title.setText(page.title)
        self._step.setText(f"{number + 1} of {len(self.pages)}")
        self.back.setEnabled(number > 0)
        self.next.setText("Done" if number == len(self.pages) - 1 else "Next")
        self.next.setFocus()
        page.look()
