"""A Realtime server for tests of the client: it answers as the protocol says, until the test says otherwise.

Its sessions keep what a server knows (`items`), so that a test can see whether the model could have answered from it.
What it answers tells what it heard: a test marks the sound of each turn with its number (`marked_sound`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import struct
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

SAMPLES_PER_MS = 24
Event = dict[str, Any]


def marked_sound(number: int, ms: int = 200) -> bytes:
    """Sound that says which turn it belongs to: every sample is the number."""
    return struct.pack("<h", number) * (SAMPLES_PER_MS * ms)


def marks_in(pcm: bytes) -> dict[int, int]:
    """Which numbers the sound says, and for how many milliseconds."""
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm[: len(pcm) // 2 * 2])
    return {mark: samples.count(mark) // SAMPLES_PER_MS for mark in dict.fromkeys(samples)}


class FakeSession:
    """One connection of the server. Tests await what they expect of the client and send what they like."""

    def __init__(self, server: FakeRealtimeServer, socket: ServerConnection, number: int) -> None:
        self.server = server
        self.socket = socket
        self.number = number
        self.received: list[Event] = []
        self.messages: list[str] = []
        """The same as it stood on the wire."""
        self.settings: Event = {}
        self.items: dict[str, Event] = {}
        self.sound = b""
        self.truncated: dict[str, int] = {}
        self.silent: set[str] = set()
        """Types of events that are not answered."""
        self.is_closed = False
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self._expected = 0
        self._response = ""
        self._responding: asyncio.Task[None] | None = None

    # For tests

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_raw(json.dumps({"type": kind, "event_id": self.id("event"), **fields}))

    async def send_raw(self, message: str | bytes) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(message)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        await self.socket.close(code, reason)

    def cut(self) -> None:
        self.socket.transport.abort()

    async def expect(self, kind: str) -> Event:
        """The next event of this type from the client, from behind the one that was expected before."""
        while True:
            for index in range(self._expected, len(self.received)):
                if self.received[index]["type"] == kind:
                    self._expected = index + 1
                    return self.received[index]
            self._changed.clear()
            await self._changed.wait()

    def kinds(self) -> list[str]:
        """What the client has sent, by type; runs of sound count once."""
        return [kind for kind, _ in itertools.groupby(event["type"] for event in self.received)]

    @property
    def texts(self) -> list[str]:
        """What the model knows, oldest first."""
        parts = [part for item in self.items.values() for part in item.get("content") or ()]
        return [part.get("text") or part.get("transcript") or "" for part in parts]

    def id(self, kind: str) -> str:
        return f"{kind}_{self.number}_{next(self._ids)}"

    # The server

    async def serve(self) -> None:
        """Until the connection ends."""
        try:
            async for message in self.socket:
                event = json.loads(message)
                self.messages.append(message if isinstance(message, str) else message.decode())
                self.received.append(event)
                self._changed.set()
                if event["type"] not in self.silent | self.server.silent:
                    await self.handle(event)
        except (ConnectionClosed, ValueError, UnicodeDecodeError):
            await self.socket.close(1007)
        finally:
            self.is_closed = True
            if self._responding is not None:
                self._responding.cancel()
                await asyncio.wait([self._responding])

    async def greet(self) -> None:
        session = {"type": "realtime", "id": self.id("sess"), "object": "realtime.session"}
        if self.server.expires_at is not None:
            session["expires_at"] = self.server.expires_at()
        await self.send("session.created", session=session)

    async def handle(self, event: Event) -> None:
        match event["type"]:
            case "session.update":
                self.settings |= event["session"]
                await self.send("session.updated", session=self.settings)
            case "input_audio_buffer.append":
                self.sound += base64.b64decode(event["audio"])
            case "input_audio_buffer.clear":
                self.sound = b""
                await self.send("input_audio_buffer.cleared")
            case "input_audio_buffer.commit" if len(self.sound) < 2 * SAMPLES_PER_MS * 100:
                error = {"type": "invalid_request_error", "code": "input_audio_buffer_commit_empty"}
                await self.send("error", error=error | {"event_id": event.get("event_id")})
            case "input_audio_buffer.commit":
                await self._commit()
            case "conversation.item.create":
                item = {"id": self.id("item")} | event["item"]
                await self.add(item)
            case "conversation.item.delete":
                self.items.pop(event["item_id"], None)
                await self.send("conversation.item.deleted", item_id=event["item_id"])
            case "conversation.item.truncate":
                self.truncated[event["item_id"]] = event["audio_end_ms"]
                await self.send("conversation.item.truncated", **{k: v for k, v in event.items() if k != "type"})
            case "response.create":
                self._responding = asyncio.create_task(self.respond(event))
            case "response.cancel" if self._response and event.get("response_id", self._response) == self._response:
                if self._responding is not None:
                    self._responding.cancel()
                await self.done("cancelled")
            case "response.cancel":
                error = {"type": "invalid_request_error", "code": "response_cancel_not_active"}
                await self.send("error", error=error | {"event_id": event.get("event_id")})

    async def _commit(self) -> None:
        item = {"id": self.id("item"), "type": "message", "role": "user"}
        marks, self.sound = marks_in(self.sound), b""
        words = " ".join(f"turn {mark} ({ms} ms)" for mark, ms in marks.items())
        item["content"] = [{"type": "input_audio", "transcript": words}]
        await self.send("input_audio_buffer.committed", item_id=item["id"], previous_item_id=None)
        await self.add(item)

    async def add(self, item: Event) -> None:
        self.items[item["id"]] = item
        await self.send("conversation.item.added", item=item)
        await self.send("conversation.item.done", item=item)

    async def respond(self, request: Event) -> None:
        """Answer with what `server.answer` makes of the conversation, in words and sound."""
        metadata = (request.get("response") or {}).get("metadata")
        try:
            await self.begin(metadata)
            text = self.server.answer(self)
            item = await self.say(text, marked_sound(self.number, 100))
            self.items[item] = {"type": "message", "role": "assistant", "content": [{"transcript": text}]}
            self.server.answered.append(text)
            await self.done("completed")
        except ConnectionClosed:
            pass

    async def begin(self, metadata: Event | None = None) -> str:
        self._response = self.id("resp")
        response = {"id": self._response, "object": "realtime.response", "status": "in_progress", "metadata": metadata}
        await self.send("response.created", response=response)
        return self._response

    async def say(self, text: str, pcm: bytes) -> str:
        """One message of the response, its sound in two deltas. Returns the item's id."""
        item = self.id("item")
        where = {"response_id": self._response, "item_id": item, "output_index": 0, "content_index": 0}
        message = {"id": item, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        await self.send("response.output_item.added", response_id=self._response, output_index=0, item=message)
        await self.send("response.output_audio_transcript.delta", **where, delta=text)
        middle = len(pcm) // 4 * 2
        for piece in (pcm[:middle], pcm[middle:]):
            await self.send("response.output_audio.delta", **where, delta=base64.b64encode(piece).decode())
        await self.send("response.output_audio.done", **where)
        await self.send("response.output_audio_transcript.done", **where, transcript=text)
        await self.send("response.output_item.done", response_id=self._response, output_index=0, item=message)
        return item

    async def done(self, status: str, **details: Any) -> None:
        response = {"id": self._response, "object": "realtime.response", "status": status, "output": [], **details}
        self._response = ""
        await self.send("response.done", response=response)


class FakeRealtimeServer:
    """Sessions on a loopback port. `behave` replaces what a session does; `refusal` turns handshakes down."""

    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.answered: list[str] = []
        self.requests: list[Request] = []
        self.request_times_s: list[float] = []
        self.refusal: tuple[int, dict[str, str], bytes] | None = None
        self.behave: Callable[[FakeSession], Awaitable[None]] = _by_the_book
        self.answer: Callable[[FakeSession], str] = lambda session: f"You said: {session.texts[-1]}"
        self.expires_at: Callable[[], int] | None = None
        self.silent: set[str] = set()
        self._server: Server | None = None
        self._changed = asyncio.Event()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/realtime"

    @property
    def open_sessions(self) -> list[FakeSession]:
        return [session for session in self.sessions if not session.is_closed]

    async def session(self, number: int = 0) -> FakeSession:
        """The session of this number, once it is there; the first is 0."""
        while len(self.sessions) <= number:
            self._changed.clear()
            await self._changed.wait()
        return self.sessions[number]

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._session,
            "127.0.0.1",
            0,
            process_request=self._admit,
            max_size=16 * 2**20,
            close_timeout=0.2,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        for session in self.open_sessions:
            session.cut()
        await self._server.wait_closed()

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        self.request_times_s.append(asyncio.get_running_loop().time())
        if self.refusal is None:
            return None
        status, headers, body = self.refusal
        return Response(status, "Refused", Headers(headers | {"Content-Length": str(len(body))}), body)

    async def _session(self, socket: ServerConnection) -> None:
        session = FakeSession(self, socket, len(self.sessions))
        self.sessions.append(session)
        self._changed.set()
        try:
            await self.behave(session)
        finally:
            session.is_closed = True


async def _by_the_book(session: FakeSession) -> None:
    await session.greet()
    await session.serve()
