"""A server that speaks Anthropic's Messages API on loopback, and misbehaves on request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any


class FakeAnthropicServer:
    """A context; lives on the running loop. `events` are what it streams, `status` what it answers with.

    `stops_after` breaks the connection off behind so many events; `hangs_after` says nothing more from there on.
    """

    def __init__(self, *words: str, key: str = "") -> None:
        self.key = key
        self.status = 200
        self.headers: dict[str, str] = {}
        self.events: list[dict[str, Any]] = said(*words)
        self.stops_after: int | None = None
        self.hangs_after: int | None = None
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.hung_up = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> FakeAnthropicServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0.01)

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(line for line in head.split("\r\n") if line.lower().startswith("content-length"))
            self.requests.append(json.loads(await reader.readexactly(int(length.partition(":")[2]))))
            self.heads.append(head)
            status = 401 if self.key and f"x-api-key: {self.key}" not in head else self.status
            lines = {"Content-Type": "text/event-stream", "Connection": "close", **self.headers}
            writer.write(_head(status, lines))
            if status != 200:
                writer.write(b'{"type": "error", "error": {"type": "some_error", "message": "with the key in it"}}')
                return
            for number, event in enumerate(self.events):
                if number == self.stops_after:
                    return
                if number == self.hangs_after:
                    await reader.read()
                    self.hung_up.set()
                    return
                writer.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.hung_up.set()
        finally:
            self._open.discard(writer)
            writer.close()


def said(*words: str, reason: str = "end_turn", blocks: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    """The events of an answer of these words, and of blocks behind them."""
    events: list[dict[str, Any]] = [
        {
            "type": "message_start",
            "message": {"usage": {"input_tokens": 20, "cache_read_input_tokens": 5, "output_tokens": 1}},
        },
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(_delta(0, {"type": "text_delta", "text": word}) for word in words),
        {"type": "content_block_stop", "index": 0},
    ]
    for index, block in enumerate(blocks, 1):
        whole = json.dumps(block["input"])
        begun = {"type": "tool_use", "id": block["id"], "name": block["name"], "input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": begun})
        events += [_delta(index, {"type": "input_json_delta", "partial_json": part}) for part in (whole[:3], whole[3:])]
    return [
        *events,
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 7}},
        {"type": "message_stop"},
    ]


def _delta(index: int, delta: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": dict(delta)}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()
