"""One reply of several models: who is asked, whose words are passed on, and what each of them consumed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

from sovereign_desktop.config.sections.orchestrator import Orchestrator, Role
from sovereign_desktop.core.dialogue import Message, ToolCall
from sovereign_desktop.core.errors import EngineError, EngineUnavailable, SovereignError
from sovereign_desktop.engines.base import Piece, ReplyOptions, Usage
from sovereign_desktop.orchestrator.calling import tokens_in
from sovereign_desktop.orchestrator.history import History
from sovereign_desktop.orchestrator.limits import Limits
from sovereign_desktop.orchestrator.members import Member
from sovereign_desktop.orchestrator.selection import Candidate
from sovereign_desktop.orchestrator.values import new_id

logger = logging.getLogger(__name__)

_SENTENCE_END = re.compile(r"[.!?…]['\")”’]*\s|[。！？]|\n")
LONGEST_FIRST_SENTENCE = 280


@dataclass(slots=True)
class Asked:
    """One model asked once, and what has come of it."""

    member: Member
    confidence: float
    began: float
    reserved_usd: float
    id: str = field(default_factory=new_id)
    pieces: asyncio.Queue[Piece | SovereignError | None] = field(default_factory=asyncio.Queue)
    held: list[Piece | SovereignError | None] = field(default_factory=list)
    text: str = ""
    usage: Usage | None = None
    first_s: float = 0.0
    has_sentence: bool = False
    failure: SovereignError | None = None
    is_over: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether anything that was held says something."""
        return any(isinstance(one, ToolCall) or (isinstance(one, str) and one.strip()) for one in self.held)

    @property
    def is_ready(self) -> bool:
        """Its first sentence is there, or all of a shorter answer."""
        return self.has_sentence or (self.is_over and self.failure is None)


class Answering:
    """One reply. Each model that is asked is read by a task of its own, so that the others are never waited for.

    `chosen` is told the strategy and who answers, as soon as that is settled; `may_ask` is asked of each right before.
    """

    def __init__(
        self,
        settings: Orchestrator,
        history: History,
        messages: Sequence[Message],
        options: ReplyOptions,
        order: Sequence[tuple[Member, Candidate]],
        role: Role,
        *,
        chosen: Callable[[str], None],
        may_ask: Callable[[Member], bool],
        clock: Callable[[], float],
        today: Callable[[], date],
    ) -> None:
        self.asked: list[Asked] = []
        self.winner: Asked | None = None
        self._settings = settings
        self._history = history
        self._told_of = chosen
        self._may_ask = may_ask
        self._clock = clock
        self._today = today
        self._messages = messages
        self._options = options
        self._waiting = list(order)
        self._role = role
        self._news = asyncio.Event()
        self._is_hedged = False
        self._committed_usd = 0.0
        self._at_once = 1
        if self._settings.feature_flags.parallel_execution and not options.tools:
            self._at_once = self._settings.ask_at_once

    @property
    def strategy(self) -> str:
        """How the answer came about: `fast`, `deep`, `local`, with what was done besides."""
        role = self.winner.member.settings.role.value if self.winner is not None else self._role.value
        if self._is_hedged:
            return f"{role}, hedged"
        return f"{role}, first of {len(self.asked)}" if self._at_once > 1 and len(self.asked) > 1 else role

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """What the winner writes. Raises EngineError."""
        for _ in range(self._at_once):
            await self._ask_next()
        if not self.asked:
            raise EngineUnavailable(
                "The cost limit has no room for another answer.",
                remedy="Raise `orchestrator.daily_cost_limit` or `orchestrator.default_cost_limit`.",
            )
        self.winner = winner = await self._first()
        self._told_of(f"{self.strategy}, {winner.member.name}")
        for other in self.asked:
            if other is not winner and other.task is not None:
                other.task.cancel()
        for piece in winner.held:
            winner.pieces.put_nowait(piece)
        while (piece := await winner.pieces.get()) is not None:
            if isinstance(piece, SovereignError):
                raise piece
            yield piece

    async def _first(self) -> Asked:
        """The model that answers. With one asked, as soon as it begins; with several, by whole first sentences."""
        while True:
            self._news.clear()
            for asked in self.asked:
                self._take(asked)
            alive = [one for one in self.asked if one.failure is None]
            if not alive and not await self._ask_next():
                raise self.asked[-1].failure or EngineUnavailable("No model answered.")
            if (chosen := self._chosen(alive)) is not None:
                return chosen
            try:
                async with asyncio.timeout(self._patience(alive)):
                    await self._news.wait()
            except TimeoutError:
                self._is_hedged = await self._ask_next() or self._is_hedged
                if not self._is_hedged:
                    self._waiting.clear()

    def _chosen(self, alive: Sequence[Asked]) -> Asked | None:
        if len(alive) == 1:
            return alive[0] if alive[0].has_begun else None
        bar = self._settings.default_quality_threshold
        ready = [one for one in alive if one.is_ready]
        good = [one for one in ready if one.confidence >= bar]
        if good:
            return min(good, key=lambda one: one.first_s)
        hopeful = [one for one in alive if one.confidence >= bar and not one.is_ready]
        if ready and not hopeful:
            return max(ready, key=lambda one: one.confidence)
        return None

    def _patience(self, alive: Sequence[Asked]) -> float | None:
        """Until when a late model is waited for alone."""
        if not self._waiting or self._is_hedged or not self._settings.feature_flags.parallel_execution:
            return None
        if not alive or self._options.tools:
            return None
        began = max(one.began for one in alive)
        return max(0.0, began + self._settings.hedge_after_s - self._clock())

    async def _ask_next(self) -> bool:
        """Ask one more that there is money for; False when there is none."""
        while self._waiting:
            member, candidate = self._waiting.pop(0)
            most = member.usd(tokens_of(self._messages), self._options.max_tokens or member.settings.max_tokens)
            asked = Asked(member, candidate.confidence, self._clock(), most)
            limits = Limits(self._settings.daily_cost_limit, self._settings.monthly_cost_limit)
            if self._committed_usd + most > self._settings.default_cost_limit or not self._may_ask(member):
                continue
            if not await self._history.reserve(asked.id, most, self._today(), limits):
                continue
            self._committed_usd += most
            self.asked.append(asked)
            asked.task = asyncio.get_running_loop().create_task(self._read(asked), name=f"ask {member.name}")
            return True
        return False

    async def _read(self, asked: Asked) -> None:
        """Pass on what one model writes, its end or its failure last."""
        end: SovereignError | None = None
        try:
            stream = asked.member.engine.reply(self._messages, self._options)
            async with aclosing(cast(AsyncGenerator[Piece], stream)) as pieces:
                async for piece in pieces:
                    self._note(asked, piece)
                    if not isinstance(piece, Usage):
                        asked.pieces.put_nowait(piece)
                        self._news.set()
            if not asked.text.strip() and not asked.first_s:
                end = EngineError(f"{asked.member.name} answered nothing.")
        except SovereignError as error:
            end = error
        except Exception:
            logger.exception("a language model has a fault", extra={"model": asked.member.name})
            end = EngineError(f"{asked.member.name} failed.")
        if end is not None:
            asked.member.breaker.failed(self._clock())
        else:
            asked.member.breaker.succeeded()
        asked.is_over = True
        asked.pieces.put_nowait(end)
        self._news.set()

    def _note(self, asked: Asked, piece: Piece) -> None:
        if isinstance(piece, Usage):
            usd = asked.member.usd(piece.input_tokens, piece.output_tokens)
            asked.usage = Usage(piece.input_tokens, piece.output_tokens, asked.member.name, _exact(usd))
            return
        if isinstance(piece, str):
            asked.text += piece
        if not asked.first_s and (not isinstance(piece, str) or piece.strip()):
            asked.first_s = max(1e-6, self._clock() - asked.began)
        if not asked.has_sentence:
            long = len(asked.text) >= LONGEST_FIRST_SENTENCE
            asked.has_sentence = long or isinstance(piece, ToolCall) or bool(_SENTENCE_END.search(asked.text))

    def _take(self, asked: Asked) -> None:
        """Hold what has come of a model while it is not settled who answers."""
        while not asked.pieces.empty():
            piece = asked.pieces.get_nowait()
            if isinstance(piece, SovereignError) and not asked.has_begun:
                asked.failure = piece
            asked.held.append(piece)

    async def stop(self) -> None:
        """End every request that still runs."""
        running = [one.task for one in self.asked if one.task is not None and not one.task.done()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def settle(self, asked: Asked) -> None:
        """Count what a model consumed: what its server says, else its question and what it had written."""
        if asked.usage is None and (asked.text or not asked.is_over):
            into, out = int(tokens_of(self._messages)), tokens_in(asked.text)
            asked.usage = Usage(into, out, asked.member.name, _exact(asked.member.usd(into, out)))
        cost = float(asked.usage.cost_usd or 0) if asked.usage is not None else 0.0
        self._history.settle(asked.id, cost, self._today())

    def usages(self) -> list[Usage]:
        """What each model consumed, the one that answered first."""
        ordered = sorted(self.asked, key=lambda one: one is not self.winner)
        return [one.usage for one in ordered if one.usage is not None]


def tokens_of(messages: Sequence[Message]) -> float:
    """About how many tokens they have."""
    return float(sum(tokens_in(message.text) for message in messages))


def _exact(usd: float) -> Decimal:
    return Decimal(repr(usd))
