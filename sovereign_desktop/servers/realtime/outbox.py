"""What a client has not taken yet. It is bounded by those who fill it: they wait for room."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

FULL_BYTES = 2**20
"""Some 16 s of sound. A client that plays what it gets needs no more ahead; one that doesn't read gets no more."""


class Outbox:
    """Messages in their order. Lives on one event loop."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._is_closed = False

    def put(self, message: str) -> None:
        """Add a message; never waits, so what is said must have waited for `room`."""
        if self._is_closed:
            return
        self._messages.append(message)
        self._bytes += len(message)
        self._wake.set()
        if self._bytes >= FULL_BYTES:
            self._room.clear()

    def close(self) -> None:
        """The client is gone: nobody waits for it any more, and nothing is kept for it."""
        self._is_closed = True
        self._messages.clear()
        self._room.set()

    async def room(self) -> None:
        """Wait until the client has taken enough, or is gone."""
        await self._room.wait()

    async def deliver(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send messages as they come, for ever. Raises what `send` raises."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._messages:
                message = self._messages.popleft()
                await send(message)
                self._bytes -= len(message)
                if self._bytes < FULL_BYTES:
                    self._room.set()
