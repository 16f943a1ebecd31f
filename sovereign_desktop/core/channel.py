"""A bounded channel for live data: when the reader is late, the oldest item goes and is counted."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelClosed(Exception):  # noqa: N818 - a state, not a fault
    """The channel is closed and empty."""


class Channel(Generic[T]):
    """First in, first out, at most `capacity` items; `dropped` counts the ones that were too old to keep.

    One event loop; any number of writers, one reader.
    """

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._ready = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, item: T) -> None:
        """Add an item without waiting. After `close` it is ignored."""
        if self._closed:
            return
        if len(self._items) >= self._capacity:
            self._items.popleft()
            self.dropped += 1
        self._items.append(item)
        self._ready.set()

    def close(self) -> None:
        """No more items come; the reader still gets those that are there."""
        self._closed = True
        self._ready.set()

    async def get(self) -> T:
        """The oldest item, waiting for one; raises `ChannelClosed` at the end. Cancelling loses nothing."""
        while not self._items:
            if self._closed:
                raise ChannelClosed
            self._ready.clear()
            await self._ready.wait()
        return self._items.popleft()

    def __aiter__(self) -> Channel[T]:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.get()
        except ChannelClosed:
            raise StopAsyncIteration from None
