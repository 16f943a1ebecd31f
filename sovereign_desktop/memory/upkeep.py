"""Keeps the index in step with the memories: what is new gets a vector, what was forgotten loses it.

Works in the background, a batch at a time, and takes up where it was stopped, because the index itself says what it
has. A question never waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence

from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.errors import BrokenReply, EngineError, ProcessError, SovereignError, Unaffordable
from sovereign_desktop.memory.client import IndexPlace, IndexProcess
from sovereign_desktop.memory.guarded import GuardedVectors
from sovereign_desktop.memory.records import Memory
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.memory.vectors import Embeds, checked

logger = logging.getLogger(__name__)

EMBEDDED_AT_ONCE = 128
BATCH = 1_024
"""So many go into the index at once, which takes two thirds of the time that 128 and 128 do; of long vectors fewer."""
BATCH_BYTES = 2**22
LONGEST_EMBEDDED = 8_000
"""Characters; models read no more, and the beginning says what a text is about."""
LOOK_AGAIN_S = 20.0
"""Another program may have remembered or forgotten something."""
CHECK_EVERY_S = 600.0
_OF_A_TEXT = (BrokenReply, EngineError)
"""Just these and nothing that derives from them: a server's refusal or an answer that is none may be one text's fault.
"""


class Upkeep:
    """Runs between `start` and `close`. `left` memories still wait for their vector."""

    def __init__(
        self,
        store: MemoryStore,
        index: IndexProcess,
        embedder: Embeds,
        place: IndexPlace,
        guarded: GuardedVectors,
    ) -> None:
        self._store = store
        self._index = index
        self._embedder = embedder
        self._place = place
        self._guarded = guarded
        index.on_down = self.down
        self._wake = asyncio.Event()
        self._looked = asyncio.Event()
        self._is_in_step = False
        self._task: asyncio.Task[None] | None = None
        self._done_to = 0
        self._missing: list[int] = []
        self._checked_at = 0.0
        self._batch = max(1, min(BATCH, BATCH_BYTES // (4 * embedder.dimensions)))
        self.left = 0
        self.problem = ""

    def start(self) -> None:
        """Begin. The child starts when vectors are wanted."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="keep the memory's vectors")

    async def close(self) -> None:
        """Stop, end the child and close the embedder. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._index.close()
        await self._embedder.close()

    def look(self) -> None:
        """Something has changed."""
        self._is_in_step = False
        self._looked.clear()
        self._wake.set()

    async def settled(self, within_s: float) -> bool:
        """Wait until the index is in step; False when that does not come about, at once where another has it."""
        self.look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._looked.wait()
        return self._is_in_step

    def down(self) -> None:
        """The child has ended; another one follows."""
        if self._guarded.ready:
            self._guarded.not_ready("the search by meaning is starting again")
        self._wake.set()

    async def _run(self) -> None:
        backoff, failures = Backoff(first_s=0.2, longest_s=30.0), 0
        while True:
            self._wake.clear()
            try:
                if self._guarded.is_wanted:
                    await self._keep()
                failures = 0
                await self._rest(LOOK_AGAIN_S)
            except SovereignError as error:
                self.problem = error.sentence
                if not self._guarded.ready:
                    self._guarded.not_ready(error.user_text.rstrip("."))
                logger.warning("vectors can't be kept now", extra={"error": type(error).__name__})
                failures += 1
                await self._rest(backoff.delay_s(failures - 1))
            except Exception:  # the edge of the task: words go on to answer, and it is tried again
                logger.exception("keeping the vectors has a fault")
                self._guarded.not_ready("Something went wrong inside the program")
                failures += 1
                await self._rest(backoff.delay_s(failures - 1))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _keep(self) -> None:
        """Open the index if need be, then bring it in step. Raises SovereignError."""
        self._index.start()
        if not self._guarded.ready:
            await self._index.up()
            await self._open()
        if self._guarded.ready:
            await self._erase()
            self.problem = await self._filled()
            await self._check()
        if not self._wake.is_set():
            self._is_in_step = self._guarded.ready and not self.problem
            self._looked.set()

    async def _open(self) -> None:
        opened = await self._index.open(self._place)
        if opened is None:
            self._guarded.not_ready("another program of yours searches by meaning just now; keywords are used here")
            return
        missing, stray = await self._store.missing_from(opened.ids)
        if stray:
            await self._index.erase(stray)
        self._missing = list(missing)
        self._done_to = max((*opened.ids, *missing), default=0)
        if opened.repaired:
            await self._guarded.corrupted(opened.repaired)
        self._guarded.now_ready()
        if opened.repaired and not await self._index.check():
            await self._guarded.enable()

    async def _erase(self) -> None:
        if erased := await self._store.erased():
            await self._index.erase(erased)
            await self._store.vectors_gone(erased)

    async def _filled(self) -> str:
        """Fill it; why that has to wait for money, in a sentence. Nothing else has to. Raises SovereignError."""
        try:
            await self._fill()
        except Unaffordable as error:
            return error.sentence
        return ""

    async def _fill(self) -> None:
        while batch := await self._next_batch():
            self.left = len(self._missing) + len(batch)
            vectors, problem = await self._embedded(batch)
            if vectors:
                await self._index.add(list(vectors), list(vectors.values()))
                last = max(vectors)
                self._done([memory.id for memory in batch if problem is None or memory.id <= last])
            if problem is not None:
                raise problem
            await self._erase()  # whoever had something forgotten does not wait for all the others
        self.left = 0

    async def _embedded(self, batch: tuple[Memory, ...]) -> tuple[dict[int, bytes], SovereignError | None]:
        """The vectors of the first of these by id, up to where it failed."""
        vectors: dict[int, bytes] = {}
        try:
            for start in range(0, len(batch), EMBEDDED_AT_ONCE):
                some = batch[start : start + EMBEDDED_AT_ONCE]
                try:
                    vectors |= await self._vectors_of(some)
                except _OF_A_TEXT as error:
                    if type(error) not in _OF_A_TEXT or not await self._has_any(some[0], some[-1]):
                        raise
                    if not (found := await self._with_gaps(some)):
                        raise
                    vectors |= found
        except SovereignError as error:
            return vectors, error
        return vectors, None

    async def _vectors_of(self, some: Sequence[Memory]) -> dict[int, bytes]:
        texts = [memory.text[:LONGEST_EMBEDDED] for memory in some]
        vectors = checked(await self._embedder.embed(texts), len(texts), self._embedder.dimensions)
        return dict(zip((memory.id for memory in some), vectors, strict=True))

    async def _has_any(self, *probes: Memory) -> bool:
        """Whether the model works at all: then it is one of the texts that it can't take."""
        return any([await self._with_gaps([one]) for one in probes])

    async def _with_gaps(self, some: Sequence[Memory]) -> dict[int, bytes]:
        """The vectors of those that get one; the others are tried again at the next opening. Words find them."""
        try:
            return await self._vectors_of(some)
        except _OF_A_TEXT as error:
            if type(error) not in _OF_A_TEXT:
                raise
        if len(some) == 1:
            return {}
        half = len(some) // 2
        return await self._with_gaps(some[:half]) | await self._with_gaps(some[half:])

    async def _next_batch(self) -> tuple[Memory, ...]:
        """The newest that is missing first: it is what will be asked for."""
        if fresh := await self._store.after(self._done_to, self._batch):
            return fresh
        while self._missing:
            if found := await self._store.get(self._missing[-self._batch :]):
                return tuple(found.values())
            del self._missing[-self._batch :]  # forgotten meanwhile
        return ()

    def _done(self, ids: Sequence[int]) -> None:
        if min(ids) > self._done_to:
            self._done_to = max(ids)
        else:
            done = set(ids)
            self._missing[-self._batch :] = [one for one in self._missing[-self._batch :] if one not in done]

    async def _check(self) -> None:
        if time.monotonic() - self._checked_at < CHECK_EVERY_S and self._checked_at:
            return
        self._checked_at = time.monotonic()
        if problem := await self._index.check():
            await self._guarded.corrupted(f"a health check found that {problem}")
            self._guarded.not_ready("the search by meaning is being made again")
            await self._index.repair()
            self._checked_at = 0.0
            if await self._index.check():
                raise ProcessError("The search by meaning could not be made again.")
            self._guarded.now_ready()
            await self._guarded.enable()
