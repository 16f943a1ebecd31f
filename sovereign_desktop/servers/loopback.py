"""How every server of the program listens: where it binds, who may ask, and how much they may send.

Programs on this computer that know the token are let in. Web pages are not, whatever name they give this computer
(DNS rebinding): the Host must be loopback's, and an Origin the server's own.
"""

from __future__ import annotations

import errno
import hmac
import logging
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import HTTPException  # starlette's would become a 400 where FastAPI reads the body
from starlette.responses import JSONResponse

from sovereign_desktop.core.errors import ProcessError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
SMALL_BODY_BYTES = 256 * 2**10


def is_loopback(host: str) -> bool:
    return host in LOOPBACK_NAMES or host == "::1"


def bind(port: int, host: str = LOOPBACK) -> socket.socket:
    """A socket that listens; port 0 is any free one. Raises ProcessError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        # On Windows the same option would let another program take the port over.
        exclusive = sys.platform == "win32"
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE if exclusive else socket.SO_REUSEADDR, 1)  # type: ignore[attr-defined,unused-ignore]
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise _bind_error(host, port, error) from error
    listening.setblocking(False)
    return listening


def bind_or_any(port: int) -> tuple[socket.socket, bool]:
    """A listening socket on loopback, and whether it had to be another port because someone has this one."""
    try:
        return bind(port), False
    except ProcessError:
        if port == 0:
            raise
        logger.warning("port is taken, using another", extra={"port": port})
        return bind(0), True


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


def _bind_error(host: str, port: int, error: OSError | OverflowError) -> ProcessError:
    if isinstance(error, OverflowError):
        return ProcessError(f"{port} is no port.", remedy="Choose one from 1 to 65535, or 0 for any free one.")
    if error.errno == errno.EADDRINUSE:
        return ProcessError(f"Port {port} is taken by another program.", remedy="Choose another one, or 0 for any.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return ProcessError(f"Port {port} is not allowed here.", remedy="Choose one above 1023, or 0 for any.")
    return ProcessError(f"{host} is no address of this computer.", remedy="Choose 127.0.0.1 or one that it has.")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, and how much they may send."""

    token: str = field(repr=False)
    """Empty: no token is asked for."""
    hosts: frozenset[str] = LOOPBACK_NAMES
    """Names under which the server may be asked; empty: any, for a server that is not on loopback."""
    body_bytes: Mapping[str, int] = field(default_factory=dict)
    """The longest body for a path, where it is not the small one."""

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """HTTP status and sentence for a request that is not let in."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if self.hosts and _without_port(host) not in self.hosts:
            return 421, "This server is not known by that name."
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return 403, "Web pages may not use this server."
        if not self._is_known(headers.get("authorization", "")):
            return 401, "The token is missing or wrong."
        if _length(headers) > self.limit(scope["path"]):
            return 413, "That is too much at once."
        return None

    def limit(self, path: str) -> int:
        """Bytes that a body sent to this path may have."""
        return self.body_bytes.get(path, SMALL_BODY_BYTES)

    def _is_known(self, authorization: str) -> bool:
        offered = authorization.removeprefix("Bearer ").encode("latin-1")
        return not self.token or hmac.compare_digest(offered, self.token.encode())


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name.lower() if colon and port.isdigit() else host.lower()


def _length(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else 0


class Guard:
    """An ASGI app around another that lets in what `Access` allows, before anything else looks at it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._access.refusal(scope)
        if refusal is None:
            limited = _limited(receive, self._access.limit(scope["path"])) if scope["type"] == "http" else receive
            await self._app(scope, limited, send)
            return
        status, sentence = refusal
        logger.warning("request refused", extra={"status": status})
        await _refuse(scope, receive, send, JSONResponse({"error": {"text": sentence}}, status))


def _limited(receive: Receive, limit: int) -> Receive:
    """Receives a body until it is longer than it may be, whatever length was announced."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413)
        return message

    return receive_some


async def _refuse(scope: Scope, receive: Receive, send: Send, response: JSONResponse) -> None:
    if scope["type"] == "websocket":
        # Becomes a 403. Uvicorn 0.54 can send another answer in its place, but then logs an error about itself.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await response(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate (with its chain) and its key, in PEM."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For servers that take one. Raises ProcessError when they can't be used."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise ProcessError(
                "The certificate or its key can't be used.", remedy="Both must be PEM files that belong together."
            ) from error
        return context


class Listener(uvicorn.Server):
    """One app behind a guard on one socket. `should_exit = True` ends it, from any thread."""

    def __init__(
        self,
        app: Any,
        listening: socket.socket,
        access: Access,
        *,
        on_ready: Callable[[], None] = lambda: None,
        tls: Tls | None = None,
        longest_message_bytes: int = 2**20,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                Guard(app, access),
                log_config=None,
                access_log=False,
                lifespan="off",
                http="h11",
                server_header=False,
                limit_concurrency=64,
                timeout_graceful_shutdown=1,
                ws_max_size=longest_message_bytes,
                ws_per_message_deflate=False,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )
        self._listening = listening
        self._on_ready = on_ready

    async def serve_until_told(self) -> None:
        """Serve until `should_exit`. Cancelling ends it as well, less politely."""
        await self.serve([self._listening])

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Signals belong to the program, not to one of its servers."""
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()
