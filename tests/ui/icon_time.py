"""How long a program takes until its icon can be seen in the tray: judged by the pixels, not by what it says."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from Xlib import X
from Xlib.display import Display

CORNER = 32
"""Pixels at the upper right of the screen, where the tray puts the first icon."""
BARE = """
import sys
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
application = QApplication(sys.argv)
pixmap = QPixmap(22, 22)
pixmap.fill(QColor("#4f5bd5"))
icon = QSystemTrayIcon(QIcon(pixmap))
icon.show()
application.exec()
"""
"""The least that shows an icon with PySide6: what others are compared with."""


def seconds_to_icon(argv: Sequence[str], env: Mapping[str, str], patience_s: float = 15) -> float:
    """Start a program, wait until its icon is painted, and end it."""
    with _screen(env["DISPLAY"]) as screen:
        assert not _has_icon(screen), "there is an icon already"
        started_at = time.monotonic()
        program = subprocess.Popen(argv, env=dict(env), stdout=subprocess.DEVNULL)
        try:
            while not _has_icon(screen):
                assert time.monotonic() - started_at < patience_s, "no icon came"
                time.sleep(0.001)
            waited_s = time.monotonic() - started_at
        finally:
            program.terminate()
            program.wait(10)
        while _has_icon(screen):
            time.sleep(0.01)
        return waited_s


@contextlib.contextmanager
def _screen(name: str) -> Iterator[Display]:
    screen = Display(name)
    try:
        yield screen
    finally:
        screen.close()


def _has_icon(display: Display) -> bool:
    """Whether something colourful stands in the corner; panels are grey."""
    screen = display.screen()
    image = screen.root.get_image(screen.width_in_pixels - CORNER, 0, CORNER, CORNER, X.ZPixmap, 0xFFFFFFFF).data
    spans = (max(image[at : at + 3]) - min(image[at : at + 3]) for at in range(0, len(image), 4))
    return sum(span > 60 for span in spans) > 40
