"""The fourth step: does what was brought over work? Everything is tried for real, a spoken turn included."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QPushButton

from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import CheckList, WizardPage, plain


class CheckPage(WizardPage):
    """Checks when it is asked to; it can be skipped."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.start = QPushButton(self.tr("&Check now"))
        self.stop = QPushButton(self.tr("Break off"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.tr("The checks run"))
        self.result = plain()
        self.check_list = CheckList(self.tr("What was checked"))
        about = self.tr(
            "The settings are loaded, keys are looked up in the keyring, 50 old memories are looked for, microphone "
            "and loudspeaker are opened, a recorded question is answered on this computer, and with a key the "
            "Realtime API is connected to. It takes up to a minute. Where the old version kept a log, its answers "
            "stand beside the new one."
        )
        self.layout_.addWidget(plain(about))
        line = row(8)
        line.addWidget(self.start)
        line.addWidget(self.stop)
        line.addWidget(self.bar)
        line.addStretch(1)
        self.layout_.addLayout(line)
        self.layout_.addWidget(self.result)
        self.layout_.addWidget(self.check_list, 1)
        self.start.clicked.connect(journey.check)
        self.stop.clicked.connect(journey.work.stop)
        journey.work.busy_changed.connect(self._busy)
        self._busy(is_busy=False)

    @property
    def title(self) -> str:
        return self.tr("Does it work?")

    @property
    def next_text(self) -> str:
        return self.tr("Next") if self.journey.checks else self.tr("Skip")

    def follow(self) -> None:
        checks = self.journey.checks
        if checks != self.check_list.checks:
            self.check_list.show_checks(checks)
        wrong = sum(check.verdict is Verdict.WRONG for check in checks)
        if not checks:
            self.result.clear()
        elif wrong:
            self.result.setText(self.tr("To be mended: {count}. Each says how.").format(count=wrong))
        else:
            self.result.setText(self.tr("Everything that was brought over works."))
        self.result.setVisible(bool(checks))

    def _busy(self, is_busy: bool) -> None:
        self.start.setEnabled(not is_busy)
        self.stop.setVisible(is_busy)
        self.bar.setVisible(is_busy)
