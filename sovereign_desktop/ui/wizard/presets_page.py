"""The fifth step: sets of settings for a kind of computer or network, and two measurements that say which fits."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QProgressBar, QPushButton, QRadioButton

from sovereign_desktop.app.measuring import Measured
from sovereign_desktop.migration import presets
from sovereign_desktop.migration.fates import Change
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import WizardPage, plain
from sovereign_desktop.ui.wizard.words import preset_word, shown

PresetNow = tuple[tuple[Change, Any], ...]


class PresetsPage(WizardPage):
    """Shows what a preset would change before it is used."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.choices = {name: QRadioButton(preset_word(name)) for name in presets.NAMES}
        self.effect = plain()
        self.use = QPushButton(self.tr("&Use it"))
        self.computer = QPushButton(self.tr("&Measure this computer"))
        self.network = QPushButton(self.tr("Measure the &network"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("How far the measurement is"))
        self.result = plain()
        self._group = QButtonGroup(self)
        self._build()
        self._group.buttonClicked.connect(lambda _button: journey.show_preset(self.chosen))
        self.use.clicked.connect(lambda: journey.use_preset(self.chosen))
        self.computer.clicked.connect(journey.measure_computer)
        self.network.clicked.connect(journey.measure_network)
        journey.presets_shown.connect(self._show_effect)
        journey.measured.connect(self._measured)
        journey.work.progressed.connect(self._progressed)
        journey.work.busy_changed.connect(self._busy)
        self._busy(is_busy=False)

    @property
    def title(self) -> str:
        return self.tr("Tune it")

    @property
    def chosen(self) -> str:
        """The name of the chosen preset."""
        return next(name for name, button in self.choices.items() if button.isChecked())

    def _build(self) -> None:
        about = self.tr("The usual settings fit most computers. Choose another set to see what it would change.")
        self.layout_.addWidget(plain(about))
        for button in self.choices.values():
            self._group.addButton(button)
            self.layout_.addWidget(button)
        self.choices[presets.NAMES[0]].setChecked(True)
        self.layout_.addWidget(self.effect)
        self.layout_.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        self.layout_.addSpacing(12)
        measure = self.tr("Two measurements tell which fits. The second connects ten times to the server that answers.")
        self.layout_.addWidget(plain(measure))
        line = row(8)
        line.addWidget(self.computer)
        line.addWidget(self.network)
        line.addWidget(self.bar)
        line.addStretch(1)
        self.layout_.addLayout(line)
        self.layout_.addWidget(self.result)
        self.layout_.addStretch(1)

    def look(self) -> None:
        self.journey.show_preset(self.chosen)

    def _show_effect(self, name: str, told: PresetNow) -> None:
        if name != self.chosen:
            return
        different = [(change, now) for change, now in told if change.value != now]
        lines = [f"{change.key}: {shown(now)} → {shown(change.value)}" for change, now in different]
        if not told:
            lines = [self.tr("It sets nothing: the program stays as it is.")]
        elif not different:
            lines = [self.tr("It is in use.")]
        self.effect.setText("\n".join(lines))
        self.use.setEnabled(bool(different))

    def _measured(self, measured: Measured) -> None:
        lines = [*filter(None, self.result.text().split("\n")[-2:]), measured.text]
        fitting = preset_word(measured.preset or presets.NAMES[0]).partition(":")[0].replace("&", "")
        self.result.setText("\n".join([*lines, self.tr("“{preset}” fits that.").format(preset=fitting)]))

    def _progressed(self, _what: str, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)

    def _busy(self, is_busy: bool) -> None:
        for button in (self.computer, self.network):
            button.setEnabled(not is_busy)
        self.bar.setVisible(is_busy)
