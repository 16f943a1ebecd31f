"""Language models of the tests: they write what they are told, when they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from sovereign_desktop.config.sections.orchestrator import MemberModel, Orchestrator, Role
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.dialogue import Role as Speaker
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import NO_OPTIONS, Piece, ReplyOptions, Usage
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.orchestrator.history import History
from sovereign_desktop.orchestrator.language_model import OrchestratedModel
from sovereign_desktop.orchestrator.members import Member


class Writer:
    """Waits `begins_s`, then writes its words, `word_s` each. `fails_with` is raised at `fails_at`."""

    name = "writer"

    def __init__(
        self,
        model: str,
        words: str = "One two three. Four five six.",
        *,
        begins_s: float = 0.0,
        word_s: float = 0.0,
        fails_with: SovereignError | None = None,
        fails_at: int = 0,
        hosts: tuple[str, ...] = (),
    ) -> None:
        self.model = model
        self.hosts = hosts
        self.words = words.split()
        self.begins_s, self.word_s = begins_s, word_s
        self.fails_with, self.fails_at = fails_with, fails_at
        self.asked = 0
        self.running = 0
        self.cancelled = 0
        self.closed = False
        self.state = AVAILABLE

    async def availability(self) -> Availability:
        return self.state

    async def prepare(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        self.closed = True

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        self.asked += 1
        self.running += 1
        done = False
        try:
            await asyncio.sleep(self.begins_s)
            for at, word in enumerate(self.words):
                if self.fails_with is not None and at >= self.fails_at:
                    raise self.fails_with
                yield word + " "
                await asyncio.sleep(self.word_s)
            if self.fails_with is not None and self.fails_at >= len(self.words):
                raise self.fails_with
            yield Usage(10, len(self.words))
            done = True
        finally:
            self.running -= 1
            self.cancelled += not done


def member(writer: Writer, role: Role = Role.FAST, **settings: Any) -> Member:
    return Member(MemberModel(model=writer.model, role=role, **settings), writer)


def together(
    *members: Member, history: History | None = None, purse: Purse | None = None, **settings: Any
) -> OrchestratedModel:
    """The members as one, with nothing learned yet."""
    named = Orchestrator(models=tuple(one.settings for one in members), **settings)
    return OrchestratedModel(named, members, history or History(), purse=purse)


def loaded(path: Path) -> History:
    history = History(path)
    history.load()
    return history


def asking(text: str, turn_id: str = "turn-1") -> tuple[Message, ...]:
    return (Message(Speaker.SYSTEM, "Be brief."), Message(Speaker.USER, text, turn_id))
