"""Doing it: back up, then change settings, keyring, memories and `.env` step by step, each written down first.

The journal in the backup's folder says before each step what it will change and what was there, so that the next run
can finish it and `rollback_alone` can undo it, whenever the first one was killed. Every step can be done twice. The
settings file is replaced after keys and memories are in place: whoever starts the program meanwhile finds the old
state or the new one, whole.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import logging
import os
import secrets as randomness
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sovereign_desktop.config import dotted, store, yaml_file
from sovereign_desktop.config.paths import Paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.migration import backup, catalogue, dotenv, memories, rendering, rollback_alone, targets
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.catalogue import Migration, State
from sovereign_desktop.migration.fates import Plan
from sovereign_desktop.migration.installation import Installation, look
from sovereign_desktop.migration.looking import digest
from sovereign_desktop.migration.memories import MemorySink
from sovereign_desktop.migration.old_file import OldSetting
from sovereign_desktop.migration.secret_words import keys_in

logger = logging.getLogger(__name__)

EASING = (
    ("app.mode", "traditional"),
    ("orchestrator.enabled", False),
    ("screen_context.enabled", False),
    ("memory_context.enabled", False),
    ("monitoring.export.prometheus.enabled", False),
)
"""What a gradual rollback switches off, one at a time."""

STAGED = "new/settings.yaml"
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to do beyond settings and keys."""

    memories: bool = True
    clear_env: bool = False
    """Take keys that moved to the keyring out of `.env`. The old version then has none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done. `id` is empty when there was nothing to do."""

    id: str = ""
    folder: Path | None = None
    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        folder = str(self.folder) if self.folder else ""
        return {"id": self.id, "folder": folder, "done": list(self.done), "notes": list(self.notes)}

    def as_text(self) -> str:
        lines = list(self.done) or ["Everything is brought over already. Nothing was changed."]
        if self.id:
            lines.append(f"This is {self.id}. Undo it with `migrate rollback {self.id}`.")
        return "\n".join([*lines, *self.notes])


def _silent(_what: str, _done: int, _total: int) -> None:
    """No progress is shown."""


@dataclass(slots=True)
class Migrator:
    """Carries migrations out. All methods wait for disk and keyring: on an event loop, call them in a thread.

    `sink_for` gives whoever keeps memories, for the folder of a migration.
    """

    paths: Paths
    secrets: Secrets
    sink_for: Callable[[Path], MemorySink]
    progress: Progress = _silent
    _notes: list[str] = field(default_factory=list)

    @property
    def backups(self) -> Path:
        return self.paths.backups

    # Forwards

    def apply(self, old: Installation, planned: Plan, wishes: Wishes = Wishes()) -> Outcome:
        """Migrate; an interrupted migration of the same folder is finished instead. Raises SovereignError.

        When it fails or `progress` raises, everything is as it was before.
        """
        self._notes.clear()
        with self._alone():
            interrupted = self._interrupted(old)
            if interrupted is not None:
                return self._carry_out(interrupted.folder, old, self._steps_of(interrupted.folder))
            steps = list(self._steps(old, planned, wishes))
            if not steps:
                return Outcome(notes=tuple(self._notes))
            folder = self._back_up(old, planned)
            return self._carry_out(folder, old, steps)

    def forward(self, migration: Migration) -> Outcome:
        """Take back the last step of a gradual rollback, or apply again what was rolled back. Raises SovereignError."""
        with self._alone():
            records = rollback_alone.read_journal(migration.folder)
            if steps := catalogue.eased(records):
                key, before = steps[-1]["key"], steps[-1]["before"]
                store.save(self.paths.settings_file, {key: before})
                rollback_alone.write_journal(migration.folder, "restored", key=key)
                return Outcome(migration.id, migration.folder, (f"{key} is what it was.",))
            if migration.state is not State.ROLLED_BACK:
                raise SovereignError(f"{migration.id} is not rolled back.", remedy=migration.advice)
            kept = migration.folder / "after" / "settings.yaml"
            if kept.is_file():
                rollback_alone.put(migration.folder / STAGED, kept.read_bytes(), 0o600)
            return self._carry_out(migration.folder, look(Path(migration.root)), self._steps_of(migration.folder))

    # Backwards

    def rollback(self, migration: Migration) -> Outcome:
        """Everything as it was before this migration, byte for byte. Can be called again. Raises SovereignError."""
        with self._alone():
            for later in catalogue.every(self.backups):
                is_later = catalogue.number(later.folder) > catalogue.number(migration.folder)
                if is_later and rollback_alone.steps_in_force(rollback_alone.read_journal(later.folder)):
                    raise SovereignError(
                        f"{later.id} came after {migration.id} and is in force.",
                        remedy=f"`migrate rollback {later.id}` first.",
                    )
            return self._undo(migration.folder)

    def ease(self, migration: Migration) -> Outcome:
        """Switch off the next new feature, the mode first. Raises SovereignError when nothing is left."""
        with self._alone():
            if migration.state is not State.APPLIED:
                raise SovereignError(f"{migration.id} is not in force.", remedy=migration.advice)
            now = store.load(self.paths.settings_file, env={}).settings.model_dump(mode="json")
            for key, value in EASING:
                if targets.exists(key) and dotted.get(now, key) != value:
                    rollback_alone.write_journal(migration.folder, "eased", key=key, before=dotted.get(now, key))
                    store.save(self.paths.settings_file, {key: value})
                    return Outcome(migration.id, migration.folder, (f"{key} is {str(value).lower()} now.",))
            raise SovereignError(
                "All new features are switched off already.",
                remedy=f"`migrate rollback {migration.id}` undoes the rest.",
            )

    # Steps

    def _steps(self, old: Installation, planned: Plan, wishes: Wishes) -> Iterator[dict[str, Any]]:
        """What is to be done, without any secret in it; nothing when all of it is done already."""
        keyring_problem = self.secrets.backend_problem()
        if keyring_problem is not None and planned.secrets:
            names = ", ".join(entry.path for entry in planned.secrets)
            stay = f"This system has no keyring, so these keys are not brought over: {names}."
            self._notes.append(f"{stay} {keyring_problem.remedy}".strip())
        moved: dict[str, dict[str, str]] = {}
        for entry in planned.secrets if keyring_problem is None else ():
            there = self.secrets.get(entry.key_name)
            if there is None:
                about = {"name": entry.key_name, "source": entry.source, "parts": list(entry.setting.parts)}
                yield {"id": f"key:{entry.key_name}", "kind": "key", **about}
            elif there.reveal() != entry.setting.value:
                self._notes.append(f"The keyring has another key called {entry.key_name}; that one is kept.")
                continue
            if entry.source in old.env_files:
                moved.setdefault(entry.source, {})[entry.path] = entry.key_name
        if wishes.memories:
            yield from self._memory_steps(old)
        before = yaml_file.read(self.paths.settings_file)
        if (text := rendering.new_text(self.paths.settings_file, planned)) != before.text:
            path = Path(os.path.realpath(self.paths.settings_file))
            yield {"id": "settings", "kind": "file", "path": str(path), "text": text}
        if wishes.clear_env:
            for name, variables in moved.items():
                path = Path(os.path.realpath(old.root / name))
                yield {"id": f"env:{name}", "kind": "file", "path": str(path), "moved": variables}

    def _memory_steps(self, old: Installation) -> Iterator[dict[str, Any]]:
        known = {
            step["sha256"]
            for migration in catalogue.every(self.backups)
            for step in rollback_alone.steps_in_force(rollback_alone.read_journal(migration.folder))
            if step["kind"] == "memories"
        }
        for name in old.stores:
            try:
                count = memories.count(old.root / name)
                total = digest(old.root / name / memories.DATABASE)
            except (SovereignError, OSError) as error:
                self._notes.append(error.sentence if isinstance(error, SovereignError) else str(error))
                continue
            if count and total not in known:
                about = {"store": str(old.root / name), "copy": f"old/{name}", "count": count, "sha256": total}
                yield {"id": f"memories:{name}", "kind": "memories", **about}

    def _back_up(self, old: Installation, planned: Plan) -> Path:
        """A new folder with the backup in it, whole and verified; none at all when that fails."""
        self.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        needed, free = backup.room_needed(old.root), shutil.disk_usage(self.backups).free
        if needed > free:
            raise SovereignError(
                f"The backup needs {needed >> 20} MiB, and {free >> 20} MiB are free.",
                remedy=f"Make room on the disk of {self.backups}.",
            )
        folder = self.backups / catalogue.next_id(self.backups)
        try:
            folder.mkdir(mode=0o700)
            rollback_alone.write_journal(folder, "begun", root=str(old.root))
            key = self._sealing_key(folder.name) if self.secrets.backend_problem() is None else None
            hidden = [entry.setting for entry in planned.entries if entry.is_hidden]
            told = {key for one in hidden for key in keys_in(_as_named(one), one.value)}
            facts = {"settings": list(old.settings_files), "requirements": old.requirements, "version": old.version}
            backup.make(old.root, folder, told, key, self.progress, facts)
            plan = json.dumps(planned.as_json(), indent=1, default=str)
            rollback_alone.put(folder / "plan.json", plan.encode(), 0o600)
            rollback_alone.write_journal(folder, "backed up")
        except BaseException as error:
            self._discard(folder)
            if isinstance(error, OSError):
                raise _failed(error, "Nothing was changed.") from error
            raise
        return folder

    def _carry_out(self, folder: Path, old: Installation, steps: Sequence[dict[str, Any]]) -> Outcome:
        """Do the steps that are not done yet. When one fails, all are undone."""
        done: list[str] = []
        try:
            for step in steps:
                if "text" in step:
                    rollback_alone.put(folder / STAGED, step.pop("text").encode(), 0o600)
                    step["staged"] = STAGED
            self._refuse_bad_settings(folder)
            rollback_alone.write_journal(folder, "applying", steps=list(steps))
            begun = {one["id"]: one for one in rollback_alone.steps_in_force(rollback_alone.read_journal(folder))}
            for count, step in enumerate(steps):
                self.progress("Applying", count, len(steps))
                done.append(self._do(folder, old, step, begun.get(step["id"])))
            outcome = Outcome(folder.name, folder, tuple(done), tuple(self._notes))
            report = json.dumps(outcome.as_json(), indent=1)
            rollback_alone.put(folder / "report.json", report.encode(), 0o600)
            rollback_alone.write_journal(folder, "applied")
        except BaseException as error:
            logger.warning("a migration failed and is undone", extra={"error": type(error).__name__})
            self._undo(folder)
            if isinstance(error, OSError):
                raise _failed(error, "Everything is as it was.") from error
            raise
        return outcome

    def _do(self, folder: Path, old: Installation, step: dict[str, Any], begun: dict[str, Any] | None) -> str:
        if step["kind"] == "key":
            return self._do_key(folder, old, step, begun)
        if step["kind"] == "memories":
            return self._do_memories(folder, step, begun)
        return self._do_file(folder, step, begun)

    def _do_key(self, folder: Path, old: Installation, step: dict[str, Any], begun: dict[str, Any] | None) -> str:
        value = _secret_in(old, step["source"], tuple(step["parts"]))
        if value is None:
            self._notes.append(f"{step['name']} is not in {step['source']} any more.")
            return f"{step['name']}: there is no key any more."
        if begun is None:
            if self.secrets.get(step["name"]) is not None:
                return f"The keyring had {step['name']} already."
            rollback_alone.write_journal(folder, "step", id=step["id"], kind="key", name=step["name"])
        self.secrets.set(step["name"], value)
        return f"The key {step['name']} is in the system's keyring."

    def _do_memories(self, folder: Path, step: dict[str, Any], begun: dict[str, Any] | None) -> str:
        if begun is None:
            rollback_alone.write_journal(folder, "step", **{name: step[name] for name in step})
        sink, count = self.sink_for(folder), 0
        for portion in _portions(memories.store_of(folder, step)):
            sink.add(portion)
            count += len(portion)
            self.progress("Bringing memories over", count, step["count"])
        return f"{count} memories of {Path(step['store']).name} are brought over."

    def _do_file(self, folder: Path, step: dict[str, Any], begun: dict[str, Any] | None) -> str:
        path = Path(step["path"])
        if "moved" in step:
            content = self._cleared(path, step["moved"])
            keep, said = "", f"{path.name}: {', '.join(step['moved'])} moved to the keyring."
        else:
            content = (folder / step["staged"]).read_bytes()
            keep, said = "settings.yaml", f"{path} has the settings."
        mode = 0o600
        if begun is None:
            before = self._before(folder, path, is_secret="moved" in step)
            made = [str(one) for one in reversed((path.parent, *path.parent.parents)) if not one.exists()]
            about = {"id": step["id"], "kind": "file", "path": str(path), "keep": keep, "made": made}
            after = hashlib.sha256(content).hexdigest()
            rollback_alone.write_journal(folder, "step", **about, before=before, after_sha256=after)
        else:
            before = begun["before"]
        if before is not None:
            mode = before["mode"]
        rollback_alone.put(path, content, mode)
        return said

    def _cleared(self, path: Path, moved: dict[str, str]) -> bytes:
        """`.env` without the keys that are in the keyring now: looked up first, so that none is lost."""
        there = {name: key for name, key in moved.items() if self.secrets.get(key) is not None}
        content = path.read_bytes()
        mark, encoding = next((one for one in _MARKS.items() if content.startswith(one[0])), (b"", "utf-8"))
        # Every byte comes back as it was; names of variables are ASCII.
        text = content.removeprefix(mark).decode(encoding, "surrogateescape")
        return mark + dotenv.without(text, there).encode(encoding, "surrogateescape")

    def _before(self, folder: Path, path: Path, *, is_secret: bool) -> dict[str, Any] | None:
        """A copy of the file as it is, and what to know to put it back."""
        try:
            status, content = path.stat(), path.read_bytes()
        except FileNotFoundError:
            return None
        about = {"sha256": hashlib.sha256(content).hexdigest(), "mode": status.st_mode & 0o7777}
        stored = f"{'sealed-before' if is_secret else 'before'}/{path.name}"
        if is_secret:
            backup.seal(folder, stored, content, self._sealing_key(folder.name))
        else:
            rollback_alone.put(folder / stored, content, 0o600)
        return {**about, "mtime_ns": status.st_mtime_ns, "stored": stored, "sealed": is_secret}

    def _refuse_bad_settings(self, folder: Path) -> None:
        """What is written has to load without a warning that was not there before."""
        if (folder / STAGED).is_file():
            known = set(rendering.problems(self.paths.settings_file))
            if new := [text for text in rendering.problems(folder / STAGED) if text not in known]:
                raise SovereignError(f"The new settings would not load: {new[0].replace('settings.yaml', 'the file')}")

    def _undo(self, folder: Path) -> Outcome:
        try:
            left = rollback_alone.undo(folder, self.secrets.delete, self._forget_memories(folder), self._key_of)
        except (rollback_alone.RollbackError, OSError) as error:
            raise SovereignError(
                f"{folder.name} is not undone: {error}", remedy=f"Mend that, then `migrate rollback {folder.name}`."
            ) from error
        if not left and self.secrets.backend_problem() is None:
            self.secrets.delete(rollback_alone.sealing_name(folder.name))
        return Outcome(folder.name, folder, ("Everything is as it was before.",), tuple(left))

    def _forget_memories(self, folder: Path) -> Callable[[dict[str, Any]], bool]:
        def forget(step: dict[str, Any]) -> bool:
            place = _readable_store(folder, step)
            if place is None:
                return False
            sink = self.sink_for(folder)
            for portion in _portions(place):
                sink.remove(portion)
            return True

        return forget

    def _sealing_key(self, name: str) -> bytes:
        """The key of the backup's encrypted files, made on first use."""
        called = rollback_alone.sealing_name(name)
        if self.secrets.get(called) is None:
            self.secrets.set(called, randomness.token_urlsafe(32))
        return self._key_of(name)

    def _key_of(self, name: str) -> bytes:
        kept = self.secrets.get(rollback_alone.sealing_name(name))
        if kept is None:
            raise rollback_alone.RollbackError("the key of the encrypted files is not in the keyring any more")
        return rollback_alone.key_from(kept.reveal())

    # Order

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One migration at a time. Raises SovereignError when another one runs."""
        try:
            self.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self.backups / rollback_alone.LOCK)
            held = lock.acquire()
        except OSError as error:
            raise _failed(error, "Nothing was changed.") from error
        if not held:
            raise SovereignError("Another migration is running just now.", remedy="Wait for its end, then try again.")
        try:
            yield
        finally:
            lock.release()

    def _interrupted(self, old: Installation) -> Migration | None:
        """The migration of this folder that was interrupted while applying. Backups that were not finished go."""
        for folder in catalogue.not_begun(self.backups):
            shutil.rmtree(folder, ignore_errors=True)
        for migration in catalogue.every(self.backups):
            if migration.state in (State.PREPARING, State.BACKED_UP):
                self._discard(migration.folder)
            elif migration.state is State.APPLYING and migration.root == str(old.root):
                return migration
            elif migration.is_unfinished:
                raise SovereignError(f"{migration.id} was interrupted.", remedy=migration.advice)
        return None

    def _steps_of(self, folder: Path) -> list[dict[str, Any]]:
        records = rollback_alone.read_journal(folder)
        last = next(record for record in reversed(records) if record["event"] == "applying")
        return list(last["steps"])

    def _discard(self, folder: Path) -> None:
        """Remove a backup that nothing depends on, and its key."""
        if self.secrets.backend_problem() is None:
            self.secrets.delete(rollback_alone.sealing_name(folder.name))
        shutil.rmtree(folder, ignore_errors=True)


def _readable_store(folder: Path, step: dict[str, Any]) -> Path | None:
    """The copy of the store or, where that is damaged, the store itself; None when neither can be read."""
    for place in dict.fromkeys((memories.store_of(folder, step), Path(step["store"]))):
        with suppress(SovereignError):
            memories.count(place)
            return place
    return None


def _portions(store_folder: Path) -> Iterator[list[memories.OldMemory]]:
    portion: list[memories.OldMemory] = []
    for memory in memories.read(store_folder):
        portion.append(memory)
        if len(portion) == memories.PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _as_named(hidden: OldSetting) -> str:
    """A text that is hidden is a key, whatever it is called: in `api_keys:` it has the name of its provider."""
    return "api_key" if isinstance(hidden.value, str) else hidden.parts[-1]


def _secret_in(old: Installation, source: str, parts: tuple[str, ...]) -> str | None:
    """The key as it stands in the old files now."""
    for env in old.material.env:
        if env.name == source:
            return next((one.value for one in env.variables if (one.name,) == parts), None)
    for file in old.material.files:
        if file.name == source:
            return next((str(one.value) for one in file.settings if one.parts == parts), None)
    return None


def _failed(error: OSError, so: str) -> SovereignError:
    """What the disk said, in a sentence."""
    why = os.strerror(error.errno) if error.errno else "the disk failed"
    return SovereignError(f"The migration stopped: {why}. {so}", remedy="Mend that, then try again.")
