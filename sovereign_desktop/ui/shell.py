"""Everything of the program that can be seen, and which window opens when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from sovereign_desktop.core.events import Notice, Window
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge, Program
from sovereign_desktop.ui.tray import Tray

if TYPE_CHECKING:
    from sovereign_desktop.ui.windows.caption import Caption

NO_TRAY = Notice(
    "tray",
    "This desktop shows no tray icons; a small window stands in for the icon.",
    remedy="On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support” and start "
    "Sovereign Desktop again.",
)


class Shell(QObject):
    """Owns icon and windows. Windows are imported when they are first opened and kept after that."""

    quit_requested = Signal()

    def __init__(self, icon: QSystemTrayIcon, *, minimized: bool = False) -> None:
        super().__init__()
        self._starts_minimized = minimized
        self.bridge = Bridge()
        self.actions = Actions(self.bridge)
        self.tray = Tray(icon, self.bridge, self.actions)
        self._caption: Caption | None = None
        self._windows: dict[Window, QWidget] = {}
        self.actions.window_requested.connect(self.open)
        self.bridge.window_requested.connect(self.open)
        self.actions.quit_requested.connect(self.quit_requested)
        self.bridge.quit_requested.connect(self.quit_requested)
        self.tray.appeared.connect(self._tray_appeared)

    def attach(self, program: Program) -> None:
        """Show what this program does from now on; what a turn needs is loaded here, not during the first."""
        from sovereign_desktop.ui.captions import Captions
        from sovereign_desktop.ui.windows.caption import Caption

        self.bridge.attach(program)
        if self._caption is not None:  # of the program before this one
            self._caption.hide()
            self._caption.deleteLater()
        self._caption = Caption(self.bridge, Captions(show_turns=program.settings.app.caption))
        self._caption.warm_up()
        if not self.tray.is_available:
            self._stand_in_for_the_icon()

    def welcome(self) -> None:
        """Show a newcomer around, unless nothing but the icon was asked for.

        Who comes from an old version is asked first whether to bring it over; one window at a time.
        """
        program = self.bridge.program
        if program is None or self._starts_minimized or Window.MIGRATION in self._windows:
            return
        if program.newcomer.has_old_version:
            self.open(Window.MIGRATION)
        elif program.newcomer.is_here:
            self.open(Window.WELCOME)

    def _wizard_closed(self) -> None:
        """Closing it is an answer: it does not open by itself again. The next one begins at its beginning."""
        if (wizard := self._windows.pop(Window.MIGRATION, None)) is not None:
            wizard.deleteLater()
        program = self.bridge.program
        if program is not None and program.newcomer.has_old_version:
            program.newcomer.offered()
        self.welcome()

    def open(self, name: Window) -> None:
        """Show a window and bring it to the front."""
        window = self._windows.get(name) or self._make(name)
        self._windows[name] = window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Take everything off the screen."""
        self.tray.hide()
        for window in filter(None, (self._caption, *self._windows.values())):
            window.hide()
            window.deleteLater()
        self._caption = None
        self._windows.clear()

    def _make(self, name: Window) -> QWidget:
        if name is Window.CONTROL:
            from sovereign_desktop.ui.windows.control import ControlWindow

            return ControlWindow(self.bridge, self.actions, may_close=lambda: self.tray.is_available)
        if name is Window.SETTINGS:
            from sovereign_desktop.config.paths import find_paths
            from sovereign_desktop.ui.windows.settings import SettingsWindow

            return SettingsWindow(self.bridge, find_paths().settings_file)
        if name is Window.WELCOME:
            from sovereign_desktop.ui.windows.welcome import WelcomeWindow

            return WelcomeWindow(self.bridge)
        if name is Window.MIGRATION:
            from sovereign_desktop.app.migration_desk import MigrationDesk
            from sovereign_desktop.ui.wizard.window import WizardWindow

            return WizardWindow(self.bridge, MigrationDesk(), self._wizard_closed)
        if name is Window.LATENCY:
            from sovereign_desktop.ui.windows.latency import MOST_TURNS, LatencyWindow

            latency = LatencyWindow(self.bridge)
            self.bridge.recall(MOST_TURNS)
            return latency
        from sovereign_desktop.ui.windows.transcript import TranscriptWindow
        from sovereign_desktop.ui.windows.turn_list import MOST_SHOWN

        window = TranscriptWindow(self.bridge)
        self.bridge.recall(MOST_SHOWN)
        return window

    def _stand_in_for_the_icon(self) -> None:
        self.open(Window.CONTROL)
        if self._starts_minimized:
            self._windows[Window.CONTROL].showMinimized()
        self.bridge.notice(NO_TRAY)

    def _tray_appeared(self) -> None:
        self.bridge.clear(NO_TRAY.key)
        if (control := self._windows.get(Window.CONTROL)) is not None:
            control.close()
