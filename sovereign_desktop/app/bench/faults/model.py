"""A language model and ears behind the OpenAI-compatible protocol, on loopback. Only the model fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Self

from sovereign_desktop.app.bench.faults.ears import Ears
from sovereign_desktop.app.bench.faults.questions import conversation_words, rest_of_answer, whole_answer

NAME = "the model"
LOST = "I did not understand."


class ModelServer:
    """Answers chat completions as a stream, and writes down what `ears` hear.

    `dies_after` words, when set, the model hangs up; `is_down`: it answers nobody. The ears go on.
    """

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self.dies_after: int | None = None
        self.is_down = False
        self.asked: list[list[dict[str, Any]]] = []
        """The messages of each request."""
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._writers: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        serving = tuple(self._writers.values())
        self.hang_up()
        await asyncio.gather(*serving, return_exceptions=True)
        await self._server.wait_closed()

    def hang_up(self) -> None:
        """End every connection, the way a process does that was killed."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    def heal(self) -> None:
        """Work again."""
        self.dies_after, self.is_down = None, False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._writers[writer] = task
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer_one(reader, writer):
                    pass
        finally:
            writer.transport.abort()
            self._writers.pop(writer, None)

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False when the connection is over."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        if head.split(" ", 2)[1].endswith("/audio/transcriptions"):
            text = self._ears.words_of_wav(body[body.index(b"RIFF") :])
            return await _send(writer, _whole(json.dumps({"text": text}).encode()))
        if self.is_down:
            return False
        if not head.split(" ", 2)[1].endswith("/chat/completions"):
            return await _send(writer, _whole(MODELS))
        messages = json.loads(body)["messages"]
        self.asked.append(messages)
        await _send(writer, _head("text/event-stream", "Transfer-Encoding: chunked"))
        for count, word in enumerate(_reply(messages).split(" ")):
            if self.dies_after is not None and count >= self.dies_after:
                self.is_down = True
                return False
            await _send(writer, _event(_chunk({"content": f" {word}" if count else word})))
        await _send(writer, _event(_chunk({}, "stop")))
        return await _send(writer, _chunked(b"data: [DONE]\n\n") + b"0\r\n\r\n")


MODELS = b'{"object":"list","data":[{"id":"bench","object":"model"}]}'


def _reply(messages: list[dict[str, Any]]) -> str:
    question, said = conversation_words([(one["role"], str(one.get("content") or "")) for one in messages])
    if question is None:
        return LOST
    return rest_of_answer(question, NAME, said) if said else whole_answer(question, NAME)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> bool:
    writer.write(data)
    await writer.drain()
    return True


def _whole(body: bytes) -> bytes:
    return _head("application/json", f"Content-Length: {len(body)}") + body


def _head(content_type: str, length: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n".encode()


def _event(data: dict[str, Any]) -> bytes:
    return _chunked(f"data: {json.dumps(data)}\n\n".encode())


def _chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
