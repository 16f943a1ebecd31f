"""What was said before, weeks ago, and has to do with the question."""

from __future__ import annotations

from datetime import datetime

from sovereign_desktop.context.base import NOTHING, ContextPiece, ContextQuery, Provided, Tier
from sovereign_desktop.memory.memories import Memories, Recalled
from sovereign_desktop.memory.records import Memory, Source

SWITCHED_OFF = Provided(withheld="The memory is switched off.")
RELEVANT = 0.6
"""What the memory takes for near enough in meaning is relevant; its own threshold has decided that."""


class MemoryProvider:
    """Recalls by the question; while it is not known, by what was said last. Of this talk itself nothing is told."""

    name = "memory"
    tier = Tier.MEMORY

    def __init__(self, memories: Memories | None, session: str) -> None:
        self._memories = memories
        self._session = session

    def state(self, query: ContextQuery) -> None:
        """Only asking can tell: another program may have forgotten something."""
        del query

    async def get(self, query: ContextQuery) -> Provided:
        if self._memories is None:
            return SWITCHED_OFF if query.is_asked_for else NOTHING
        text = query.text or next(reversed(query.recent), "")
        recall = await self._memories.recall(text)
        told = [one for one in recall.found if not self._is_of_this_talk(one.memory)]
        if query.is_final:
            await self._memories.used(told, query.turn_id)
        return Provided(tuple(map(_piece, told)))

    def _is_of_this_talk(self, memory: Memory) -> bool:
        return memory.session == self._session and memory.source == Source.EXCHANGE


def _piece(one: Recalled) -> ContextPiece:
    at = datetime.fromtimestamp(one.memory.time).astimezone()
    near = one.similarity
    relevance = None if near is None else RELEVANT + (1 - RELEVANT) * max(0.0, near)
    return ContextPiece(one.memory.text, f"memory of {at.day} {at:%B %Y}", at=one.memory.time, relevance=relevance)
