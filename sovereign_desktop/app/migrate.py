"""`migrate`: from an old version to this one and back, on the command line. The wizard uses the same engine."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import category

from sovereign_desktop.app.migrate_memories import StoreSink
from sovereign_desktop.app.migrate_options import FOLDER_ACTIONS
from sovereign_desktop.config import yaml_file
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.migration import baseline, catalogue, checks, presets, rendering
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.catalogue import Migration
from sovereign_desktop.migration.checks import Check, Verdict
from sovereign_desktop.migration.fates import Fate, Plan
from sovereign_desktop.migration.installation import Installation, look, usual_places
from sovereign_desktop.migration.memories import MemorySink
from sovereign_desktop.migration.planning import edited, plan
from sovereign_desktop.migration.transaction import Migrator, Wishes


def carry_out(options: argparse.Namespace) -> int:
    """Run one action; the exit status. Raises SovereignError."""
    if options.action in FOLDER_ACTIONS:
        return _with_folder(options)
    if options.action == "list":
        return _list(as_json=options.json)
    migration = catalogue.chosen(find_paths().backups, options.id)
    if options.action == "validate":
        return _validate(migration, quick=options.quick, as_json=options.json)
    tool = migrator()
    if options.gradual:
        outcome = tool.ease(migration)
    else:
        outcome = tool.forward(migration) if options.forward else tool.rollback(migration)
    _show(outcome.as_json(), "\n".join((*outcome.done, *outcome.notes)), as_json=options.json)
    return 1 if outcome.notes and not options.forward else 0


def migrator() -> Migrator:
    """The engine, for this user's folders and keyring."""
    return Migrator(find_paths(), keyring_alone(), memory_sink)


def keyring_alone() -> Secrets:
    """Keys as the keyring has them: a variable of this session is nothing that a migration may count on."""
    return Secrets(env={})


def memory_sink(folder: Path) -> MemorySink:
    """Whoever keeps memories; `folder` is the backup's."""
    return StoreSink(find_paths(), folder)


def planned_for(old: Installation, preset: str, values: Sequence[str], skipped: Sequence[str]) -> Plan:
    """The plan with what was chosen. Raises SovereignError."""
    by_hand = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not equals:
            raise SovereignError(f"{text[:100]} is no KEY=VALUE.")
        by_hand[key.strip()] = value.strip()
    planned = plan(old.material)
    planned = replace(planned, added=(*planned.added, *presets.changes_of(preset)))
    return edited(planned, by_hand, skipped)


def _with_folder(options: argparse.Namespace) -> int:
    old = look(Path(options.folder) if options.folder else _usual_place())
    if options.action == "assess":
        return _assess(old, offline=options.offline, as_json=options.json)
    planned = planned_for(old, options.preset, options.set, options.skip)
    if options.action == "plan":
        return _plan(old, planned, as_json=options.json)
    wishes = Wishes(memories=not options.no_memories, clear_env=options.clear_env)
    tool = migrator()
    tool.progress = _progress(quiet=options.json)
    outcome = tool.apply(old, planned, wishes)
    _show(outcome.as_json(), outcome.as_text(), as_json=options.json)
    return 0


def _usual_place() -> Path:
    """The only old version in the usual places. Raises SovereignError when there is none, or several."""
    found = usual_places(Path.home())
    if len(found) == 1:
        return found[0]
    if not found:
        raise SovereignError("No old version is in the usual places.", remedy="Give the folder that it ran in.")
    raise SovereignError("There are several old versions.", remedy=f"Give one of {', '.join(map(str, found))}.")


def _assess(old: Installation, *, offline: bool, as_json: bool) -> int:
    planned, found = plan(old.material), baseline.measured(old.root)
    looked_at = checks.before(old.root, find_paths(), keyring_alone())
    if not offline:
        from sovereign_desktop.app.migrate_checks import machine

        looked_at += asyncio.run(machine(planned))
    told = assessment(old, planned, found, looked_at)
    _show(told, _assessment_text(told, looked_at), as_json=as_json)
    return 0


def assessment(
    old: Installation, planned: Plan, found: baseline.Baseline | None, looked_at: Sequence[Check]
) -> dict[str, Any]:
    """Everything that is known of the old version and of this machine."""
    earlier = [one.id for one in catalogue.every(find_paths().backups) if one.root == str(old.root)]
    return {
        "root": str(old.root),
        "dialects": list(planned.dialects),
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
        "settings": dict(planned.counts),
        "baseline": found.as_json() if found is not None else None,
        "checks": [check.as_json() for check in looked_at],
        "notes": list(planned.notes),
        "migrated_as": earlier,
    }


def _assessment_text(told: dict[str, Any], looked_at: Sequence[Check]) -> str:
    lines = [
        f"An old version is in {told['root']}: {', '.join(told['dialects']) or 'of no known dialect'}.",
        f"{told['files']} {'file' if told['files'] == 1 else 'files'}, {told['bytes'] / 1e6:.1f} MB",
        f"settings     {', '.join(told['settings_files']) or 'none'}",
        f"variables    {', '.join(told['env_files']) or 'none'}",
        f"memories     {', '.join(told['stores']) or 'none'}",
    ]
    if told["custom_modules"]:
        lines.append(f"your own     {', '.join(told['custom_modules'])}; code is not brought over")
    if found := told["baseline"]:
        lines.append(
            f"answers took {found['median_ms']:.0f} ms in the middle of {found['samples']} ({found['source']})"
        )
    lines += [f"not followed {link} leads out of the folder" for link in told["links_out"]]
    lines += [*told["unread"], *told["notes"]]
    if told["migrated_as"]:
        lines.append(f"It was migrated before: {', '.join(told['migrated_as'])}.")
    lines += ["", *(check.as_text() for check in looked_at), ""]
    lines.append("Nothing was changed. `migrate plan` shows what becomes of each setting.")
    return "\n".join(lines)


def _plan(old: Installation, planned: Plan, *, as_json: bool) -> int:
    settings_file = find_paths().settings_file
    text = rendering.new_text(settings_file, planned)
    diff = rendering.diff(yaml_file.read(settings_file).text, text)
    told = {**planned.as_json(), "root": str(old.root), "diff": diff, "unread": list(old.unread)}
    _show(told, "\n".join([_table(planned), "", diff, *planned.notes, *old.unread]), as_json=as_json)
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


def _validate(migration: Migration, *, quick: bool, as_json: bool) -> int:
    found = checks.after(migration, find_paths(), keyring_alone(), memory_sink(migration.folder))
    if not quick:
        from sovereign_desktop.app.migrate_checks import real_checks

        found += asyncio.run(real_checks(baseline.measured(Path(migration.root))))
    checks.record(migration, found)
    good = all(check.verdict is not Verdict.WRONG for check in found)
    told = {"id": migration.id, "good": good, "checks": [check.as_json() for check in found]}
    _show(told, "\n".join(check.as_text() for check in found), as_json=as_json)
    return 0 if good else 1


def _list(*, as_json: bool) -> int:
    known = catalogue.every(find_paths().backups)
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
        print(json.dumps(told, ensure_ascii=False, default=str))
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
