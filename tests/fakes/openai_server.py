"""A server that speaks OpenAI's HTTP API on loopback, and misbehaves on request.

It writes HTTP by hand, because frameworks go out of their way not to break off in the middle of an answer:

    async with FakeOpenAIServer(reply="It is noon.") as server:
        server.fault = Fault.HALF_STREAM
        settings = LanguageModelSettings(base_url=server.base_url, model="fake")
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

PCM_RATE_HZ = 24_000


class Fault(StrEnum):
    """What goes wrong with every request until it is taken back."""

    NONE = "none"
    UNAUTHORIZED = "401"
    NO_CREDIT = "429, no credit"
    RATE_LIMITED = "429"
    NOT_FOUND = "404"
    SERVER_ERROR = "500"
    HALF_STREAM = "breaks off after half of the answer"
    UNFINISHED = "ends properly as HTTP, but in the middle of the answer"
    GARBAGE = "bytes that are no answer"
    WEB_PAGE = "an HTML page with status 200"
    ERROR_EVENT = "an error inside of the stream"
    EMPTY = "an answer without content"
    CLOSES = "hangs up without a word"
    HANGS = "takes the request and never answers"
    STALLS = "stops after half of the answer, sending keep-alives"
    MP3 = "sound in a form that was not asked for"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; `json` is empty for forms."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Mapping[str, Any] = field(default_factory=dict)


class FakeOpenAIServer:
    """Chat completions, transcriptions and speech. A context; lives on the running loop.

    `tokens_per_s` paces the words of the reply, 0 sends them at once. `refused` are options of a request that it
    answers with status 400. `requests` keeps what came; `hung_up` is set when a client leaves before the end.
    """

    def __init__(self, *, reply: str = "This is a reply.", transcript: str = "hello there", key: str = "") -> None:
        self.reply = reply
        self.transcript = transcript
        self.pcm = b"".join(struct.pack("<h", (sample * 37) % 8000 - 4000) for sample in range(PCM_RATE_HZ // 2))
        self.key = key
        self.tokens_per_s = 0.0
        self.calls: list[tuple[str, str]] = []
        """Names and arguments of what it calls instead of a reply, when it is offered tools and not told a result."""
        self.numbers_calls = True
        self.retry_after = "7"
        self.refused: set[str] = set()
        self.is_blind = False
        """Whether it refuses pictures, as servers do whose model can't see."""
        self.counts_usage = True
        self.sends_wav = False
        self.fault = Fault.NONE
        self.requests: list[Request] = []
        self.hung_up = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> FakeOpenAIServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open)
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                if not await self._answer_or_see_hang_up(request, reader, writer):
                    break
        except ConnectionError:
            self.hung_up.set()
        finally:
            writer.close()
            del self._open[task]

    async def _answer_or_see_hang_up(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer; whether the connection goes on. A client that hangs up meanwhile ends the answer."""
        answering = asyncio.ensure_future(self._answer(request, writer))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            self.hung_up.set()
            return False
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        out = _Answer(writer)
        if self.fault is Fault.CLOSES:
            return False
        if self.fault is Fault.HANGS:
            await asyncio.Event().wait()
        if refusal := self._refusal(request):
            status, body, headers = refusal
            await out.whole(status, json.dumps(body).encode(), headers=headers)
        elif self.fault is Fault.GARBAGE:
            await out.whole(200, b"data: {\xff\xfe nonsense\n\n")
        elif self.fault is Fault.WEB_PAGE:
            await out.whole(200, b"<html><body>Sign in</body></html>", content_type="text/html")
        elif request.path.endswith("/chat/completions"):
            return await self._chat(request, out)
        elif request.path.endswith("/audio/transcriptions"):
            await out.whole(200, json.dumps({} if self.fault is Fault.EMPTY else {"text": self.transcript}).encode())
        elif request.path.endswith("/audio/speech"):
            return await self._speech(out)
        elif request.path.endswith("/embeddings"):
            await out.whole(200, json.dumps(self._embeddings(request)).encode())
        else:
            await out.whole(404, b"{}")
        return True

    def _embeddings(self, request: Request) -> dict[str, Any]:
        """A vector for each text, its length in front; the last text first, as the order is not promised."""
        texts = [] if self.fault is Fault.EMPTY else request.json["input"]
        size = request.json.get("dimensions", 8)
        data = [
            {"object": "embedding", "index": at, "embedding": [float(len(text))] + [0.5] * (size - 1)}
            for at, text in enumerate(texts)
        ]
        return {"object": "list", "data": data[::-1], "model": request.json["model"], "usage": {}}

    def _refusal(self, request: Request) -> tuple[int, dict[str, Any], dict[str, str]] | None:
        secret = request.headers.get("authorization", "")
        # A server that repeats the key in its message must not make us repeat it.
        if self.fault is Fault.UNAUTHORIZED or (self.key and secret != f"Bearer {self.key}"):
            return 401, _error(f"Incorrect API key provided: {secret}"), {}
        if self.fault is Fault.RATE_LIMITED:
            return 429, _error("Too many requests"), {"Retry-After": self.retry_after}
        if self.fault is Fault.NO_CREDIT:
            return 429, _error("You exceeded your quota", code="insufficient_quota"), {}
        if self.fault is Fault.NOT_FOUND:
            return 404, _error("The model does not exist"), {}
        if self.fault is Fault.SERVER_ERROR:
            return 500, _error("Internal error"), {}
        if self.is_blind and b"image_url" in request.body:
            return 500, _error("image input is not supported by this model"), {}
        if refused := self.refused.intersection(request.json):
            return 400, _error("Unsupported parameter", param=min(refused)), {}
        return None

    async def _chat(self, request: Request, out: _Answer) -> bool:
        words = [] if self.fault is Fault.EMPTY else re.findall(r"\s*\S+", self.reply)
        longest = request.json.get("max_tokens", len(words))
        await out.begin("text/event-stream")
        if self.calls and request.json.get("tools") and request.json["messages"][-1]["role"] != "tool":
            words = []
            for delta in self._called():
                await out.event(_chunk(delta))
        for number, word in enumerate(words[:longest]):
            if 2 * number >= len(words) and not await self._half_way(out):
                return False
            if 2 * number >= len(words) and self.fault in (Fault.UNFINISHED, Fault.ERROR_EVENT):
                await out.end()
                return True
            await out.event(_chunk({"content": word}))
            if self.tokens_per_s:
                await asyncio.sleep(1 / self.tokens_per_s)
        await out.event(_chunk({}, finish_reason="length" if longest < len(words) else "stop"))
        if self.counts_usage and request.json.get("stream_options", {}).get("include_usage"):
            usage = {"prompt_tokens": 11, "completion_tokens": len(words), "total_tokens": 11 + len(words)}
            await out.event({**_chunk({}), "choices": [], "usage": usage})
        await out.chunk(b"data: [DONE]\n\n")
        await out.end()
        return True

    def _called(self) -> Iterator[dict[str, Any]]:
        """The deltas of its calls, the arguments in two pieces."""
        for number, (name, arguments) in enumerate(self.calls):
            index, half = number if self.numbers_calls else 0, len(arguments) // 2
            begun = {"id": f"call_{len(self.requests)}_{number}", "type": "function"}
            function = {"name": name, "arguments": arguments[:half]}
            yield {"tool_calls": [{"index": index, **begun, "function": function}]}
            yield {"tool_calls": [{"index": index, "function": {"arguments": arguments[half:]}}]}

    async def _half_way(self, out: _Answer) -> bool:
        """Do what a fault in the middle asks for; whether the connection goes on."""
        if self.fault is Fault.ERROR_EVENT:
            await out.event(_error("out of memory"))
        while self.fault is Fault.STALLS:
            await out.chunk(b": keep-alive\n\n")
            await asyncio.sleep(0.01)
        return self.fault is not Fault.HALF_STREAM

    async def _speech(self, out: _Answer) -> bool:
        sound = b"" if self.fault is Fault.EMPTY else (wav_header(PCM_RATE_HZ) if self.sends_wav else b"") + self.pcm
        await out.begin("audio/mpeg" if self.fault is Fault.MP3 else "audio/wav" if self.sends_wav else "audio/pcm")
        pieces = [sound[start : start + 1001] for start in range(0, len(sound), 1001)]
        for number, piece in enumerate(pieces):
            if 2 * number >= len(pieces) and not await self._half_way(out):
                return False
            await out.chunk(piece)
        await out.end()
        return True


class _Answer:
    """One HTTP answer."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def whole(
        self,
        status: int,
        body: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
        await self._send(_head(status, lines) + body)

    async def begin(self, content_type: str) -> None:
        await self._send(_head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"}))

    async def event(self, data: Mapping[str, Any]) -> None:
        await self.chunk(f"data: {json.dumps(data)}\n\n".encode())

    async def chunk(self, data: bytes) -> None:
        await self._send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def end(self) -> None:
        await self._send(b"0\r\n\r\n")

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


def wav_header(rate_hz: int, *, channels: int = 1, bits: int = 16) -> bytes:
    """The header of a WAV file whose length is not known yet."""
    block = channels * bits // 8
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate_hz, rate_hz * block, block, bits)
    return b"RIFF\xff\xff\xff\xffWAVE" + fmt + b"data\xff\xff\xff\xff"


async def words_of(stream: AsyncIterator[Any]) -> str:
    """The text of a reply, joined."""
    return "".join([piece async for piece in stream if isinstance(piece, str)])


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def _error(message: str, **fields: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", **fields}}


def _chunk(delta: Mapping[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice]}


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    is_json = headers.get("content-type", "").startswith("application/json")
    return Request(method, path, headers, body, json.loads(body) if is_json else {})
