"""One editor for each kind of setting: it shows a value, and tells when the user has entered another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from sovereign_desktop.config.parts import as_lines, from_lines
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.hotkey.parse import parse_hotkey
from sovereign_desktop.ui.devices import Devices
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.setting_pages import Entry, Kind, typed
from sovereign_desktop.ui.setting_words import choice_name
from sovereign_desktop.ui.windows.device_box import DeviceBox
from sovereign_desktop.ui.windows.entry_fields import PlainNumber, on_leaving, sized

LINES_SHOWN = 5
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
DEVICES = (Kind.MICROPHONE, Kind.LOUDSPEAKER)
_OUR_NAMES = {qt: ours for ours, qt in _QT_NAMES.items()}


class Editor(QObject):
    """A widget for one setting. `show_value` never counts as an entry of the user's."""

    entered = Signal(object)
    refused = Signal(str)
    """What was entered can't be used, and why."""

    def __init__(self, entry: Entry, devices: Devices) -> None:
        super().__init__()
        self.entry = entry
        self._devices = devices
        make: dict[Kind, Callable[[], QWidget]] = {
            Kind.SWITCH: self._switch,
            Kind.CHOICE: self._choice,
            Kind.WHOLE: self._whole,
            Kind.NUMBER: self._number,
            Kind.AMOUNT: self._amount,
            Kind.LINES: self._lines,
            Kind.HOTKEY: self._hotkey,
            Kind.TEXT: self._text,
            Kind.PARTS: self._parts,
            Kind.MICROPHONE: self._device,
            Kind.LOUDSPEAKER: self._device,
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
        return self.focus.hasFocus() and self.entry.kind not in (Kind.SWITCH, Kind.CHOICE, *DEVICES)

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
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._show = lambda value: box.setChecked(bool(value))
        box.clicked.connect(self._enter)
        return box

    def _choice(self) -> QWidget:
        box = QComboBox()
        for choice in self.entry.choices:
            box.addItem(choice_name(self.entry.key, choice), choice)
        self._show = lambda value: box.setCurrentIndex(box.findData(str(value)))
        box.activated.connect(lambda number: self._enter(box.itemData(number)))
        return sized(box)

    def _whole(self) -> QWidget:
        box = QSpinBox()
        box.setRange(int(self.entry.low or 0), int(min(self.entry.high or _ANY, _ANY)))
        box.setSuffix(f" {self.entry.unit}" if self.entry.unit else "")
        self._show = lambda value: box.setValue(int(value))
        box.editingFinished.connect(lambda: self._enter(box.value()))
        return sized(box)

    def _number(self) -> QWidget:
        box = self._decimal()
        self._show = lambda value: box.setValue(float(value))
        box.editingFinished.connect(lambda: self._enter(box.value()))
        return sized(box)

    def _amount(self) -> QWidget:
        """A number with a switch before it: off is `none`."""
        holder, limit, box = QWidget(), QCheckBox(), self._decimal()
        box.setAccessibleName(self.entry.label)
        limit.setAccessibleName(self.tr("{setting}: have a limit").format(setting=self.entry.label))
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
        return sized(holder)

    def _decimal(self) -> QDoubleSpinBox:
        box = PlainNumber()
        low, high = self.entry.low or 0.0, min(self.entry.high if self.entry.high is not None else _ANY, _ANY)
        box.setRange(low, high)
        box.setDecimals(2)
        box.setSingleStep(0.05 if high <= 2 else 1.0)
        box.setSuffix(f" {self.entry.unit}" if self.entry.unit else "")
        return box

    def _lines(self) -> QWidget:
        text = self._several_lines(self.tr("one a line"))
        self._show = lambda value: text.setPlainText("\n".join(map(str, value or ())))
        on_leaving(text, lambda: self._enter([line for line in map(typed, text.toPlainText().splitlines()) if line]))
        return sized(text)

    def _parts(self) -> QWidget:
        """A line for each of the things that have parts of their own."""
        text = self._several_lines(self.tr("one a line, such as {name: value, name: value}"))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown = ""

        def show(value: Any) -> None:
            nonlocal shown
            shown = as_lines(self.entry.key, value or ())
            text.setPlainText(shown)

        def enter() -> None:
            if text.toPlainText() == shown:
                return
            try:
                self._enter(from_lines(self.entry.key, text.toPlainText()))
            except SovereignError as error:
                self.refused.emit(error.sentence)

        self._show = show
        on_leaving(text, enter)
        return sized(text)

    def _several_lines(self, hint: str) -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setFixedHeight(LINES_SHOWN * text.fontMetrics().lineSpacing())
        text.setTabChangesFocus(True)
        text.setPlaceholderText(hint)
        return text

    def _device(self) -> QWidget:
        box = DeviceBox(self._devices, records=self.entry.kind is Kind.MICROPHONE)
        self._show = lambda value: box.show_name(str(value))
        box.chosen.connect(self._enter)
        return sized(box)

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
        return sized(keys)

    def _text(self) -> QWidget:
        line = QLineEdit()
        line.setMaxLength(LONGEST)
        line.setPlaceholderText(str(self.entry.default or ""))
        self._show = lambda value: line.setText("" if value is None else str(value))
        line.editingFinished.connect(lambda: self._enter(typed(line.text())))
        return sized(line)


def _keys(pressed: str) -> list[str]:
    """The keys of `ctrl+alt++`, whose last one is the joint itself."""
    names = pressed.removesuffix("++").split("+")
    return [*names, "+"] if pressed.endswith("++") else names
