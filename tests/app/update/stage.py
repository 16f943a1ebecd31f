"""Makers who sign releases, and the server that has them: on loopback, over HTTP or HTTPS, as good or bad as a test
wants it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sovereign_desktop.app.update.installation import Installation, Way
from sovereign_desktop.app.update.release import FORMAT, signed_bytes
from sovereign_desktop.app.update.source import Source

CONTENT = b"This would be a package. " * 4000
DEB = "sovereign-desktop-4.1.0-bookworm-amd64.deb"
BOOKWORM = Installation(Way.DEB, "-bookworm-amd64.deb")


def release(version: str = "4.1.0", day: str = "2026-12-01", **changes: Any) -> str:
    """What makers say of a release."""
    file = {"name": DEB, "size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    return json.dumps({"version": version, "date": day, "notes": "It sings.\nAnd more.", "files": [file], **changes})


class Makers:
    """They have a key."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key()

    def announce(self, text: str | None = None, **changes: Any) -> bytes:
        """A signed announcement; `changes` spoil it after it was signed."""
        said = release() if text is None else text
        signature = b64encode(self._key.sign(signed_bytes(said.encode()))).decode()
        return json.dumps({"format": FORMAT, "release": said, "signatures": [signature], **changes}).encode()


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Answers every path with what stands in `bodies`, or as `answer` wants it. An async context manager."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    answer: Answer | None = None
    tls: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    broken_off: int = 0
    url: str = ""

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{port}/release.json"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def source(self, *makers: Makers) -> Callable[[str], Source]:
        """How a program finds this server and those whom it believes."""
        return lambda _url: Source(self.url, tuple(one.public for one in makers))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            if self.answer is not None:
                await self.answer(reader, writer)
            else:
                await respond(writer, self.bodies.get(path.lstrip("/")))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.broken_off += 1
        finally:
            writer.close()


async def respond(writer: asyncio.StreamWriter, body: bytes | None, length: int | None = None) -> None:
    """An ordinary answer; a `length` that isn't the body's is a lie."""
    status = "404 Not Found" if body is None else "200 OK"
    size = len(body or b"") if length is None else length
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode() + (body or b""))
    await writer.drain()
