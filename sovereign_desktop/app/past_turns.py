"""What was said before: to look through, and to forget wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import Selection
from sovereign_desktop.metrics.turns import TurnRecord

ALL = -1


class PastTurns:
    """The list of past turns, with all that a turn leaves elsewhere: memories, the conversation, kept speech.

    `forgotten` is called when turns have left the conversation: what servers were told of it is to be left behind.
    """

    def __init__(
        self,
        transcripts: TranscriptStore,
        history: History,
        memories: Memories | None,
        drop_speech: Callable[[str], None] = lambda _turn_id: None,
        forgotten: Callable[[], None] = lambda: None,
    ) -> None:
        self._transcripts = transcripts
        self._history = history
        self._memories = memories
        self._drop_speech = drop_speech
        self._forgotten = forgotten

    async def recent(self, limit: int = ALL) -> Sequence[TurnRecord]:
        """The latest turns, oldest first."""
        return await self._transcripts.recent(limit)

    async def search(self, words: str, limit: int = ALL) -> Sequence[TurnRecord]:
        """The latest turns in which all of these words were said, oldest first."""
        return await self._transcripts.search(words, limit)

    async def forget(self, turns: Sequence[TurnRecord]) -> None:
        """Forget these for good. Raises SovereignError, and then some of them may be left."""
        for turn in turns:
            self._drop_speech(turn.turn_id)
            self._history.forget(turn.turn_id)
            self._forgotten()
            await self._forget_memories(turn)
        await self._transcripts.forget(turns)

    async def _forget_memories(self, turn: TurnRecord) -> None:
        """A memory of an exchange bears the time at which its turn began."""
        if self._memories is None:
            return
        then = Selection(since=turn.started_at, until=turn.started_at)
        made = [memory for memory in await self._memories.store.select(then) if memory.turn_id == turn.turn_id]
        if made:
            await self._memories.forget(Selection(ids=tuple(memory.id for memory in made)))
