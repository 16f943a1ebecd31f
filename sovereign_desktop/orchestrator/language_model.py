"""Several language models as one `LanguageModel`: the voice pipeline does not know that it holds more than one.

A question goes to a fast model or to a deep one (`routing.py`), and there to whom experience speaks for. With one
asked, its words are passed on as they come. With several, the first whose first sentence is there and that is good
enough answers, and the others are cancelled (`answering.py`). A model that fails before it said anything is replaced
by the next. While no money may be spent, those that cost some are left out, and the answer's strategy says so.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import date

from sovereign_desktop.config.sections.orchestrator import Orchestrator, Role
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.dialogue import Role as Speaker
from sovereign_desktop.core.errors import EngineError, EngineUnavailable
from sovereign_desktop.engines.base import NO_OPTIONS, Piece, ReplyOptions
from sovereign_desktop.metrics.purse import LIFT, Purse
from sovereign_desktop.orchestrator.answering import Answering, tokens_of
from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.calling import tokens_in
from sovereign_desktop.orchestrator.history import Call, History
from sovereign_desktop.orchestrator.members import Member
from sovereign_desktop.orchestrator.routing import route
from sovereign_desktop.orchestrator.selection import Candidate, Selector, Worth
from sovereign_desktop.orchestrator.values import TaskType, new_id, task_of

MOST_REMEMBERED = 200
"""Turns whose answer can still be judged without the history's file."""


class OrchestratedModel:
    """`history` is loaded by whoever made it. `settings` may be exchanged while questions are answered."""

    name = "orchestrator"

    def __init__(
        self,
        settings: Orchestrator,
        members: Sequence[Member],
        history: History,
        *,
        purse: Purse | None = None,
        rng: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.settings = settings
        self.members = tuple(members)
        self.history = history
        self._purse = purse or Purse()
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
        """Where any of them is that may be asked: who answers shows only later."""
        return tuple(dict.fromkeys(host for member in self._affordable() for host in member.engine.hosts))

    @property
    def left_out(self) -> str:
        """Why models are not asked now that are switched on, in a sentence; empty when all may be."""
        if len(self._affordable()) == len(self._enabled()):
            return ""
        return f"Models that cost money are left out: {self._purse.closed}."

    async def availability(self) -> Availability:
        """That of the first model that can be asked; if none can, of the first."""
        states = [await member.engine.availability() for member in self._affordable()]
        if not states and self.left_out:
            return Availability(False, f"every model costs money, and {self._purse.closed}", LIFT)
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
        """The reply of one model from beginning to end, then what each model that was asked consumed.

        A reply that fails or is closed costs money too: then `options.late` is told.
        """
        question, turn_id = _question(messages)
        role = route(question, self.settings.router)
        task = TaskType.COMPLEX_REASONING if role is Role.DEEP else TaskType.SIMPLE_QUERY
        answering = Answering(
            self.settings,
            self.history,
            messages,
            options,
            await self._in_order(role, task, messages),
            role,
            chosen=self._show,
            may_ask=self._may_pay,
            clock=self._clock,
            today=self._today,
        )
        is_whole = False
        try:
            async with aclosing(answering.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
            is_whole = True
        finally:
            await answering.stop()
            self._keep(answering, task, turn_id)
            if not is_whole:
                for usage in answering.usages():
                    options.late(usage)
        for usage in answering.usages():
            yield usage

    async def _in_order(
        self, role: Role, task: TaskType, messages: Sequence[Message]
    ) -> list[tuple[Member, Candidate]]:
        """Whom to ask, best first: those of the role, then the rest, those on this computer last."""
        affordable = self._affordable()
        usable = [one for one in affordable if one.breaker.allowed_in_s(self._clock()) <= 0] or affordable
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
            input_tokens=tokens_of(messages),
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

    def _affordable(self) -> list[Member]:
        return [member for member in self._enabled() if self._may_pay(member)]

    def _may_pay(self, member: Member) -> bool:
        return not (self._purse.closed and member.costs_money)

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

    def _keep(self, answering: Answering, task: TaskType, turn_id: str) -> None:
        request_id = turn_id or new_id()
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

    def _show(self, strategy: str) -> None:
        """Say who answers, and how that came about."""
        self._shown = f"{strategy}; without paid models: {self._purse.closed}" if self.left_out else strategy

    @property
    def today(self) -> date:
        return self._today()


def _question(messages: Sequence[Message]) -> tuple[str, str]:
    """The last words of the user, and the turn in which they were said."""
    for message in reversed(messages):
        if message.role is Speaker.USER:
            return message.text, message.turn_id
    return "", ""


def _worth(settings: Orchestrator) -> Worth:
    return Worth(settings.quality_per_usd, settings.quality_per_second)
