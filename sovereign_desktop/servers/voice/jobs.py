"""The jobs of one connection: one runs, the others wait their turn, each can be cancelled by its id."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocketDisconnect

from sovereign_desktop.core import correlation
from sovereign_desktop.core.errors import BrokenReply, EngineError, SovereignError
from sovereign_desktop.engines.voice_protocol import PROTOCOL, error_fields

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

logger = logging.getLogger(__name__)

M = TypeVar("M")


class Connection:
    """A connection with its jobs. A context: leaving it ends what still runs. A client that has gone is no error."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._turn = asyncio.Lock()
        self._jobs: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Connection:
        await self._socket.accept()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        jobs = tuple(self._jobs.values())
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        return kind is WebSocketDisconnect

    async def greet(self, engine: Callable[[], Awaitable[Any]]) -> Any | None:
        """Wait for the engine and say hello; None, and the connection closed, when there is none."""
        try:
            found = await engine()
        except SovereignError as error:
            await self.say(type="error", **error_fields(error))
            await self._socket.close()
            return None
        capabilities = {name: getattr(found.capabilities, name) for name in found.capabilities.__slots__}
        await self.say(type="hello", protocol=PROTOCOL, engine=found.name, capabilities=capabilities)
        return found

    async def messages(self, known: TypeAdapter[M]) -> AsyncIterator[M | bytes]:
        """What the client sends, until it goes. What is no message is answered with an error and passed over."""
        while True:
            received = await self._socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            if (data := received.get("bytes")) is not None:
                yield data
                continue
            try:
                yield known.validate_json(received["text"])
            except ValidationError:
                logger.warning("message refused")
                await self.say(type="error", **error_fields(EngineError("The message is not known here.")))

    def begin(self, job_id: str, work: Callable[[str], Awaitable[None]]) -> None:
        """Add a job; `work` is called with its id when its turn has come."""
        name = correlation.accepted(job_id)
        task = asyncio.create_task(self._carry_out(name, work), name=f"job {name}")
        self._jobs[job_id] = task
        task.add_done_callback(lambda _: self._jobs.pop(job_id, None) if self._jobs.get(job_id) is task else None)

    def cancel(self, job_id: str) -> None:
        """End a job without an answer. One that is done, or was never there, is none."""
        if (job := self._jobs.get(job_id)) is not None:
            job.cancel()

    async def say(self, **message: Any) -> None:
        """Send one message."""
        await self._socket.send_text(json.dumps(message))

    async def send_sound(self, pcm: bytes) -> None:
        """Send samples."""
        await self._socket.send_bytes(pcm)

    async def _carry_out(self, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        correlation.current.set(name)
        async with self._turn:
            try:
                await work(name)
            except WebSocketDisconnect:
                logger.info("client went away")
            except SovereignError as error:
                logger.warning("job failed", extra={"kind": type(error).__name__})
                await self._tell_failure(name, error)
            except Exception:  # the edge of a job: the next one must not suffer
                logger.exception("job failed unexpectedly")
                await self._tell_failure(name, BrokenReply("The speech engine failed."))

    async def _tell_failure(self, name: str, error: SovereignError) -> None:
        try:
            await self.say(type="error", id=name, **error_fields(error))
        except WebSocketDisconnect:
            logger.info("client went away")
