"""One instance of the program for each user: the first holds a lock and listens, the others ask it.

    instance = SingleInstance(find_paths().runtime)
    if not instance.acquire():
        answers = ask_running(find_paths().runtime, [Verb("toggle")])
    ...
    async with instance.serving(on_verb): ...

The lock dies with its process, so nothing is ever stale. Where to connect stands in a private file beside it, with a
token: a Unix socket, or a port on loopback where there is none (Windows, very long paths). The other starts' side is
`second_start.py`.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
import json
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.host.second_start import Address, address_file
from sovereign_desktop.host.verbs import MOST_LINE_BYTES, Answer, Verb, decode_request, encode_answer

logger = logging.getLogger(__name__)

OnVerb = Callable[[Verb], Awaitable[str] | str]

MOST_CONNECTIONS = 8
LONGEST_SILENCE_S = 5.0
_LONGEST_SOCKET_PATH = 100  # bytes; 108 on Linux, 104 on macOS, with the final NUL


class SingleInstance:
    """The claim to be the one that runs, kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "instance.lock")

    def acquire(self) -> bool:
        """Become the running instance; False when another one is. Quick, and safe for any number of starts at once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._lock.acquire()

    def release(self) -> None:
        """Let another start be the one. Idempotent; the end of the process does it too."""
        self._lock.release()

    @asynccontextmanager
    async def serving(self, on_verb: OnVerb) -> AsyncIterator[None]:
        """Answer other starts while the context lasts, and be the running instance no more after it.

        `on_verb` returns the sentence to answer with, or raises SovereignError with it. Needs `acquire` first.
        """
        token = secrets.token_urlsafe(24)
        desk = _Desk(token, on_verb)
        address = Address(_socket_path(self._folder), 0, token)
        server, address = await _listen(desk, address)
        _write_private(address_file(self._folder), json.dumps([address.path, address.port, token]))
        try:
            yield
        finally:
            for path in filter(None, (str(address_file(self._folder)), address.path)):
                Path(path).unlink(missing_ok=True)
            server.close()
            await desk.close()
            await server.wait_closed()
            self.release()


class _Desk:
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


async def _listen(desk: _Desk, wanted: Address) -> tuple[asyncio.Server, Address]:
    if not wanted.path:
        server = await asyncio.start_server(desk.connected, "127.0.0.1", 0, limit=MOST_LINE_BYTES)
        return server, Address("", server.sockets[0].getsockname()[1], wanted.token)
    # asyncio removes a socket that a crash has left; the lock says that nobody uses it.
    server = await asyncio.start_unix_server(desk.connected, wanted.path, limit=MOST_LINE_BYTES)
    Path(wanted.path).chmod(0o600)
    return server, wanted


def _socket_path(folder: Path) -> str:
    path = os.fspath(folder / "instance.socket")
    return (
        path if hasattr(socket, "AF_UNIX") and os.name == "posix" and len(path.encode()) <= _LONGEST_SOCKET_PATH else ""
    )


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
