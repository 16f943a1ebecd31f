"""The misbehaving OpenAI-compatible server of the tests, on a thread of its own, for tests that are no coroutines."""

from __future__ import annotations

import asyncio
import threading
from typing import Self

from tests.fakes.openai_server import FakeOpenAIServer


class ModelServer:
    """A language model on loopback; `reply` is what it answers from now on."""

    def __init__(self, reply: str = "This is a reply.") -> None:
        self._server = FakeOpenAIServer(reply=reply)
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="model server")

    @property
    def fake(self) -> FakeOpenAIServer:
        """The server itself, to switch its faults."""
        return self._server

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(5)
        return self

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
