"""A Realtime backend on a client of its own, and everything that it tells of a turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.conversation.backends.base import BackendEvent, Heard, Replying, TurnRequest
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.timers import TimerBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.dialogue import Message, Role, Transcript
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.session_config import session_config

E = TypeVar("E")


class Answering:
    """A backend, its client, and the timers that its tools can set."""

    def __init__(self, endpoint: Endpoint, settings: RealtimeApi) -> None:
        self.tools = ToolBox(SkillBook())
        self.timers = TimerBook()
        tools: list[dict[str, Any]] = [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            }
            for tool in self.tools.tools
        ]
        self.client = RealtimeClient(
            endpoint,
            lambda: session_config(settings, "Be brief.", tools=tools),
            conversation=lambda: tuple(self.said),
        )
        self.backend = RealtimeBackend(self.client, settings, self.tools, self._facts)
        self.told: list[BackendEvent] = []
        self.said: list[Message] = []
        """The conversation so far, as the program keeps it."""

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]

    async def typed(self, text: str, turn_id: str = "1") -> None:
        """Answer what somebody typed."""
        await self.backend.answer(TurnRequest(turn_id, None, transcript=Transcript(text, True)), self.told.append)
        self.said.append(Message(Role.USER, text, turn_id=turn_id))
        self.remember(turn_id)

    def remember(self, turn_id: str) -> None:
        """The turn is part of the conversation, with the words that were heard and told last."""
        heard = [event.transcript.text for event in self.of(Heard)][-1:]
        self.said += [Message(Role.USER, words, turn_id=turn_id) for words in heard]
        reply = "".join(event.text for event in self.of(Replying))
        self.said.append(Message(Role.ASSISTANT, reply, turn_id=turn_id))

    def _facts(self, request: TurnRequest) -> SkillContext:
        return SkillContext(now=datetime(2026, 11, 21, 9, 20, tzinfo=UTC), timers=self.timers)


@asynccontextmanager
async def answering(url: str, *, key: str = "", settings: RealtimeApi | None = None) -> AsyncIterator[Answering]:
    """An answering backend, closed at the end."""
    asked = Answering(Endpoint(url, "gpt-realtime-2.1", key), settings or RealtimeApi(url=url))
    try:
        yield asked
    finally:
        await asked.client.close()
