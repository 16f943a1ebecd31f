"""Where the running instance takes verbs from other starts. Loaded when it begins to listen, not before the icon."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.second_start import Address
from sovereign_desktop.host.verbs import MOST_LINE_BYTES, Answer, Verb, decode_request, encode_answer

logger = logging.getLogger(__name__)

OnVerb = Callable[[Verb], Awaitable[str] | str]

MOST_CONNECTIONS = 8
LONGEST_SILENCE_S = 5.0


class VerbDesk:
    """Takes requests and gives answers, a few connections at a time, none for long without a word."""

    def __init__(self, token: str, on_verb: OnVerb) -> None:
        self._token = token
        self._on_verb = on_verb
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._closed = False

    async def close(self) -> None:
        """End every connection."""
        self._closed = True  # asyncio may still hand over a connection that it has just accepted
        connections = dict(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in connections.values()), return_exceptions=True)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closed or len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        task = asyncio.create_task(self._converse(reader, writer), name="second start")
        self._connections[task] = writer
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        # Here, because a task that is cancelled before its first step runs no `finally`.
        self._connections.pop(task).close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Slow, silent, gone, or a line without end: none of it is worth more than closing.
        with suppress(TimeoutError, ConnectionError, ValueError):
            while line := await self._line(reader):
                answer, welcome = await self._answer(line)
                writer.write(encode_answer(answer))
                async with asyncio.timeout(LONGEST_SILENCE_S):
                    await writer.drain()
                if not welcome:
                    return

    async def _line(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(LONGEST_SILENCE_S):
            return await reader.readline()

    async def _answer(self, line: bytes) -> tuple[Answer, bool]:
        """The answer, and whether the connection may go on."""
        try:
            token, verb = decode_request(line)
        except ValueError:
            return Answer(False, "The running program does not know this request."), False
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return Answer(False, "The running program does not know this caller."), False
        return await self._carry_out(verb), True

    async def _carry_out(self, verb: Verb) -> Answer:
        try:
            said = self._on_verb(verb)
            return Answer(True, str(await said if inspect.isawaitable(said) else said))
        except SovereignError as error:
            return Answer(False, error.sentence)
        except Exception:  # the edge: a verb that fails must not end the program
            logger.exception("verb failed", extra={"verb": verb.name})
            return Answer(False, "The running program could not do this; its log says why.")


async def listen(desk: VerbDesk, wanted: Address) -> tuple[asyncio.Server, Address]:
    if not wanted.path:
        server = await asyncio.start_server(desk.connected, "127.0.0.1", 0, limit=MOST_LINE_BYTES)
        return server, Address("", server.sockets[0].getsockname()[1], wanted.token)
    # asyncio removes a socket that a crash has left; the lock says that nobody uses it.
    server = await asyncio.start_unix_server(desk.connected, wanted.path, limit=MOST_LINE_BYTES)
    Path(wanted.path).chmod(0o600)
    return server, wanted
