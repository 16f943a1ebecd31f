"""A small ordinary window that can do what the icon can, for desktops without a tray."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import face_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.situation import Situation

ICON_SIZE = 40


class ControlWindow(QWidget):
    """State, Talk, Stop and the rest of the menu. Unless it `may_close`, a click on × minimizes it."""

    def __init__(self, bridge: Bridge, actions: Actions, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self._may_close = may_close
        self.setWindowTitle("Sovereign Desktop")
        self._face = QLabel()
        self._headline = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = self._headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._headline.setFont(font)
        self._details = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._details.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self._details.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._build(actions)
        bridge.situation_changed.connect(self._show)
        self._show(bridge.situation)
        self.resize(400, 190)

    def _build(self, actions: Actions) -> None:
        words = column(4)
        words.addWidget(self._headline)
        words.addWidget(self._details, 1)
        top = row(14)
        top.addWidget(self._face, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = column(10, of=self, margins=(18, 16, 18, 16))
        layout.addLayout(top, 1)
        for entries in (
            (actions.talk, actions.stop, actions.mute),
            (actions.transcript, actions.settings, actions.quit),
        ):
            buttons = row(8)
            for action in entries:
                buttons.addWidget(_button(action))
            layout.addLayout(buttons)

    def _show(self, situation: Situation) -> None:
        icon = face_icon(situation.face)
        self.setWindowIcon(icon)
        self._face.setPixmap(icon.pixmap(ICON_SIZE, ICON_SIZE))
        self._headline.setText(situation.headline)
        self._details.setText(situation.tooltip.partition("\n")[2])
        self._make_room()

    def _make_room(self) -> None:
        """Grow as far as the text needs it, however large its letters are."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width(), self.minimumSizeHint().width())
            self.resize(width, max(self.height(), layout.totalHeightForWidth(width)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_room()

    def closeEvent(self, event: QCloseEvent) -> None:
        # Only a person's click may be answered so; refusing to close otherwise would stop a log-out.
        if event.spontaneous() and not self._may_close():
            event.ignore()
            self.showMinimized()
        else:
            event.accept()


def _button(action: QAction) -> QPushButton:
    """A button that looks and works as the action says, now and when it changes."""
    button = QPushButton()
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setText(action.text())
        button.setEnabled(action.isEnabled())
        button.setCheckable(action.isCheckable())
        button.setChecked(action.isChecked())

    action.changed.connect(follow)
    follow()
    return button
