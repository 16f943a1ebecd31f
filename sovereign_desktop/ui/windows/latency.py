"""The latency, live: how long each answer took to begin, by whom it came, and where the time went.

pyqtgraph and numpy are loaded when this window is first opened, never before: they weigh as much as the program.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget

from sovereign_desktop.config.sections.switching import LatencyTargets
from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.latency_figures import Wait, as_csv, in_words, waits
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.turn_text import what_waiting_means
from sovereign_desktop.ui.windows.latency_plots import ByPart, OverTime

MOST_TURNS = 500
MOST_BARS = 20
PING_EVERY_MS = 2000
STEP_MS = 60
"""Between the parts of a drawing: at the end of a turn the caption, the icon and this window all have work, and whoever
speaks meanwhile is not to wait for all of it at once."""


class LatencyWindow(QWidget):
    """Draws while it can be seen, and costs nothing while it can not."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._turns: list[TurnRecord] = []
        self._waits: list[Wait] = []
        self.setWindowTitle(self.tr("Latency – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.resize(820, 640)
        self.figures = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.figures.setToolTip(what_waiting_means())
        self.over_time = OverTime()
        self.by_part = ByPart()
        self.pause = QPushButton(self.tr("Pause"))
        self.pause.setCheckable(True)
        self.save_picture = QPushButton(self.tr("Save as picture …"))
        self.save_table = QPushButton(self.tr("Save as table …"))
        self._ping = QTimer(self, interval=PING_EVERY_MS)
        self._steps: list[Callable[[], None]] = []
        self._stepping = QTimer(self, interval=STEP_MS)
        self._build()
        bridge.turn_ended.connect(self._turn_ended)
        bridge.recalled.connect(self._recalled)
        bridge.settings_changed.connect(self._news)
        self._ping.timeout.connect(self._tell)
        self._stepping.timeout.connect(self._step)
        self.pause.toggled.connect(self._paused)
        picture, table = self.tr("PNG picture (*.png)"), self.tr("CSV table (*.csv)")
        self.save_picture.clicked.connect(lambda: self._save("latency.png", picture, self.write_picture))
        self.save_table.clicked.connect(lambda: self._save("latency.csv", table, self.write_table))

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        layout.addWidget(self.figures)
        layout.addWidget(self.over_time, 1)
        layout.addWidget(self.by_part, 1)
        foot = row(8)
        foot.addWidget(self.pause)
        foot.addStretch(1)
        foot.addWidget(self.save_picture)
        foot.addWidget(self.save_table)
        layout.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def write_picture(self, file: Path) -> bool:
        """The window as a PNG; False when it can't be written."""
        if self._steps:
            self.redraw()
        return self.grab().save(str(file), "PNG")

    def write_table(self, file: Path) -> bool:
        """The turns as CSV; False when it can't be written."""
        try:
            file.write_text(as_csv(self._waits), encoding="utf-8")
        except OSError:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ping.start()
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.over_time.color()
            self.by_part.color()
            self._news()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ping.stop()
        self._rest()

    def redraw(self) -> None:
        """Draw all that is known now, at once."""
        self._rest()
        for piece in self._pieces():
            piece()

    def _pieces(self) -> tuple[Callable[[], None], ...]:
        """What there is to draw of the turns that are known now, in order."""
        self._waits = waits(self._turns)
        return self._tell, self._draw_over_time, self._draw_by_part

    def _draw_over_time(self) -> None:
        self.over_time.show_waits(self._waits, self._targets().voice_to_voice_ms)

    def _draw_by_part(self) -> None:
        self.by_part.show_waits(self._waits[-MOST_BARS:])

    def _step(self) -> None:
        """Draw the next piece."""
        piece, *self._steps = self._steps
        if not self._steps:
            self._rest()
        piece()

    def _rest(self) -> None:
        self._steps.clear()
        self._stepping.stop()

    def _targets(self) -> LatencyTargets:
        settings = self._bridge.settings
        return LatencyTargets() if settings is None else settings.performance.targets

    def _recalled(self, turns: list[TurnRecord]) -> None:
        """Also what another window asked for, which may be less than is known here."""
        if len(turns) > len(self._turns):
            self._turns = turns[-MOST_TURNS:]
            self._news()

    def _turn_ended(self, ended: TurnEnded) -> None:
        if ended.turn is not None:
            self._turns = [*self._turns, ended.turn][-MOST_TURNS:]
            self._news()

    def _news(self) -> None:
        if self.isVisible() and not self.pause.isChecked():
            self._steps += [piece for piece in self._pieces() if piece not in self._steps]
            if not self._stepping.isActive():
                self._stepping.start()

    def _paused(self, is_paused: bool) -> None:
        self.pause.setText(self.tr("Go on") if is_paused else self.tr("Pause"))
        if self._steps or not is_paused:  # a picture that stands still is a whole one
            self.redraw()

    def _tell(self) -> None:
        self.figures.setText(in_words(self._waits, self._bridge.pings_ms))

    def _save(self, name: str, kind: str, write: Callable[[Path], bool]) -> None:
        dialog = QFileDialog(self, self.tr("Save"), name, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def save(file: str) -> None:
            if not write(Path(file)):
                told = self.tr("{file} can't be written. Choose another folder.")
                self.figures.setText(told.format(file=Path(file).name))

        dialog.fileSelected.connect(save)
        dialog.open()
