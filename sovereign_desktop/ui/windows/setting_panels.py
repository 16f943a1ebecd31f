"""What stands above the settings of some pages: where tokens go, what was spent, what would be told of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.share_bar import Share, ShareBar
from sovereign_desktop.ui.windows.sound_tests import SoundTests

if TYPE_CHECKING:
    from sovereign_desktop.context.screen.glance import Report

LINES_SHOWN = 9


class BudgetPanel(QWidget):
    """How the tokens of a question are divided, and how many the last question took."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.allowed = ShareBar(self.tr("How the budget is divided"))
        self.used = ShareBar(self.tr("What the last question took"))
        self.said = _faint()
        self._last = QLabel(self.tr("The last question:"))
        layout = column(6, of=self, margins=(0, 4, 0, 4))
        for widget in (self.allowed, self.said, self._last, self.used):
            layout.addWidget(widget)
        self._last.hide()
        self.used.hide()
        bridge.settings_changed.connect(self.follow)
        bridge.turn_ended.connect(self._turn_ended)
        self.follow()

    def follow(self) -> None:
        """Show the settings of now."""
        if (settings := self._bridge.settings) is None:
            return
        context = settings.smart_context
        shares = context.priorities.model_dump()
        self.allowed.show_shares(context.token_budget, [self._share(name, tokens) for name, tokens in shares.items()])
        rest = context.token_budget - sum(shares.values())
        if rest < 0:
            text = self.tr("{count} tokens are promised twice: who stands last gets less.").format(count=f"{-rest:,}")
        else:
            text = self.tr("{rest} of {budget} tokens are left to whoever needs more, the question included.").format(
                rest=f"{rest:,}", budget=f"{context.token_budget:,}"
            )
        self.said.setText(text)

    def _turn_ended(self, event: TurnEnded) -> None:
        from sovereign_desktop.context.manifest import unpacked

        told = unpacked(getattr(event.turn, "context", b""))
        tiers = {name: tokens for name, tokens in told["tiers"].items() if tokens}
        if not told["budget"] or not tiers:
            return
        self.used.show_shares(told["budget"], [self._share(name, tokens) for name, tokens in tiers.items()])
        self._last.show()
        self.used.show()

    def _share(self, name: str, tokens: int) -> Share:
        names = {
            "system": self.tr("Instructions and time"),
            "memory": self.tr("Memories"),
            "screen": self.tr("Screen"),
            "conversation": self.tr("Conversation"),
        }
        return Share(tokens, self.tr("{part}: {count} tokens").format(part=names.get(name, name), count=f"{tokens:,}"))


class SpendPanel(QWidget):
    """What was spent in the day and the month, of what may be."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.day = ShareBar(self.tr("Spent today"))
        self.month = ShareBar(self.tr("Spent this month"))
        layout = column(6, of=self, margins=(0, 4, 0, 4))
        layout.addWidget(self.day)
        layout.addWidget(self.month)
        bridge.settings_changed.connect(self.follow)
        bridge.spend_changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what is so now."""
        if (settings := self._bridge.settings) is None:
            return
        spend = settings.spend
        today, month = self._bridge.spent_usd()
        rows = (
            (self.day, today, spend.cap_day_usd, self.tr("{spent} spent today, {limit}")),
            (self.month, month, spend.cap_month_usd, self.tr("{spent} spent this month, {limit}")),
        )
        for bar, spent, cap, words in rows:
            limit = self.tr("without a limit") if cap is None else self.tr("of {cap}").format(cap=f"${cap:,.2f}")
            whole = max(spent, 1.0) if cap is None else cap
            bar.show_shares(whole, [Share(spent, words.format(spent=f"${spent:,.2f}", limit=limit))])


class ScreenPanel(QWidget):
    """What a model would be told of the screen, looked at only while somebody asks for it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._looking: asyncio.Task[None] | None = None
        self.look = QPushButton()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("What would be told of the screen"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(LINES_SHOWN * self.text.fontMetrics().lineSpacing())
        self.text.hide()
        self.said = _faint()
        layout = column(6, of=self, margins=(0, 4, 0, 4))
        layout.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        layout.addWidget(self.said)
        self.look.clicked.connect(self._clicked)
        self._show_idle()

    @property
    def looking(self) -> asyncio.Task[None] | None:
        """The look that goes on."""
        return self._looking

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()
        super().hideEvent(event)

    def show_report(self, report: Report) -> None:
        """Show what is seen now."""
        from sovereign_desktop.app.screen_preview import as_told, replaced_in
        from sovereign_desktop.context.screen.glance import NotLooking

        at = self.text.verticalScrollBar().value()
        self.text.setPlainText(as_told(report))
        self.text.verticalScrollBar().setValue(at)
        if isinstance(report, NotLooking):
            self.said.setText(self.tr("Nothing would be told."))
            return
        replaced = ", ".join(f"{count} × {kind}" for kind, count in replaced_in(report).items())
        privacy = self.tr("Replaced: {kinds}.").format(kinds=replaced) if replaced else self.tr("Nothing was replaced.")
        told = self.tr("This text, as far as it has room, would go along with a question that asks about the screen.")
        self.said.setText(f"{told} {privacy}")

    def _clicked(self) -> None:
        if self._looking is not None:
            self._stop()
            return
        if (settings := self._bridge.settings) is None:
            return
        from sovereign_desktop.app.screen_preview import preview_screen

        self._looking = self._bridge.errands.start(preview_screen(settings.screen_context, self.show_report))
        if self._looking is not None:
            self._looking.add_done_callback(lambda _: self._show_idle())
            self.look.setText(self.tr("Stop looking"))
            self.text.setPlainText(self.tr("Looking …"))
            self.text.show()

    def _stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def _show_idle(self) -> None:
        """What was seen is forgotten when the looking ends."""
        self._looking = None
        self.look.setText(self.tr("Show what would be told"))
        self.text.clear()
        self.text.hide()
        self.said.setText(self.tr("Nothing is looked at until you ask for it here, and nothing of it is kept or sent."))


PANELS: dict[str, Callable[[Bridge], QWidget]] = {
    "audio": SoundTests,
    "smart_context": BudgetPanel,
    "spend": SpendPanel,
    "screen_context": ScreenPanel,
}
"""By the section of the settings."""


def tab_stops(panel: QWidget) -> list[QWidget]:
    """What takes the focus in a panel, in the order of reading."""
    return [*panel.findChildren(QPushButton), *panel.findChildren(QPlainTextEdit)]


def panel_for(section: str, bridge: Bridge) -> QWidget | None:
    """The panel of a page; None when it has none."""
    make = PANELS.get(section)
    return make(bridge) if make is not None else None


def _faint() -> QLabel:
    label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    set_text_color(label, theme().faint)
    return label
