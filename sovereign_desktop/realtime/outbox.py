"""What waits to be sent to a server, in order and with a bound."""

from __future__ import annotations

import asyncio
from collections import deque

from sovereign_desktop.realtime.client_events import ClientEvent, InputAudioAppend, InputAudioClear, InputAudioCommit

OLDEST_S = 30.0
"""A server that has not taken an event for this long takes none any more."""
MOST_BYTES = 16 * 2**20


class OutboxFull(Exception):  # noqa: N818 - a state, not a fault
    """The other side does not take what it is sent."""


class Outbox:
    """Events on their way to a socket that may be slower than they come.

    Nothing is ever left out of it silently, except sound that nobody waits for any more: that of a turn that is
    over (`drop_sound`), and what an `input_audio_buffer.clear` behind it would throw away anyway.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, ClientEvent]] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: ClientEvent, now: float) -> None:
        """Add an event. Raises OutboxFull when those before it wait for too long, or are too much."""
        if isinstance(event, InputAudioClear):
            self.drop_sound()
        self._bytes += _bytes_of(event)
        if self._bytes > MOST_BYTES or (self._waiting and now - self._waiting[0][0] > OLDEST_S):
            raise OutboxFull
        self._waiting.append((now, event))
        self._filled.set()

    def drop_sound(self) -> None:
        """Take out the sound that has not been committed: nobody waits for it any more."""
        kept: list[tuple[float, ClientEvent]] = []
        while self._waiting and not isinstance(self._waiting[-1][1], InputAudioCommit):
            entry = self._waiting.pop()
            if isinstance(entry[1], InputAudioAppend):
                self._bytes -= _bytes_of(entry[1])
            else:
                kept.append(entry)
        self._waiting.extend(reversed(kept))

    async def take(self) -> ClientEvent:
        """Wait for the next event and take it out."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        _, event = self._waiting.popleft()
        self._bytes -= _bytes_of(event)
        return event


def _bytes_of(event: ClientEvent) -> int:
    """About how much it is on the wire: sound and pictures count, the rest hardly does."""
    if isinstance(event, InputAudioAppend):
        return len(event.audio)
    parts = getattr(getattr(event, "item", None), "content", None) or ()
    return 200 + sum(len(part.image_url or "") + len(part.text or "") + len(part.audio or "") for part in parts)
