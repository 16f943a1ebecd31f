"""What a model is told from the memory."""

from __future__ import annotations

import time
from pathlib import Path

from sovereign_desktop.context.base import NOTHING, ContextQuery
from sovereign_desktop.context.providers.memory import SWITCHED_OFF, MemoryProvider
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import NewMemory, Source
from sovereign_desktop.memory.store import MemoryStore


def query(
    text: str, *, recent: tuple[str, ...] = (), is_final: bool = True, is_asked_for: bool = False
) -> ContextQuery:
    return ContextQuery("turn-1", time.monotonic() + 5, text, is_final, recent, is_asked_for)


async def test_what_fits_the_question_is_told_as_data_with_its_day_and_its_use_is_kept(tmp_path: Path) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        await memories.remember(
            NewMemory("My sister lives in Oslo.", 1_700_000_000.0, "earlier"), NewMemory("The boiler is new.", 5.0)
        )
        provided = await MemoryProvider(memories, "now").get(query("where does my sister live"))
        (piece,) = provided.pieces
        assert piece.text == "My sister lives in Oslo."
        assert "November 2023" in piece.source
        assert not piece.is_trusted
        used = (await memories.recall("sister")).found[0].memory
        assert [one.used_for for one in await memories.store.uses_of(used.id)] == ["turn-1"]


async def test_until_the_question_is_known_what_was_said_last_is_gone_by_and_nothing_counts_as_used(
    tmp_path: Path,
) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        await memories.remember(NewMemory("My sister lives in Oslo.", 1.0))
        provided = await MemoryProvider(memories, "").get(query("", recent=("about my sister",), is_final=False))
        assert [piece.text for piece in provided.pieces] == ["My sister lives in Oslo."]
        assert (await memories.recall("sister")).found[0].memory.uses == 0


async def test_of_the_talk_that_goes_on_nothing_is_told_but_what_was_to_be_remembered(tmp_path: Path) -> None:
    async with Memories(MemoryStore(tmp_path)) as memories:
        await memories.remember(
            NewMemory("A question about the sister.", 1.0, "now", Source.EXCHANGE),
            NewMemory("My sister lives in Oslo.", 1.0, "now", Source.REMEMBERED),
        )
        provided = await MemoryProvider(memories, "now").get(query("sister"))
        assert [piece.text for piece in provided.pieces] == ["My sister lives in Oslo."]


async def test_a_memory_that_is_switched_off_says_so_only_when_it_is_asked_for() -> None:
    provider = MemoryProvider(None, "now")
    assert await provider.get(query("how are you")) is NOTHING
    assert await provider.get(query("do you remember", is_asked_for=True)) is SWITCHED_OFF
