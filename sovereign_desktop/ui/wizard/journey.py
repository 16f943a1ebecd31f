"""What one migration knows so far, and what can be asked for. Pages show it and send wishes; the desk does the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.app.measuring import Measured, measure_computer, measure_network
from sovereign_desktop.app.migration_desk import Assessment, Choices, Draft, MigrationDesk
from sovereign_desktop.app.migration_report import report
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration.catalogue import Migration
from sovereign_desktop.migration.checks import Check
from sovereign_desktop.migration.transaction import Outcome, Wishes
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.wizard.work import Work


class Journey(QObject):
    """From an old version to this one. `changed` tells that something below is different now."""

    changed = Signal()
    measured = Signal(Measured)
    presets_shown = Signal(str, object)
    """A preset's name, and what it would set, each change beside the value of now."""

    def __init__(self, desk: MigrationDesk, bridge: Bridge) -> None:
        super().__init__()
        self.desk = desk
        self.work = Work()
        self._bridge = bridge
        self.places: tuple[Path, ...] = ()
        self.assessment: Assessment | None = None
        self.choices = Choices()
        """Those that the draft was made with."""
        self._wanted = self.choices
        """Those that the next draft is made with: who changes two things does not wait for the first."""
        self.draft: Draft | None = None
        self.wishes = Wishes()
        self.outcome: Outcome | None = None
        self.checks: tuple[Check, ...] = ()
        self.presets: tuple[str, ...] = ()
        """Those that were chosen, in their order."""
        self.trouble = ""
        self.work.failed.connect(self._failed)

    # Finding

    def search(self) -> None:
        """Look into the usual places; the only one that is found is looked at closely."""
        self._do(self.desk.places, self._found)

    def _found(self, places: tuple[Path, ...]) -> None:
        self.places = places
        if len(places) == 1 and self.assessment is None:
            self.look_at(str(places[0]))

    def look_at(self, folder: str) -> None:
        """Find out what is in the folder; nothing is changed, and no server is asked."""
        self._do(lambda: self.desk.assess(Path(folder), offline=True), self._assessed)

    def _assessed(self, found: Assessment) -> None:
        if self.assessment is None or self.assessment.old != found.old:
            self.choices, self.draft, self.outcome, self.checks, self.presets = Choices(), None, None, (), ()
            self._wanted = self.choices
        self.assessment = found

    def try_for_real(self) -> None:
        """Try the old keys at their servers, and look for sound devices."""
        if (found := self.assessment) is not None:
            self._do(lambda: self.desk.tried(found.planned), self._tried)

    def _tried(self, more: Sequence[Check]) -> None:
        if self.assessment is not None:
            names = {check.name for check in more}
            kept = [check for check in self.assessment.checks if check.name not in names]
            self.assessment = replace(self.assessment, checks=(*kept, *more))

    # Planning

    def plan(self) -> None:
        """Make the plan, with what was chosen so far."""
        self._plan_with(self._wanted)

    def set_value(self, key: str, value: str) -> None:
        """Give one setting of today a value by hand."""
        self._plan_with(replace(self._wanted, values={**self._wanted.values, key: value}))

    def leave_out(self, path: str, on: bool) -> None:
        """Bring one old setting over, or not."""
        skipped = self._wanted.skipped | {path} if on else self._wanted.skipped - {path}
        self._plan_with(replace(self._wanted, skipped=skipped))

    def wish(self, wishes: Wishes) -> None:
        """What to do beyond settings and keys."""
        self.wishes = wishes
        self.changed.emit()

    def _plan_with(self, choices: Choices) -> None:
        if (found := self.assessment) is not None:
            self._wanted = choices
            self._do(
                lambda: self.desk.draft(found.old, choices, found.place), lambda draft: self._planned(choices, draft)
            )

    def _planned(self, choices: Choices, draft: Draft) -> None:
        self.choices, self.draft = choices, draft

    # Doing

    def apply(self) -> None:
        """Back up, then bring everything over. `work` says how far it is, pauses it and breaks it off."""
        if (draft := self.draft) is not None:
            choices, wishes, progress = self.choices, self.wishes, self.work.progress
            self._do(lambda: self.desk.apply_apart(draft, choices, wishes, progress), self._applied)

    def _applied(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._bridge.begin_anew()

    def check(self) -> None:
        """Whether what was done is there and works, in a process of its own."""
        if (migration := self.migration) is not None:
            stopped = self.work.is_stopped
            self._do(lambda: self.desk.validate_apart(migration, stopped), self._checked)

    def _checked(self, found: Sequence[Check]) -> None:
        self.checks = tuple(found)

    # Tuning

    def show_preset(self, name: str) -> None:
        """Find out what a preset would change; `presets_shown` tells."""
        self._do(lambda: self.desk.preset_now(name), lambda told: self.presets_shown.emit(name, told))

    def use_preset(self, name: str) -> None:
        """Write what the preset sets."""
        self._do(lambda: self.desk.use_preset(name), lambda _: self._used(name))

    def _used(self, name: str) -> None:
        self.presets = (*self.presets, name)
        self._bridge.begin_anew()
        self.show_preset(name)

    def measure_computer(self) -> None:
        """How busy the program keeps this computer; takes some seconds. `measured` tells."""
        self._do(lambda: measure_computer(self.work.progress), self.measured.emit)

    def measure_network(self) -> None:
        """How far the server is; it is connected to some times, and told nothing. `measured` tells."""
        if (settings := self._bridge.settings) is not None:
            self._do(lambda: measure_network(settings, self.work.progress), self.measured.emit)

    # Afterwards

    @property
    def migration(self) -> Migration | None:
        """The migration that was done, or the last of this folder when nothing was left to do."""
        if self.outcome is None or self.assessment is None:
            return None
        root = str(self.assessment.old.root)
        known = [one for one in self.desk.every() if self.outcome.id in ("", one.id) and one.root == root]
        return known[-1] if known else None

    def undo(self) -> None:
        """Put everything back as it was."""
        if (migration := self.migration) is not None:
            self._do(lambda: self.desk.step_apart("rollback", migration, self.work.progress), self._undone)

    def _undone(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._bridge.begin_anew()

    def report(self) -> str:
        """All of it as text, without any key."""
        return report(self.assessment, self.draft, self.outcome, self.checks, self.presets)

    def save_report(self, file: Path, then: Callable[[], None]) -> None:
        """Write the report; `then` is called when it is on the disk."""
        text = self.report()
        self._do(lambda: _write(file, text), lambda _: then())

    # The one way to the desk

    def _do(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.trouble = ""

        def done(result: Any) -> None:
            then(result)
            self.changed.emit()

        self.work.do(job, done)

    def _failed(self, sentence: str) -> None:
        self.trouble = sentence
        self._wanted = self.choices  # what could not be had is not asked for again
        self.changed.emit()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        why = error.strerror or "the disk failed"
        raise SovereignError(f"{file.name} can't be written: {why}.", remedy="Choose another folder.") from error
