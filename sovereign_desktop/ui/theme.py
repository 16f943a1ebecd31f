"""Colours that follow the system, live: light, dark, high contrast, for the surfaces that we paint ourselves."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
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

HIGH_CONTRAST = 20.0
"""Windows whose text stands out so much were meant for it: plain themes stay below."""
_WRITTEN_IN = ("text", "faint", "accent", "listening")


def theme() -> Theme:
    """The theme of now. Ask again when a widget hears of a changed palette."""
    palette = QGuiApplication.palette()
    if _wants_contrast(palette):
        return _high_contrast(palette)
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:  # plain X11; windows are what the palette says
        return DARK if _is_dark(palette) else LIGHT
    return DARK if scheme is Qt.ColorScheme.Dark else LIGHT


def contrast(one: QColor, other: QColor) -> float:
    """How much two colours stand out from each other: 1 not at all, 21 black on white (WCAG 2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def set_text_color(widget: QWidget, color: str) -> None:
    """Write in this colour of the theme on this widget and what stands on it, also when the theme changes."""
    follower = next((child for child in widget.children() if isinstance(child, _Follower)), None) or _Follower(widget)
    follower.follow(color)


class _Follower(QObject):
    """Gives a widget's text the same part of the theme again when another theme comes."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._part = ""
        widget.installEventFilter(self)

    def follow(self, color: str) -> None:
        now = theme()
        self._part = next((part for part in _WRITTEN_IN if getattr(now, part) == color), "")
        self._write(color)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.PaletteChange and self._part:
            self._write(getattr(theme(), self._part))
        return False

    def _write(self, color: str) -> None:
        palette = QPalette(self._widget.palette())
        if palette.color(QPalette.ColorRole.WindowText).name() != color:
            palette.setColor(QPalette.ColorRole.WindowText, QColor(color))
            self._widget.setPalette(palette)


def _wants_contrast(palette: QPalette) -> bool:
    """What the system says, and where it says nothing, what its colours do."""
    hints = QGuiApplication.styleHints()  # kept: PySide6 6.11 takes what is asked of them away with them
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return True
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return contrast(window, text) >= HIGH_CONTRAST and window == palette.color(QPalette.ColorRole.Base)


def _high_contrast(palette: QPalette) -> Theme:
    """Nothing but the system's own colours, and no shades of them."""
    window = palette.color(QPalette.ColorRole.Window).name()
    text = palette.color(QPalette.ColorRole.WindowText).name()
    link = palette.color(QPalette.ColorRole.Link)
    strong = link.name() if contrast(link, QColor(window)) >= 7 else text
    return Theme(_is_dark(palette), window, window, text, text, text, strong, strong)


def _is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5


def _luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
