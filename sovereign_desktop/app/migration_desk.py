"""What can be done about an old version: the verbs `migrate …` and the wizard do all of it here.

Nothing here prints or asks. Every method waits for disk, keyring or servers: on an event loop, call it in a thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sovereign_desktop.app.migrate_memories import StoreSink
from sovereign_desktop.app.migration_process import apart
from sovereign_desktop.config import store, yaml_file
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.processes import isolated_env
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.migration import baseline, catalogue, checks, presets, rendering
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.baseline import Baseline
from sovereign_desktop.migration.catalogue import Migration
from sovereign_desktop.migration.checks import Check, Verdict
from sovereign_desktop.migration.fates import Change, Plan
from sovereign_desktop.migration.installation import Installation, look, usual_places
from sovereign_desktop.migration.planning import edited, plan
from sovereign_desktop.migration.transaction import Migrator, Outcome, Wishes

LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user wants otherwise than planned: a preset, values by today's names, old settings to leave out."""

    preset: str = presets.NAMES[0]
    values: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assessment:
    """An old version and this machine, as they were found."""

    old: Installation
    planned: Plan
    baseline: Baseline | None
    checks: tuple[Check, ...]
    place: Path
    """What was looked at: the folder, or one file in it."""
    earlier: tuple[str, ...]
    """Migrations of this folder, by their ids."""

    def as_json(self) -> dict[str, Any]:
        old = self.old
        return {
            "root": str(old.root),
            "dialects": list(self.planned.dialects),
            "version": old.version,
            "settings_files": list(old.settings_files),
            "env_files": list(old.env_files),
            "stores": list(old.stores),
            "custom_modules": list(old.custom),
            "requirements": old.requirements,
            "files": old.files,
            "bytes": old.size,
            "links_out": list(old.links_out),
            "unread": list(old.unread),
            "settings": dict(self.planned.counts),
            "baseline": self.baseline.as_json() if self.baseline is not None else None,
            "checks": [check.as_json() for check in self.checks],
            "notes": list(self.planned.notes),
            "migrated_as": list(self.earlier),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with the user's choices in it, and how the settings file would change."""

    old: Installation
    planned: Plan
    diff: str
    place: Path
    """What was looked at: the folder, or one file in it."""

    @property
    def digest(self) -> str:
        """The same for the same plan."""
        told = json.dumps(self.as_json(), sort_keys=True, default=str)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            **self.planned.as_json(), "root": str(self.old.root), "diff": self.diff, "unread": list(self.old.unread)
        }  # fmt: skip


def _said_by(process: subprocess.Popen[bytes]) -> bytes | None:
    """All that it said, or None while it runs."""
    try:
        out, _ = process.communicate(timeout=LOOK_S)
    except subprocess.TimeoutExpired:
        return None
    return out


def carry_out_request(request: dict[str, Any], progress: Progress) -> Outcome:
    """What another process asks for. Raises SovereignError."""
    desk = MigrationDesk()
    if request["do"] == "apply":
        told, place = request["choices"], Path(request["place"])
        choices = Choices(told["preset"], told["values"], frozenset(told["skipped"]))
        draft = desk.draft(look(place), choices, place)
        if draft.digest != request["draft"]:
            raise SovereignError(
                "The old settings or the new ones were changed meanwhile. Nothing was done.",
                remedy="Go back and look at the plan again.",
            )
        return desk.apply(draft, Wishes(**request["wishes"]), progress)
    migration = desk.chosen(request["id"])
    if request["do"] == "ease":
        return desk.ease(migration)
    if request["do"] == "forward":
        return desk.forward(migration, progress)
    return desk.rollback(migration, progress)


class MigrationDesk:
    """For one user's folders and keyring."""

    def __init__(self, paths: Paths | None = None, secrets: Secrets | None = None) -> None:
        self.paths = paths or find_paths()
        # Keys as the keyring has them: a variable of this session is nothing that a migration may count on.
        self._secrets = secrets or Secrets(env={})

    # Looking

    def places(self) -> tuple[Path, ...]:
        """Old versions in the usual places. A folder of this version is none."""
        return tuple(place for place in usual_places(Path.home()) if not self._is_own(place))

    def assess(self, place: Path, *, offline: bool) -> Assessment:
        """What is there, and whether a migration can work. Changes nothing. Raises SovereignError.

        Unless `offline`, the old keys are tried at their servers, and sound devices are looked for.
        """
        old = look(place)
        planned = plan(old.material)
        found = checks.before(old.root, self.paths, self._secrets)
        if not offline:
            found += self.tried(planned)
        earlier = tuple(one.id for one in self.every() if one.root == str(old.root))
        return Assessment(old, planned, baseline.measured(old.root), tuple(found), place, earlier)

    def tried(self, planned: Plan) -> Sequence[Check]:
        """Sound devices and the old keys, for real."""
        from sovereign_desktop.app.migrate_checks import machine

        return asyncio.run(machine(planned))

    def draft(self, old: Installation, choices: Choices, place: Path | None = None) -> Draft:
        """The plan with what was chosen. Changes nothing. Raises SovereignError."""
        planned = plan(old.material)
        planned = replace(planned, added=(*planned.added, *presets.changes_of(choices.preset)))
        planned = edited(planned, dict(choices.values), choices.skipped)
        file = self.paths.settings_file
        diff = rendering.diff(yaml_file.read(file).text, rendering.new_text(file, planned))
        return Draft(old, planned, diff, place or old.root)

    # Doing

    def apply(self, draft: Draft, wishes: Wishes, progress: Progress | None = None) -> Outcome:
        """Migrate. When it fails or `progress` raises, everything is as it was. Raises SovereignError."""
        return self._migrator(progress).apply(draft.old, draft.planned, wishes)

    def rollback(self, migration: Migration, progress: Progress | None = None) -> Outcome:
        """Everything as it was before that migration. Raises SovereignError."""
        return self._migrator(progress).rollback(migration)

    def ease(self, migration: Migration) -> Outcome:
        """One new feature less. Raises SovereignError."""
        return self._migrator().ease(migration)

    def forward(self, migration: Migration, progress: Progress | None = None) -> Outcome:
        """The last step back taken back, or the migration applied again. Raises SovereignError."""
        return self._migrator(progress).forward(migration)

    def use_preset(self, name: str) -> tuple[Change, ...]:
        """Write what a preset sets, and say what. A rollback undoes it with the rest. Raises SovereignError."""
        changes = presets.changes_of(name)
        store.save(self.paths.settings_file, {change.key: change.value for change in changes})
        return changes

    def preset_now(self, name: str) -> tuple[tuple[Change, Any], ...]:
        """What a preset would set, each beside the value of now. Raises SovereignError."""
        from sovereign_desktop.config import dotted

        now = store.load(self.paths.settings_file).settings.model_dump(mode="json")
        return tuple((change, dotted.get(now, change.key)) for change in presets.changes_of(name))

    # Doing it in a process of its own, for a thread of one with windows

    def apply_apart(self, draft: Draft, choices: Choices, wishes: Wishes, progress: Progress) -> Outcome:
        """`apply`, of exactly this draft. `progress` may wait, and breaks it off by raising BrokenOffError."""
        request = {
            "do": "apply",
            "place": str(draft.place),
            "choices": {**asdict(choices), "skipped": sorted(choices.skipped)},
            "wishes": asdict(wishes),
            "draft": draft.digest,
        }
        return apart(request, progress)

    def step_apart(self, do: str, migration: Migration, progress: Progress) -> Outcome:
        """`rollback`, `ease` or `forward`."""
        return apart({"do": do, "id": migration.id}, progress)

    # Afterwards

    def every(self) -> tuple[Migration, ...]:
        """All migrations, the oldest first."""
        return catalogue.every(self.paths.backups)

    def chosen(self, wanted: str) -> Migration:
        """The one of that id, or the last. Raises SovereignError."""
        return catalogue.chosen(self.paths.backups, wanted)

    def validate(self, migration: Migration, *, quick: bool) -> list[Check]:
        """Whether what it did is there and works; unless `quick`, the program's parts are tried for real."""
        sink = StoreSink(self.paths, migration.folder)
        found = checks.after(migration, self.paths, self._secrets, sink)
        if not quick:
            from sovereign_desktop.app.migrate_checks import real_checks

            found += asyncio.run(real_checks(baseline.measured(Path(migration.root))))
        checks.record(migration, found)
        return found

    def validate_apart(self, migration: Migration, is_stopped: Callable[[], bool]) -> list[Check]:
        """`validate` in a process of its own: the engines that it tries are nothing for a process with windows.

        Ends it when it `is_stopped`. Raises SovereignError.
        """
        command = [sys.executable, "-m", "sovereign_desktop.__main__", "migrate", "validate", migration.id, "--json"]
        process = subprocess.Popen(  # noqa: S603 - this program
            command, env=isolated_env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        with process:
            while (out := _said_by(process)) is None:
                if is_stopped():
                    process.kill()
        if is_stopped():
            raise SovereignError("The checks were broken off.", remedy="Nothing depends on them; start them again.")
        try:
            told = json.loads(out)
            return [Check(**{**one, "verdict": Verdict(one["verdict"])}) for one in told["checks"]]
        except (ValueError, KeyError, TypeError) as error:
            raise SovereignError(
                "The checks did not come to an end.", remedy=f"Run `migrate validate {migration.id} --debug`."
            ) from error

    @contextmanager
    def nobody_else(self) -> Iterator[None]:
        """Keep the program in the tray from running meanwhile. Raises SovereignError when it runs.

        It keeps settings, keys and memories in its own memory, and would go on with the old ones. The wizard works
        inside it, and has it start again.
        """
        instance = SingleInstance(self.paths.runtime)
        try:
            is_alone = instance.acquire()
        except OSError as error:
            raise SovereignError(f"The folder {self.paths.runtime} can't be written: {error.strerror}.") from error
        if not is_alone:
            raise SovereignError(
                "Sovereign Desktop is running, and would go on with what it has loaded. Nothing was changed.",
                remedy="End it first (`--quit`), or use “Migration” in its menu.",
            )
        try:
            yield
        finally:
            instance.release()

    def _migrator(self, progress: Progress | None = None) -> Migrator:
        tool = Migrator(self.paths, self._secrets, lambda folder: StoreSink(self.paths, folder))
        if progress is not None:
            tool.progress = progress
        return tool

    def _is_own(self, place: Path) -> bool:
        own = (self.paths.config, self.paths.data)
        if any(folder == place or folder.is_relative_to(place) for folder in own):
            return True
        return find_paths({"SOVEREIGN_HOME": str(place)}).transcripts_file.exists()  # of another start
