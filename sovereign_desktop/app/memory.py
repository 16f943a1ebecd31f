"""`memory`: what is remembered, on the command line. One JSON object a line, so that other programs can read it."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sovereign_desktop.app.locked_keyring import KeyReader
from sovereign_desktop.app.memory_lines import LongWork, as_line, export_lines, import_lines, iso_of
from sovereign_desktop.app.memory_traces import erase_files, erase_turns, find_traces
from sovereign_desktop.app.remembering import ENABLE, as_sentence, keys_needed, make_memories
from sovereign_desktop.app.second_start import told_to_forget
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus
from sovereign_desktop.memory.memories import Forgotten, Memories
from sovereign_desktop.memory.records import Memory, Selection
from sovereign_desktop.memory.rollout import STEPS
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.purse import Purse

READY_WITHIN_S = 20.0
_COMMANDS = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What would command a terminal or turn its line round; JSON escapes only those of ASCII."""


def carry_out(options: argparse.Namespace) -> int:
    """Do it; the exit status. Raises SovereignError."""
    asyncio.run(_ACTIONS[options.action](options))
    return 0


async def _search(options: argparse.Namespace) -> None:
    async with _opened(with_vectors=True) as memories:
        recall = await memories.recall(options.text, options.limit)
        for one in recall.found:
            similarity = None if one.similarity is None else round(one.similarity, 3)
            extra = {"score": round(one.score, 3), "similarity": similarity, "by_words": one.by_words}
            _print(as_line(one.memory) | extra)
    if not recall.by_meaning and recall.reason:
        print(f"Found by keywords alone: {as_sentence(recall.reason)}", file=sys.stderr)


async def _list(options: argparse.Namespace) -> None:
    async with _opened() as memories:
        limit = -1 if options.limit is None else options.limit
        for memory in await memories.store.select(_selection(options), limit=limit):
            _print(as_line(memory) | {"uses": memory.uses})


async def _import(options: argparse.Namespace) -> None:
    async with _opened() as memories:
        lines, count = await import_lines(memories, Path(options.file), LongWork())
    print(f"{lines} lines, {count} memories.", file=sys.stderr)


async def _export(options: argparse.Namespace) -> None:
    path = Path(options.file)
    async with _opened() as memories:
        count = await export_lines(memories, path, LongWork())
    print(f"{count} memories are in {path}.", file=sys.stderr)


async def _edit(options: argparse.Namespace) -> None:
    async with _opened(with_vectors=True) as memories:
        used_in = await memories.store.used_for([options.id])
        edited = await memories.edit(options.id, options.text)
        _print(as_line(edited.memory))
        if not edited.vectors_gone:
            print(_still_there(edited.reason))
        await _tell_traces(edited.before, used_in, memories, options)
    if edited.before:
        await _have_it_forgotten()


async def _forget(options: argparse.Namespace) -> None:
    selection = _selection(options)
    if not selection.names_something:
        raise SovereignError("Say what to forget.", remedy="Give ids, --session, --since, --until or --all.")
    async with _opened(with_vectors=True) as memories:
        meant = await memories.store.select(selection)
        if not options.yes and meant and not _agreed(meant):
            raise SovereignError("Nothing was forgotten.")
        used_in = await memories.store.used_for([one.id for one in meant])
        forgotten = await memories.forget(selection)
        print(_said(forgotten))
        await _tell_traces(forgotten.memories, used_in, memories, options)
    if forgotten.memories:
        await _have_it_forgotten()


async def _have_it_forgotten() -> None:
    """The conversation of the program in the tray may hold the same words."""
    if said := await asyncio.to_thread(told_to_forget):
        print(said)


async def _vectors(options: argparse.Namespace) -> None:
    async with _opened(with_vectors=True) as memories:
        if memories.vectors is None:
            print(as_sentence(await memories.standing()))
            return
        if options.order == "enable":
            step = await memories.vectors.guarded.enable()
            print(
                f"{step.percent} % of the questions are searched by meaning from now on; then {STEPS[1]} %, then all."
            )
        print(as_sentence(await memories.standing()))
        rollout = await memories.vectors.guarded.rollout()
        if rollout.rolled_back_at:
            print(f"Given up on {iso_of(rollout.rolled_back_at)}: {as_sentence(rollout.reason)}")
        if rollout.is_rolled_back:
            print(ENABLE)


_ACTIONS = {
    "search": _search,
    "list": _list,
    "import": _import,
    "export": _export,
    "edit": _edit,
    "forget": _forget,
    "vectors": _vectors,
}


@asynccontextmanager
async def _opened(*, with_vectors: bool = False) -> AsyncIterator[Memories]:
    """The memory of the settings. Without vectors another program of the user embeds what is new."""
    paths, purse = find_paths(), Purse()
    loaded = (await asyncio.to_thread(load, paths.settings_file)).settings
    settings = loaded.memory_context
    keys = await KeyReader().read(keys_needed(settings)) if with_vectors else {}
    memories = make_memories(settings, paths, keys, purse=purse)
    if not with_vectors:
        memories = Memories(memories.store)
    async with Spending(SpendLedger(paths.spend_file), EventBus(), loaded.spend, purse=purse), memories:
        if memories.store.problem:
            print(memories.store.problem, file=sys.stderr)
        if with_vectors:
            await memories.settled(READY_WITHIN_S)
        yield memories


# What stands elsewhere


async def _tell_traces(
    gone: Sequence[Memory], used_in: Set[str], memories: Memories, options: argparse.Namespace
) -> None:
    """Say where else the text stands, or that it is gone from there too."""
    paths = find_paths()
    transcripts = TranscriptStore(paths.transcripts_file) if paths.transcripts_file.exists() else None
    try:
        traces = await find_traces(gone, used_in, transcripts, paths, memories.store.folder)
        if transcripts is not None and options.transcripts:
            await erase_turns(traces, transcripts)
    finally:
        if transcripts is not None:
            await transcripts.close()
    turns, verb = len(traces.turns), options.action
    if turns and options.transcripts:
        print(f"{turns} past turns that contain it are deleted.")
    elif turns:
        print(f"{turns} past turns contain it; `memory {verb} … --transcripts` deletes such turns too.")
    if options.scrub:
        await erase_files(traces)
    for path in traces.files:
        if options.scrub:
            print(f"{path} contained it and is deleted.")
        else:
            print(f"{path} contains it; `memory {verb} … --scrub` deletes such files.")


def _selection(options: argparse.Namespace) -> Selection:
    return Selection(
        ids=tuple(getattr(options, "ids", ())),
        session=options.session,
        since=options.since,
        until=options.until,
        everything=getattr(options, "all", False),
    )


def _print(line: dict[str, Any]) -> None:
    print(_COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(line, ensure_ascii=False)))


def _said(forgotten: Forgotten) -> str:
    count = len(forgotten.memories)
    said = f"Forgotten: {count} {'memory' if count == 1 else 'memories'}."
    return said if forgotten.vectors_gone else f"{said} {_still_there(forgotten.reason)}"


def _still_there(why: str) -> str:
    return f"Vectors are still on disk: {as_sentence(why)}"


def _agreed(meant: Sequence[Memory]) -> bool:
    memories = "1 memory" if len(meant) == 1 else f"{len(meant)} memories"
    if not sys.stdin.isatty():
        raise SovereignError(f"{memories} would be erased for good.", remedy="Add --yes to do it.")
    return input(f"Erase {memories} for good? [y/N] ").strip().lower() in ("y", "yes")
