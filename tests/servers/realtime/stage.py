"""A session without a server, and a server with engines that say what they are told to."""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.vad import WINDOW
from sovereign_desktop.conversation.backends.base import BackendEvent, Consumed, Replying, Sound
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.spoken import Responder
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, Piece, ReplyOptions
from sovereign_desktop.realtime.codec import encode_sound, read_client_event
from sovereign_desktop.realtime.server_events import FromServer
from sovereign_desktop.servers.loopback import Access, bind, port_of
from sovereign_desktop.servers.realtime.hosting import RealtimeServer
from sovereign_desktop.servers.realtime.orders import Answer, Order
from sovereign_desktop.servers.realtime.pipeline import Pipeline
from sovereign_desktop.servers.realtime.session import Session
from tests.conversation.skill_support import context
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech

TOKEN = "a-token-of-the-tests"
EXPIRES_AT = 1_900_000_000
PUSH_TO_TALK: dict[str, Any] = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}


def loud(ms: int) -> bytes:
    return b"\x00\x40" * (24 * ms)


def quiet(ms: int) -> bytes:
    return b"\x00\x00" * (24 * ms)


class LoudnessVad:
    """Takes what is loud for speech."""

    def __init__(self) -> None:
        self._pending: list[float] = []

    def push(self, samples: Floats) -> list[float]:
        self._pending += [abs(float(sample)) for sample in samples]
        found = []
        while len(self._pending) >= WINDOW:
            window, self._pending = self._pending[:WINDOW], self._pending[WINDOW:]
            found.append(1.0 if sum(window) / WINDOW > 0.1 else 0.0)
        return found


class Halved:
    """Takes noise out by making everything half as loud, so that it can be told."""

    def push(self, pcm: bytes) -> bytes:
        return b"".join((value // 2).to_bytes(2, "little", signed=True) for (value,) in struct.iter_unpack("<h", pcm))


def counted_ids() -> Callable[[str], str]:
    """Ids such as item_1, item_2, resp_1."""
    numbers: dict[str, Iterable[int]] = {}

    def new_id(kind: str) -> str:
        return f"{kind}_{next(iter(numbers.setdefault(kind, itertools.count(1))))}"

    return new_id


class Talk:
    """A session, driven by hand: `told` are its events since the last look, `orders` what it wants done."""

    def __init__(self, session: dict[str, Any] | None = None) -> None:
        self.session = Session(
            LoudnessVad, model="tests", expires_at=EXPIRES_AT, new_id=counted_ids(), new_suppressor=Halved
        )
        self.told: list[dict[str, Any]] = []
        self.orders: list[Order] = []
        self._keep(self.session.open())
        if session is not None:
            self.send("session.update", session={"type": "realtime"} | session)
        self.types()

    def send(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """Send an event; what it was answered with."""
        before = len(self.told)
        event = read_client_event(json.dumps({"type": kind} | fields))
        self._keep(self.session.take(event))
        return self.told[before:]

    def say(self, text: str, **fields: Any) -> str:
        """Add what somebody wrote; the item's id."""
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content} | fields
        return str(self.send("conversation.item.create", item=item)[0]["item"]["id"])

    def hear(self, *sounds: bytes) -> None:
        """Send sound as a microphone does."""
        for sound in sounds:
            for at in range(0, len(sound), 960):
                self.send("input_audio_buffer.append", audio=encode_sound(sound[at : at + 960]))

    def respond(self, **response: Any) -> str:
        """Ask for a response; its id."""
        told = self.send("response.create", **({"response": response} if response else {}))
        created = [event for event in told if event["type"] == "response.created"]
        assert created, told
        return str(created[0]["response"]["id"])

    def answer(self, response_id: str, *events: BackendEvent) -> None:
        for event in events:
            self._keep(self.session.take_answer(response_id, event))

    def speak(self, response_id: str, text: str, ms: int = 1000) -> None:
        """Say so much of an answer."""
        self.answer(response_id, Replying(text), Sound(AudioFrame(quiet(ms), 24_000), begins=text))

    def finish(self, response_id: str, error: Any = None) -> dict[str, Any]:
        """End an answer; the response as it was told."""
        self._keep(self.session.finish(response_id, error))
        return dict(self.told[-1]["response"])

    def recognise(self, item_id: str, text: str) -> None:
        self._keep(self.session.recognised(item_id, Transcript(text, is_final=True)))

    def types(self) -> list[str]:
        """The types of what was told since the last look."""
        types, self.told = [event["type"] for event in self.told], []
        return types

    def error(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The error that an event is answered with, and nothing else."""
        told = self.send(kind, event_id="mine", **fields)
        assert [event["type"] for event in told] == ["error"], told
        assert told[0]["error"]["event_id"] == "mine"
        return dict(told[0]["error"])

    def last(self, kind: str) -> dict[str, Any]:
        return next(event for event in reversed(self.told) if event["type"] == kind)

    def answers(self) -> list[Answer]:
        return [order for order in self.orders if isinstance(order, Answer)]

    def _keep(self, steps: Iterable[Any]) -> None:
        for step in steps:
            if isinstance(step, FromServer):
                self.told.append(step.model_dump(mode="json", exclude_unset=True) | {"type": step.type})  # type: ignore[attr-defined]
            else:
                self.orders.append(step)


class ScriptedModel:
    """A language model that says `pieces` and keeps what it was asked."""

    name, model = "scripted", "small"
    hosts: tuple[str, ...] = ()

    def __init__(self, *pieces: Piece) -> None:
        self.pieces: tuple[Piece, ...] = pieces
        self.asked: list[tuple[list[Any], ReplyOptions]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def reply(self, messages: Any, options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        self.asked.append((list(messages), options))
        for piece in self.pieces:
            await self.gate.wait()
            yield piece


@dataclass
class Stage:
    """A server on loopback in the test's own loop, with fake engines."""

    stt: FakeSpeechToText = field(default_factory=FakeSpeechToText)
    tts: FakeTextToSpeech = field(default_factory=FakeTextToSpeech)
    model: Any = field(default_factory=lambda: ScriptedModel("This is a reply."))
    new_vad: Callable[[], Any] = LoudnessVad
    port: int = 0
    server: RealtimeServer | None = None
    spent: list[Consumed] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/realtime"

    def responder(self, instructions: str, options: ReplyOptions) -> Responder:
        model: LanguageModel = self.model
        return ModelResponder(model, SkillBook(), lambda _: context(), lambda: instructions or "Ours.", options)

    @asynccontextmanager
    async def running(self, token: str = TOKEN, tls: ssl.SSLContext | None = None) -> AsyncIterator[Stage]:
        listening = bind(0)
        self.port = port_of(listening)
        pipeline = Pipeline(self.stt, self.tts, self.responder, self.new_vad, spent=self.spent.append)
        async with RealtimeServer(pipeline, listening, Access(token), tls=tls) as self.server:
            yield self

    async def emptied(self) -> None:
        """Wait until every session has ended."""
        assert self.server is not None
        async with asyncio.timeout(5):
            while self.server.sessions:
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def raw(self, **options: Any) -> AsyncIterator[Raw]:
        """A plain websocket to it, the first two events taken."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        socket = await connect(self.url, additional_headers=headers, max_size=None, proxy=None, **options)
        raw = Raw(socket)
        try:
            assert [(await raw.next())["type"] for _ in range(2)] == ["session.created", "conversation.created"]
            yield raw
        finally:
            if socket.state is State.OPEN:  # under Python 3.11 the library stumbles over one that was cut
                await socket.close()


class Raw:
    """A client that sends what it likes."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind} | fields))

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            return dict(json.loads(await self.socket.recv()))

    async def until(self, *kinds: str) -> list[dict[str, Any]]:
        """Everything up to the first event of one of these types."""
        seen = [await self.next()]
        while seen[-1]["type"] not in kinds:
            seen.append(await self.next())
        return seen

    async def closing(self, sent: str | bytes | None = None, **options: Any) -> int:
        """The code with which the server closes, after this was sent to it."""
        try:
            if sent is not None:
                await self.socket.send(sent, **options)
            while True:
                await self.next()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    async def error(self) -> dict[str, Any]:
        """The next event, which has to be an error."""
        event = await self.next()
        assert event["type"] == "error", event
        return dict(event["error"])


def types_of(events: Iterable[Any]) -> list[str]:
    """The types in order; what repeats is told once."""
    types = [event["type"] if isinstance(event, dict) else event.type for event in events]
    return [kind for kind, _ in itertools.groupby(types)]


def counts_of(events: Iterable[Any]) -> Counter[str]:
    return Counter(event["type"] if isinstance(event, dict) else event.type for event in events)
