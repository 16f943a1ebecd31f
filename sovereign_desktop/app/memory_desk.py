"""What a window may do with the memory of the running program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sovereign_desktop.app.memory_lines import LongWork, export_lines, import_lines
from sovereign_desktop.app.memory_traces import Traces, erase_files, erase_turns, find_traces
from sovereign_desktop.app.remembering import as_sentence
from sovereign_desktop.config.paths import Paths
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.memories import Edited, Forgotten, Memories
from sovereign_desktop.memory.records import Memory, Selection


@dataclass(frozen=True, slots=True)
class Found:
    """What fits a search, best first, or the latest memories, the latest first. `note` says what the user should know.

    `count` and `size_bytes` are of all that is stored, vectors too.
    """

    memories: tuple[Memory, ...]
    count: int
    size_bytes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Where a memory was used: when, and what was asked then; empty when that turn is gone."""

    at: float
    question: str = ""


class MemoryDesk:
    """The memory, the past turns that may contain it, and files. All methods raise SovereignError.

    With a memory that is erased the conversation is forgotten (`forget_conversation`), where its words may stand too.
    """

    def __init__(
        self,
        memories: Memories | None,
        transcripts: TranscriptStore,
        paths: Paths,
        *,
        forget_conversation: Callable[[], None] = lambda: None,
    ) -> None:
        self._there = memories
        self._transcripts = transcripts
        self._paths = paths
        self._forget_conversation = forget_conversation

    async def look(self, text: str, limit: int) -> Found:
        """What fits the text; the latest when it is empty."""
        memories = self._memories
        if text.strip():
            recall = await memories.recall(text, limit)
            found = tuple(one.memory for one in recall.found)
            note = "" if recall.by_meaning else f"Found by keywords alone: {as_sentence(recall.reason)}"
        else:
            found = tuple(reversed(await memories.store.select(Selection(everything=True), limit=limit)))
            note = as_sentence(await memories.standing())
        size = await asyncio.to_thread(_size, memories.store.folder)
        return Found(found, await memories.store.count(), size, note)

    async def uses(self, memory_id: int) -> tuple[Use, ...]:
        """Where it was used, the latest first, by the notes of the turns."""
        uses = []
        for one in await self._memories.store.uses_of(memory_id):
            turn = await self._transcripts.get(one.used_for)
            uses.append(Use(one.at, turn.transcript if turn is not None else ""))
        return tuple(uses)

    async def edit(self, memory_id: int, text: str) -> tuple[Edited, Traces]:
        """Say it in other words; and where the old ones still stand."""
        used_in = await self._memories.store.used_for([memory_id])
        edited = await self._memories.edit(memory_id, text)
        if edited.before:
            self._forget_conversation()
        return edited, await self._traces(edited.before, used_in)

    async def traces(self, ids: Sequence[int]) -> Traces:
        """What else contains these."""
        meant = await self._memories.store.select(Selection(ids=tuple(ids)))
        return await self._traces(meant, await self._memories.store.used_for(ids))

    async def forget(self, ids: Sequence[int], also: Traces = Traces()) -> Forgotten:  # noqa: B008 - immutable
        """Erase memories, and with them what else is named here."""
        self._forget_conversation()
        forgotten = await self._memories.forget(Selection(ids=tuple(ids)))
        await self.erase(also)
        return forgotten

    async def erase(self, traces: Traces) -> None:
        """Delete past turns and files."""
        await erase_turns(traces, self._transcripts)
        await erase_files(traces)

    async def export(self, path: Path, work: LongWork) -> int:
        """Write all memories as JSON Lines; how many."""
        return await export_lines(self._memories, path, work)

    async def import_(self, path: Path, work: LongWork) -> tuple[int, int]:
        """Remember what a file of JSON Lines says: how many lines, and how many memories they are."""
        return await import_lines(self._memories, path, work)

    async def _traces(self, of: Sequence[Memory], used_in: frozenset[str]) -> Traces:
        return await find_traces(of, used_in, self._transcripts, self._paths, self._memories.store.folder)

    @property
    def _memories(self) -> Memories:
        if self._there is None:
            raise SovereignError("The memory is switched off.", remedy="Switch it on in the settings, under Memory.")
        return self._there


def _size(folder: Path) -> int:
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        try:
            yield path.stat().st_size if path.is_file() else 0
        except OSError:  # it went while we looked
            continue
