"""A memory with a real index in a real child process, and embedders that do as they are told."""

from __future__ import annotations

import math
import random
import re
import sys
import zlib
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from sovereign_desktop.memory.client import ChromaServer, IndexPlace, IndexProcess
from sovereign_desktop.memory.guarded import Guard, GuardedVectors
from sovereign_desktop.memory.memories import Memories, with_vectors
from sovereign_desktop.memory.records import NewMemory
from sovereign_desktop.memory.rollout import Rollout
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.memory.vectors import Embeds

ARGS = (sys.executable, "-m", "sovereign_desktop.app.memory_process")
DIMENSIONS = 32
PATIENT = Guard(deadline_s=30.0)
"""For tests of anything but time, on a machine that does other things too."""


class BagOfWords:
    """A vector is the sum of its words' own: texts with the same words are near."""

    dimensions = DIMENSIONS
    model = "bag-of-words"

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.give: Callable[[Sequence[str]], Sequence[Sequence[float]]] = self.vectors
        self.closed = False

    async def close(self) -> None:
        self.closed = True

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self.embedded += texts
        return self.give(texts)

    def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> array[float]:
        words = [_of_word(word, self.dimensions) for word in re.findall(r"\w+", text.lower()) or [text]]
        total = [sum(numbers) for numbers in zip(*words, strict=True)]
        length = math.sqrt(sum(number * number for number in total))
        return array("f", [number / length for number in total])


@cache
def _of_word(word: str, dimensions: int) -> tuple[float, ...]:
    chance = random.Random(zlib.crc32(word.encode(errors="replace")))
    return tuple(chance.gauss(0, 1) for _ in range(dimensions))


@asynccontextmanager
async def remembering(
    root: Path,
    embedder: Embeds | None = None,
    *,
    profile: str = "default",
    flag: Callable[[], int] = lambda: 100,
    guard: Guard = PATIENT,
    server: ChromaServer | None = None,
    on_change: Callable[[Rollout], None] = lambda _rollout: None,
    clock: Callable[[], float] | None = None,
    wall: Callable[[], float] | None = None,
) -> AsyncIterator[Memories]:
    """Memories with vectors below `root`."""
    store = MemoryStore(profile_folder(root, profile))
    model = embedder or BagOfWords()
    place = IndexPlace(store.folder / f"vectors-{model.model}", model.dimensions, f"test-{store.folder.name}", server)
    clocks = {name: one for name, one in (("clock", clock), ("wall", wall)) if one is not None}
    index = IndexProcess(ARGS)
    guarded = GuardedVectors(store, index, model, flag, guard, on_change=on_change, **clocks)
    vectors = with_vectors(store, index, model, place, guarded)
    async with Memories(store, vectors) as memories:
        yield memories


def notes(*texts: str, session: str = "", start: float = 1_700_000_000.0) -> list[NewMemory]:
    """Memories a second apart."""
    return [NewMemory(text, start + at, session) for at, text in enumerate(texts)]
