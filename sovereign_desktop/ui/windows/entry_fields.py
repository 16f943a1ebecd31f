"""Fields that behave as a page of settings wants them to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSizePolicy, QSpinBox, QWidget

WIDEST, NARROWEST = 30, 12
"""How wide a field is, in digits of its font: it grows with the letters, and shrinks with the window."""


class PlainNumber(QDoubleSpinBox):
    """30 rather than 30.00; what is entered has up to as many decimals as before."""

    def textFromValue(self, value: float) -> str:
        whole, point, rest = super().textFromValue(value).rpartition(self.locale().decimalPoint())
        rest = rest.rstrip("0")
        return f"{whole}{point}{rest}" if rest else whole


class WheelBelongsToThePage(QObject):
    """Who scrolls a page of settings must not change those that the pointer passes."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class _Leaving(QObject):
    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self._then()
        return False


def on_leaving(widget: QWidget, then: Callable[[], None]) -> None:
    """Call `then` when the widget loses the focus."""
    widget.installEventFilter(_Leaving(widget, then))


def sized(widget: QWidget) -> QWidget:
    """The widget, as wide as all fields are, and deaf to a wheel that only passes."""
    digit = widget.fontMetrics().horizontalAdvance("0")
    widget.setMinimumWidth(NARROWEST * digit)
    widget.setMaximumWidth(WIDEST * digit)
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
    for inner in (widget, *widget.findChildren(QWidget)):
        if isinstance(inner, QComboBox | QSpinBox | QDoubleSpinBox):
            inner.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            inner.installEventFilter(WheelBelongsToThePage(inner))
    return widget
