"""`memory`: what is remembered, on the command line. One JSON object a line, so that other programs can read it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sovereign_desktop.app.assembly import read_keys
from sovereign_desktop.app.memory_options import seconds_of
from sovereign_desktop.app.remembering import ENABLE, as_sentence, keys_needed, make_memories
from sovereign_desktop.app.second_start import tell_running
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.config.store import load
from sovereign_desktop.context.base import Tier
from sovereign_desktop.context.compression import sentences
from sovereign_desktop.context.fencing import harmless
from sovereign_desktop.context.manifest import Fate, unpacked
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.verbs import Verb
from sovereign_desktop.memory.memories import Forgotten, Memories
from sovereign_desktop.memory.records import Memory, NewMemory, Selection, Source, storable
from sovereign_desktop.memory.rollout import STEPS
from sovereign_desktop.metrics.turns import TurnRecord

READY_WITHIN_S = 20.0
PROBE_CHARACTERS = 48
SHORTEST_SENTENCE = 24
"""Of a memory that was told in part; a shorter sentence may be anybody's."""
FEWEST_PROBED = 6
"""Shorter texts stand everywhere."""


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
    path = Path(options.file)
    new = await asyncio.to_thread(lambda: list(read_lines(path)))
    async with _opened() as memories:
        ids = await memories.remember(*new)
    print(f"{len(new)} lines, {len(set(ids))} memories.", file=sys.stderr)


async def _export(options: argparse.Namespace) -> None:
    path = Path(options.file)
    async with _opened() as memories:
        found = await memories.store.select(Selection())
    lines = "".join(f"{json.dumps(as_line(memory), ensure_ascii=False)}\n" for memory in found)
    try:
        await asyncio.to_thread(_write_private, path, lines)
    except OSError as error:
        raise SovereignError(f"{path} can't be written: {error.strerror}.") from error
    print(f"{len(found)} memories are in {path}.", file=sys.stderr)


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
        for line in await _traces(forgotten.memories, used_in, find_paths(), memories.store.folder, options):
            print(line)
    if forgotten.memories:
        print(await asyncio.to_thread(_told_running), end="")


def _told_running() -> str:
    """A line about the conversation of the program in the tray, which may hold the same words; nothing without one."""
    try:
        said = tell_running(Verb("forget"))
    except SovereignError as error:
        said = f"The running program may still know it from the conversation: {error.user_text} Quit it to be sure."
    return f"{said}\n" if said else ""


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
            print(f"Given up on {_iso(rollout.rolled_back_at)}: {as_sentence(rollout.reason)}")
        if rollout.is_rolled_back:
            print(ENABLE)


_ACTIONS = {
    "search": _search,
    "list": _list,
    "import": _import,
    "export": _export,
    "forget": _forget,
    "vectors": _vectors,
}


@asynccontextmanager
async def _opened(*, with_vectors: bool = False) -> AsyncIterator[Memories]:
    """The memory of the settings. Without vectors another program of the user embeds what is new."""
    paths = find_paths()
    settings = (await asyncio.to_thread(load, paths.settings_file)).settings.memory_context
    keys = await asyncio.to_thread(read_keys, keys_needed(settings)) if with_vectors else {}
    memories = make_memories(settings, paths, keys)
    if not with_vectors:
        memories = Memories(memories.store)
    async with memories:
        if memories.store.problem:
            print(memories.store.problem, file=sys.stderr)
        if with_vectors:
            await memories.settled(READY_WITHIN_S)
        yield memories


# What stands elsewhere


async def _traces(
    gone: Sequence[Memory], used_in: Set[str], paths: Paths, folder: Path, options: argparse.Namespace
) -> list[str]:
    """Where else the text stands, or that it is gone from there too."""
    lines = []
    transcripts = TranscriptStore(paths.transcripts_file)
    if gone and paths.transcripts_file.exists():
        turns = set(await transcripts.containing([text for memory in gone for text in _wordings(memory.text)]))
        turns |= {turn_id for turn_id in used_in if told_memories(await transcripts.get(turn_id))}
        turns |= {memory.turn_id for memory in gone if memory.turn_id and await transcripts.get(memory.turn_id)}
        if turns and options.transcripts:
            for turn_id in turns:
                await transcripts.delete(turn_id)
            lines.append(f"{len(turns)} past turns that contain it are deleted.")
        elif turns:
            lines.append(f"{len(turns)} past turns contain it; `memory forget … --transcripts` deletes such turns too.")
    await transcripts.close()
    files = await asyncio.to_thread(lambda: list(_files_with(gone, paths, folder)))
    for path in files:
        if options.scrub:
            await asyncio.to_thread(path.unlink)
            lines.append(f"{path} contained it and is deleted.")
        else:
            lines.append(f"{path} contains it; `memory forget … --scrub` deletes such files.")
    return lines


def _wordings(text: str) -> Iterator[str]:
    """The text as it may stand in a past turn: as it was said, and as a model was told it, whole or in part."""
    told = harmless(text)
    for whole in {text, told}:
        yield from whole.split("\n\n")
    yield from (one.text for one in sentences(told) if len(one.text) >= SHORTEST_SENTENCE)


def told_memories(turn: TurnRecord | None) -> bool:
    """Whether a model was told any of the memories in it, if only a few words of one."""
    pieces = unpacked(turn.context)["pieces"] if turn is not None else ()
    return any(one["tier"] == Tier.MEMORY.value and one["fate"] != Fate.LEFT_OUT.value for one in pieces)


def _files_with(gone: Sequence[Memory], paths: Paths, folder: Path) -> Iterator[Path]:
    """Backups, and damaged files that were set aside, with the text of any of these in them."""
    probes = [text.encode() for memory in gone if len(text := _probe(memory.text)) >= FEWEST_PROBED]
    backups = paths.data / "backups"
    candidates: Iterable[Path] = (*folder.glob("*.broken-*"), *paths.data.glob("*.broken-*"), *backups.rglob("*"))
    for path in candidates:
        if probes and path.is_file():
            content = path.read_bytes()
            if any(probe in content for probe in probes):
                yield path


def _probe(text: str) -> str:
    return max(text.splitlines(), key=len, default="")[:PROBE_CHARACTERS]


# Lines


def as_line(memory: Memory) -> dict[str, Any]:
    """A memory as it is exported."""
    return {
        "id": memory.id,
        "text": memory.text,
        "time": _iso(memory.time),
        "session": memory.session,
        "source": memory.source,
    }


def read_lines(path: Path) -> Iterator[NewMemory]:
    """What an exported file says. Raises SovereignError for the first line that can't be used."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _read_line(line, number)
    except UnicodeDecodeError as error:
        raise SovereignError(f"{path} is no text in UTF-8; nothing was imported.") from error
    except OSError as error:
        raise SovereignError(f"{path} can't be read: {error.strerror}.") from error


def _read_line(line: str, number: int) -> NewMemory:
    try:
        said = json.loads(line)
        text = storable(_string(said, "text"))
        at = seconds_of(said["time"]) if said.get("time") else time.time()
        return NewMemory(text, at, _string(said, "session", ""), _string(said, "source", Source.IMPORTED))
    except SovereignError as error:
        raise SovereignError(f"Line {number}: {error.user_text} Nothing was imported.", remedy=error.remedy) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SovereignError(
            f"Line {number} is no memory; nothing was imported.",
            remedy='Each line is a JSON object such as {"text": "…", "time": "2026-11-25T10:00:00"}.',
        ) from error


def _string(said: dict[str, Any], name: str, default: str | None = None) -> str:
    value = said.get(name, default)
    if not isinstance(value, str) or len(value) > 2**20:
        raise TypeError(name)
    return value


def _selection(options: argparse.Namespace) -> Selection:
    return Selection(
        ids=tuple(getattr(options, "ids", ())),
        session=options.session,
        since=options.since,
        until=options.until,
        everything=getattr(options, "all", False),
    )


def _iso(at: float) -> str:
    try:
        return datetime.fromtimestamp(at).astimezone().isoformat(timespec="milliseconds")
    except (OverflowError, OSError, ValueError):
        return ""


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False))


def _said(forgotten: Forgotten) -> str:
    count = len(forgotten.memories)
    said = f"Forgotten: {count} {'memory' if count == 1 else 'memories'}."
    return said if forgotten.vectors_gone else f"{said} Vectors are still on disk: {as_sentence(forgotten.reason)}"


def _agreed(meant: Sequence[Memory]) -> bool:
    memories = "1 memory" if len(meant) == 1 else f"{len(meant)} memories"
    if not sys.stdin.isatty():
        raise SovereignError(f"{memories} would be erased for good.", remedy="Add --yes to do it.")
    return input(f"Erase {memories} for good? [y/N] ").strip().lower() in ("y", "yes")


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(text, encoding="utf-8")
