"""What every step of the welcome has."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sovereign_desktop.ui.bridge import Bridge


class WelcomePage(QWidget):
    """One step: its heading, and its name in the list of steps."""

    title = ""
    name = ""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge

    def call(self, title: str, name: str) -> None:
        """Give the step its heading and its name."""
        self.title, self.name = title, name

    def look(self) -> None:
        """The page is shown: see what is so now."""
