"""`migrate`: from an old version to this one and back, on the command line. The wizard uses the same desk."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

from sovereign_desktop.app.migrate_options import FOLDER_ACTIONS
from sovereign_desktop.app.migration_desk import Assessment, Choices, Draft, MigrationDesk
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.fates import Fate, Plan
from sovereign_desktop.migration.installation import look
from sovereign_desktop.migration.transaction import Wishes


def carry_out(options: argparse.Namespace) -> int:
    """Run one action; the exit status. Raises SovereignError."""
    desk = MigrationDesk()
    if options.action in FOLDER_ACTIONS:
        return _with_folder(desk, options)
    if options.action == "list":
        return _list(desk, as_json=options.json)
    migration = desk.chosen(options.id)
    if options.action == "validate":
        found = desk.validate(migration, quick=options.quick)
        good = all(check.verdict is not Verdict.WRONG for check in found)
        told = {"id": migration.id, "good": good, "checks": [check.as_json() for check in found]}
        _show(told, "\n".join(check.as_text() for check in found), as_json=options.json)
        return 0 if good else 1
    with desk.nobody_else():
        if options.gradual:
            outcome = desk.ease(migration)
        else:
            outcome = desk.forward(migration) if options.forward else desk.rollback(migration)
    _show(outcome.as_json(), "\n".join((*outcome.done, *outcome.notes)), as_json=options.json)
    return 1 if outcome.notes and not options.forward else 0


def _with_folder(desk: MigrationDesk, options: argparse.Namespace) -> int:
    place = Path(options.folder) if options.folder else _usual_place(desk)
    if options.action == "assess":
        found = desk.assess(place, offline=options.offline)
        _show(found.as_json(), _assessment_text(found), as_json=options.json)
        return 0
    choices = Choices(options.preset, _by_hand(options.set), frozenset(options.skip))
    draft = desk.draft(look(place), choices)
    if options.action == "plan":
        return _plan(draft, as_json=options.json)
    wishes = Wishes(memories=not options.no_memories, clear_env=options.clear_env)
    with desk.nobody_else():
        outcome = desk.apply(draft, wishes, _progress(quiet=options.json))
    _show(outcome.as_json(), outcome.as_text(), as_json=options.json)
    return 0


def _usual_place(desk: MigrationDesk) -> Path:
    """The only old version in the usual places. Raises SovereignError when there is none, or several."""
    found = desk.places()
    if len(found) == 1:
        return found[0]
    if not found:
        raise SovereignError("No old version is in the usual places.", remedy="Give the folder that it ran in.")
    raise SovereignError("There are several old versions.", remedy=f"Give one of {', '.join(map(str, found))}.")


def _by_hand(values: Sequence[str]) -> dict[str, str]:
    by_hand = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not equals:
            raise SovereignError(f"{text[:100]} is no KEY=VALUE.")
        by_hand[key.strip()] = value.strip()
    return by_hand


def _assessment_text(found: Assessment) -> str:
    told = found.as_json()
    lines = [
        f"An old version is in {told['root']}: {', '.join(told['dialects']) or 'of no known dialect'}.",
        f"{told['files']} {'file' if told['files'] == 1 else 'files'}, {told['bytes'] / 1e6:.1f} MB",
        f"settings     {', '.join(told['settings_files']) or 'none'}",
        f"variables    {', '.join(told['env_files']) or 'none'}",
        f"memories     {', '.join(told['stores']) or 'none'}",
    ]
    if told["custom_modules"]:
        lines.append(f"your own     {', '.join(told['custom_modules'])}; code is not brought over")
    if (before := found.baseline) is not None:
        lines.append(f"answers took {before.median_ms:.0f} ms in the middle of {before.samples} ({before.source})")
    lines += [f"not followed {link} leads out of the folder" for link in told["links_out"]]
    lines += [*told["unread"], *told["notes"]]
    if told["migrated_as"]:
        lines.append(f"It was migrated before: {', '.join(told['migrated_as'])}.")
    lines += ["", *(check.as_text() for check in found.checks), ""]
    lines.append("Nothing was changed. `migrate plan` shows what becomes of each setting.")
    return "\n".join(lines)


def _plan(draft: Draft, *, as_json: bool) -> int:
    text = "\n".join([_table(draft.planned), "", draft.diff, *draft.planned.notes, *draft.old.unread])
    _show(draft.as_json(), text, as_json=as_json)
    return 0


def _table(planned: Plan) -> str:
    lines = []
    for entry in planned.entries:
        target = f" → {entry.target}" if entry.target else ""
        value = f" = {json.dumps(entry.changes[0].value, ensure_ascii=False)}" if entry.changes else ""
        was = f" (was {_short(entry.old)})" if entry.fate is Fate.CONVERTED else ""
        why = f": {entry.why}" if entry.why else ""
        lines.append(f"{entry.fate.value:<15} {entry.path}{target}{value}{was}{why}")
    lines += [f"{'added':<15} {change.key} = {json.dumps(change.value)}" for change in planned.added]
    counts = ", ".join(f"{count} {fate}" for fate, count in sorted(planned.counts.items()))
    return "\n".join([*lines, "", f"{len(planned.entries)} settings: {counts}."])


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _list(desk: MigrationDesk, *, as_json: bool) -> int:
    known = desk.every()
    lines = []
    for one in known:
        off = f", switched off: {', '.join(one.eased)}" if one.eased else ""
        told = one.as_json()
        lines.append(f"{one.id}  {told['time']}  {one.state.value}, {one.in_force} settings in force{off}  {one.root}")
        lines += [f"    {text}" for text in (*one.left, one.advice)]
    _show(
        {"migrations": [one.as_json() for one in known]}, "\n".join(lines) or "Nothing was migrated.", as_json=as_json
    )
    return 0


def _show(told: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, default=str))  # in ASCII: names of files need not be text, and may command a terminal
    else:
        print(_readable(text))


def _readable(text: str) -> str:
    """The text without what would command the terminal: old files may hold anything."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in text)


def _progress(*, quiet: bool) -> Progress:
    """Shows each kind of work once, on stderr, to people."""
    shown: set[str] = set()

    def show(what: str, done: int, total: int) -> None:
        del done, total
        if not quiet and what not in shown and sys.stderr.isatty():
            print(f"{what}…", file=sys.stderr)
        shown.add(what)

    return show
