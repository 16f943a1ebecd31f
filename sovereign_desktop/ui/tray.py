"""The icon in the system tray: it shows the state, a click talks or stops, the menu has the rest."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from sovereign_desktop.app.notifications import urgency_of
from sovereign_desktop.core.events import Notice, ScreenState
from sovereign_desktop.host.notifications import Urgency
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import face_icon, looking_icon
from sovereign_desktop.ui.situation import Situation

WITHOUT_A_BUS = ("win32", "darwin")
"""Systems whose notifications go through the icon (`app.notifications` has the others)."""

_KIND = {
    Urgency.LOW: QSystemTrayIcon.MessageIcon.Information,
    Urgency.NORMAL: QSystemTrayIcon.MessageIcon.Warning,
    Urgency.CRITICAL: QSystemTrayIcon.MessageIcon.Critical,
}

LOOK_AGAIN_MS = 3000
"""How often a missing tray is looked for. Nothing runs once there is one."""


class Tray(QObject):
    """Gives the icon its life. Where there is no tray yet, `appeared` tells when one comes."""

    appeared = Signal()

    def __init__(
        self, icon: QSystemTrayIcon, bridge: Bridge, actions: Actions, look_again_ms: int = LOOK_AGAIN_MS
    ) -> None:
        super().__init__()
        self._icon = icon
        self._bridge = bridge
        self._menu = actions.menu()
        self._shown = bridge.situation
        icon.setIcon(_icon(self._shown))
        icon.setToolTip(self._shown.tooltip)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        self._looking = QTimer(self, interval=look_again_ms)
        self._looking.timeout.connect(self._look)
        bridge.situation_changed.connect(self._show)
        if sys.platform in WITHOUT_A_BUS:
            bridge.noticed.connect(self._notify)
        icon.show()
        if not self.is_available:
            self._looking.start()

    @property
    def is_available(self) -> bool:
        """Whether the desktop has a place for the icon."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def hide(self) -> None:
        """Take the icon away."""
        self._looking.stop()
        self._icon.hide()

    def _look(self) -> None:
        if self.is_available:
            self._looking.stop()
            self._icon.hide()  # Qt asks the tray for a place only when the icon turns visible
            self._icon.show()
            self.appeared.emit()

    def _show(self, situation: Situation) -> None:
        if (situation.face, situation.screen) != (self._shown.face, self._shown.screen):
            self._icon.setIcon(_icon(situation))
        if situation.tooltip != self._icon.toolTip():  # the language may be another one
            self._icon.setToolTip(situation.tooltip)
        self._shown = situation

    def _notify(self, notice: Notice) -> None:
        """Tell it as the system's notification, as urgent as it is; elsewhere the program does."""
        settings, urgency = self._bridge.settings, urgency_of(notice)
        if urgency is not None and settings is not None and settings.ui.notifications:
            self._icon.showMessage(notice.text, notice.remedy, _KIND[urgency])

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On macOS every click opens the menu; it must not also start to listen.
        if reason is QSystemTrayIcon.ActivationReason.Trigger and sys.platform != "darwin":
            self._bridge.click()


def _icon(situation: Situation) -> QIcon:
    """The face, with an eye while the program looks at the screen."""
    return (looking_icon if situation.screen is ScreenState.LOOKING else face_icon)(situation.face)
