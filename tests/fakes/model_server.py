"""The misbehaving OpenAI-compatible server of the tests, on a thread of its own, for tests that are no coroutines."""

from __future__ import annotations

from typing import Self

from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.threaded import Threaded


class ModelServer:
    """A language model on loopback; `reply` is what it answers from now on."""

    def __init__(self, reply: str = "This is a reply.") -> None:
        self._server = FakeOpenAIServer(reply=reply)
        self._threaded = Threaded(self._server)

    @property
    def fake(self) -> FakeOpenAIServer:
        """The server itself, to switch its faults."""
        return self._server

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def __enter__(self) -> Self:
        self._threaded.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._threaded.__exit__(*error)
