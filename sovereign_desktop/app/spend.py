"""Books what responses cost, tells the windows, and says whether money may be spent."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Self

from sovereign_desktop.config.sections.switching import Spend
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import (
    EventBus,
    Notice,
    NoticeCleared,
    Severity,
    SpendChanged,
    SpendLimitChanged,
    UsageReported,
)
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.purse import LIFT, Purse
from sovereign_desktop.metrics.spend import Caps, Expense, Level, Period, Verdict, in_words, verdict

LATEST_RESPONSES = 64
"""So many are looked through for what a turn cost."""
LOOK_AGAIN_S = 60.0
"""While a limit is reached; nothing runs otherwise."""
MATTER, FILE_MATTER = "spend", "spend-file"


class Spending:
    """An async context: while it is entered, every response that is reported on the bus is booked.

    At a hard limit the `purse` is closed, until the user or the calendar opens it. `now` is the time on the wall, with
    its offset.
    """

    def __init__(
        self,
        ledger: SpendLedger,
        bus: EventBus,
        settings: Spend,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        *,
        purse: Purse | None = None,
    ) -> None:
        self._ledger = ledger
        self._purse = purse or Purse()
        self._bus = bus
        self._caps = caps(settings)
        self._now = now
        self._told = Verdict()
        self._latest: deque[Expense] = deque(maxlen=LATEST_RESPONSES)
        self._saving: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._waiting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        problem = await self._ledger.open()
        self._unsubscribe = self._bus.subscribe(UsageReported, self._book)
        if problem:
            self._bus.publish(Notice(FILE_MATTER, problem, Severity.WARNING))
        self.verdict()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._unsubscribe()
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
        await asyncio.gather(*self._saving)
        await self._ledger.close()

    def usd(self, period: Period) -> Decimal:
        """What was spent today, or this month."""
        return self._ledger.totals.usd(period, self._now().date())

    def verdict(self) -> Verdict:
        """Where the spending stands now. Says so once when that has changed, which a new day does too."""
        today = self._now().date()
        totals, lifted = self._ledger.totals, self._ledger.lifted(today)
        found = verdict(totals.usd(Period.DAY, today), totals.usd(Period.MONTH, today), self._caps.lifted(*lifted))
        if found != self._told:
            self._tell(found)
        return found

    def in_words(self) -> str:
        """What was spent, and the limits: `$0.42 today, $3.10 this month; limits $5 a day, $20 a month`."""
        spent = f"{in_words(self.usd(Period.DAY))} today, {in_words(self.usd(Period.MONTH))} this month"
        caps = ((self._caps.cap_day_usd, "a day"), (self._caps.cap_month_usd, "a month"))
        limits = [f"{in_words(limit)} {period}" for limit, period in caps if limit is not None]
        return f"{spent}; limits {', '.join(limits)}" if limits else f"{spent}; no limit"

    async def lift(self, period: Period) -> None:
        """The user wants to spend more until the day or the month is over."""
        try:
            await self._ledger.lift(period, self._now().date())
        except SovereignError as error:  # it holds until the program ends
            self._bus.publish(Notice(FILE_MATTER, error.user_text, Severity.WARNING, error.remedy))
        self.verdict()

    def _book(self, event: UsageReported) -> None:
        consumed = event.consumed
        expense = Expense(uuid.uuid4().hex, event.turn_id, self._now(), consumed.model, consumed.use, consumed.cost)
        self._latest.append(expense)
        self._ledger.count(expense)
        task = asyncio.get_running_loop().create_task(self._save())
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)
        self._bus.publish(
            SpendChanged(self.usd(Period.DAY), self.usd(Period.MONTH), event.turn_id, self._turn_usd(event.turn_id))
        )
        self.verdict()

    async def _wait_for_the_calendar(self) -> None:
        """A new day ends the limit of the day before; nothing is spent while it stands, so nothing else would tell."""
        while self.verdict().level is Level.SPENT:  # noqa: ASYNC110 - the calendar sets no event
            await asyncio.sleep(LOOK_AGAIN_S)

    def _turn_usd(self, turn_id: str) -> Decimal:
        return sum((one.cost.usd for one in self._latest if one.turn_id == turn_id), Decimal(0))

    async def _save(self) -> None:
        try:
            await self._ledger.save()
        except SovereignError as error:
            self._bus.publish(Notice(FILE_MATTER, error.user_text, Severity.WARNING, error.remedy))

    def _tell(self, found: Verdict) -> None:
        self._told = found
        is_reached = found.level is Level.SPENT and found.period is not None
        self._purse.closed = found.reason if is_reached else ""
        self._bus.publish(SpendLimitChanged(found.period.value if is_reached and found.period else ""))
        if is_reached and (self._waiting is None or self._waiting.done()):
            self._waiting = asyncio.get_running_loop().create_task(self._wait_for_the_calendar())
        if found.level is Level.FINE:
            self._bus.publish(NoticeCleared(MATTER))
            return
        self._bus.publish(Notice(MATTER, found.sentence, Severity.WARNING, LIFT if is_reached else ""))


def caps(settings: Spend) -> Caps:
    """The limits, exact as they are written."""
    return Caps(
        *(
            None if limit is None else Decimal(str(limit))
            for limit in (
                settings.warn_day_usd,
                settings.cap_day_usd,
                settings.warn_month_usd,
                settings.cap_month_usd,
            )
        )
    )
