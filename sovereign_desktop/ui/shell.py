"""Everything of the program that can be seen, and which window opens when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from sovereign_desktop.core.events import Notice, Window
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge, Program
from sovereign_desktop.ui.garbage import spare_what_is_loaded
from sovereign_desktop.ui.translation import use_language
from sovereign_desktop.ui.tray import Tray

if TYPE_CHECKING:
    from pathlib import Path

    from sovereign_desktop.app.crash_reports import CrashReports
    from sovereign_desktop.ui.window_places import WindowPlaces
    from sovereign_desktop.ui.windows.caption import Caption

NO_TRAY = "tray"


def no_tray() -> Notice:
    """Why there is a window instead of the icon, and what brings the icon."""
    return Notice(
        NO_TRAY,
        QCoreApplication.translate("Shell", "This desktop shows no tray icons; a small window stands in for the icon."),
        remedy=QCoreApplication.translate(
            "Shell",
            "On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support” and start Sovereign"
            " Desktop again.",
        ),
    )


def crash_notice(report: Path) -> Notice:
    """What somebody is told who wants to see nothing but the icon."""
    return Notice(
        "crash",
        QCoreApplication.translate("Problem", "Sovereign Desktop ended in a fault at its last run."),
        remedy=QCoreApplication.translate("Problem", "What is known of it stands in {file}.").format(file=report),
    )


class Shell(QObject):
    """Owns icon and windows. Windows are imported when they are first opened and kept after that."""

    quit_requested = Signal()

    def __init__(self, icon: QSystemTrayIcon, *, minimized: bool = False, crashes: CrashReports | None = None) -> None:
        super().__init__()
        self._starts_minimized = minimized
        self._crashes = crashes
        self._places: WindowPlaces | None = None
        self._report_offer: QWidget | None = None
        self.bridge = Bridge()
        self.actions = Actions(self.bridge)
        self.tray = Tray(icon, self.bridge, self.actions)
        self._caption: Caption | None = None
        self._windows: dict[Window, QWidget] = {}
        self.actions.window_requested.connect(self.open)
        self.actions.recent.chosen.connect(self._show_turn)
        self.bridge.window_requested.connect(self.open)
        self.actions.quit_requested.connect(self.quit_requested)
        self.bridge.quit_requested.connect(self.quit_requested)
        self.tray.appeared.connect(self._tray_appeared)

    def attach(self, program: Program) -> None:
        """Show what this program does from now on; what a turn needs is loaded here, not during the first."""
        from sovereign_desktop.ui.captions import Captions
        from sovereign_desktop.ui.windows.caption import Caption

        speaks_another = use_language(program.settings.ui.language)
        self.bridge.attach(program)
        if speaks_another:
            self._speak()
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

    def offer_reports(self) -> None:
        """Tell, once, that an earlier run ended in a fault, and offer what is known of it."""
        report = self._crashes.tell() if self._crashes is not None else None
        if report is None:
            return
        if self._starts_minimized:
            self.bridge.notice(crash_notice(report))
            return
        from sovereign_desktop.ui.windows.problem import report_box

        self._report_offer = report_box(report)
        self._report_offer.show()

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
        if (window := self._windows.get(name)) is None:
            window = self._windows[name] = self._make(name)
            self._place(name, window)
            spare_what_is_loaded()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def _speak(self) -> None:
        """Say everything in the language of now: windows are made anew where they stood."""
        self.actions.speak()
        self.bridge.situation_changed.emit(self.bridge.situation)
        for name, window in tuple(self._windows.items()):
            is_open, place = not window.isHidden(), window.geometry()
            window.hide()
            window.deleteLater()
            del self._windows[name]
            if is_open:
                self.open(name)
                self._windows[name].setGeometry(place)

    def close(self) -> None:
        """Take everything off the screen."""
        self.tray.hide()
        for window in filter(None, (self._caption, self._report_offer, *self._windows.values())):
            window.hide()
            window.deleteLater()
        self._caption = self._report_offer = None
        self._windows.clear()

    def _place(self, name: Window, window: QWidget) -> None:
        """Where it was at the last time, as far as that can be seen."""
        if self._places is None:
            from sovereign_desktop.config.paths import find_paths
            from sovereign_desktop.ui.window_places import WindowPlaces

            self._places = WindowPlaces(find_paths().data / "windows.json")
        self._places.keep(name, window)

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
        if name is Window.HELP:
            from sovereign_desktop.ui.windows.help import HelpWindow

            return HelpWindow()
        if name is Window.MEMORY:
            from sovereign_desktop.ui.windows.memory import MemoryWindow

            return MemoryWindow(self.bridge)
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

    def _show_turn(self, turn_id: str) -> None:
        from sovereign_desktop.ui.windows.transcript import TranscriptWindow

        self.open(Window.TRANSCRIPT)
        if isinstance(transcript := self._windows[Window.TRANSCRIPT], TranscriptWindow):
            transcript.select(turn_id)

    def _stand_in_for_the_icon(self) -> None:
        self.open(Window.CONTROL)
        if self._starts_minimized:
            self._windows[Window.CONTROL].showMinimized()
        self.bridge.notice(no_tray())

    def _tray_appeared(self) -> None:
        self.bridge.clear(NO_TRAY)
        if (control := self._windows.get(Window.CONTROL)) is not None:
            control.close()
