"""Old memories are in this program's memory after a migration, and out of it after a rollback."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sovereign_desktop.app.migrate_memories import StoreSink
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.memory.records import NewMemory, Selection
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.migration.memories import OldMemory

OLD = tuple(OldMemory(f"The dentist number {n} is Goran.", 1.6e9 + n, f"talk-{n % 3}", "voice") for n in range(30))
OWN = NewMemory(OLD[0].text, 1.7e9, "talk-0", "remembered")


@pytest.fixture
def paths(home: Path) -> Paths:
    paths = find_paths()
    paths.make()
    return paths


@pytest.fixture
def sink(paths: Paths, tmp_path: Path) -> StoreSink:
    return StoreSink(paths, tmp_path)


def kept(paths: Paths, *new: NewMemory) -> list[tuple[str, float, str, str]]:
    """What is remembered, after remembering this."""

    async def look() -> list[tuple[str, float, str, str]]:
        store = MemoryStore(profile_folder(paths.memory, "default"))
        await store.add(new)
        found = await store.select(Selection())
        await store.close()
        return [(one.text, one.time, one.session, one.source) for one in found]

    return asyncio.run(look())


def test_they_keep_text_time_and_session_and_are_found_by_their_words(sink: StoreSink, paths: Paths) -> None:
    sink.add(OLD)
    sink.add(OLD[:10])
    assert sorted(kept(paths)) == sorted((one.text, one.time, one.session, "migrated:voice") for one in OLD)
    assert all(sink.finds(one) for one in OLD)
    assert not sink.finds(OldMemory("Nobody said this about Goran.", 1.0, "", ""))


def test_a_rollback_forgets_them_and_not_what_the_user_had_remembered(sink: StoreSink, paths: Paths) -> None:
    kept(paths, OWN)
    sink.add(OLD)
    sink.remove(OLD)
    sink.remove(OLD)
    assert [text for text, *_ in kept(paths)] == [OWN.text]


def test_what_is_no_memory_is_kept_beside_the_backup(sink: StoreSink, paths: Paths, tmp_path: Path) -> None:
    huge = OldMemory("x" * 2**21, 1.0, "", "voice")
    sink.add([huge, OLD[0]])
    assert len(kept(paths)) == 1
    assert sink.finds(huge)
    assert (tmp_path / "memories.jsonl").stat().st_size > 2**21
    sink.remove([huge])
    assert not (tmp_path / "memories.jsonl").exists()
