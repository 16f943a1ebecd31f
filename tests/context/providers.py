"""Providers that do what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from sovereign_desktop.context.base import ContextPiece, ContextQuery, Provided, Tier


@dataclass
class FakeProvider:
    """Says `said`; `asked` are the questions. With a `gate` it waits for that to open."""

    name: str = "memory"
    tier: Tier = Tier.MEMORY
    said: Provided = field(default_factory=Provided)
    by_words: bool = False
    """Whether it searches by the question's words."""
    version: Hashable | None = 1
    gate: asyncio.Event | None = None
    fails: Exception | None = None
    asked: list[ContextQuery] = field(default_factory=list)
    cancelled: int = 0
    answers: Callable[[ContextQuery], Provided] | None = None

    def state(self, query: ContextQuery) -> Hashable | None:
        if self.version is None:
            return None
        return (self.version, query.text) if self.by_words else self.version

    async def get(self, query: ContextQuery) -> Provided:
        self.asked.append(query)
        if self.gate is not None:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.fails is not None:
            raise self.fails
        return self.answers(query) if self.answers is not None else self.said


def says(text: str, source: str = "a memory", **more: bool) -> Provided:
    """One piece that is told whatever is asked."""
    return Provided((ContextPiece(text, source, is_optional=False, **more),))


def screen(text: str, **more: object) -> FakeProvider:
    return FakeProvider("screen", Tier.SCREEN, says(text, "screen: editor"), **more)  # type: ignore[arg-type]
