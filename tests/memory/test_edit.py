"""Another text for a memory: found by the new words and their meaning, and the old ones are nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import NewMemory, Usage
from sovereign_desktop.memory.store import MemoryStore
from tests.memory.stage import BagOfWords, remembering

OLD, NEW = "The spare key is in the blue box.", "The spare key is with our neighbour."


async def test_an_edited_memory_has_a_new_vector_and_neither_the_old_text_nor_its_vector_is_on_disk(
    tmp_path: Path,
) -> None:
    embedder = BagOfWords()
    async with remembering(tmp_path, embedder) as memories:
        (first, _) = await memories.remember(NewMemory(OLD, 5.0, "talk"), NewMemory("Something else.", 6.0))
        assert await memories.settled(60)
        edited = await memories.edit(first, NEW)
        assert edited.vectors_gone, edited.reason
        assert ([one.text for one in edited.before], edited.memory.text) == ([OLD], NEW)
        assert (edited.memory.time, edited.memory.session) == (5.0, "talk")
        assert await memories.settled(60)
        recall = await memories.recall(NEW)
        assert recall.by_meaning
        assert recall.found[0].memory == edited.memory
        assert recall.found[0].similarity == pytest.approx(1, abs=1e-3)
        gone = (b"blue box", embedder.vector(OLD).tobytes())
        content = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not [needle for needle in gone for one in content if needle in one]


async def test_where_it_was_used_stays_known(tmp_path: Path) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        (first,) = await memories.remember(NewMemory(OLD, 5.0))
        await memories.store.used([Usage(first, "turn-1", 7.0)])
        edited = await memories.edit(first, NEW)
        assert [one.used_for for one in await memories.store.uses_of(edited.memory.id)] == ["turn-1"]


async def test_the_same_text_changes_nothing(tmp_path: Path) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        (first,) = await memories.remember(NewMemory(OLD, 5.0))
        edited = await memories.edit(first, f"  {OLD}\n")
        assert (edited.memory.id, edited.before) == (first, ())


async def test_a_text_that_is_there_already_becomes_one_with_it(tmp_path: Path) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        first, second = await memories.remember(NewMemory(OLD, 5.0), NewMemory(NEW, 6.0))
        edited = await memories.edit(first, NEW)
        assert edited.memory.id == second
        assert await memories.store.count() == 1


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
async def test_nothing_is_no_text_and_the_old_one_stays(tmp_path: Path, text: str) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        (first,) = await memories.remember(NewMemory(OLD, 5.0))
        with pytest.raises(SovereignError, match="nothing in it"):
            await memories.edit(first, text)
        assert (await memories.store.get([first]))[first].text == OLD
