"""A list of sound devices by name, which follows what is plugged in and out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox

from sovereign_desktop.ui.devices import Devices


class DeviceBox(QComboBox):
    """The system's choice, the devices that are there, and the chosen one even while it is not."""

    chosen = Signal(str)
    """The name of a device; empty for the system's choice."""

    def __init__(self, devices: Devices, *, records: bool) -> None:
        super().__init__()
        self._devices = devices
        self._records = records
        self._name = ""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._choose)
        devices.changed.connect(self._fill)
        self._fill()

    def show_name(self, name: str) -> None:
        """Show which one is chosen."""
        self._name = name
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        self._devices.show_to(self)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._devices.hide_from(self)
        super().hideEvent(event)

    def _choose(self, number: int) -> None:
        self._name = str(self.itemData(number))
        self.chosen.emit(self._name)

    def _fill(self) -> None:
        usable = [device for device in self._devices.all if (device.inputs if self._records else device.outputs)]
        usual = [
            device.name for device in usable if (device.is_default_input if self._records else device.is_default_output)
        ]
        named = self.tr("The system’s choice ({device})").format(device=usual[0]) if usual else ""
        self.clear()
        self.addItem(named or self.tr("The system’s choice"), "")
        for device in usable:
            self.addItem(device.name, device.name)
        if self._name and self.findData(self._name) < 0:
            self.addItem(self.tr("{device} (not plugged in)").format(device=self._name), self._name)
        self.setCurrentIndex(max(0, self.findData(self._name)))
        self.setToolTip(self._devices.problem or self.currentText())
