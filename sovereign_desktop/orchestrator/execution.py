"""Asks several models and stops when what is there is good enough.

Calls run side by side, each with its deadline and with money set aside for the most that it can cost. One that fails
is replaced by the next in line; one that is late gets company (a hedged request). What is not needed any more is
cancelled, and what it consumed until then is counted. Source of hedging: J. Dean and L. Barroso, "The tail at scale",
2013.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sovereign_desktop.core.errors import EngineTimeout, SovereignError
from sovereign_desktop.orchestrator.calling import ModelCall, as_response, call_model, reported_cost, tokens_in
from sovereign_desktop.orchestrator.history import History
from sovereign_desktop.orchestrator.limits import Limits
from sovereign_desktop.orchestrator.selection import Candidate
from sovereign_desktop.orchestrator.values import Request, Response, finite, new_id

SHORTEST_HEDGE_S = 0.5
GRACE_S = 1.0
"""So long may a call take to let go once it is cancelled; one that does not is left to itself."""
CLOCK_STEP_S = 0.05
"""Timers may fire so much early."""
NOT_NEEDED = "It was not needed any more."
NO_LIMITS = Limits()


@dataclass(slots=True, eq=False)
class Attempt:
    """One model asked once. `is_cancelled`: it was not needed any more; `is_late`: no answer came in time."""

    candidate: Candidate
    began: float
    reserved_usd: float
    response: Response | None = None
    failure: str = ""
    is_cancelled: bool = False
    is_late: bool = False
    validity: float | None = None
    """The part of its records that keep the rules, once somebody has looked."""
    seconds: float = 0.0
    cost_usd: float = 0.0
    complaints: list[str] = field(default_factory=list)
    is_over: bool = False
    """What comes of it later counts for nothing."""
    id: str = field(default_factory=new_id)

    @property
    def name(self) -> str:
        return self.candidate.model.name


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask, best first: `count` at once, the others when those are late or fail."""

    candidates: Sequence[Candidate]
    count: int
    in_parallel: bool = True
    finishes_early: bool = True
    timeout_s: float = 30.0
    hedge_after_s: float | None = None
    limits: Limits = NO_LIMITS


@dataclass(slots=True)
class Outcome:
    """What came of it. `refused` are models for which a limit had no room."""

    attempts: list[Attempt] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    hedged: bool = False
    finished_early: bool = False

    @property
    def answers(self) -> list[Attempt]:
        return [one for one in self.attempts if one.response is not None]

    @property
    def cost_usd(self) -> float:
        return sum(one.cost_usd for one in self.attempts)


def most_cost_usd(candidate: Candidate, request: Request) -> float:
    """The most that asking it can cost, as long as its answer keeps to `max_tokens`."""
    context = "" if isinstance(request.context, Mapping) and not request.context else request.context
    return candidate.model.cost(tokens_in(request.prompt) + tokens_in(context) + request.max_tokens)


class Execution:
    """Runs once. `is_enough` looks at the answers so far."""

    def __init__(
        self,
        plan: Plan,
        request: Request,
        call: ModelCall,
        history: History,
        is_enough: Callable[[Sequence[Attempt]], bool],
        today: Callable[[], date] = date.today,
    ) -> None:
        self._plan = plan
        self._request = request
        self._call = call
        self._history = history
        self._is_enough = is_enough
        self._today = today
        self._waiting = list(plan.candidates)
        self._running: dict[Attempt, asyncio.Task[None]] = {}
        self._ended: list[Attempt] = []
        self._news: asyncio.Future[None] | None = None
        self._clock = asyncio.get_running_loop().time
        self._committed_usd = 0.0
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        """What came of it. Cancelling cancels every call, whose cost is counted all the same. Raises SovereignError."""
        wanted = self._plan.count if self._plan.in_parallel else 1
        try:
            await self._begin(wanted)
            while self._running:
                ended = await self._next(self._patience())
                if not ended and self._leave_what_hangs():
                    continue
                if not ended:
                    self.outcome.hedged = True
                    await self._begin(1)
                    continue
                failed = sum(attempt.response is None for attempt in ended)
                if self._is_over():
                    break
                missing = failed if self._plan.in_parallel else len(ended)
                if len(self.outcome.answers) < self._plan.count:
                    await self._begin(missing)
        finally:
            await self._stop()
        return self.outcome

    async def _next(self, patience: float | None) -> list[Attempt]:
        """What has ended since the last time; nothing when the patience comes to its end, or a call ignores its own."""
        if not self._ended:
            hangs_from = min(attempt.began for attempt in self._running) + self._plan.timeout_s + GRACE_S
            until = hangs_from if patience is None else min(hangs_from, self._clock() + patience)
            loop = asyncio.get_running_loop()
            self._news = news = loop.create_future()
            timer = loop.call_at(until, _tell, news)
            try:
                await news
            finally:
                self._news = None
                timer.cancel()
        ended, self._ended = self._ended, []
        for attempt in ended:
            del self._running[attempt]
        return ended

    def _leave_what_hangs(self) -> bool:
        """Give up calls that go on long after their deadline, because they do not let themselves be cancelled."""
        now = self._clock()
        hanging = [one for one in self._running if now >= one.began + self._plan.timeout_s + GRACE_S - CLOCK_STEP_S]
        for attempt in hanging:
            attempt.is_late = True
            self._leave(attempt, self._too_late(attempt))
        return bool(hanging)

    def _leave(self, attempt: Attempt, why: str) -> None:
        task = self._running[attempt]
        attempt.failure = why
        _left.add(task)
        task.add_done_callback(_left.discard)
        self._over(attempt)

    def _too_late(self, attempt: Attempt) -> str:
        return f"{attempt.name} did not answer within {self._plan.timeout_s:g} seconds."

    def _is_over(self) -> bool:
        answers = self.outcome.answers
        if not answers:
            return False
        if len(answers) >= self._plan.count and not self._plan.in_parallel:
            return True
        if self._plan.finishes_early and self._is_enough(answers):
            self.outcome.finished_early = bool(self._running)
            return True
        return len(answers) >= self._plan.count

    def _patience(self) -> float | None:
        """How long to wait before one more is asked, or None when there is none to ask or one was."""
        if not self._waiting or self.outcome.hedged or not self._plan.in_parallel:
            return None
        after = self._plan.hedge_after_s
        if after is None:
            usual = max(attempt.candidate.seconds for attempt in self._running)
            after = max(SHORTEST_HEDGE_S, 2.0 * usual)
        began = min(attempt.began for attempt in self._running)
        return max(0.0, began + after - self._clock())

    async def _begin(self, count: int) -> None:
        """Ask so many more, as far as the limits have room."""
        while count > 0 and self._waiting:
            candidate = self._waiting.pop(0)
            attempt = Attempt(candidate, self._clock(), most_cost_usd(candidate, self._request))
            if not await self._reserve(attempt):
                self.outcome.refused.append(attempt.name)
                continue
            attempt.began = self._clock()  # the reservation may have waited for the disk
            self.outcome.attempts.append(attempt)
            self._running[attempt] = asyncio.get_running_loop().create_task(self._ask(attempt))
            count -= 1

    async def _reserve(self, attempt: Attempt) -> bool:
        if self._committed_usd + attempt.reserved_usd > self._request.cost_limit:
            return False
        if not await self._history.reserve(attempt.id, attempt.reserved_usd, self._today(), self._plan.limits):
            return False
        self._committed_usd += attempt.reserved_usd
        return True

    async def _ask(self, attempt: Attempt) -> None:
        """Ask; whatever comes of it stands in the attempt then."""
        model = attempt.candidate.model
        try:
            async with asyncio.timeout(self._plan.timeout_s):
                given = await call_model(self._call, model, self._request)
            if attempt.is_over:
                return
            attempt.seconds = self._clock() - attempt.began
            attempt.cost_usd = reported_cost(given, model)  # an answer that is no good was paid for too
            attempt.response, attempt.complaints = as_response(given, model, self._request, attempt.seconds)
            attempt.cost_usd = attempt.response.cost
        except TimeoutError as error:
            attempt.is_late = not str(error)  # with words it is the call's own, not our deadline
            attempt.failure = self._too_late(attempt) if attempt.is_late else f"{attempt.name} timed out."
        except SovereignError as error:
            attempt.is_late = isinstance(error, EngineTimeout)
            attempt.failure = error.user_text
        except asyncio.CancelledError:
            attempt.is_cancelled = True
            attempt.failure = NOT_NEEDED
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            attempt.is_cancelled, attempt.failure = False, f"{model.name} gave up."
        except Exception as error:  # noqa: BLE001 - somebody else's code; the words of it may hold the prompt
            attempt.failure = f"{model.name} failed ({type(error).__name__})."
        finally:
            if not attempt.is_over:
                self._over(attempt)

    def _over(self, attempt: Attempt) -> None:
        attempt.is_over = True
        self._account(attempt)
        self._ended.append(attempt)
        if self._news is not None:
            _tell(self._news)

    def _account(self, attempt: Attempt) -> None:
        attempt.seconds = attempt.seconds or self._clock() - attempt.began
        if attempt.response is None and not attempt.cost_usd:
            attempt.cost_usd = self._consumed_usd(attempt)
        attempt.cost_usd = finite(attempt.cost_usd) or 0.0  # its price may have become none meanwhile
        self._committed_usd += attempt.cost_usd - attempt.reserved_usd
        self._history.settle(attempt.id, attempt.cost_usd, self._today())

    def _consumed_usd(self, attempt: Attempt) -> float:
        """What a call without an answer cost, as far as anybody can know: its question, and what it wrote by then."""
        candidate = attempt.candidate
        if not (attempt.is_cancelled or attempt.is_late):
            return 0.0  # refused or broken off: servers do not charge for that
        question = candidate.model.cost(tokens_in(self._request.prompt))
        written = max(0.0, candidate.cost - question) * min(1.0, attempt.seconds / max(candidate.seconds, 1e-3))
        return min(attempt.reserved_usd, question + written)

    async def _stop(self) -> None:
        """Cancel what still runs and wait until it has let go, as long as that can be waited for."""
        running = {attempt: task for attempt, task in self._running.items() if not attempt.is_over}
        for task in running.values():
            task.cancel()
        try:
            if running:
                await asyncio.wait(running.values(), timeout=GRACE_S)
        finally:  # whoever cancels a second time does not wait
            self._let_go(running)

    def _let_go(self, running: Mapping[Attempt, asyncio.Task[None]]) -> None:
        for attempt, task in running.items():
            if attempt.is_over:
                continue
            if task.done():  # it was cancelled before its task had begun: nobody was asked
                self._committed_usd -= attempt.reserved_usd
                self._history.settle(attempt.id, 0.0, self._today())
                self.outcome.attempts.remove(attempt)
            else:
                attempt.is_cancelled = True
                self._leave(attempt, NOT_NEEDED)
        self._running.clear()


_left: set[asyncio.Task[None]] = set()
"""Calls that nobody waits for any more; asyncio itself forgets a task that nobody holds."""


def _tell(news: asyncio.Future[None]) -> None:
    if not news.done():
        news.set_result(None)
