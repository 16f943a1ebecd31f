"""One editor for each kind of setting: it shows a value, and tells when the user has entered another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.hotkey.parse import parse_hotkey
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.setting_pages import Entry, Kind

WIDTH = 240
LINES_HEIGHT = 84
LONGEST = 4096
_ANY = 1e9
_QT_NAMES = {
    "super": "meta",
    "pageup": "pgup",
    "pagedown": "pgdown",
    "enter": "return",
    "minus": "-",
    "equal": "=",
    "comma": ",",
    "period": ".",
    "slash": "/",
    "backslash": "\\",
    "semicolon": ";",
    "apostrophe": "'",
    "grave": "`",
}
"""What Qt calls keys that we call otherwise."""
_OUR_NAMES = {qt: ours for ours, qt in _QT_NAMES.items()}


class Editor(QObject):
    """A widget for one setting. `show_value` never counts as an entry of the user's."""

    entered = Signal(object)
    refused = Signal(str)
    """What was entered can't be used, and why."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        make: dict[Kind, Callable[[], QWidget]] = {
            Kind.SWITCH: self._switch,
            Kind.CHOICE: self._choice,
            Kind.WHOLE: self._whole,
            Kind.NUMBER: self._number,
            Kind.AMOUNT: self._amount,
            Kind.LINES: self._lines,
            Kind.HOTKEY: self._hotkey,
            Kind.TEXT: self._text,
            Kind.IN_THE_FILE: self._in_the_file,
        }
        self._show: Callable[[Any], None]
        self._shown: Any = None
        self.widget = make[entry.kind]()
        self.focus: QWidget = self.widget if self.widget.focusPolicy() else self.widget.findChildren(QWidget)[0]
        self.focus.setAccessibleName(entry.label)
        self.focus.setAccessibleDescription(entry.meaning)

    @property
    def is_in_use(self) -> bool:
        """Whether the user may be in the middle of entering something."""
        return self.focus.hasFocus() and self.entry.kind not in (Kind.SWITCH, Kind.CHOICE)

    def show_value(self, value: Any) -> None:
        """Show what the setting is."""
        self._shown = value
        self._show(value)

    def _enter(self, value: Any) -> None:
        if value != self._shown:
            self._shown = value
            self.entered.emit(value)

    def _switch(self) -> QWidget:
        box = QCheckBox()
        self._show = lambda value: box.setChecked(bool(value))
        box.clicked.connect(self._enter)
        return box

    def _choice(self) -> QWidget:
        box = QComboBox()
        box.addItems(self.entry.choices)
        self._show = lambda value: box.setCurrentText(str(value))
        box.textActivated.connect(self._enter)
        return _sized(box)

    def _whole(self) -> QWidget:
        box = QSpinBox()
        box.setRange(int(self.entry.low or 0), int(min(self.entry.high or _ANY, _ANY)))
        box.setSuffix(f" {self.entry.unit}" if self.entry.unit else "")
        self._show = lambda value: box.setValue(int(value))
        box.editingFinished.connect(lambda: self._enter(box.value()))
        return _sized(box)

    def _number(self) -> QWidget:
        box = self._decimal()
        self._show = lambda value: box.setValue(float(value))
        box.editingFinished.connect(lambda: self._enter(box.value()))
        return _sized(box)

    def _amount(self) -> QWidget:
        """A number with a switch before it: off is `none`."""
        holder, limit, box = QWidget(), QCheckBox(), self._decimal()
        limit.setAccessibleName(f"{self.entry.label}: have one")
        layout = row(8)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(limit)
        layout.addWidget(box, 1)
        holder.setLayout(layout)

        def show(value: Any) -> None:
            limit.setChecked(value not in (None, "none"))
            box.setEnabled(limit.isChecked())
            if limit.isChecked():
                box.setValue(float(value))

        def enter() -> None:
            box.setEnabled(limit.isChecked())
            self._enter(box.value() if limit.isChecked() else "none")

        self._show = show
        limit.clicked.connect(enter)
        box.editingFinished.connect(enter)
        return _sized(holder)

    def _decimal(self) -> QDoubleSpinBox:
        box = _PlainNumber()
        low, high = self.entry.low or 0.0, min(self.entry.high if self.entry.high is not None else _ANY, _ANY)
        box.setRange(low, high)
        box.setDecimals(2)
        box.setSingleStep(0.05 if high <= 2 else 1.0)
        box.setSuffix(f" {self.entry.unit}" if self.entry.unit else "")
        return box

    def _lines(self) -> QWidget:
        text = QPlainTextEdit()
        text.setFixedHeight(LINES_HEIGHT)
        text.setTabChangesFocus(True)
        text.setPlaceholderText("one a line")
        self._show = lambda value: text.setPlainText("\n".join(map(str, value or ())))
        _on_leaving(
            text, lambda: self._enter([line.strip() for line in text.toPlainText().splitlines() if line.strip()])
        )
        return _sized(text)

    def _hotkey(self) -> QWidget:
        """Press the keys to record them."""
        keys = QKeySequenceEdit()
        keys.setMaximumSequenceLength(1)
        keys.setClearButtonEnabled(True)

        def enter() -> None:
            pressed = keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText).lower()
            if not pressed:
                self._show(self._shown)  # nothing was pressed: the old keys stay
                return
            try:
                self._enter(str(parse_hotkey("+".join(_OUR_NAMES.get(key, key) for key in _keys(pressed)))))
            except SovereignError as error:
                self.refused.emit(error.sentence)

        def show(value: Any) -> None:
            keys.setKeySequence(QKeySequence("+".join(_QT_NAMES.get(key, key) for key in str(value).split("+"))))

        self._show = show
        keys.editingFinished.connect(enter)
        return _sized(keys)

    def _in_the_file(self) -> QWidget:
        """How many there are; a line a part would be a window of its own."""
        line = QLineEdit(readOnly=True)
        self._show = lambda value: line.setText(f"{len(value or ())}, change them in the file")
        return _sized(line)

    def _text(self) -> QWidget:
        line = QLineEdit()
        line.setMaxLength(LONGEST)
        line.setPlaceholderText(str(self.entry.default or ""))
        self._show = lambda value: line.setText("" if value is None else str(value))
        line.editingFinished.connect(lambda: self._enter(line.text().strip()))
        return _sized(line)


class _PlainNumber(QDoubleSpinBox):
    """30 rather than 30.00; what is entered has up to as many decimals as before."""

    def textFromValue(self, value: float) -> str:
        whole, point, rest = super().textFromValue(value).rpartition(self.locale().decimalPoint())
        rest = rest.rstrip("0")
        return f"{whole}{point}{rest}" if rest else whole


class _WheelBelongsToThePage(QObject):
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


def _keys(pressed: str) -> list[str]:
    """The keys of `ctrl+alt++`, whose last one is the joint itself."""
    names = pressed.removesuffix("++").split("+")
    return [*names, "+"] if pressed.endswith("++") else names


def _on_leaving(widget: QWidget, then: Callable[[], None]) -> None:
    widget.installEventFilter(_Leaving(widget, then))


def _sized(widget: QWidget) -> QWidget:
    widget.setFixedWidth(WIDTH)
    for inner in (widget, *widget.findChildren(QWidget)):
        if isinstance(inner, QComboBox | QSpinBox | QDoubleSpinBox):
            inner.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            inner.installEventFilter(_WheelBelongsToThePage(inner))
    return widget
