"""What this system asks before a program may hear or see, what a refusal means, and where to change it.

In our own words, before the system uses its own. No Qt widgets: the welcome shows it, tests read it for every system.

Sources: learn.microsoft.com "Manage app permissions for a camera or microphone in Windows"; support.apple.com "Control
access to the microphone on Mac" and "Control access to screen and system audio recording on Mac"; the XDG desktop
portal's documentation of `Screenshot`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication


class System(Enum):
    """What asks, or does not."""

    X11 = auto()
    WAYLAND = auto()
    MACOS = auto()
    WINDOWS = auto()


@dataclass(frozen=True, slots=True)
class Permission:
    """Three answers, in sentences."""

    asked: str
    """Whether and when the system asks."""
    refused: str
    """What goes on without it."""
    change: str
    """Where it is changed later."""


def system_of_now() -> System:
    """The system that this program runs on."""
    if sys.platform == "darwin":
        return System.MACOS
    if sys.platform == "win32":
        return System.WINDOWS
    return System.WAYLAND if os.environ.get("WAYLAND_DISPLAY") else System.X11


def microphone(system: System) -> Permission:
    """For hearing."""
    refused = QCoreApplication.translate(
        "Permissions",
        "Without a microphone nothing is heard: the icon and a sentence say so, and everything else works. You can "
        "type your questions in the Transcript window.",
    )
    if system is System.MACOS:
        return Permission(
            QCoreApplication.translate(
                "Permissions", "macOS asks you once, at the test below or at your first question."
            ),
            refused,
            QCoreApplication.translate(
                "Permissions",
                "System Settings › Privacy & Security › Microphone. macOS may want the program to be started again.",
            ),
        )
    if system is System.WINDOWS:
        return Permission(
            QCoreApplication.translate(
                "Permissions", "Windows does not ask for programs such as this one; one switch is for all of them."
            ),
            refused,
            QCoreApplication.translate(
                "Permissions", "Settings › Privacy & security › Microphone › Let desktop apps access your microphone."
            ),
        )
    return Permission(
        QCoreApplication.translate(
            "Permissions",
            "Linux does not ask: every program of yours may open the microphone. This one does so while you hold the"
            " key or tap it, and for half a minute afterwards; the desktop shows when.",
        ),
        refused,
        QCoreApplication.translate(
            "Permissions",
            "Mute it in the tray’s menu, here in the settings under Sound, or in the desktop’s sound settings.",
        ),
    )


def screen(system: System) -> Permission:
    """For seeing."""
    refused = QCoreApplication.translate(
        "Permissions",
        "Without it, questions about the screen are answered with “I do not look”. All else stays the same.",
    )
    if system is System.MACOS:
        return Permission(
            QCoreApplication.translate(
                "Permissions",
                "macOS asks you once, when the first picture is taken, and then wants the program to be started again.",
            ),
            refused,
            QCoreApplication.translate(
                "Permissions", "System Settings › Privacy & Security › Screen & System Audio Recording."
            ),
        )
    if system is System.WINDOWS:
        return Permission(
            QCoreApplication.translate(
                "Permissions", "Windows does not ask: every program of yours may look. This one asks you here."
            ),
            refused,
            QCoreApplication.translate("Permissions", "The switch below, or the tray’s menu at any time."),
        )
    if system is System.WAYLAND:
        return Permission(
            QCoreApplication.translate(
                "Permissions",
                "Your desktop (Wayland) may ask at the first picture. No program can know there which windows are"
                " visible, so private windows can’t be left out: it looks only if you allow that too, in the settings"
                " under Screen.",
            ),
            refused,
            QCoreApplication.translate(
                "Permissions", "The switch below, the tray’s menu, and the desktop’s privacy settings."
            ),
        )
    return Permission(
        QCoreApplication.translate(
            "Permissions", "X11 does not ask: every program of yours may look at everything. This one asks you here."
        ),
        refused,
        QCoreApplication.translate("Permissions", "The switch below, or the tray’s menu at any time."),
    )
