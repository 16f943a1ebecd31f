"""The server: who is let in, how many, and where."""

from __future__ import annotations

import http
import json
import logging
import socket as sockets
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from sovereign_desktop.realtime.codec import LONGEST_MESSAGE_BYTES
from sovereign_desktop.servers.loopback import Access
from sovereign_desktop.servers.realtime.connection import RealtimeConnection, send_away_beta
from sovereign_desktop.servers.realtime.pipeline import Pipeline

logger = logging.getLogger(__name__)

PATH = "/v1/realtime"
MOST_SESSIONS = 64
MOST_CONNECTIONS = 128
"""Those that are still shaking hands included."""
BROWSER_TOKEN = "openai-insecure-api-key."  # noqa: S105 - the name of a field
SUBPROTOCOL = Subprotocol("realtime")

_quiet = logging.getLogger(f"{__name__}.websockets")
_quiet.setLevel(logging.CRITICAL)
"""The library reports every client that misbehaves as an error of ours, with its headers."""


class RealtimeServer:
    """Sessions on a socket that listens already. An async context: leaving it closes them all."""

    def __init__(
        self, pipeline: Pipeline, listening: sockets.socket, access: Access, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._pipeline = pipeline
        self._listening = listening
        self._access = access
        self._tls = tls
        self._server: Server | None = None
        self.sessions = 0
        """How many are open."""

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve,
            sock=self._listening,
            ssl=self._tls,
            process_request=self._let_in,
            select_subprotocol=_subprotocol,
            compression=None,
            max_size=LONGEST_MESSAGE_BYTES,
            max_queue=2,
            logger=_quiet,
            server_header=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.headers.get("OpenAI-Beta") == "realtime=v1":
            await send_away_beta(socket)
            return
        self.sessions += 1
        logger.info("session opened", extra={"sessions": self.sessions})
        try:
            await RealtimeConnection(socket, self._pipeline).run()
        except Exception:  # the edge of a session: the others go on
            logger.exception("session failed")
        finally:
            self.sessions -= 1
            logger.info("session closed", extra={"sessions": self.sessions})

    def _let_in(self, socket: ServerConnection, request: Request) -> Response | None:
        """The answer to a request that does not become a session."""
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        refusal = self._access.refusal({"type": "websocket", "path": path, "headers": _headers(request)})
        if refusal is None:
            refusal = self._obstacle(path, query)
        if refusal is None:
            return None
        status, sentence = refusal
        logger.warning("request refused", extra={"status": status})
        return _answer(socket, status, sentence)

    def _obstacle(self, path: str, query: dict[str, list[str]]) -> tuple[int, str] | None:
        if path.rstrip("/") != PATH:
            return 404, f"The realtime server answers at {PATH}."
        if "transcription" in query.get("intent", ()):
            return 400, "This server has no transcription sessions."
        assert self._server is not None
        if self.sessions >= MOST_SESSIONS or len(self._server.connections) > MOST_CONNECTIONS:
            return 503, "Too many sessions are open."
        return None


def _subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Browsers hang up when none of what they offer is taken; others offer nothing."""
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def _headers(request: Request) -> list[tuple[bytes, bytes]]:
    """The headers, the token among them also where browsers have to hide it."""
    headers = {name.lower(): value for name, value in request.headers.raw_items()}
    offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol"))
    for name in (one.strip() for one in offered.split(",")):
        if name.startswith(BROWSER_TOKEN):
            headers.setdefault("authorization", f"Bearer {name.removeprefix(BROWSER_TOKEN)}")
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _answer(socket: ServerConnection, status: int, sentence: str) -> Response:
    code = {401: "invalid_api_key", 503: "rate_limit_exceeded"}.get(status)
    body = {"error": {"type": "invalid_request_error", "code": code, "message": sentence, "param": None}}
    response = socket.respond(http.HTTPStatus(status), json.dumps(body))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    if status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    if status == http.HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
