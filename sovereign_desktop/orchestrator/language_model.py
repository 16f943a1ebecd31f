"""Several language models as one `LanguageModel`: the voice pipeline does not know that it holds more than one.

A question goes to a fast model or to a deep one (`routing.py`), and there to whom experience speaks for. With one
asked, its words are passed on as they come. With several, the first whose first sentence is there and that is good
enough answers, and the others are cancelled. A model that fails before it said anything is replaced by the next.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

from sovereign_desktop.config.sections.orchestrator import MemberModel, Orchestrator, Role
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.dialogue import Message, ToolCall
from sovereign_desktop.core.dialogue import Role as Speaker
from sovereign_desktop.core.errors import EngineError, EngineUnavailable, SovereignError
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, Piece, ReplyOptions, Usage
from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.calling import tokens_in
from sovereign_desktop.orchestrator.history import Call, History
from sovereign_desktop.orchestrator.limits import Limits
from sovereign_desktop.orchestrator.providers import engine_of, key_name
from sovereign_desktop.orchestrator.routing import route
from sovereign_desktop.orchestrator.selection import Candidate, Selector, Worth
from sovereign_desktop.orchestrator.values import TOKENS_PRICED, AIModel, TaskType, task_of

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 200
"""Turns whose answer can still be judged without the history's file."""
_SENTENCE_END = re.compile(r"[.!?…]['\")”’]*\s|[。！？]|\n")
LONGEST_FIRST_SENTENCE = 280


@dataclass(slots=True)
class Member:
    """A model with what asks it."""

    settings: MemberModel
    engine: LanguageModel
    breaker: CircuitBreaker = field(default_factory=lambda: CircuitBreaker(failures_to_open=2, cool_down_s=60.0))

    @property
    def name(self) -> str:
        return self.settings.model

    @property
    def figures(self) -> AIModel:
        """What is said of it."""
        one = self.settings
        return AIModel(one.model, one.provider, one.cost_per_1m_tokens, one.avg_response_time, one.enabled, one.quality)

    def usd(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens cost."""
        one = self.settings
        into = one.cost_per_1m_tokens if one.input_cost_per_1m_tokens is None else one.input_cost_per_1m_tokens
        return (input_tokens * into + output_tokens * one.cost_per_1m_tokens) / TOKENS_PRICED


@dataclass(slots=True)
class _Asked:
    """One model asked once, and what has come of it."""

    member: Member
    confidence: float
    began: float
    reserved_usd: float
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
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


class OrchestratedModel:
    """`history` is loaded by whoever made it. `settings` may be exchanged while questions are answered."""

    name = "orchestrator"

    def __init__(
        self,
        settings: Orchestrator,
        members: Sequence[Member],
        history: History,
        *,
        rng: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.settings = settings
        self.members = tuple(members)
        self.history = history
        self.beliefs = Beliefs()
        self._selector = Selector(self.beliefs, _worth(settings), rng or random.Random())  # noqa: S311
        self._clock = clock
        self._today = today
        self._shown = ""
        self._answered: OrderedDict[str, tuple[str, str]] = OrderedDict()
        for call in history.calls:
            self.beliefs.learn(call)

    @property
    def model(self) -> str:
        """The strategy of the last answer and who gave it, such as `fast, small`; before any, who stands there."""
        return self._shown or ", ".join(member.name for member in self.members)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where any of them is that is switched on: who answers shows only later."""
        return tuple(dict.fromkeys(host for member in self._enabled() for host in member.engine.hosts))

    async def availability(self) -> Availability:
        """That of the first model that can be asked; if none can, of the first."""
        states = [await member.engine.availability() for member in self._enabled()]
        if not states:
            return Availability(False, "no model is named", "Name some under `orchestrator.models`.")
        return next(filter(None, states), states[0])

    async def prepare(self) -> None:
        """Prepare all. Raises when none can be."""
        results = await asyncio.gather(*(member.engine.prepare() for member in self.members), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, EngineError):
                raise result
        if all(results) and results and isinstance(results[0], BaseException):
            raise results[0]

    async def close(self) -> None:
        """Close all, and write what was learned."""
        for member in self.members:
            await member.engine.close()
        await asyncio.to_thread(self.history.close)

    # An answer

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """The reply of one model from beginning to end, then what each model that was asked consumed."""
        question, turn_id = _question(messages)
        role = route(question, self.settings.router)
        task = TaskType.COMPLEX_REASONING if role is Role.DEEP else TaskType.SIMPLE_QUERY
        answering = _Answering(self, messages, options, await self._in_order(role, task, messages), role)
        try:
            async with aclosing(answering.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            await answering.stop()
            self._keep(answering, task, turn_id)
        for usage in answering.usages():
            yield usage

    async def _in_order(
        self, role: Role, task: TaskType, messages: Sequence[Message]
    ) -> list[tuple[Member, Candidate]]:
        """Whom to ask, best first: those of the role, then the rest, those on this computer last."""
        usable = [one for one in self._enabled() if one.breaker.allowed_in_s(self._clock()) <= 0] or self._enabled()
        usable = [one for one in usable if await one.engine.availability()]
        if not usable:
            state = await self.availability()
            raise EngineUnavailable(f"No model can be asked: {state.reason}.", remedy=state.remedy)
        self._selector.worth = _worth(self.settings)
        ranked = self._selector.rank(
            [one.figures for one in usable],
            task,
            quality_threshold=self.settings.default_quality_threshold,
            cost_limit=self.settings.default_cost_limit,
            input_tokens=_tokens(messages),
        )
        by_name = {one.name: one for one in usable}
        if not self.settings.feature_flags.model_selection:
            order = [one.name for one in usable]
            ranked.sort(key=lambda one: order.index(one.model.name))
        places = [role, *(other for other in (Role.FAST, Role.DEEP, Role.LOCAL) if other is not role)]
        ranked.sort(key=lambda one: places.index(by_name[one.model.name].settings.role))
        return [(by_name[one.model.name], one) for one in ranked]

    def _enabled(self) -> list[Member]:
        return [member for member in self.members if member.settings.enabled]

    # What is learned

    def feedback(self, turn_id: str, was_good: bool) -> bool:
        """Thumbs up or down for the answer of a turn; False when it was none of these models'."""
        model, task_name = self._answered.get(turn_id, ("", ""))
        known = self.history.find(turn_id, model)
        if known is None and not model:
            return False
        model, task_name = model or (known.model if known else ""), task_name or (known.task if known else "")
        self.history.judge(turn_id, model, float(was_good))
        self.history.save()
        if self.settings.feature_flags.performance_tracking:
            self.beliefs.learn_quality(model, task_of(task_name), float(was_good))
        return True

    def confidence(self) -> dict[str, dict[str, float]]:
        """How far each model is trusted, by kind of work: the table of what was learned."""
        return {
            member.name: {task.value: self.beliefs.of(member.figures, task).quality for task in TaskType}
            for member in self.members
        }

    def _keep(self, answering: _Answering, task: TaskType, turn_id: str) -> None:
        request_id = turn_id or uuid.uuid4().hex
        for asked in answering.asked:
            answering.settle(asked)
            if not self.settings.feature_flags.performance_tracking:
                continue
            is_winner = asked is answering.winner
            call = Call(
                asked.id,
                request_id,
                asked.member.name,
                task.value,
                is_winner and asked.failure is None,
                asked.first_s or self._clock() - asked.began,
                asked.usage.output_tokens if asked.usage is not None else tokens_in(asked.text),
                float(asked.usage.cost_usd or 0) if asked.usage is not None else 0.0,
                0.0 if asked.failure is not None else None,
                "" if asked.failure is None else type(asked.failure).__name__,
                answering.strategy,
            )
            self.history.add(call)
            self.beliefs.learn(call)
        if answering.winner is not None and turn_id:
            self._answered[turn_id] = (answering.winner.member.name, task.value)
            while len(self._answered) > MOST_REMEMBERED:
                self._answered.popitem(last=False)
        self.history.save()

    def change(self, settings: Orchestrator) -> None:
        """Answer by these from the next question on. A model that they do not name any more is not asked."""
        self.settings = settings
        named = {one.model: one for one in settings.models}
        for member in self.members:
            gone = member.settings.model_copy(update={"enabled": False})
            member.settings = named.get(member.name, gone)

    def show(self, strategy: str, asked: _Asked) -> None:
        """Say who answers."""
        self._shown = f"{strategy}, {asked.member.name}"

    @property
    def clock(self) -> Callable[[], float]:
        return self._clock

    @property
    def today(self) -> date:
        return self._today()


class _Answering:
    """One reply. Each model that is asked is read by a task of its own, so that the others are never waited for."""

    def __init__(
        self,
        host: OrchestratedModel,
        messages: Sequence[Message],
        options: ReplyOptions,
        order: Sequence[tuple[Member, Candidate]],
        role: Role,
    ) -> None:
        self.asked: list[_Asked] = []
        self.winner: _Asked | None = None
        self._host = host
        self._settings = host.settings
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
        self._host.show(self.strategy, winner)
        for other in self.asked:
            if other is not winner and other.task is not None:
                other.task.cancel()
        for piece in winner.held:
            winner.pieces.put_nowait(piece)
        while (piece := await winner.pieces.get()) is not None:
            if isinstance(piece, SovereignError):
                raise piece
            yield piece

    async def _first(self) -> _Asked:
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

    def _chosen(self, alive: Sequence[_Asked]) -> _Asked | None:
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

    def _patience(self, alive: Sequence[_Asked]) -> float | None:
        """Until when a late model is waited for alone."""
        if not self._waiting or self._is_hedged or not self._settings.feature_flags.parallel_execution:
            return None
        if not alive or self._options.tools:
            return None
        began = max(one.began for one in alive)
        return max(0.0, began + self._settings.hedge_after_s - self._host.clock())

    async def _ask_next(self) -> bool:
        """Ask one more that there is money for; False when there is none."""
        while self._waiting:
            member, candidate = self._waiting.pop(0)
            most = member.usd(_tokens(self._messages), self._options.max_tokens or member.settings.max_tokens)
            asked = _Asked(member, candidate.confidence, self._host.clock(), most)
            limits = Limits(self._settings.daily_cost_limit, self._settings.monthly_cost_limit)
            if self._committed_usd + most > self._settings.default_cost_limit:
                continue
            if not await self._host.history.reserve(asked.id, most, self._host.today, limits):
                continue
            self._committed_usd += most
            self.asked.append(asked)
            asked.task = asyncio.get_running_loop().create_task(self._read(asked), name=f"ask {member.name}")
            return True
        return False

    async def _read(self, asked: _Asked) -> None:
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
            asked.member.breaker.failed(self._host.clock())
        else:
            asked.member.breaker.succeeded()
        asked.is_over = True
        asked.pieces.put_nowait(end)
        self._news.set()

    def _note(self, asked: _Asked, piece: Piece) -> None:
        if isinstance(piece, Usage):
            usd = asked.member.usd(piece.input_tokens, piece.output_tokens)
            asked.usage = Usage(piece.input_tokens, piece.output_tokens, asked.member.name, _exact(usd))
            return
        if isinstance(piece, str):
            asked.text += piece
        if not asked.first_s and (not isinstance(piece, str) or piece.strip()):
            asked.first_s = max(1e-6, self._host.clock() - asked.began)
        if not asked.has_sentence:
            long = len(asked.text) >= LONGEST_FIRST_SENTENCE
            asked.has_sentence = long or isinstance(piece, ToolCall) or bool(_SENTENCE_END.search(asked.text))

    def _take(self, asked: _Asked) -> None:
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

    def settle(self, asked: _Asked) -> None:
        """Count what a model consumed: what its server says, else its question and what it had written."""
        if asked.usage is None and (asked.text or not asked.is_over):
            into, out = int(_tokens(self._messages)), tokens_in(asked.text)
            asked.usage = Usage(into, out, asked.member.name, _exact(asked.member.usd(into, out)))
        cost = float(asked.usage.cost_usd or 0) if asked.usage is not None else 0.0
        self._host.history.settle(asked.id, cost, self._host.today)

    def usages(self) -> list[Usage]:
        """What each model consumed, the one that answered first."""
        ordered = sorted(self.asked, key=lambda one: one is not self.winner)
        return [one.usage for one in ordered if one.usage is not None]


def _question(messages: Sequence[Message]) -> tuple[str, str]:
    """The last words of the user, and the turn in which they were said."""
    for message in reversed(messages):
        if message.role is Speaker.USER:
            return message.text, message.turn_id
    return "", ""


def _tokens(messages: Sequence[Message]) -> float:
    return float(sum(tokens_in(message.text) for message in messages))


def _exact(usd: float) -> Decimal:
    return Decimal(repr(usd))


def _worth(settings: Orchestrator) -> Worth:
    return Worth(settings.quality_per_usd, settings.quality_per_second)


def members_of(settings: Orchestrator, keys: Mapping[str, str]) -> list[Member]:
    """The models of the settings, each once, with what asks them."""
    named = {one.model: one for one in settings.models}
    return [Member(one, engine_of(one, keys.get(key_name(one), ""))) for one in named.values()]
