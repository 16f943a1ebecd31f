"""The report of a migration: what was there, what became of it, what was done, and whether it works. Holds no key."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from sovereign_desktop import __version__
from sovereign_desktop.app.migration_desk import Assessment, Draft
from sovereign_desktop.migration.checks import Check
from sovereign_desktop.migration.fates import Entry
from sovereign_desktop.migration.transaction import Outcome


def report(
    found: Assessment | None,
    draft: Draft | None,
    outcome: Outcome | None,
    checks: Sequence[Check],
    presets: Sequence[str],
) -> str:
    """As text, to be read by people; parts that did not come to pass are left out."""
    parts = [f"Sovereign Desktop {__version__}: migration, {time.strftime('%Y-%m-%d %H:%M')}"]
    if found is not None:
        parts.append("\n".join(["What was there", *_found(found)]))
    if draft is not None:
        parts.append("\n".join(["What becomes of each setting", *map(_entry, draft.planned.entries)]))
        if draft.diff:
            parts.append(f"What changes in the settings file\n{draft.diff}")
    if outcome is not None:
        parts.append("\n".join(["What was done", outcome.as_text()]))
    if checks:
        parts.append("\n".join(["Whether it works", *(check.as_text() for check in checks)]))
    if presets:
        parts.append(f"Presets that were used\n{', '.join(presets)}")
    return "\n\n".join(parts) + "\n"


def _found(found: Assessment) -> list[str]:
    old, before = found.old, found.baseline
    lines = [
        f"folder       {old.root}",
        f"version      {old.version or ', '.join(found.planned.dialects) or 'unknown'}",
        f"settings     {', '.join(old.settings_files) or 'none'}",
        f"variables    {', '.join(old.env_files) or 'none'}",
        f"memories     {', '.join(old.stores) or 'none'}",
    ]
    if before is not None:
        lines.append(f"answers took {before.median_ms:.0f} ms in the middle of {before.samples} ({before.source})")
    return [*lines, *(check.as_text() for check in found.checks)]


def _entry(entry: Entry) -> str:
    new = f" → {entry.target}" if entry.target else ""
    value = f" = {json.dumps(entry.changes[0].value, ensure_ascii=False, default=str)}" if entry.changes else ""
    return f"{entry.fate.value:<15} {entry.source}: {entry.path}{new}{value}{f' ({entry.why})' if entry.why else ''}"
