"""A server that is an async context manager, on a thread of its own, for tests that are no coroutines."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

Server = TypeVar("Server", bound=AbstractAsyncContextManager[Any])


class Threaded(Generic[Server]):
    """Entering starts `server` and gives it; leaving ends it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=type(server).__name__)

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._up.wait(5)
        return self._server

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with self._server:
            self._up.set()
            await self._stop.wait()
