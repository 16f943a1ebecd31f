"""The latest answers as a menu, for a second look at what was just said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge

MOST = 5
LONGEST = 60


class RecentAnswers(QMenu):
    """The newest on top; `chosen` tells the id of the turn that somebody wants to see."""

    chosen = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._turns: list[TurnRecord] = []
        bridge.turn_ended.connect(self._turn_ended)
        bridge.recalled.connect(self._recalled)
        bridge.archive.forgotten.connect(self._forgotten)
        self.speak()

    def speak(self) -> None:
        """Say it in the language of now."""
        self.setTitle(self.tr("Recent answers"))
        self._fill()

    def _turn_ended(self, ended: TurnEnded) -> None:
        if ended.turn is not None:
            self._show([*self._turns, ended.turn])

    def _recalled(self, turns: Sequence[TurnRecord]) -> None:
        self._show([*turns, *self._turns])

    def _forgotten(self, turns: Sequence[TurnRecord]) -> None:
        gone = {turn.turn_id for turn in turns}
        self._show([turn for turn in self._turns if turn.turn_id not in gone])

    def _show(self, turns: Sequence[TurnRecord]) -> None:
        answered = {turn.turn_id: turn for turn in turns if turn.reply}
        self._turns = sorted(answered.values(), key=lambda turn: turn.started_at)[-MOST:]
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for turn in reversed(self._turns):
            action = self.addAction(_short(turn.reply))
            action.triggered.connect(lambda _checked=False, turn_id=turn.turn_id: self.chosen.emit(turn_id))
        self.menuAction().setVisible(bool(self._turns))


def _short(text: str) -> str:
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
    return line.replace("&", "&&")  # a single one would underline a letter
