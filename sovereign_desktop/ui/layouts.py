"""Rows and columns with a spacing, which PySide6 lets the constructors take but does not declare."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def row(spacing: int) -> QHBoxLayout:
    """A row to put into another layout."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    return layout


def column(spacing: int, *, of: QWidget | None = None, margins: tuple[int, int, int, int] | None = None) -> QVBoxLayout:
    """A column to put into another layout, or the layout of a widget; margins in pixels from the left clockwise."""
    layout = QVBoxLayout() if of is None else QVBoxLayout(of)
    layout.setSpacing(spacing)
    if margins is not None:
        layout.setContentsMargins(*margins)
    return layout


def first_size(window: QWidget, letters: int, lines: int) -> QSize:
    """Room for so many letters and lines of the window's font, as far as the screen has it."""
    metrics = window.fontMetrics()
    wished = QSize(letters * metrics.horizontalAdvance("x"), lines * metrics.lineSpacing())
    return wished.boundedTo(window.screen().availableSize() * 0.92)
