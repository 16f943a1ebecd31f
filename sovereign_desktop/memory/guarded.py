"""Search by meaning behind a flag: asked for its share of the queries, watched, and given up by itself when it is bad.

What it can't answer in time is no failure of a turn: the caller has keywords anyway. The messages that begin a word
with a capital are those of the rollback plan, word for word, so that its grep lines work.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sovereign_desktop.core.errors import SovereignError, Unaffordable
from sovereign_desktop.memory.judge import Finding, Judge, Limits, Severity
from sovereign_desktop.memory.judge import Sample as QuerySample
from sovereign_desktop.memory.rollout import Rollout
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.memory.vectors import Embeds, checked

logger = logging.getLogger(__name__)

USING = "Using real vector store for retrieval metadata"
DISABLED = "Feature flag disabled, using mock metadata generator"
FAILED = "Real vector retrieval failed, falling back to mock"
NOTE = "rollout"
"""Under this name the state of the rollout stands beside the memories: every program of the user reads the same."""


class Searches(Protocol):
    """What finds the nearest vectors (`client.IndexProcess`)."""

    async def query(self, vector: bytes, limit: int, within_s: float) -> Sequence[tuple[int, float]]: ...


@dataclass(frozen=True, slots=True)
class Nearest:
    """Ids and cosine distances, nearest first; None when nobody was asked or nobody answered, and why."""

    found: tuple[tuple[int, float], ...] | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """How long a query may take, what is too bad, and how long each step of the rollout holds."""

    deadline_s: float = 0.25
    hold_s: float = 3600.0
    limits: Limits = field(default_factory=Limits)


DEFAULT_GUARD = Guard()


class GuardedVectors:
    """Asks the vectors. `on_change` is told of every change of the rollout, with what was found.

    `ready` is set by whoever keeps the index. One event loop.
    """

    def __init__(
        self,
        store: MemoryStore,
        index: Searches,
        embedder: Embeds,
        flag: Callable[[], int],
        guard: Guard = Guard(),
        *,
        on_change: Callable[[Rollout], None] = lambda _rollout: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._index = index
        self._embedder = embedder
        self._flag = flag
        self._guard = guard
        self._on_change = on_change
        self._clock = clock
        self._wall = wall
        self._judge = Judge(guard.limits)
        self._since: float | None = None
        self._known: Rollout | None = None
        self._was_ready = False
        self.ready = False
        self.standing = "the search by meaning is starting"
        """Why it is not ready, as half a sentence."""
        self.watched = ""
        """What is not well and no reason to give up yet."""

    @property
    def flag_percent(self) -> int:
        """What the flag says now."""
        return self._flag()

    @property
    def is_wanted(self) -> bool:
        """Whether the index is kept: the flag asks for it, or it answers already."""
        return self.flag_percent > 0 or self.ready

    async def nearest(self, text: str, limit: int) -> Nearest:
        """The memories that mean the nearest, if it is this query's turn and all goes well. Never raises.

        Begins by what was known of the rollout last, and reads meanwhile how it stands now: that counts.
        """
        flag = self._flag()
        begun = None
        if self._was_ready and self._known is not None and self._known.takes(text, flag):
            begun = asyncio.ensure_future(self._ask(text, limit))
        try:
            rollout = await self.rollout()
            if not rollout.takes(text, flag):
                logger.info(DISABLED, extra={"flag_percent": flag, "rollout_percent": rollout.percent})
                return Nearest(None, self._why_not(flag, rollout))
            if not self.ready and not self._was_ready:
                return Nearest(None, self.standing)
            logger.info(USING)
            found, took_ms, failure = await (begun or self._ask(text, limit))
        except SovereignError as error:
            return Nearest(None, error.user_text)
        finally:
            if begun is not None:
                begun.cancel()
        if failure:
            logger.warning(FAILED, extra={"took_ms": round(took_ms, 1)})
        await self._weigh(self._judge.take(QuerySample(self._clock(), took_ms, failure)), rollout)
        return Nearest(found, failure)

    async def rollout(self) -> Rollout:
        """Where the rollout stands now; moves it on when its next step is due. Raises SovereignError."""
        kept = Rollout.from_json(await self._store.note(NOTE))
        due = kept.advanced(self._wall(), self._guard.hold_s)
        if due != kept:
            await self._change(due)
        if self._since != due.since:  # here or in another program: what was seen before is no judgement of this step
            self._judge.restart()
            self._since = due.since
        self._judge.baseline_ms = self._judge.baseline_ms or due.baseline_ms
        self._known = due
        return due

    async def enable(self) -> Rollout:
        """Begin the rollout again with its first step. Raises SovereignError."""
        begun = (await self.rollout()).enabled(self._wall())
        await self._change(begun)
        return begun

    async def corrupted(self, what: str) -> None:
        """A health check found wrong answers. Raises SovereignError."""
        await self._weigh(self._judge.corrupted(what), await self.rollout())

    def now_ready(self) -> None:
        """The index answers."""
        self.ready = self._was_ready = True
        self.standing = ""

    def not_ready(self, why: str) -> None:
        """It does not, and why, as half a sentence."""
        self.ready = False
        self.standing = why

    async def _ask(self, text: str, limit: int) -> tuple[tuple[tuple[int, float], ...] | None, float, str]:
        """What is found, after how many milliseconds, and what went wrong, if anything."""
        deadline_s = self._guard.deadline_s
        found, failure = None, ""
        began = self._clock()
        try:
            async with asyncio.timeout(deadline_s):
                vectors = checked(await self._embedder.embed([text]), 1, self._embedder.dimensions)
                found = tuple(await self._index.query(vectors[0], limit, deadline_s))
        except Unaffordable:
            raise  # that says nothing of how well the search works
        except TimeoutError:
            failure = f"no answer within {1000 * deadline_s:.0f} ms"
        except SovereignError as error:
            failure = error.user_text.rstrip(".")
        return found, 1000 * (self._clock() - began), failure

    async def _weigh(self, finding: Finding, rollout: Rollout) -> None:
        self.watched = finding.reason if finding.severity is Severity.LOW else ""
        if finding.severity is Severity.LOW:
            logger.info("vectors are watched", extra={"baseline_ms": round(self._judge.baseline_ms, 1)})
        try:
            if finding.wants_rollback and not (await self.rollout()).is_rolled_back:
                logger.warning("vector retrieval is rolled back", extra={"severity": finding.severity.value})
                await self._change(rollout.rolled_back(finding.reason, self._wall()))
            elif self._judge.baseline_ms > 0 and rollout.baseline_ms <= 0 and not rollout.is_rolled_back:
                await self._store.write_note(NOTE, replace(rollout, baseline_ms=self._judge.baseline_ms).as_json())
        except SovereignError:
            logger.warning("the state of the rollout can't be kept")

    async def _change(self, rollout: Rollout) -> None:
        await self._store.write_note(NOTE, rollout.as_json())
        self._on_change(rollout)

    def _why_not(self, flag: int, rollout: Rollout) -> str:
        if flag == 0:
            return "the search by meaning is switched off"
        if rollout.is_rolled_back:
            return f"the search by meaning was given up: {rollout.reason}"
        return f"{min(flag, rollout.percent)} % of the questions are searched by meaning, and this one is not"
