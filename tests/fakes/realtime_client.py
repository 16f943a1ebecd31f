"""A RealtimeClient without a socket: the test is the server, and says which decisions come of what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import ImageAttachment
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.realtime.decisions import Decision
from sovereign_desktop.realtime.endpoint import Endpoint


class FakeTurn:
    """`did` lists the intents in order; `tell` lets a decision or a loss come out."""

    def __init__(self, turn_id: str) -> None:
        self.id = turn_id
        self.requests: set[str] = set()
        self.did: list[tuple[Any, ...]] = []
        self.has_left = False
        self.is_connected = True
        self.on_link: Callable[[], None] = lambda: None
        self._coming: asyncio.Queue[Decision | SovereignError] = asyncio.Queue()

    def tell(self, *decisions: Decision | SovereignError) -> None:
        for decision in decisions:
            self._coming.put_nowait(decision)

    @property
    def names(self) -> list[str]:
        """The intents, sound counted once."""
        names = [str(did[0]) for did in self.did]
        return [name for at, name in enumerate(names) if name != "hear" or names[at - 1 : at] != ["hear"]]

    def heard_bytes(self) -> bytes:
        return b"".join(did[1] for did in self.did if did[0] == "hear")

    def detect_turns(self, turn_detection: dict[str, Any] | None) -> None:
        self.did.append(("detect_turns", turn_detection))

    def clear_input(self) -> None:
        self.did.append(("clear_input",))

    def hear(self, pcm: bytes) -> None:
        self.did.append(("hear", pcm))

    def commit(self) -> None:
        self.did.append(("commit",))

    def show(self, images: Sequence[ImageAttachment]) -> None:
        self.did.append(("show", tuple(images)))

    def say(self, text: str) -> None:
        self.did.append(("say", text))

    def respond(self, response: dict[str, Any] | None = None) -> None:
        self.did.append(("respond", response))

    def answer_tools(self, outputs: Mapping[str, str]) -> None:
        self.did.append(("answer_tools", dict(outputs)))

    def cancel(self) -> None:
        self.did.append(("cancel",))

    def __aiter__(self) -> FakeTurn:
        return self

    async def __anext__(self) -> Decision:
        told = await self._coming.get()
        if isinstance(told, SovereignError):
            raise told
        return told


class FakeClient:
    """Gives a `FakeTurn` for each turn, after `opens` is set or at once; `refuses` is raised instead."""

    def __init__(self) -> None:
        self.endpoint = Endpoint("wss://realtime.example/v1/realtime", "gpt-realtime-2.1")
        self.turns: list[FakeTurn] = []
        self.opens = asyncio.Event()
        self.opens.set()
        self.refuses: SovereignError | None = None
        self.available: Availability = AVAILABLE
        self.started = 0
        self.told_heard: list[tuple[str, float]] = []

    @property
    def turn_now(self) -> FakeTurn:
        return self.turns[-1]

    def availability(self) -> Availability:
        return self.available

    def start(self) -> None:
        self.started += 1

    def heard(self, turn_id: str, played_ms: float) -> None:
        self.told_heard.append((turn_id, played_ms))

    @asynccontextmanager
    async def turn(self, turn_id: str) -> AsyncIterator[FakeTurn]:
        await self.opens.wait()
        if self.refuses is not None:
            raise self.refuses
        turn = FakeTurn(turn_id)
        self.turns.append(turn)
        try:
            yield turn
        finally:
            turn.has_left = True
