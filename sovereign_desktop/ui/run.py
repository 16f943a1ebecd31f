"""The tray app from start to end. The order of imports is the point: the icon first, then everything else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QLoggingCategory, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.core.resources import resource
from sovereign_desktop.ui.translation import use_language

if TYPE_CHECKING:
    from sovereign_desktop.app.crash_reports import CrashReports
    from sovereign_desktop.core.errors import SovereignError
    from sovereign_desktop.ui.session import Load

ICON_WAIT_MS = 80
"""Longest wait for a tray to place the icon before loading goes on; not every tray tells."""

INVISIBLE = ("offscreen", "minimal")
"""Platforms of Qt on which nobody could close a window."""


def run(load: Load, *, minimized: bool = False, crashes: CrashReports | None = None) -> int:
    """Run the tray app until it is told to quit; the exit status. `load` makes the program once the icon is there.

    `crashes` gets what ends it, and has what ended it before.
    """
    application = _application()
    icon = QSystemTrayIcon(QIcon(str(resource("icons/idle.svg"))))
    icon.setToolTip(f"Sovereign Desktop – {QCoreApplication.translate('Situation', 'Starting')}")
    icon.show()
    _let_it_appear(icon)
    from sovereign_desktop.ui.session import run_session

    return run_session(application, icon, load, minimized=minimized, crashes=crashes)


def tell_failure(error: SovereignError) -> None:
    """Show why there was no start at all; returns when it has been read."""
    application = _application()
    from sovereign_desktop.ui.windows.problem import problem_box

    if application.platformName() not in INVISIBLE:
        problem_box(error.user_text, error.remedy).exec()  # no coroutine runs here that it could hold up


def _application() -> QApplication:
    QLoggingCategory.setFilterRules("qt.qpa.services.warning=false")  # a desktop without portals is no fault
    application = QApplication(sys.argv[:1])
    application.setApplicationName("sovereign-desktop")
    application.setApplicationDisplayName("Sovereign Desktop")
    application.setDesktopFileName(APP_ID)
    application.setQuitOnLastWindowClosed(False)
    use_language()  # the system's, until the settings are known
    return application


def _let_it_appear(icon: QSystemTrayIcon) -> None:
    """Answer the tray's questions about the icon before the imports keep us from it."""
    waited = QElapsedTimer()
    waited.start()
    events = QEventLoop()
    looking = QTimer(interval=2)
    looking.timeout.connect(
        lambda: events.quit() if not icon.geometry().isEmpty() or waited.hasExpired(ICON_WAIT_MS) else None
    )
    looking.start()
    events.exec()
    QApplication.processEvents()
