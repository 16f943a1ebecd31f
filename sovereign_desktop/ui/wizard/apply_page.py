"""The third step: what will happen, then the backup and the change itself, with a way to pause and to break it off."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QPushButton

from sovereign_desktop.app.migration_desk import Draft
from sovereign_desktop.ui.layouts import row
from sovereign_desktop.ui.wizard.journey import Journey
from sovereign_desktop.ui.wizard.page import WizardPage, plain


class ApplyPage(WizardPage):
    """Its button does it; after that it says what was done."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self.told = plain()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.doing = plain(faint=True)
        self.pause = QPushButton(self.tr("&Pause"))
        self.pause.setCheckable(True)
        self.stop = QPushButton(self.tr("Break &off"))
        self._is_doing = False
        self._build()
        self.pause.toggled.connect(self._pause)
        self.stop.clicked.connect(self._stop)
        journey.work.progressed.connect(self._progressed)
        journey.work.busy_changed.connect(self._busy)

    @property
    def title(self) -> str:
        return self.tr("Back up and apply")

    @property
    def next_text(self) -> str:
        return self.tr("Back up and apply") if self.journey.outcome is None else self.tr("Next")

    @property
    def can_go_on(self) -> bool:
        return self.journey.draft is not None

    def go_on(self) -> bool:
        if self.journey.outcome is not None:
            return True
        self._is_doing = True
        self.journey.apply()
        self._show_doing()
        return False

    def _build(self) -> None:
        self.layout_.addWidget(self.told)
        self.layout_.addSpacing(8)
        self.layout_.addWidget(self.bar)
        self.layout_.addWidget(self.doing)
        buttons = row(8)
        buttons.addWidget(self.pause)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        self.layout_.addLayout(buttons)
        self.layout_.addStretch(1)

    def follow(self) -> None:
        outcome, draft = self.journey.outcome, self.journey.draft
        if outcome is not None:
            done = outcome.done or (self.tr("Everything is brought over already. Nothing was changed."),)
            lines = [*(f"✓ {line}" for line in done), *(f"○ {line}" for line in outcome.notes)]
            self.told.setText("\n".join(lines))
        elif draft is not None:
            self.told.setText("\n".join(f"• {line}" for line in self._will_happen(draft)))
        self._show_doing()

    def _will_happen(self, draft: Draft) -> list[str]:
        paths, old, wishes = self.journey.desk.paths, draft.old, self.journey.wishes
        lines = [
            self.tr("Everything in {root} is copied into a new folder below {backups}; copies are verified.").format(
                root=old.root, backups=paths.backups
            ),
            self.tr("Files that hold keys are copied encrypted; the key for them is in the system’s keyring."),
        ]
        if names := ", ".join(dict.fromkeys(entry.key_name for entry in draft.planned.secrets)):
            lines.append(self.tr("These keys are put into the system’s keyring: {names}.").format(names=names))
        if wishes.memories and old.stores:
            lines.append(
                self.tr("The memories in {stores} are read from a copy and remembered here.").format(
                    stores=", ".join(old.stores)
                )
            )
        if draft.diff:
            lines.append(self.tr("The settings are written into {file}.").format(file=paths.settings_file))
        if wishes.clear_env and draft.planned.secrets:
            lines.append(self.tr("The keys are taken out of .env; its comments stay."))
        lines.append(self.tr("The program starts again with the new settings. That takes a few seconds."))
        lines.append(self.tr("If anything fails, or you break it off, everything is as it was before."))
        return lines

    def _pause(self, on: bool) -> None:
        self.journey.work.pause(on)
        self.pause.setText(self.tr("&Go on") if on else self.tr("&Pause"))

    def _stop(self) -> None:
        self.journey.work.stop()

    def _progressed(self, what: str, done: int, total: int) -> None:
        if self._is_doing:
            self.bar.setRange(0, 1000)
            self.bar.setValue(1000 * done // max(1, total))
            self.doing.setText(f"{what} …")

    def _busy(self, is_busy: bool) -> None:
        if not is_busy:
            self._is_doing = False
            self.pause.setChecked(False)
        self._show_doing()

    def _show_doing(self) -> None:
        for widget in (self.pause, self.stop, self.bar):
            widget.setVisible(self._is_doing)
        if not self._is_doing:
            self.doing.clear()
