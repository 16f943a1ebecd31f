"""Checks with an answer in a sentence: before a migration whether it can work, and afterwards whether it does."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sovereign_desktop.config.paths import Paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.migration import backup, memories, rendering, rollback_alone
from sovereign_desktop.migration.catalogue import Migration
from sovereign_desktop.migration.memories import MemorySink, OldMemory

SAMPLES = 50
"""How many memories are looked for after a migration."""
COPY_YOURSELF = "Make a copy of the old folder yourself before you change it."


class Verdict(StrEnum):
    """`MISSING` is something optional that is not there; `WRONG` has to be mended."""

    GOOD = "good"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what mends it."""

    name: str
    verdict: Verdict
    detail: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        mend = f"\n            → {self.remedy}" if self.remedy else ""
        return f"{self.verdict.value:<8}  {self.name}: {self.detail}{mend}"


def before(root: Path, paths: Paths, secrets: Secrets) -> list[Check]:
    """Whether this machine has what a migration needs."""
    return [_python(), _tesseract(), _room(root, paths), _keyring(secrets)]


def after(migration: Migration, paths: Paths, secrets: Secrets, sink: MemorySink) -> list[Check]:
    """Whether what the migration did is there. Reads only."""
    checks = [_settings(paths), *_keys(migration, secrets), *_memories(migration, sink), _backup(migration, secrets)]
    if migration.is_unfinished:
        checks.insert(0, Check("migration", Verdict.WRONG, migration.state.value, migration.advice))
    return checks


def _python() -> Check:
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    remedy = "" if fits else "Use Python 3.11, 3.12 or 3.13."
    return Check("Python", Verdict.GOOD if fits else Verdict.WRONG, platform.python_version(), remedy)


def _tesseract() -> Check:
    if path := shutil.which("tesseract"):
        return Check("Tesseract", Verdict.GOOD, path)
    return Check("Tesseract", Verdict.MISSING, "not installed", "Install Tesseract to have the screen read.")


def _room(root: Path, paths: Paths) -> Check:
    there = next(path for path in (paths.backups, *paths.backups.parents) if path.exists())
    needed, free = backup.room_needed(root), shutil.disk_usage(there).free
    detail = f"{needed >> 20} MiB needed, {free >> 20} MiB free"
    if needed <= free:
        return Check("disk", Verdict.GOOD, detail)
    return Check("disk", Verdict.WRONG, detail, f"Make room on the disk of {there}.")


def _keyring(secrets: Secrets) -> Check:
    problem = secrets.backend_problem()
    if problem is None:
        return Check("keyring", Verdict.GOOD, "there")
    return Check("keyring", Verdict.MISSING, "this system has none; keys stay where they are", problem.remedy)


def _settings(paths: Paths) -> Check:
    if wrong := rendering.problems(paths.settings_file):
        return Check("settings", Verdict.WRONG, wrong[0], f"Edit {paths.settings_file}.")
    return Check("settings", Verdict.GOOD, "they load without a warning")


def _keys(migration: Migration, secrets: Secrets) -> list[Check]:
    checks = []
    for step in _steps(migration, "key"):
        try:
            there = secrets.get(step["name"]) is not None
        except SovereignError as error:
            return [Check("keyring", Verdict.WRONG, error.user_text, error.remedy)]
        name = f"key {step['name']}"
        if there:
            checks.append(Check(name, Verdict.GOOD, "in the keyring"))
        else:
            remedy = f"`keys set {step['name']}` puts it there."
            checks.append(Check(name, Verdict.WRONG, "not in the keyring any more", remedy))
    return checks


def _memories(migration: Migration, sink: MemorySink) -> list[Check]:
    checks = []
    for step in _steps(migration, "memories"):
        store = memories.store_of(migration.folder, step)
        name = f"memories of {store.name}"
        try:
            samples = _spread(store, step["count"])
        except SovereignError as error:
            checks.append(Check(name, Verdict.MISSING, error.user_text, error.remedy))
            continue
        found = sum(sink.finds(sample) for sample in samples)
        verdict = Verdict.GOOD if found == len(samples) else Verdict.WRONG
        remedy = "" if found == len(samples) else f"`migrate rollback {migration.id}`, then apply again."
        checks.append(Check(name, verdict, f"{found} of {len(samples)} samples are found", remedy))
    return checks


def _spread(store: Path, total: int) -> list[OldMemory]:
    """Samples from the whole of the store."""
    every = max(1, total // SAMPLES)
    return [memory for number, memory in enumerate(memories.read(store)) if number % every == 0][:SAMPLES]


def _backup(migration: Migration, secrets: Secrets) -> Check:
    """Every copy is what it was, so that the way back is open."""
    manifest = backup.read_manifest(migration.folder)
    try:
        copies = [backup.Copied(**one) for one in manifest["files"]]
    except (KeyError, TypeError):
        return Check("backup", Verdict.WRONG, "its manifest can't be read", COPY_YOURSELF)
    try:
        kept = secrets.get(rollback_alone.sealing_name(migration.folder.name))
        key = None if kept is None else rollback_alone.key_from(kept.reveal())
        backup.verify(migration.folder, [one for one in copies if key or not one.sealed], key)
    except (SovereignError, OSError) as error:
        detail = error.user_text if isinstance(error, SovereignError) else "its copies can't be read"
        return Check("backup", Verdict.WRONG, detail, COPY_YOURSELF)
    count = sum(bool(one.stored) for one in copies)
    return Check("backup", Verdict.GOOD, f"{count} {'file' if count == 1 else 'files'}, whole")


def _steps(migration: Migration, kind: str) -> list[dict[str, Any]]:
    return [
        step
        for step in rollback_alone.steps_in_force(rollback_alone.read_journal(migration.folder))
        if step["kind"] == kind
    ]


def record(migration: Migration, checks: Sequence[Check]) -> None:
    """Write down that the migration was validated, and how."""
    good = all(check.verdict is not Verdict.WRONG for check in checks)
    rollback_alone.write_journal(migration.folder, "validated", good=good)
