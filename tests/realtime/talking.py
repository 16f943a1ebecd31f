"""A program around the client: its conversation, and turns run as a backend runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.client import ClientState, RealtimeClient
from sovereign_desktop.realtime.decisions import Decision, ReplyEnded, ReplySound, ReplyText
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.turn import RealtimeTurn
from tests.fakes.realtime_server import marked_sound

SETTINGS: dict[str, Any] = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
FRAME_MS = 20


@dataclass
class Answer:
    """What came of a turn."""

    text: str = ""
    pcm: bytes = b""
    status: str = ""
    decisions: list[Decision] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [type(decision).__name__ for decision in self.decisions]

    def take(self, decision: Decision) -> None:
        self.decisions.append(decision)
        match decision:
            case ReplyText(text=text):
                self.text += text
            case ReplySound(pcm=pcm):
                self.pcm += pcm
            case ReplyEnded(status=status):
                self.status = status


class Talk:
    """The conversation and the client that speaks it at a server."""

    def __init__(self, url: str, **options: Any) -> None:
        self.messages: list[Message] = []
        self.states: list[ClientState] = []
        self.settings: dict[str, Any] = dict(SETTINGS)
        loop = asyncio.get_running_loop()
        options.setdefault("attempts", Attempts())
        options.setdefault("clock", loop.time)
        self.client = RealtimeClient(
            Endpoint(url, "gpt-realtime-2.1", "sk-hush"),
            lambda: self.settings,
            conversation=lambda: self.messages,
            on_change=self.states.append,
            **options,
        )

    async def turn(self, number: int, *, ms: int = 200, keep: bool = True) -> Answer:
        """One held and spoken turn, whose sound says `number`."""
        async with self.client.turn(f"turn {number}") as turn:
            speak(turn, number, ms)
            answer = await listen(turn)
        self.client.heard(f"turn {number}", 1e9)
        if keep:
            self.keep(number, answer.text)
        return answer

    def keep(self, number: int, reply: str) -> None:
        """What the program's history holds of a turn afterwards."""
        self.messages.append(Message(Role.USER, f"turn {number}", f"turn {number}"))
        self.messages.append(Message(Role.ASSISTANT, reply, f"turn {number}"))


def speak(turn: RealtimeTurn, number: int, ms: int = 200, *, ask: bool = True) -> None:
    turn.detect_turns(None)
    turn.clear_input()
    for _ in range(0, ms, FRAME_MS):
        turn.hear(marked_sound(number, FRAME_MS))
    if ask:
        turn.commit()
        turn.respond()


async def listen(turn: RealtimeTurn, until: Callable[[Decision], bool] | None = None) -> Answer:
    """Everything up to the end of the reply, or to the decision that is waited for."""
    answer = Answer()
    async for decision in turn:
        answer.take(decision)
        if until(decision) if until is not None else isinstance(decision, ReplyEnded):
            break
    return answer


@asynccontextmanager
async def talk_with(url: str, **options: Any) -> AsyncIterator[Talk]:
    """A talk whose client is closed at the end."""
    talk = Talk(url, **options)
    try:
        yield talk
    finally:
        await talk.client.close()
