"""The two plots of the latency window. What they are made of is made once; a new turn only changes its figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor

from sovereign_desktop.ui.latency_figures import PARTS, Wait, part_names, switches
from sovereign_desktop.ui.theme import theme

PART_COLORS = ("#8d99ae", "#4f8ef7", "#a46bf5", "#d46bd1", "#f2a541", "#35b37e")
"""Told apart by brightness too, and explained by the legend."""
BACKENDS = {"realtime": "#35b37e", "pipeline": "#4f8ef7", "skills": "#f2a541"}
OTHERS, OTHERS_COLOR = "others", "#8d99ae"
LEGEND_ROOM = 1.3
"""So much wider than what is drawn are the plots: the legend stands beside it."""

translate = QCoreApplication.translate


def _backend_name(backend: str) -> str:
    return {
        "realtime": translate("LatencyPlots", "Cloud"),
        "pipeline": translate("LatencyPlots", "Local, with a model"),
        "skills": translate("LatencyPlots", "Local, without a model"),
        OTHERS: translate("LatencyPlots", "Others"),
    }[backend]


class _Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot in the colours of the window, with a legend of what it shows now."""

    def __init__(self, name: str, left: str, bottom: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.item = self.getPlotItem()
        self.item.hideButtons()
        self._labels = {"left": left, "bottom": bottom}
        self._legend = self.item.addLegend(offset=(-8, 8))
        self._named: list[str] | None = None
        self.color()

    def color(self) -> None:
        """Take over the theme of now."""
        colors = theme()
        self.setBackground(colors.card)
        self._legend.setBrush(QColor(colors.card))
        self._legend.setLabelTextColor(colors.text)
        for side, text in self._labels.items():
            axis = self.item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setLabel(text, color=colors.faint)
            axis.setPen(colors.border)
            axis.setTextPen(colors.faint)
        self._named = None

    def _explain(self, shown: dict[str, pg.GraphicsObject]) -> None:
        if list(shown) != self._named:
            self._legend.clear()
            for name, item in shown.items():
                self._legend.addItem(item, name)
            self._named = list(shown)


class OverTime(_Plot):
    """A dot a turn in the colour of who answered, a line through those in a row, and one where that changed."""

    def __init__(self) -> None:
        super().__init__(
            translate("LatencyPlots", "Latency over time"),
            translate("LatencyPlots", "seconds until the answer began"),
            translate("LatencyPlots", "turns, oldest first"),
        )
        self._curves = {name: _curve(color) for name, color in {**BACKENDS, OTHERS: OTHERS_COLOR}.items()}
        self._switches: list[pg.InfiniteLine] = []
        self._target = pg.InfiniteLine(
            angle=0,
            label=translate("LatencyPlots", "target"),
            labelOpts={"position": 0.02, "anchors": [(0, 1), (0, 1)]},  # above its left end
        )
        self.item.addItem(self._target, ignoreBounds=True)
        for curve in self._curves.values():
            self.item.addItem(curve)

    def show_waits(self, of: Sequence[Wait], target_ms: float) -> None:
        """Draw these, oldest first, and a line at what they should stay below."""
        names = [wait.backend if wait.backend in BACKENDS else OTHERS for wait in of]
        seconds = np.array([wait.total_ms / 1000 for wait in of])
        for name, curve in self._curves.items():
            at = [number for number, one in enumerate(names) if one == name]
            in_a_row = np.array([*(behind - before == 1 for before, behind in pairwise(at)), False][: len(at)])
            curve.setData(1 + np.array(at, float), seconds[at] if at else np.array([]), connect=in_a_row)
        self._explain({_backend_name(name): curve for name, curve in self._curves.items() if name in names})
        self._target.setPen(pg.mkPen(theme().accent, style=Qt.PenStyle.DotLine))
        self._target.label.setColor(theme().accent)
        self._target.setPos(target_ms / 1000)
        self._mark([1 + position for position in switches(of)])
        self.item.setYRange(0, 1.1 * float(seconds.max(initial=target_ms / 1000)))
        self.item.setXRange(0.5, max(len(of), 10) * LEGEND_ROOM)

    def _mark(self, positions: Sequence[float]) -> None:
        pen = pg.mkPen(theme().faint, style=Qt.PenStyle.DashLine)
        while len(self._switches) < len(positions):
            self._switches.append(pg.InfiniteLine(pen=pen))
            self.item.addItem(self._switches[-1])
        for line in self._switches[len(positions) :]:
            line.hide()
        for line, position in zip(self._switches, positions, strict=False):
            line.setPos(position)
            line.show()


class ByPart(_Plot):
    """A bar a turn, the latest on top, made of what was waited for."""

    def __init__(self) -> None:
        super().__init__(
            translate("LatencyPlots", "Where the time went"),
            translate("LatencyPlots", "the latest turns"),
            translate("LatencyPlots", "seconds since the end of speech"),
        )
        self.item.getAxis("left").setTicks([[]])
        self._bars = {label: _bars(color) for label, color in zip(part_names(), PART_COLORS, strict=True)}
        for bars in self._bars.values():
            self.item.addItem(bars)

    def show_waits(self, of: Sequence[Wait]) -> None:
        """Draw these, oldest first."""
        seconds = np.array([wait.parts_ms for wait in of], float).reshape(len(of), len(PARTS)) / 1000
        ends = seconds.cumsum(axis=1)
        for number, bars in enumerate(self._bars.values()):
            width = seconds[:, number]
            bars.setOpts(x0=ends[:, number] - width, width=width, y=np.arange(len(of), dtype=float))
        used = np.flatnonzero(seconds.sum(axis=0))
        self._explain({label: bars for number, (label, bars) in enumerate(self._bars.items()) if number in used})
        self.item.setXRange(0, LEGEND_ROOM * float(ends.max(initial=0.0) or 1.0))
        self.item.setYRange(-0.6, max(len(of), 6) - 0.4)


def _curve(color: str) -> pg.PlotDataItem:
    return pg.PlotDataItem(pen=pg.mkPen(color), symbol="o", symbolSize=7, symbolBrush=color, symbolPen=None)


def _bars(color: str) -> pg.BarGraphItem:
    return pg.BarGraphItem(x0=np.array([]), y=np.array([]), width=np.array([]), height=0.7, brush=color, pen=None)
