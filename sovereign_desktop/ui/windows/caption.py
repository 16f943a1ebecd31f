"""What was heard, and what is being said while it is said, over all other windows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFont
from PySide6.QtWidgets import QLabel

from sovereign_desktop.core.events import Notice
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.captions import Captions, CaptionView
from sovereign_desktop.ui.icons import face_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.situation import Face
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.floating_panel import FloatingPanel
from sovereign_desktop.ui.windows.growing_text import GrowingText
from sovereign_desktop.ui.windows.level_meter import LevelMeter

WIDTH, PADDING = 540, 20
ICON_SIZE = 20
REFRESH_MS = 33
"""Changes that come faster than this are shown together."""


class Caption(FloatingPanel):
    """Shows what `captions` say. Opens and closes by itself."""

    def __init__(self, bridge: Bridge, captions: Captions) -> None:
        super().__init__(WIDTH)
        self.setWindowTitle(self.tr("Sovereign Desktop caption"))
        self._captions = captions
        self._face = QLabel()
        self._headline = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._meter = LevelMeter()
        self._heard = GrowingText(3, self.tr("What you said"))
        self._said = GrowingText(6, self.tr("What the assistant says"))
        self._notice = GrowingText(4, self.tr("Notice"))
        self._remedy = GrowingText(4, self.tr("What to do"))
        self._build()
        self._refreshing = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._refreshing.timeout.connect(self.refresh)
        self._follow(bridge)
        self._color()

    def refresh(self) -> None:
        """Show what the captions say now."""
        view = self._captions.view
        if view is None:
            self.disappear()
            return
        self._write(view)
        self.appear(view.linger_ms)

    def warm_up(self) -> None:
        """Load fonts and lay out once, unseen, so that the first turn does not wait for it."""
        self._write(CaptionView(Face.LISTENING, "Listening", "A", "B", "C", "D", is_metering=True))
        for face in Face:
            face_icon(face).pixmap(ICON_SIZE, ICON_SIZE)
        self.grab()

    def _build(self) -> None:
        self._headline.setFont(_scaled(self.font(), 1.0, bold=True))
        self._said.setFont(_scaled(self.font(), 1.22))
        header = row(9)
        header.addWidget(self._face)
        header.addWidget(self._headline, 1)
        header.addWidget(self._meter)
        layout = column(8, of=self, margins=(PADDING, PADDING - 5, PADDING, PADDING - 3))
        layout.addLayout(header)
        for text in (self._heard, self._said, self._notice, self._remedy):
            layout.addWidget(text)

    def _follow(self, bridge: Bridge) -> None:
        self._captions.follow(bridge.situation)
        for signal, receiver in (
            (bridge.situation_changed, self._captions.follow),
            (bridge.heard, self._captions.heard),
            (bridge.said, self._captions.said),
            (bridge.turn_ended, self._captions.ended),
            (bridge.noticed, self._noticed),
            (bridge.notice_cleared, self._captions.cleared),
        ):
            signal.connect(receiver)
            signal.connect(self._refresh_soon)
        bridge.level_changed.connect(self._level)
        self.dismissed.connect(self._dismiss)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._color()

    def _refresh_soon(self) -> None:
        if not self._refreshing.isActive():
            self._refreshing.start()

    def _noticed(self, notice: Notice) -> None:
        self._captions.noticed(notice)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _level(self, dbfs: float) -> None:
        if self._meter.isVisible():
            self._meter.push(dbfs)

    def _dismiss(self) -> None:
        self._captions.dismiss()
        self.refresh()

    def _write(self, view: CaptionView) -> None:
        width = self.panel_width() - 2 * PADDING
        self._face.setPixmap(face_icon(view.face).pixmap(ICON_SIZE, ICON_SIZE))
        self._headline.setText(view.headline)
        if view.is_metering and self._meter.isHidden():
            self._meter.clear()
        self._meter.setVisible(view.is_metering)
        self._heard.show_text(view.heard, width)
        self._said.show_text(view.said, width)
        self._notice.show_text(view.notice, width)
        self._remedy.show_text(view.remedy, width)

    def _color(self) -> None:
        colors = theme()
        for text in (self._headline, self._said, self._notice):
            set_text_color(text, colors.text)
        for text in (self._heard, self._remedy):
            set_text_color(text, colors.faint)
        self.update()


def _scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    scaled = QFont(font)
    scaled.setPointSizeF(font.pointSizeF() * factor)
    scaled.setBold(bold)
    return scaled
