"""A model hub on loopback that can break off, lie, stall, and forget how to give parts of files."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress

REVISION = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "Systran/faster-whisper-tiny.en"


class FakeHub:
    """Serves `files` as one model. A context; lives on the running loop. `asked` keeps paths and ranges."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[tuple[str, str]] = []
        self.break_after: int | None = None
        """Bytes of `model.bin` after which the connection closes; with `stall` it stays open and silent."""
        self.stall = False
        self.ranges = True
        self.corrupt = False
        self.status = 200
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> FakeHub:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        while self._writers:
            await asyncio.sleep(0)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1]
            found = re.search(r"\r\nRange: bytes=(\d+)-", head)
            self.asked.append((path.split("?")[0], found.group(1) if found else ""))
            await self._answer(path, int(found.group(1)) if found and self.ranges else None, writer)
            if self.stall and path == "/elsewhere/model.bin":
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._writers.discard(writer)

    async def _answer(self, path: str, start: int | None, writer: asyncio.StreamWriter) -> None:
        if self.status != 200:
            _head(writer, self.status, 0)
        elif path.startswith("/api/"):
            self._send(writer, json.dumps(self._description()).encode())
        elif path.startswith("/elsewhere/"):
            await self._file(path.rsplit("/", 1)[1], start, writer)
        else:  # as the hub does: large files are somewhere else
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: /elsewhere/{path.rsplit('/', 1)[1]}\r\n\r\n".encode())
        with suppress(ConnectionError):
            await writer.drain()

    async def _file(self, name: str, start: int | None, writer: asyncio.StreamWriter) -> None:
        data = self.files[name]
        if self.corrupt and name == "model.bin":
            data = data[:-1] + bytes([data[-1] ^ 1])
        extra = f"Content-Range: bytes {start}-{len(data) - 1}/{len(data)}\r\n" if start is not None else ""
        _head(writer, 200 if start is None else 206, len(data) - (start or 0), extra)
        body = data[start or 0 :]
        if self.break_after is not None and name == "model.bin":
            body = body[: self.break_after]
        writer.write(body)
        await writer.drain()

    def _send(self, writer: asyncio.StreamWriter, body: bytes) -> None:
        _head(writer, 200, len(body))
        writer.write(body)

    def _description(self) -> dict[str, object]:
        return {"sha": REVISION, "siblings": [_sibling(name, data) for name, data in self.files.items()]}


def _sibling(name: str, data: bytes) -> dict[str, object]:
    blob = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    lfs = {"lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}} if name == "model.bin" else {}
    return {"rfilename": name, "size": len(data), "blobId": blob, **lfs}


def _head(writer: asyncio.StreamWriter, status: int, length: int, extra: str = "") -> None:
    writer.write(f"HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n{extra}\r\n".encode())
