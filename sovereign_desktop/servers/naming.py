"""Gives every HTTP request a correlation id, says it back, and logs what became of the request."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from sovereign_desktop.core import correlation

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)


class Named:
    """An ASGI app around another. `paths` are the server's own: others may hold anything, and are not logged."""

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # the jobs on a stream bring their own names
            return
        name = correlation.accepted(_offered(scope))
        path = scope["path"] if scope["path"] in self._paths else "other"
        began = time.monotonic()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (correlation.HEADER.lower().encode(), name.encode())]
                took_ms = round(1000 * (time.monotonic() - began))
                logger.info("request", extra={"path": path, "status": message["status"], "took_ms": took_ms})
            await send(message)

        token = correlation.current.set(name)
        try:
            await self._app(scope, receive, send_named)
        finally:
            correlation.current.reset(token)


def _offered(scope: Scope) -> str | None:
    wanted = correlation.HEADER.lower().encode()
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), None)
