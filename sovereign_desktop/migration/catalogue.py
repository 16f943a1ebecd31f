"""All migrations of this user, and how each stands: read from the journals in their folders, and from nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration import rollback_alone
from sovereign_desktop.migration.backup import MANIFEST
from sovereign_desktop.migration.looking import digest

_ID = re.compile(r"migration-(\d{4,})")


class State(StrEnum):
    """How far a migration got."""

    PREPARING = "backup unfinished"
    """Nothing but the backup was touched."""
    BACKED_UP = "backed up"
    APPLYING = "interrupted while applying"
    APPLIED = "applied"
    ROLLING_BACK = "interrupted while rolling back"
    ROLLED_BACK = "rolled back"


_EVENTS = {
    "begun": State.PREPARING,
    "backed up": State.BACKED_UP,
    "applying": State.APPLYING,
    "applied": State.APPLIED,
    "rolling back": State.ROLLING_BACK,
    "rolled back": State.ROLLED_BACK,
}


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration. `in_force` says whose settings the program starts with: `old`, `new`, or `changed since`."""

    id: str
    folder: Path
    root: str
    time: float
    state: State
    in_force: str
    eased: tuple[str, ...] = ()
    """New features that were switched off one by one."""
    left: tuple[str, ...] = ()
    """What a rollback could not undo."""

    @property
    def is_unfinished(self) -> bool:
        return self.state not in (State.APPLIED, State.ROLLED_BACK)

    @property
    def advice(self) -> str:
        """What can be done with it now."""
        if self.state in (State.PREPARING, State.BACKED_UP):
            return "Nothing was changed yet. Start it again with `migrate apply`."
        if self.state is State.APPLYING:
            return f"Finish it with `migrate apply {self.root}`, or undo it with `migrate rollback {self.id}`."
        if self.state is State.ROLLING_BACK or self.left:
            return f"Finish it with `migrate rollback {self.id}`."
        if self.state is State.ROLLED_BACK:
            return f"Bring it back with `migrate rollback {self.id} --forward`."
        return f"Undo it with `migrate rollback {self.id}`, or step by step with --gradual."

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "folder": str(self.folder),
            "root": self.root,
            "time": datetime.fromtimestamp(self.time, UTC).isoformat(timespec="seconds"),
            "state": self.state.value,
            "in_force": self.in_force,
            "unfinished": self.is_unfinished,
            "switched_off": list(self.eased),
            "left": list(self.left),
            "advice": self.advice,
        }


def every(backups: Path) -> tuple[Migration, ...]:
    """All of them, the oldest first. What is no migration is passed over."""
    return tuple(found for path in _folders(backups) if (found := of(path)) is not None)


def not_begun(backups: Path) -> list[Path]:
    """Folders of migrations that were killed before they had written a word. A damaged journal is another matter."""
    return [path for path in _folders(backups) if of(path) is None and not (path / MANIFEST).exists()]


def _folders(backups: Path) -> list[Path]:
    try:
        return sorted((path for path in backups.iterdir() if _ID.fullmatch(path.name)), key=number)
    except OSError:
        return []


def of(folder: Path) -> Migration | None:
    """The migration in the folder, or None when its journal was not even begun."""
    records = rollback_alone.read_journal(folder)
    begun = next((record for record in records if record["event"] == "begun"), None)
    if begun is None:
        return None
    last = next((record for record in reversed(records) if record["event"] in _EVENTS), begun)
    return Migration(
        id=folder.name,
        folder=folder,
        root=str(begun["root"]),
        time=float(begun["time"]),
        state=_EVENTS[last["event"]],
        in_force=_in_force(records),
        eased=tuple(record["key"] for record in eased(records)),
        left=tuple(last.get("left", ())) if last["event"] == "rolled back" else (),
    )


def eased(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a gradual rollback that are in force, in their order."""
    steps: list[dict[str, Any]] = []
    for record in records:
        if record["event"] == "eased":
            steps.append(record)
        elif record["event"] == "restored" and steps:
            steps.pop()
        elif record["event"] in ("rolled back", "applying"):
            steps.clear()
    return steps


def number(folder: Path) -> int:
    """Migrations are told apart and ordered by number: clocks are set back."""
    match = _ID.fullmatch(folder.name)
    return int(match[1]) if match else 0


def next_id(backups: Path) -> str:
    taken = [number(path) for path in backups.iterdir()] if backups.is_dir() else []
    return f"migration-{max(taken, default=0) + 1:04}"


def chosen(backups: Path, wanted: str) -> Migration:
    """The migration of that id, or the last one for none. Raises SovereignError."""
    known = every(backups)
    if not known:
        raise SovereignError("Nothing was migrated yet.", remedy="`migrate assess FOLDER` looks at an old version.")
    if not wanted:
        return known[-1]
    for one in known:
        if wanted == one.id or wanted == one.id.removeprefix("migration-"):
            return one
    raise SovereignError(f"There is no migration {wanted[:100]}.", remedy="`migrate list` shows all of them.")


def _in_force(records: list[dict[str, Any]]) -> str:
    """Which settings the program would start with now."""
    step = next((one for one in rollback_alone.steps_in_force(records) if one["id"] == "settings"), None)
    if step is None:
        applied = any(record["event"] == "applied" for record in records)
        rolled_back = any(record["event"] == "rolled back" for record in records)
        return "new" if applied and not rolled_back else "old"
    try:
        now = digest(Path(step["path"]))
    except OSError:
        now = ""
    if now == step["after_sha256"]:
        return "new"
    return "old" if now == (step["before"] or {}).get("sha256", "") else "changed since"
