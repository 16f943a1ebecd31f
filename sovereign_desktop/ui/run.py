"""The tray app from start to end. The order of imports is the point: the icon first, then everything else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from sovereign_desktop.ui.shell import Shell

if TYPE_CHECKING:
    from sovereign_desktop.app.options import TrayOptions
    from sovereign_desktop.ui.session import Load

ICON_WAIT_MS = 60
"""Longest wait for a tray to place the icon before loading goes on; not every tray tells."""


def run(options: TrayOptions, load: Load | None = None) -> int:
    """Run the tray app until it is told to quit; the exit status. `load` makes the program."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("sovereign-desktop")
    application.setApplicationDisplayName("Sovereign Desktop")
    application.setDesktopFileName("sovereign-desktop")
    application.setQuitOnLastWindowClosed(False)
    shell = Shell()
    shell.tray.show()
    _let_the_icon_appear(shell)
    from sovereign_desktop.ui.session import run_session

    return run_session(application, shell, options, load)


def _let_the_icon_appear(shell: Shell) -> None:
    """Serve the desktop's questions about the icon before the imports keep us from it."""
    waited = QElapsedTimer()
    waited.start()
    events = QEventLoop()
    looking = QTimer(interval=2)
    looking.timeout.connect(lambda: events.quit() if shell.tray.is_placed or waited.hasExpired(ICON_WAIT_MS) else None)
    looking.start()
    if shell.tray.is_available:
        events.exec()
    QApplication.processEvents()
