"""Asks the providers, side by side, and takes what they say in time. Nobody is waited for beyond a deadline."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.base import ContextProvider, ContextQuery, Provided, Tier
from sovereign_desktop.context.cache import ContextCache
from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

TOO_LATE = "It did not answer in time."
FAILED = "It failed."


@dataclass(slots=True)
class _Asked:
    """One provider in one turn: the best that it has said so far, and what it is being asked."""

    query: ContextQuery
    said: Provided | None = None
    problem: str = ""
    task: asyncio.Task[None] | None = None

    @property
    def is_pending(self) -> bool:
        return self.task is not None and not self.task.done()


class Gatherer:
    """Keeps what providers said, and who was late the last time. One for all turns."""

    def __init__(
        self,
        providers: Sequence[ContextProvider],
        settings: SmartContext,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.providers = tuple(providers)
        self.settings = settings
        self.clock = clock
        self.late: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        cache = settings.cache
        self.cache: ContextCache[Provided] = ContextCache(
            cache.ttl_seconds if cache.enabled else 0, cache.max_size, clock
        )

    def begin(self, turn_id: str, recent: tuple[str, ...] = ()) -> Gathering:
        """Nobody is asked before `Gathering.ask`."""
        return Gathering(self, turn_id, recent)

    async def close(self) -> None:
        """End what still runs. What does not end when it is told to is left behind."""
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=1.0)


class Gathering:
    """What the providers know for one turn. `ask` as often as more words are known; read at any time."""

    def __init__(self, gatherer: Gatherer, turn_id: str, recent: tuple[str, ...]) -> None:
        self._gatherer = gatherer
        self._turn_id = turn_id
        self._recent = recent
        self._asked: dict[str, _Asked] = {}

    def ask(self, text: str = "", *, is_final: bool = False, tiers: frozenset[Tier] = frozenset()) -> None:
        """Ask whoever would answer otherwise than before; `tiers` are those that the words are plainly about."""
        deadline = self._gatherer.clock() + self._gatherer.settings.deadline_s
        query = ContextQuery(self._turn_id, deadline, text, is_final, self._recent)
        for provider in self._gatherer.providers:
            self._ask(provider, replace(query, is_asked_for=provider.tier in tiers))

    async def wait(self, *, all_of: frozenset[Tier] = frozenset()) -> None:
        """Wait a moment for what was asked last; for these tiers until their deadline.

        Who was late in the turn before is not waited for: it has to be in time by itself.
        """
        late, grace_s = self._gatherer.late, self._gatherer.settings.grace_ms / 1000
        pending = {
            provider.name: asked.task
            for provider in self._gatherer.providers
            if (asked := self._asked.get(provider.name)) is not None and asked.is_pending and asked.task is not None
        }
        long = [
            task
            for provider in self._gatherer.providers
            if provider.tier in all_of and (task := pending.get(provider.name)) is not None
        ]
        short = [task for name, task in pending.items() if task not in long and name not in late]
        if short and grace_s:
            await asyncio.wait(short, timeout=grace_s)
        if long:
            await asyncio.wait(long, timeout=self._gatherer.settings.deadline_s)

    @property
    def is_complete(self) -> bool:
        """Whether everybody has answered."""
        return not any(asked.is_pending for asked in self._asked.values())

    def found(self) -> list[tuple[ContextProvider, Provided]]:
        """What is there now."""
        return [
            (provider, asked.said)
            for provider in self._gatherer.providers
            if (asked := self._asked.get(provider.name)) is not None and asked.said is not None
        ]

    def problems(self) -> dict[str, str]:
        """Who gave nothing, and why in a sentence."""
        late = self._gatherer.late
        found = {}
        for name, asked in self._asked.items():
            if asked.said is None and asked.is_pending:
                late.add(name)
                found[name] = TOO_LATE
            elif asked.problem:
                found[name] = asked.problem
            elif asked.said is not None and asked.said.withheld:
                found[name] = asked.said.withheld
        return found

    def close(self) -> None:
        """The turn is over: nobody needs to search on."""
        for asked in self._asked.values():
            if asked.is_pending and asked.task is not None:
                asked.task.cancel()

    def _ask(self, provider: ContextProvider, query: ContextQuery) -> None:
        before = self._asked.get(provider.name)
        try:
            state = provider.state(query)
            same = before is not None and state is not None and state == provider.state(before.query)
        except Exception as error:  # noqa: BLE001 - the edge of somebody else's code
            self._fail(provider.name, _Asked(query), error)
            return
        if before is not None and (same or (state is None and before.query.text == query.text)):
            return
        known = self._gatherer.cache.get(provider.name, state) if state is not None else None
        asked = self._asked[provider.name] = _Asked(query, known or (before.said if before is not None else None))
        if before is not None and before.is_pending and before.task is not None:
            before.task.cancel()
        if known is None:
            asked.task = asyncio.get_running_loop().create_task(self._get(provider, asked, state), name=provider.name)
            self._gatherer.tasks.add(asked.task)
            asked.task.add_done_callback(self._gatherer.tasks.discard)

    async def _get(self, provider: ContextProvider, asked: _Asked, state: Hashable | None) -> None:
        try:
            async with asyncio.timeout(self._gatherer.settings.deadline_s):
                said = await provider.get(asked.query)
        except TimeoutError:
            self._gatherer.late.add(provider.name)
            asked.problem = TOO_LATE
            logger.info("a context provider was too late", extra={"provider": provider.name})
            return
        except Exception as error:  # noqa: BLE001 - the edge of somebody else's code
            self._fail(provider.name, asked, error)
            return
        asked.said, asked.problem = said, ""
        self._gatherer.late.discard(provider.name)
        if said.withheld:
            self._gatherer.cache.forget(provider.name)  # what it said when it still might look
        elif state is not None:
            self._gatherer.cache.put(provider.name, state, said)

    def _fail(self, name: str, asked: _Asked, error: Exception) -> None:
        self._asked[name] = asked
        asked.said = None
        asked.problem = error.user_text if isinstance(error, SovereignError) else FAILED
        logger.warning("a context provider failed", extra={"provider": name, "error": type(error).__name__})
