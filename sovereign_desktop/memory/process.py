"""The child process of the vectors: requests on stdin, answers on stdout. `app/memory_process.py` starts it.

Two threads work: one answers queries, the other adds, erases and checks, so that a question never waits for a rebuild.
It ends when its stdin does. Of its index only this process opens the files; a second program is told so.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.parent_pipe import ParentPipe
from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.memory.index import VectorIndex
from sovereign_desktop.memory.segments import LocalSegments, Segments, ServerSegments

logger = logging.getLogger(__name__)

LOCK_WITHIN_S = 3.0
"""The child of a program that just died may need a moment to end."""
END_WITHIN_S = 0.5
IN_USE = "in use"
EmbedTexts = Callable[[Sequence[str]], bytes]
LoadEmbedder = Callable[[Path], EmbedTexts]
"""Gives what turns texts into vectors, from the folder of a local model."""
_QUICK = ("query", "embed")


def serve(parent: ParentPipe, load_embedder: LoadEmbedder) -> None:
    """Answer the parent's requests until it closes the pipe."""
    worker = _Worker(parent, load_embedder)
    queues: dict[bool, SimpleQueue[tuple[PipeMessage, float] | None]] = {True: SimpleQueue(), False: SimpleQueue()}
    threads = [Thread(target=worker.work, args=(queue,), daemon=True) for queue in queues.values()]
    for thread in threads:
        thread.start()
    for message in parent:
        queues[message.header["do"] in _QUICK].put((message, time.monotonic()))
    for queue in queues.values():
        queue.put(None)
    for thread in threads:
        thread.join(END_WITHIN_S)
    if any(thread.is_alive() for thread in threads):
        os._exit(0)  # in the middle of long work, which is made good at the next opening as after any other death
    worker.close()


class _Worker:
    """Carries out requests."""

    def __init__(self, parent: ParentPipe, load_embedder: LoadEmbedder) -> None:
        self._parent = parent
        self._load_embedder = load_embedder
        self._loading = Lock()
        self._embedders: dict[str, EmbedTexts] = {}
        self._index: VectorIndex | None = None
        self._lock: FileLock | None = None

    def work(self, queue: SimpleQueue[tuple[PipeMessage, float] | None]) -> None:
        """Answer what comes in the queue, in order, until None comes."""
        while (item := queue.get()) is not None:
            message, came_at = item
            waited_s = time.monotonic() - came_at
            if waited_s <= message.header.get("within_s", waited_s):  # nobody waits for it any longer
                answer = self._answer(message)
                with contextlib.suppress(BrokenPipeError):  # the parent is gone; stdin will tell
                    self._parent.send(answer)

    def close(self) -> None:
        """Let go of everything."""
        index, self._index = self._index, None
        if index is not None:
            index.close()
        if self._lock is not None:
            self._lock.release()

    def _answer(self, message: PipeMessage) -> PipeMessage:
        number, do = message.header["id"], message.header["do"]
        try:
            header, payload = getattr(self, f"_{do}")(message.header, message.payload)
        except SovereignError as error:
            return PipeMessage({"id": number, "failed": error.user_text, "remedy": error.remedy})
        except Exception as error:  # noqa: BLE001 - the edge of other people's libraries
            logger.warning("a request for vectors failed", extra={"do": do, "error": type(error).__name__})
            return PipeMessage({"id": number, "failed": f"The search by meaning failed ({type(error).__name__})."})
        return PipeMessage({"id": number, **header}, payload)

    def _open(self, header: Mapping[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        folder = Path(header["folder"])
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.close()
        lock = FileLock(folder / "lock")
        deadline = time.monotonic() + LOCK_WITHIN_S
        while not lock.acquire():
            if time.monotonic() > deadline:
                return {IN_USE: True}, b""
            time.sleep(0.05)
        self._lock = lock
        index = VectorIndex(folder, header["dimensions"], _segments(folder, header.get("server")))
        try:
            index.open()
        except BaseException:
            index.close()
            raise
        self._index = index
        return {"repaired": index.repaired}, index.ids()

    def _query(self, header: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        return {"found": self._opened.query(payload, header["limit"])}, b""

    def _add(self, header: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        self._opened.add(header["ids"], payload)
        return {}, b""

    def _erase(self, header: Mapping[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        self._opened.erase(header["ids"])
        return {}, b""

    def _check(self, _header: Mapping[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        return {"problem": self._opened.check()}, b""

    def _repair(self, _header: Mapping[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        self._opened.make_anew()
        return {}, b""

    def _embed(self, header: Mapping[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        folder = header["model"]
        with self._loading:
            if folder not in self._embedders:
                self._embedders[folder] = self._load_embedder(Path(folder))
        return {}, self._embedders[folder](header["texts"])

    def _embed_many(self, header: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        return self._embed(header, payload)

    @property
    def _opened(self) -> VectorIndex:
        if self._index is None:
            raise SovereignError("The search by meaning is not ready yet.")
        return self._index


def _segments(folder: Path, server: Mapping[str, Any] | None) -> Segments:
    return LocalSegments(folder) if server is None else ServerSegments(**server)
