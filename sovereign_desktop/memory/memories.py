"""`Memories`: what the rest of the program sees. Remember, recall, forget; whether with vectors or by keywords alone.

memories = Memories(MemoryStore(profile_folder(root, "default")))
async with memories:
    await memories.remember(NewMemory("My sister lives in Oslo.", time.time()))
    recall = await memories.recall("where does my sister live")
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.memory.client import IndexPlace, IndexProcess
from sovereign_desktop.memory.fusion import fused
from sovereign_desktop.memory.guarded import GuardedVectors, Nearest
from sovereign_desktop.memory.records import Memory, NewMemory, Selection, Usage, digest_of
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.memory.upkeep import Upkeep
from sovereign_desktop.memory.vectors import Embeds

CANDIDATES = 50
"""So many of each kind are looked at before the best few are chosen."""
ERASE_WITHIN_S = 120.0
LOOK_AGAIN_S = 0.05
"""Whether another program has erased what it has open; nothing tells."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory that fits. `score` is from 0 to 1; `similarity` the cosine, None when only words found it."""

    memory: Memory
    score: float
    similarity: float | None
    by_words: bool


@dataclass(frozen=True, slots=True)
class Recall:
    """What fits, best first. `by_meaning` claims that vectors had their say; `reason` says why they had not."""

    found: tuple[Recalled, ...] = ()
    by_meaning: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and whether its vectors are gone from every file too; else why not yet."""

    memories: tuple[Memory, ...]
    vectors_gone: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A memory with its new text, what it was before (nothing when it was the same), and as in `Forgotten`."""

    memory: Memory
    before: tuple[Memory, ...]
    vectors_gone: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vectors:
    """The search by meaning: its parts, made together in `with_vectors`."""

    guarded: GuardedVectors
    upkeep: Upkeep
    place: IndexPlace
    embedder: Embeds | None = None
    """What makes them; for whoever else wants to know what texts mean."""


class Memories:
    """An async context. Without `vectors` keywords do all the work, and `why_no_vectors` says why."""

    def __init__(
        self,
        store: MemoryStore,
        vectors: Vectors | None = None,
        *,
        why_no_vectors: str = "",
        threshold: float = 0.0,
        limit: int = 5,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.vectors = vectors
        self._why_no_vectors = why_no_vectors
        self._threshold = threshold
        self._limit = limit
        self._wall = wall
        self.changed_at = 0.0
        """When the memory was last asked to remember or to forget: a talk about that is not worth keeping itself."""

    async def __aenter__(self) -> Self:
        await self.store.open()
        if self.vectors is not None:
            self.vectors.upkeep.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.vectors is not None:
            await self.vectors.upkeep.close()
        await self.store.close()

    async def remember(self, *new: NewMemory) -> tuple[int, ...]:
        """Keep them; returns when they are safe on disk. Their ids. Raises SovereignError."""
        ids = await self.store.add(new)
        self._look()
        return ids

    async def remember_on_request(self, new: NewMemory) -> None:
        """Keep what the user wants to be remembered. Raises SovereignError."""
        await self.remember(new)
        self.was_asked()

    def was_asked(self) -> None:
        """The user talks about the memory itself just now."""
        self.changed_at = self._wall()

    async def recall(self, text: str, limit: int | None = None) -> Recall:
        """What is known that fits the text: by words and by meaning, each beside the other. Raises SovereignError."""
        if not text.strip():
            return Recall()
        # Meaning first: its note is read before the words are looked up, on the file's one thread, and then it goes on
        # beside them.
        nearest, words = await asyncio.gather(self._nearest(text), self.store.ranked(text, CANDIDATES))
        similar = {one: 1 - distance for one, distance in nearest.found or () if 1 - distance >= self._threshold}
        known = {memory.id: memory for memory, _ in words}
        known |= await self.store.get([one for one in similar if one not in known])
        strengths = {memory.id: strength for memory, strength in words}
        scores = fused(strengths, similar, {one: memory.time for one, memory in known.items()}, self._wall())
        found = [Recalled(known[one], score, similar.get(one), one in strengths) for one, score in scores.items()]
        best = _each_text_once(found)[: self._limit if limit is None else limit]
        return Recall(tuple(best), nearest.found is not None, nearest.reason)

    async def forget(self, selection: Selection) -> Forgotten:
        """Erase what is meant: its text from every file of the memory, then its vectors. Raises SovereignError."""
        gone = await self.store.forget(selection)
        self.was_asked()
        return Forgotten(gone, *await self._vectors_gone())

    async def edit(self, memory_id: int, text: str) -> Edited:
        """Give a memory another text; the old one is erased as if it was forgotten. Raises SovereignError."""
        *before, now = await self.store.edit(memory_id, text)
        if not before:
            return Edited(now, ())
        self.was_asked()
        self._look()
        return Edited(now, tuple(before), *await self._vectors_gone())

    async def used(self, recall: Sequence[Recalled], used_for: str) -> None:
        """Remember where they were used."""
        now = self._wall()
        await self.store.used(Usage(one.memory.id, used_for, now) for one in recall)

    async def settled(self, within_s: float) -> bool:
        """Wait until every memory has its vector; False when that does not come about."""
        return self.vectors is not None and await self.vectors.upkeep.settled(within_s)

    async def standing(self) -> str:
        """What is in use, in a sentence or two for the user."""
        if self.vectors is None:
            return f"keywords only: {self._why_no_vectors}"
        guarded, upkeep = self.vectors.guarded, self.vectors.upkeep
        rollout = await guarded.rollout()
        share = min(guarded.flag_percent, rollout.percent)
        if share == 0:
            why = "switched off" if guarded.flag_percent == 0 else f"given up: {rollout.reason}"
            said = f"keywords only; the search by meaning is {why}"
        else:
            said = f"keywords and meaning for {share} % of the questions" if share < 100 else "keywords and meaning"
            said += f" ({guarded.standing})" if guarded.standing else ""
        waiting = f"{upkeep.left} memories still wait for their vector" if upkeep.left else ""
        return "; ".join(filter(None, (said, waiting, guarded.watched, upkeep.problem)))

    async def _nearest(self, text: str) -> Nearest:
        if self.vectors is None:
            return Nearest(None, self._why_no_vectors)
        return await self.vectors.guarded.nearest(text, CANDIDATES)

    def _look(self) -> None:
        if self.vectors is not None:
            self.vectors.upkeep.look()

    async def _vectors_gone(self) -> tuple[bool, str]:
        """Whether no file holds a vector of what was forgotten; indexes that nobody uses go whole."""
        used = None  # an index that does not run goes too: it is made again when it is wanted
        if (vectors := self.vectors) is not None and vectors.guarded.is_wanted:
            if not await self._erased(vectors.upkeep):
                return False, vectors.guarded.standing or vectors.upkeep.problem or "they are still being made"
            used = vectors.place.folder
        left = await asyncio.to_thread(_drop_indexes, self.store.folder, used)
        if left:
            return False, "another program of yours has them open, and erases them within a minute"
        if used is None:
            await self.store.vectors_gone(await self.store.erased())
        return True, ""

    async def _erased(self, upkeep: Upkeep) -> bool:
        """Wait until the vectors are gone, by our doing or by that of the program that has them open.

        What is new gets its vector after that, and may wait for a model that does not answer.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ERASE_WITHIN_S):
                upkeep.look()
                while await self.store.erased():  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN_S)
        return not await self.store.erased()


def indexes_in(folder: Path) -> Iterable[Path]:
    """The folders of vectors beside the memories, one for each embedding model that was used."""
    return sorted(folder.glob("vectors-*"))


def _drop_indexes(folder: Path, but: Path | None) -> list[Path]:
    """Delete indexes; those that another program has open are left, and returned."""
    left = []
    for index in indexes_in(folder):
        if index != but:
            lock = FileLock(index / "lock")
            with contextlib.suppress(FileNotFoundError):
                if not lock.acquire():
                    left.append(index)
                    continue
                shutil.rmtree(index)
            lock.release()
    return left


def _each_text_once(found: Sequence[Recalled]) -> list[Recalled]:
    """The best of those that say the same."""
    best: dict[bytes, Recalled] = {}
    for one in found:
        best.setdefault(digest_of(one.memory.text), one)
    return list(best.values())


def with_vectors(
    store: MemoryStore, index: IndexProcess, embedder: Embeds, place: IndexPlace, guarded: GuardedVectors
) -> Vectors:
    """The parts of the search by meaning, joined."""
    return Vectors(guarded, Upkeep(store, index, embedder, place, guarded), place, embedder)
