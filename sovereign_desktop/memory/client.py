"""`IndexProcess`: the vectors, as the main process sees them. Imports neither numpy nor chromadb.

The child is watched: one that dies is started again and opens the same index; who asked it meanwhile is told.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import ProcessError, SovereignError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.host.supervisor import Supervisor
from sovereign_desktop.memory.process import IN_USE

logger = logging.getLogger(__name__)

NOT_RUNNING = "The search by meaning does not run."


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """A Chroma server that somebody else runs."""

    host: str
    port: int
    tls: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """Where an index is: its folder, and the server that searches it, if not we; `name` is what it is called there."""

    folder: Path
    dimensions: int
    name: str = ""
    server: ChromaServer | None = None

    def as_header(self) -> dict[str, Any]:
        header: dict[str, Any] = {"folder": str(self.folder), "dimensions": self.dimensions}
        if (at := self.server) is not None:
            header["server"] = {
                "host": at.host, "port": at.port, "name": self.name, "tls": at.tls, "token": at.token
            }  # fmt: skip
        return header


@dataclass(frozen=True, slots=True)
class Opened:
    """The index answers. `ids` are the memories in it; `repaired` says what had to be made again."""

    ids: tuple[int, ...]
    repaired: str = ""


class IndexProcess:
    """Requests to the child; each raises SovereignError when it can't be answered. One event loop."""

    def __init__(self, args: Sequence[str]) -> None:
        self._supervisor = Supervisor(
            args, name="memory process", on_message=self._answered, on_up=self._up, on_down=self._down
        )
        self.on_down: Callable[[], None] = lambda: None
        """Told when the child has ended; another one follows."""
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[PipeMessage]] = {}
        self._is_up = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._supervisor.pid

    def start(self) -> None:
        """Begin to keep the child running."""
        self._supervisor.start()

    async def close(self) -> None:
        """End the child. Idempotent."""
        await self._supervisor.stop()
        self._fail_all()

    async def up(self) -> None:
        """Wait until a child runs."""
        await self._is_up.wait()

    async def open(self, place: IndexPlace) -> Opened | None:
        """Open the index; None while another program has it."""
        answer = await self._ask("open", **place.as_header())
        if answer.header.get(IN_USE):
            return None
        ids = array("q")
        ids.frombytes(answer.payload)
        return Opened(tuple(ids), answer.header["repaired"])

    async def query(self, vector: bytes, limit: int, within_s: float) -> list[tuple[int, float]]:
        """The nearest memories with their cosine distance. After `within_s` nobody begins with it any more."""
        answer = await self._ask("query", vector, limit=limit, within_s=within_s)
        return [(int(one), float(distance)) for one, distance in answer.header["found"]]

    async def add(self, ids: Sequence[int], vectors: Sequence[bytes]) -> None:
        """Keep vectors."""
        await self._ask("add", b"".join(vectors), ids=list(ids))

    async def erase(self, ids: Sequence[int]) -> None:
        """Take vectors out of every file; queries are answered meanwhile."""
        await self._ask("erase", ids=list(ids))

    async def check(self) -> str:
        """What is wrong with the answers, or nothing."""
        return str((await self._ask("check")).header["problem"])

    async def repair(self) -> None:
        """Make the segment anew."""
        await self._ask("repair")

    async def embed(self, model: Path, texts: Sequence[str]) -> bytes:
        """Vectors from a local model, one after another."""
        do = "embed" if len(texts) == 1 else "embed_many"
        return (await self._ask(do, model=str(model), texts=list(texts))).payload

    async def _ask(self, do: str, payload: bytes = b"", **fields: Any) -> PipeMessage:
        number = next(self._numbers)
        waiting: asyncio.Future[PipeMessage] = asyncio.get_running_loop().create_future()
        if not self._supervisor.send(PipeMessage({"id": number, "do": do, **fields}, payload)):
            raise ProcessError(NOT_RUNNING)
        self._waiting[number] = waiting
        try:
            answer = await waiting
        finally:
            self._waiting.pop(number, None)
        if "failed" in answer.header:
            raise SovereignError(answer.header["failed"], remedy=answer.header.get("remedy", ""))
        return answer

    def _answered(self, message: PipeMessage) -> None:
        waiting = self._waiting.get(message.header["id"])
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _up(self, _child: ChildProcess) -> None:
        self._is_up.set()

    def _down(self, _reason: str) -> None:
        self._is_up.clear()
        self._fail_all()
        self.on_down()

    def _fail_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for one in waiting.values():
            if not one.done():
                one.set_exception(ProcessError(NOT_RUNNING))
