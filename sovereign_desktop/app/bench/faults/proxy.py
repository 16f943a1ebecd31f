"""A TCP proxy between a websocket client and its server that does to their messages what networks do, and worse.

It understands as much of websockets as it takes to hit one message: where a frame begins and ends, and what a server
wrote into it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import TracebackType
from typing import Self

CONTROL = 0x08
"""The bit of a frame's first byte that pings, pongs and goodbyes have."""
LOOKS_EVERY_S = 0.5
UNDER_WAY = 4 << 20
"""How much a network that delivers nothing any more takes before it blocks, in bytes."""
PAYLOAD_BEGINS = 14
"""No frame's header is longer."""


class Direction(StrEnum):
    UP = "up"
    """From the client to the server."""
    DOWN = "down"


class Kind(StrEnum):
    """What happens at the message that a fault hits."""

    DELAY = "delay"
    """It and all behind it come later, in order."""
    STALL = "stall"
    """It and all behind it never come; the connection stays open."""
    CUT = "cut"
    """The connection is reset in the middle of it."""
    HALF_CLOSE = "half_close"
    """It and all behind it never come: this direction is closed, the other stays."""
    CORRUPT = "corrupt"
    """A byte of its content is another."""
    GARBLE = "garble"
    """A byte of its frame's header is another."""
    REORDER = "reorder"
    """It comes after the next one."""
    REPEAT = "repeat"
    """It comes twice."""
    MUTE = "mute"
    """It and all messages behind it never come; pings are still answered."""
    SAY = "say"
    """Another one comes in its place: `says`. Only a server does this."""


BY_CHANCE = tuple(kind for kind in Kind if kind not in (Kind.SAY, Kind.MUTE))


@dataclass(frozen=True, slots=True)
class Fault:
    """Hits the message behind the next `after` ones in `direction`.

    With `at`, only messages of the server that hold these words count.
    """

    kind: Kind
    direction: Direction
    after: int = 0
    delay_s: float = 0.0
    at: bytes = b""
    says: str = ""
    closes: int = 0
    """The close code that follows what it says."""

    @classmethod
    def by_chance(cls, dice: random.Random, *, up: int, down: int, longest_s: float) -> Fault:
        """Any fault, within the first `up` or `down` messages from now.

        Only requests are repeated, which makes a server answer twice: no network repeats a part of a stream.
        """
        kind = dice.choice(BY_CHANCE)
        direction = Direction.UP if kind is Kind.REPEAT else dice.choice(list(Direction))
        after = dice.randrange(up if direction is Direction.UP else down)
        return cls(kind, direction, after, dice.uniform(0, longest_s))


class Splitter:
    """Cuts a stream into the HTTP head and then websocket frames, each whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_head = True

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """The parts that are complete, and whether each is a frame."""
        self._rest += data
        while (length := self._length()) and len(self._rest) >= length:
            part, self._rest = self._rest[:length], self._rest[length:]
            yield part, not self._is_head
            self._is_head = False

    def _length(self) -> int:
        """Of the next part; 0 while that can't be told."""
        if self._is_head:
            end = self._rest.find(b"\r\n\r\n")
            return end + 4 if end >= 0 else 0
        if len(self._rest) < 2:
            return 0
        mask, size = 4 * (self._rest[1] >> 7), self._rest[1] & 0x7F
        extended = {126: 2, 127: 8}.get(size, 0)
        if len(self._rest) < 2 + extended:
            return 0
        if extended:
            size = int.from_bytes(self._rest[2 : 2 + extended])
        return 2 + extended + mask + size


@dataclass(slots=True)
class Lane:
    """One direction of one connection: its faults to come, and how to write to its end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    faults: list[Fault] = field(default_factory=list)
    is_mute: bool = False
    held: bytes = b""
    """A frame that lets the next one go first."""

    def arm(self, fault: Fault) -> None:
        self.faults.append(fault)

    def due(self, frame: bytes) -> Fault | None:
        """The fault that hits this message; the others have one less to wait for."""
        hit = None
        for fault in tuple(self.faults):
            if fault.at not in frame:
                continue
            if fault.after <= 0 and hit is None:
                hit = fault
                self.faults.remove(fault)
            else:
                self.faults[self.faults.index(fault)] = replace(fault, after=fault.after - 1)
        return hit


class FaultProxy:
    """Listens on a loopback port and forwards to another. `hits` are the faults that struck, the last one `hit_at`.

    `arm` concerns the connections that are open then, and with `also_new` the next one; `heal` takes back what has
    not struck.
    """

    def __init__(self, target_port: int, *, seed: int = 0) -> None:
        self.hits: list[Fault] = []
        self.hit_at = 0.0
        self.refusal = b""
        """What new connections are answered with before they are closed."""
        self.hangs = False
        """Whether new connections are taken and never answered."""
        self.on_hit: Callable[[Fault], None] = lambda _fault: None
        self.connections = 0
        self._target_port = target_port
        self._dice = random.Random(seed)  # noqa: S311 - no secret
        self._open: list[dict[Direction, Lane]] = []
        self._for_new: list[Fault] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turned_away: set[asyncio.StreamWriter] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def arm(self, fault: Fault, *, also_new: bool = False) -> None:
        """Let a fault strike each open connection, or the next one when there is none."""
        for lanes in self._open:
            lanes[fault.direction].arm(fault)
        if also_new or not self._open:
            self._for_new.append(fault)

    def heal(self) -> None:
        """Faults that have not struck yet will not, and new connections are served."""
        self._for_new.clear()
        self.refusal, self.hangs = b"", False
        self.on_hit = lambda _fault: None
        for writer in self._turned_away:
            writer.transport.abort()
        for lanes in self._open:
            for lane in lanes.values():
                lane.faults.clear()
                lane.is_mute = False

    def go_dark(self) -> None:
        """Nothing passes any more over the connections that are open, and neither end is told."""
        for direction in Direction:
            for lanes in self._open:
                lanes[direction].arm(Fault(Kind.STALL, direction))
        self.hit_at = time.monotonic()

    def cut(self) -> None:
        """Reset every connection now."""
        self.hit_at = time.monotonic()
        for lanes in self._open:
            _reset(lanes)

    def tell(self, text: str, *, close: int = 0) -> None:
        """Let the server say this now, and end its sessions with that close code."""
        self.hit_at = time.monotonic()
        for lanes in self._open:
            lanes[Direction.DOWN].writer.write(text_frame(text) + (close_frame(close) if close else b""))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        if self.hangs or self.refusal:
            await self._turn_away(reader, writer)
            self._tasks.discard(task)
            return
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            self._tasks.discard(task)
            return
        lanes = {Direction.UP: Lane(reader, there_writer), Direction.DOWN: Lane(there_reader, writer)}
        while self._for_new:
            fault = self._for_new.pop(0)
            lanes[fault.direction].arm(fault)
        self._open.append(lanes)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*(self._pump(lanes, lane) for lane in lanes.values()), return_exceptions=True)
        finally:
            self._open.remove(lanes)
            for end in (writer, there_writer):
                end.transport.abort()
            self._tasks.discard(task)

    async def _turn_away(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._turned_away.add(writer)
        with contextlib.suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            if self.refusal:
                writer.write(self.refusal)
                await writer.drain()
            else:
                while not _is_gone(reader):  # noqa: ASYNC110
                    await asyncio.sleep(LOOKS_EVERY_S)
        writer.close()
        self._turned_away.discard(writer)

    async def _pump(self, lanes: dict[Direction, Lane], lane: Lane) -> None:
        """Forward one direction until it ends; then end it at the other side as well."""
        splitter = Splitter()
        try:
            while data := await lane.reader.read(65536):
                for part, is_frame in splitter.feed(data):
                    if is_frame:
                        await self._forward(lanes, lane, part)
                    else:
                        lane.writer.write(part)
                    await lane.writer.drain()
            lane.writer.write_eof()
        except OSError:
            _reset(lanes)

    async def _forward(self, lanes: dict[Direction, Lane], lane: Lane, frame: bytes) -> None:
        if lane.is_mute and not frame[0] & CONTROL:
            return
        fault = lane.due(frame)
        if fault is not None:
            self.hits.append(fault)
            self.hit_at = time.monotonic()
            self.on_hit(fault)
            frame = await self._strike(fault, lanes, lane, frame)
        if fault is None or fault.kind is not Kind.REORDER:
            frame, lane.held = frame + lane.held, b""
        lane.writer.write(frame)

    async def _strike(self, fault: Fault, lanes: dict[Direction, Lane], lane: Lane, frame: bytes) -> bytes:
        """What goes on in place of the frame."""
        match fault.kind:
            case Kind.DELAY:
                await asyncio.sleep(fault.delay_s)
            case Kind.STALL | Kind.HALF_CLOSE:
                if fault.kind is Kind.HALF_CLOSE:
                    lane.writer.write_eof()
                await _left(lane.reader)
                raise ConnectionResetError
            case Kind.CUT:
                lane.writer.write(frame[: len(frame) // 2])
                _reset(lanes)
                raise ConnectionResetError
            case Kind.CORRUPT:
                return self._flipped(frame, self._dice.randrange(min(PAYLOAD_BEGINS, len(frame) - 1), len(frame)))
            case Kind.GARBLE:
                return self._flipped(frame, self._dice.randrange(2))
            case Kind.REORDER:
                lane.held += frame
                return b""
            case Kind.REPEAT:
                return frame + frame
            case Kind.MUTE:
                lane.is_mute = True
                return b""
            case Kind.SAY:
                return text_frame(fault.says) + (close_frame(fault.closes) if fault.closes else b"")
        return frame

    def _flipped(self, frame: bytes, position: int) -> bytes:
        flipped = frame[position] ^ (1 << self._dice.randrange(8))
        return frame[:position] + bytes([flipped]) + frame[position + 1 :]


def text_frame(text: str) -> bytes:
    """A server's message."""
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2)
    return b"\x81" + size + data


def close_frame(code: int) -> bytes:
    """A server's goodbye."""
    return b"\x88\x02" + code.to_bytes(2)


async def _left(reader: asyncio.StreamReader) -> None:
    """Wait until who sends there has gone, taking no more than what a network has under way.

    Behind a full buffer nobody can be seen to go.
    """
    under_way = UNDER_WAY
    while not _is_gone(reader):
        if reader._paused and under_way > 0:  # type: ignore[attr-defined]
            under_way -= len(await reader.read(UNDER_WAY))
        else:
            await asyncio.sleep(LOOKS_EVERY_S)


def _is_gone(reader: asyncio.StreamReader) -> bool:
    return bool(reader._eof) or reader.exception() is not None  # type: ignore[attr-defined]


def _reset(lanes: dict[Direction, Lane]) -> None:
    """End both connections the way a network does that has broken."""
    for lane in lanes.values():
        raw = lane.writer.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        lane.writer.transport.abort()
