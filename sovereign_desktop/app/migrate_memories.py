"""Old memories into the memory of this program: found by their words at once, and out again with a rollback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sovereign_desktop.app.remembering import memory_root
from sovereign_desktop.config.paths import Paths
from sovereign_desktop.config.store import load
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.records import NewMemory, Selection, storable
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.migration.memories import LinesSink, OldMemory

T = TypeVar("T")

SOURCE = "migrated"
"""Begins the source of what was brought over: what the user had remembered here before is never mistaken for it."""
MOST_FOUND = 20


class StoreSink:
    """The memory of the profile in the settings; what it can't hold (nothing, or far too much) goes into a file.

    Vectors are made of them when the program runs next. Not for a thread with an event loop.
    """

    def __init__(self, paths: Paths, folder: Path) -> None:
        self._paths = paths
        self._others = LinesSink(folder / "memories.jsonl")

    def add(self, memories: Sequence[OldMemory]) -> None:
        kept, others = _sorted_out(memories)
        self._run(lambda store: store.add(kept))
        if others:
            self._others.add(others)

    def remove(self, memories: Sequence[OldMemory]) -> None:
        kept, others = _sorted_out(memories)

        async def forget(store: MemoryStore) -> None:
            if ids := await store.ids_of(kept):
                await store.forget(Selection(ids=ids))

        self._run(forget)
        self._others.remove(others)

    def finds(self, memory: OldMemory) -> bool:
        kept, _ = _sorted_out([memory])
        if not kept:
            return self._others.finds(memory)
        found = self._run(lambda store: store.search(memory.text, MOST_FOUND))
        return any(one.text == storable(memory.text) for one in found)

    def _run(self, work: Callable[[MemoryStore], Awaitable[T]]) -> T:
        async def with_store() -> T:
            settings = load(self._paths.settings_file).settings.memory_context
            store = MemoryStore(profile_folder(memory_root(settings, self._paths), settings.profile))
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(with_store())


def _sorted_out(memories: Sequence[OldMemory]) -> tuple[list[NewMemory], list[OldMemory]]:
    """What the memory takes, and what it does not."""
    kept, others = [], []
    for memory in memories:
        try:
            storable(memory.text)
        except SovereignError:
            others.append(memory)
        else:
            source = f"{SOURCE}:{memory.source}" if memory.source else SOURCE
            kept.append(NewMemory(memory.text, memory.time, memory.session, source))
    return kept, others
