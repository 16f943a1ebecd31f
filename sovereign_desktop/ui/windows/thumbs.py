"""Thumbs up and down for an answer."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.turn_text import can_be_judged


class Thumbs(QWidget):
    """Two buttons for an answer that several models could have given: whom to ask is learned from them."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._turn_id = ""
        layout = row(4)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.buttons = [
            self._button("👍", self.tr("A good answer"), True),
            self._button("👎", self.tr("A bad answer"), False),
        ]
        for button in self.buttons:
            layout.addWidget(button)

    def show_for(self, turn: TurnRecord | None) -> None:
        """Ask about this turn, if it can be learned from; nothing is pressed yet."""
        can_learn = turn is not None and can_be_judged(turn)
        if turn is not None and turn.turn_id != self._turn_id:
            self._turn_id = turn.turn_id
            for button in self.buttons:
                button.setChecked(False)
        self.setVisible(can_learn)

    def _button(self, sign: str, meaning: str, was_good: bool) -> QPushButton:
        button = QPushButton(sign)
        button.setCheckable(True)
        button.setToolTip(meaning)
        button.setAccessibleName(meaning)
        button.clicked.connect(lambda: self._judge(button, was_good))
        return button

    def _judge(self, pressed: QPushButton, was_good: bool) -> None:
        for button in self.buttons:
            button.setChecked(button is pressed)
        self._bridge.judge(self._turn_id, was_good)
