"""The turns so far: what was said, by what it was answered, and how long each part took."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from sovereign_desktop.core.events import TurnAmended, TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.turn_text import WAITED, stages_line, turn_as_text, what_was_sent
from sovereign_desktop.ui.windows.turn_list import TurnList, TurnView


class TranscriptWindow(QWidget):
    """Follows the conversation while it is open. What it shows is plain text, whoever said it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setWindowTitle("Transcript – Sovereign Desktop")
        self.setWindowIcon(program_icon())
        self.resize(620, 560)
        self._turns = TurnList()
        self._list = TurnView(self._turns)
        self._empty = QLabel("Nothing has been said yet.", alignment=Qt.AlignmentFlag.AlignCenter)
        self._stages = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._stages.setToolTip(WAITED)
        self._stages.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton("Copy all")
        self._look = QPushButton("What was sent")
        self._look.setCheckable(True)
        self._look.setToolTip("What the model was told for the selected turn, or the last one, and what was left out")
        self._sent = QPlainTextEdit(readOnly=True)
        self._sent.setAccessibleName("What was sent")
        self._build()
        bridge.turn_ended.connect(self._turn_ended)
        bridge.turn_amended.connect(self._turn_amended)
        bridge.recalled.connect(self._recalled)
        self._show_selection()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        layout.addWidget(self._list, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._sent, 1)
        self._sent.hide()
        foot = row(12)
        foot.addWidget(self._stages, 1)
        foot.addWidget(self._look)
        foot.addWidget(self._copy)
        layout.addLayout(foot)
        self._list.selectionModel().selectionChanged.connect(self._show_selection)
        self._copy.clicked.connect(self.copy)
        self._look.toggled.connect(self._show_selection)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._list, self.copy)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def copy(self) -> None:
        """Put the selected turns on the clipboard, or all when none is."""
        QGuiApplication.clipboard().setText(
            "\n\n".join(turn_as_text(turn) for turn in self._list.chosen() or self._turns.turns)
        )

    def _recalled(self, turns: Sequence[TurnRecord]) -> None:
        self._turns.fill(turns)
        self._show_selection()

    def _turn_ended(self, ended: TurnEnded) -> None:
        if ended.turn is not None and ended.turn.is_worth_keeping:
            self._turns.add(ended.turn)
            self._show_selection()

    def _turn_amended(self, amended: TurnAmended) -> None:
        self._turns.amend(amended.turn)
        self._show_selection()

    def _show_selection(self) -> None:
        chosen, turns = self._list.chosen(), self._turns.turns
        is_empty = not turns
        self._list.setHidden(is_empty)
        self._empty.setVisible(is_empty)
        self._copy.setDisabled(is_empty)
        self._copy.setText("Copy" if chosen else "Copy all")
        about_the_last = (chosen or turns)[-1:]
        self._stages.setText(stages_line(about_the_last[0]) if about_the_last else "")
        self._look.setDisabled(is_empty)
        is_looked_at = self._look.isChecked() and not is_empty
        self._sent.setVisible(is_looked_at)
        sent = what_was_sent(about_the_last[0]) if is_looked_at else ""
        if sent != self._sent.toPlainText():
            self._sent.setPlainText(sent)
