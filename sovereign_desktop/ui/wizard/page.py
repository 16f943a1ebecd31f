"""What the wizard's pages have in common: a step with a title, and a list of checks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QScrollArea, QWidget

from sovereign_desktop.migration.checks import Check, Verdict
from sovereign_desktop.ui.layouts import column
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.words import MARKS, verdict_word


class WizardPage(QWidget):
    """One step. `follow` shows what the journey knows now, while the step is the one of now."""

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self.journey = journey
        self.layout_ = column(10, of=self, margins=(0, 0, 0, 0))

    @property
    def title(self) -> str:
        """What the step is called, above the page."""
        raise NotImplementedError

    @property
    def can_go_on(self) -> bool:
        return True

    @property
    def next_text(self) -> str:
        """What the button says that leads on."""
        return self.tr("Next")

    def look(self) -> None:
        """The page is shown."""

    def follow(self) -> None:
        """Something is known that was not."""

    def go_on(self) -> bool:
        """The button that leads on was pressed; False when there is something to do here first."""
        return True


class CheckList(QScrollArea):
    """What was looked at, each with what mends it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.checks: tuple[Check, ...] = ()

    def show_checks(self, checks: Iterable[Check]) -> None:
        """Show these in place of others."""
        self.checks = tuple(checks)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for number, check in enumerate(self.checks):
            mark = QLabel(MARKS[check.verdict])
            mark.setAccessibleName(verdict_word(check.verdict))
            set_text_color(mark, theme().listening if check.verdict is Verdict.WRONG else theme().accent)
            grid.addWidget(mark, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(QLabel(check.name, textFormat=Qt.TextFormat.PlainText), number, 1, Qt.AlignmentFlag.AlignTop)
            text = f"{check.detail}\n{check.remedy}" if check.remedy else check.detail
            grid.addWidget(plain(text), number, 2)
        grid.setRowStretch(len(self.checks), 1)
        self.setWidget(inside)


def label_for(field: QWidget) -> QLabel:
    """The field's name in front of it: a combo box tells screen readers its value as its name."""
    label = QLabel(field.accessibleName(), textFormat=Qt.TextFormat.PlainText)
    label.setBuddy(field)
    return label


def plain(text: str = "", *, faint: bool = False) -> QLabel:
    """Text that breaks into lines and is no markup, whoever wrote it; it can be selected."""
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if faint:
        set_text_color(label, theme().faint)
    return label


def text_box(name: str) -> QPlainTextEdit:
    """A field with long text in letters of one width, which can be read and copied."""
    box = QPlainTextEdit(readOnly=True)
    box.setAccessibleName(name)
    box.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    box.setTabChangesFocus(True)
    return box
