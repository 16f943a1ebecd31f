"""Colours that follow the system between light and dark, for the surfaces that we paint ourselves."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as `#rrggbb`. Text on `surface` or `card` has a contrast of at least 4.5 (WCAG AA), `faint` too."""

    is_dark: bool
    surface: str
    card: str
    border: str
    text: str
    faint: str
    accent: str
    listening: str


LIGHT = Theme(False, "#fcfcfd", "#ffffff", "#d3d6de", "#16181d", "#5a6070", "#4f5bd5", "#d92f3b")
DARK = Theme(True, "#1f2128", "#272a33", "#40444f", "#f3f4f7", "#a8aebd", "#97a0ff", "#ff6b74")


def theme() -> Theme:
    """The theme of now. Ask again when a widget hears of a changed palette."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:  # plain X11; windows are what the palette says
        window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return DARK if window.lightnessF() < 0.5 else LIGHT
    return DARK if scheme is Qt.ColorScheme.Dark else LIGHT


def set_text_color(widget: QWidget, color: str) -> None:
    """Write in `color` on this widget and what stands on it."""
    palette = QPalette(widget.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor(color))
    widget.setPalette(palette)
