"""What becomes of an old setting, and all of them together: the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sovereign_desktop.migration.old_file import OldSetting
from sovereign_desktop.migration.team import folded


class Fate(StrEnum):
    """What becomes of one setting."""

    KEPT = "kept"
    """The same name, the same value."""
    RENAMED = "renamed"
    """The same value under another name."""
    CONVERTED = "converted"
    """Another value, that means the same or comes nearest; `why` says how."""
    DEFAULTED = "defaulted"
    """The default of this version is used; `why` says what was wrong with the value, or that there was none."""
    WITHOUT_EFFECT = "without effect"
    """Nothing follows from it in this version; `why` says why not."""
    UNKNOWN = "unknown"
    """Kept as it is under `legacy:`, where it does nothing."""
    SECRET = "secret"  # noqa: S105 - the name of a fate
    """A key: it moves to the system's keyring."""


HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of this version, and the value that it gets."""

    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One old setting and what becomes of it. `key_name` is what a secret is called in the keyring."""

    source: str
    setting: OldSetting
    fate: Fate
    changes: tuple[Change, ...] = ()
    why: str = ""
    key_name: str = ""
    is_hidden: bool = False
    """The value is a key, or stands where one belongs, and is shown nowhere."""
    kept_as: tuple[str, ...] = ()
    """The names below `legacy:` of an unknown one."""

    @property
    def path(self) -> str:
        return self.setting.path

    @property
    def old(self) -> Any:
        return HIDDEN if self.is_hidden else self.setting.value

    @property
    def target(self) -> str:
        if self.fate is Fate.SECRET:
            return f"keyring: {self.key_name}"
        if self.fate is Fate.UNKNOWN:
            return ".".join(("legacy", *self.kept_as))
        return self.changes[0].key if self.changes else ""

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "source": self.source,
            "line": self.setting.line,
            "fate": self.fate.value,
            "old": self.old,
            "new_path": self.target,
            "new": self.changes[0].value if self.changes else None,
            "changes": {change.key: change.value for change in self.changes},
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Every old setting exactly once, and what follows from all of them."""

    entries: tuple[Entry, ...]
    dialects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    added: tuple[Change, ...] = ()
    """What was asked for beyond the old settings: a preset, or a value given by hand."""

    @property
    def changes(self) -> dict[str, Any]:
        """The settings to write, by dotted key."""
        told = [change for entry in self.entries for change in entry.changes]
        return folded((change.key, change.value) for change in (*told, *self.added))

    @property
    def legacy(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.fate is Fate.UNKNOWN)

    @property
    def secrets(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.fate is Fate.SECRET)

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(entry.fate.value for entry in self.entries)

    def as_json(self) -> dict[str, Any]:
        return {
            "dialects": list(self.dialects),
            "counts": dict(self.counts),
            "settings": [entry.as_json() for entry in self.entries],
            "changes": self.changes,
            "added": {change.key: change.value for change in self.added},
            "notes": list(self.notes),
        }
