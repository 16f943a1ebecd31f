"""The server that `bench realtime` measures against: it answers a fixed time after the end of the speech it hears.

A plain detector of loud samples in place of a model, an answer from memory in place of a voice; everything else that
passes between microphone and loudspeaker is the program's. It speaks as much of the protocol as a turn needs.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any, Self

import numpy as np

RATE_HZ = 24_000
LOUD = 0.05
"""A sample above this (-26 dB) is speech; nothing but speech is that loud in the measurement."""
SILENCE_MS = 200.0
"""So long after the last loud sample the utterance is taken for complete; less than `answers_after_ms`."""
SPEECH_MS = 60.0
PIECE_MS = 40
WORDS_A_SECOND = 3
FASTER = 4.0
"""Pieces of an answer follow each other this many times as fast as they sound, the first second at once."""


def answer_pieces(seconds: float) -> list[str]:
    """An answer in base64: a sound like a voice, audible from its first sample on."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 140 * harmonic * at + harmonic) / harmonic for harmonic in range(1, 12))
    wave = buzz * (0.7 + 0.3 * np.sin(2 * np.pi * 4 * at))
    pcm = np.asarray(8000 * wave / np.abs(wave).max(), "<i2").tobytes()
    size = 2 * RATE_HZ * PIECE_MS // 1000
    return [base64.b64encode(pcm[start : start + size]).decode() for start in range(0, len(pcm), size)]


class Ear:
    """Tells the beginning and the end of speech in PCM at 24 kHz. Owns no clock."""

    def __init__(self) -> None:
        self.speaks = False
        self._heard_ms = 0.0
        self._last_loud_ms = 0.0
        self._first_loud_ms: float | None = None
        self._last_loud_at = 0.0

    def push(self, pcm: bytes, now: float) -> tuple[bool, float | None]:
        """Take sound that arrived `now`; whether speech begins with it, and when the last of it had arrived if it
        is over."""
        samples = np.abs(np.frombuffer(pcm, "<i2").astype(np.float32)) / 32768
        loud = np.flatnonzero(samples > LOUD)
        if len(loud):
            if self._first_loud_ms is None or self._heard_ms - self._last_loud_ms > SILENCE_MS:
                self._first_loud_ms = self._heard_ms
            self._last_loud_ms = self._heard_ms + 1000 * int(loud[-1]) / RATE_HZ
            self._last_loud_at = now
        self._heard_ms += 1000 * len(samples) / RATE_HZ
        if not self.speaks and self._first_loud_ms is not None and self._last_loud_ms - self._first_loud_ms > SPEECH_MS:
            self.speaks = True
            return True, None
        if self.speaks and self._heard_ms - self._last_loud_ms > SILENCE_MS:
            self.speaks, self._first_loud_ms = False, None
            return False, self._last_loud_at
        return False, None


class BenchServer:
    """A Realtime server on a free loopback port. `answer_s` and `answers_after_ms` may be changed between turns."""

    def __init__(self, answers_after_ms: float = 300.0, answer_s: float = 1.0) -> None:
        self.answers_after_ms = answers_after_ms
        self.answer_s = answer_s
        self.url = ""
        self.events: list[tuple[float, str]] = []
        """What was received, but for sound, and what was sent, but for sound: for a look at what went wrong."""
        self._server: Any = None

    async def __aenter__(self) -> Self:
        from websockets.asyncio.server import serve

        self._server = await serve(self._serve, "127.0.0.1", 0, compression=None, max_size=None)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/v1/realtime"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket: Any) -> None:
        await _Session(self, socket).run()


class _Session:
    """One client."""

    def __init__(self, server: BenchServer, socket: Any) -> None:
        self._server = server
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._ear = Ear()
        self._detects = True
        self._number = 0
        self._answering: asyncio.Task[None] | None = None
        self._ended_at = 0.0

    async def run(self) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            await self._send("session.created", session=self._session())
            async for message in self._socket:
                await self._take(json.loads(message))
        except ConnectionClosed:
            pass
        finally:
            if self._answering is not None:
                self._answering.cancel()

    def _session(self) -> dict[str, Any]:
        return {"type": "realtime", "object": "realtime.session", "id": "sess_bench", "model": "bench"}

    async def _take(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind != "input_audio_buffer.append":
            self._server.events.append((self._loop.time(), kind))
        handlers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "input_audio_buffer.append": self._hear,
            "session.update": self._configure,
            "input_audio_buffer.commit": self._commit,
            "response.create": self._respond,
            "response.cancel": self._cancel,
            "conversation.item.create": self._add,
        }
        if (handle := handlers.get(kind)) is not None:
            await handle(event)

    async def _configure(self, event: dict[str, Any]) -> None:
        audio_input = event["session"].get("audio", {}).get("input", {})
        if "turn_detection" in audio_input:
            self._detects = audio_input["turn_detection"] is not None
        await self._send("session.updated", session=self._session() | event["session"])

    async def _hear(self, event: dict[str, Any]) -> None:
        began, ended_at = self._ear.push(base64.b64decode(event["audio"]), self._loop.time())
        if not self._detects:
            self._ended_at = self._loop.time()
            return
        if began:
            await self._cancel({})
            await self._send("input_audio_buffer.speech_started", audio_start_ms=0, item_id=self._item("user"))
        if ended_at is not None:
            self._ended_at = ended_at
            await self._send("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id=self._item("user"))
            await self._commit({})
            await self._respond({})

    async def _commit(self, _event: dict[str, Any]) -> None:
        item = {"id": self._item("user"), "type": "message", "role": "user", "status": "completed", "content": []}
        await self._send("input_audio_buffer.committed", item_id=item["id"], previous_item_id=None)
        for kind in ("conversation.item.added", "conversation.item.done"):
            await self._send(kind, item=item, previous_item_id=None)

    async def _add(self, event: dict[str, Any]) -> None:
        for kind in ("conversation.item.added", "conversation.item.done"):
            await self._send(kind, item={"id": self._item("text"), **event["item"]}, previous_item_id=None)

    async def _respond(self, _event: dict[str, Any]) -> None:
        self._number += 1
        self._answering = self._loop.create_task(self._answer(self._number, answer_pieces(self._server.answer_s)))

    async def _cancel(self, _event: dict[str, Any]) -> None:
        if self._answering is not None and not self._answering.done():
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)
            await self._send("response.done", response=self._response("cancelled"))

    async def _answer(self, number: int, pieces: list[str]) -> None:
        reply = f"resp_{number}"
        text = " ".join(["word"] * max(1, round(len(pieces) * PIECE_MS / 1000 * WORDS_A_SECOND)))
        item = {"id": self._item("answer"), "type": "message", "role": "assistant", "status": "in_progress"}
        where = {"response_id": reply, "item_id": item["id"], "output_index": 0, "content_index": 0}
        await self._send("response.created", response=self._response("in_progress"))
        await self._send("response.output_item.added", response_id=reply, output_index=0, item=item)
        await self._send("response.content_part.added", part={"type": "audio", "transcript": ""}, **where)
        await asyncio.sleep(self._ended_at + self._server.answers_after_ms / 1000 - self._loop.time())
        began = self._loop.time()
        for count, piece in enumerate(pieces):
            ahead_s = max(0.0, count * PIECE_MS / 1000 - 1.0) / FASTER - (self._loop.time() - began)
            if ahead_s > 0:
                await asyncio.sleep(ahead_s)
            await self._send("response.output_audio.delta", delta=piece, **where)
            if not count:
                await self._send("response.output_audio_transcript.delta", delta=text, **where)
        await self._send("response.output_audio.done", **where)
        await self._send("response.output_audio_transcript.done", transcript=text, **where)
        part = {"type": "audio", "transcript": text}
        await self._send("response.content_part.done", part=part, **where)
        done = item | {"status": "completed", "content": [{"type": "output_audio", "transcript": text}]}
        await self._send("response.output_item.done", response_id=reply, output_index=0, item=done)
        await self._send("response.done", response=self._response("completed"))

    def _response(self, status: str) -> dict[str, Any]:
        return {"id": f"resp_{self._number}", "object": "realtime.response", "status": status, "output": []}

    def _item(self, what: str) -> str:
        return f"item_{what}_{self._number}"

    async def _send(self, kind: str, **fields: Any) -> None:
        if kind != "response.output_audio.delta":
            self._server.events.append((self._loop.time(), f"> {kind}"))
        await self._socket.send(json.dumps({"type": kind, "event_id": f"event_{kind}", **fields}))
