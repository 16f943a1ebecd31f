"""Remember, recall and forget by voice, and by a model's call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sovereign_desktop.context.screen.glance import Glance
from sovereign_desktop.conversation.skills.base import SkillContext, settled
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.remembering import SWITCHED_OFF
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import NewMemory, Selection
from sovereign_desktop.memory.store import MemoryStore

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
async def memories(tmp_path: Path) -> AsyncIterator[Memories]:
    async with Memories(MemoryStore(tmp_path)) as memories:
        yield memories


async def said(memories: Memories | None, text: str) -> str:
    context = SkillContext(NOW, memories=memories, session="today")
    reply = SkillBook().answer(Transcript(text, is_final=True), context, always_only=True)
    assert reply is not None, text
    return (await settled(reply)).text


async def texts(memories: Memories) -> list[str]:
    return [memory.text for memory in await memories.store.select(Selection())]


async def test_what_is_to_be_remembered_is_kept_word_for_word(memories: Memories) -> None:
    reply = await said(memories, "Please remember that Anna's flight is LH 2451, at 7:05!")
    assert reply == "I will remember: Anna's flight is LH 2451, at 7:05!"
    assert await texts(memories) == ["Anna's flight is LH 2451, at 7:05!"]
    (kept,) = await memories.store.select(Selection(session="today"))
    assert kept.time == NOW.timestamp()


async def test_what_was_said_is_said_again_with_its_day(memories: Memories) -> None:
    await memories.remember(NewMemory("My sister lives in Oslo.", datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp()))
    assert await said(memories, "What did I say about my sister?") == (
        "On Monday, November 2 you said: My sister lives in Oslo."
    )
    assert await said(memories, "what did I say about penguins") == "I remember nothing about penguins."


async def test_what_mentions_it_is_forgotten_and_nothing_else(memories: Memories) -> None:
    await memories.remember(NewMemory("My sister lives in Oslo.", 1.0), NewMemory("My sister plays chess.", 2.0))
    assert (await said(memories, "Forget that my sister lives in Oslo.")).startswith("Forgotten: 1 memory.")
    assert await texts(memories) == ["My sister plays chess."]
    nothing = await said(memories, "Forget that the moon is green")
    assert nothing.startswith("I remember nothing about the moon is green. This talk begins anew.")


async def test_a_word_that_means_many_memories_does_not_erase_them_by_accident(memories: Memories) -> None:
    await memories.remember(*(NewMemory(f"Note {number} on the garden.", float(number)) for number in range(8)))
    assert "8 memories mention that" in await said(memories, "forget that garden")
    assert len(await texts(memories)) == 8
    assert "Forgotten: 8" in await said(memories, "forget everything about the garden")


async def test_never_mind_is_still_a_cancellation(memories: Memories) -> None:
    reply = SkillBook().answer(Transcript("forget it", is_final=True), SkillContext(NOW, memories=memories))
    assert reply is not None
    assert reply.command == "cancel"


async def test_a_memory_that_is_switched_off_says_so() -> None:
    assert await said(None, "remember that I like tea") == SWITCHED_OFF


async def test_a_model_can_do_the_same_by_calling_a_function(memories: Memories) -> None:
    box, context = ToolBox(SkillBook()), SkillContext(NOW, memories=memories)
    assert {"remember", "recall", "forget"} <= {tool.name for tool in box.tools}
    assert (await box.call("remember", '{"fact": "My sister lives in Oslo."}', context).settled()).output == (
        "I will remember: My sister lives in Oslo."
    )
    assert "Oslo" in (await box.call("recall", '{"topic": "sister"}', context).settled()).output
    assert "Forgotten" in (await box.call("forget", '{"topic": "sister Oslo"}', context).settled()).output
    assert await texts(memories) == []
    assert "must not be empty" in box.call("remember", '{"fact": " "}', context).output


async def test_what_it_can_do_is_said_as_far_as_it_is_switched_on(memories: Memories) -> None:
    without = await said(None, "what can you do")
    assert "remember" not in without
    assert "screen" not in without
    assert "I remember what you tell me to" in await said(memories, "what can you do")
    seeing = SkillBook().answer(Transcript("what can you do"), SkillContext(NOW, screen=Glance()), always_only=True)
    assert seeing is not None
    assert "what is on your screen" in seeing.text


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize(
    ("words", "is_forgotten"),
    [
        ("forget that my sister lives in Oslo", True),
        ("forget everything about the garden", True),
        ("remember that I like tea", False),
        ("what did I say about tea", False),
        ("forget it", False),
    ],
)
async def test_who_asks_to_forget_has_the_conversation_forgotten_at_once(
    memories: Memories, words: str, is_forgotten: bool, is_on: bool
) -> None:
    did: list[str] = []
    there = memories if is_on else None
    context = SkillContext(NOW, memories=there, forget_conversation=lambda: did.append("forgotten"))
    SkillBook().answer(Transcript(words, is_final=True), context)
    assert did == ["forgotten"] * is_forgotten, "before the memory is asked: that may fail, or be interrupted"


async def test_a_wish_to_forget_is_no_memory_whatever_came_of_it(memories: Memories) -> None:
    await said(memories, "forget that the moon is green")
    assert memories.changed_at > 0
