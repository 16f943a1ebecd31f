"""Where else the text of a memory stands: in past turns, in backups, in damaged files that were set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from sovereign_desktop.config.paths import Paths
from sovereign_desktop.context.base import Tier
from sovereign_desktop.context.compression import sentences
from sovereign_desktop.context.fencing import harmless
from sovereign_desktop.context.manifest import Fate, unpacked
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.records import Memory
from sovereign_desktop.metrics.turns import TurnRecord

PROBE_CHARACTERS = 48
SHORTEST_SENTENCE = 24
"""Of a memory that was told in part; a shorter sentence may be anybody's."""
FEWEST_PROBED = 6
"""Shorter texts stand everywhere."""


@dataclass(frozen=True, slots=True)
class Traces:
    """The ids of past turns that contain it, and files of the program that do."""

    turns: frozenset[str] = frozenset()
    files: tuple[Path, ...] = ()


async def find_traces(
    of: Sequence[Memory], used_in: Set[str], transcripts: TranscriptStore | None, paths: Paths, folder: Path
) -> Traces:
    """Where else the texts stand; `used_in` are the turns that they were recalled for. Raises SovereignError."""
    turns: set[str] = set()
    if of and transcripts is not None:
        turns |= set(await transcripts.containing([text for memory in of for text in _wordings(memory.text)]))
        turns |= {turn_id for turn_id in used_in if told_memories(await transcripts.get(turn_id))}
        turns |= {memory.turn_id for memory in of if memory.turn_id and await transcripts.get(memory.turn_id)}
    files = await asyncio.to_thread(lambda: tuple(_files_with(of, paths, folder)))
    return Traces(frozenset(turns), files)


async def erase_turns(traces: Traces, transcripts: TranscriptStore) -> None:
    """Delete those turns for good. Raises SovereignError."""
    for turn_id in traces.turns:
        await transcripts.delete(turn_id)


async def erase_files(traces: Traces) -> None:
    """Delete those files. Raises SovereignError for one that can't be deleted."""
    for path in traces.files:
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except OSError as error:
            raise SovereignError(f"{path} contains it and can't be deleted: {error.strerror}.") from error


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
