"""Forgetting a turn takes along what it left elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sovereign_desktop.app.past_turns import PastTurns
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.dialogue import Outcome, Role
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import NewMemory, Source
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.metrics.turns import TurnRecord, TurnTimings

FIRST = TurnRecord("a", 100.25, Outcome.ANSWERED, "where is the key", "In the pot.", "skills", "hybrid", TurnTimings())
SECOND = replace(FIRST, turn_id="b", transcript="what is a pot")


async def test_a_forgotten_turn_leaves_list_conversation_memory_and_kept_speech(tmp_path: Path) -> None:
    transcripts, history = TranscriptStore(tmp_path / "transcripts.sqlite"), History()
    dropped: list[str] = []
    cut: list[int] = []
    async with Memories(MemoryStore(tmp_path / "memory")) as memories:
        past = PastTurns(transcripts, history, memories, dropped.append, lambda: cut.append(len(history.messages)))
        for turn in (FIRST, SECOND):
            await transcripts.add(turn)
            history.add(Role.USER, turn.transcript, turn.turn_id)
            kept = NewMemory(turn.transcript, turn.started_at, "session", Source.EXCHANGE, turn.turn_id)
            await memories.remember(kept)
        await past.forget([FIRST])
        assert [turn.turn_id for turn in await past.recent()] == ["b"]
        assert [message.turn_id for message in history.messages] == ["b"]
        assert [memory.text for memory in await memories.store.search("key pot", 10)] == ["what is a pot"]
        assert dropped == ["a"]
        assert cut == [1], "whoever was told of it is left behind when it is gone"
    await transcripts.close()


async def test_turns_are_forgotten_without_a_memory_too(tmp_path: Path) -> None:
    transcripts = TranscriptStore(tmp_path / "transcripts.sqlite")
    past = PastTurns(transcripts, History(), None)
    await transcripts.add(FIRST)
    assert [turn.turn_id for turn in await past.search("KEY")] == ["a"]
    await past.forget([FIRST])
    assert list(await past.recent()) == []
    await transcripts.close()
