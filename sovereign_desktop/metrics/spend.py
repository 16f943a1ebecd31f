"""What was spent, exactly: expenses, their sums by day, month and model, and whether a limit is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from sovereign_desktop.metrics.prices import Cost, TokenUse

PICODOLLARS = 10**12
"""In a dollar. A token at a price with up to six decimals for a million is a whole number of them."""
MOST_USD = 1_000
"""No response costs more; a server that says so miscounts, and shall not make the sums overflow."""


class Period(StrEnum):
    """What a limit is for; both follow the calendar on the wall."""

    DAY = "day"
    MONTH = "month"

    def key(self, day: date) -> str:
        """The period that this day is in: `2026-11-21` or `2026-11`."""
        return day.isoformat() if self is Period.DAY else day.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Expense:
    """What one response cost. `at` is the time on the wall where it was spent, with its offset.

    It belongs to that day for ever, wherever the clock goes afterwards: so money is counted once, and always.
    """

    id: str
    turn_id: str
    at: datetime
    model: str
    use: TokenUse
    cost: Cost

    @property
    def picodollars(self) -> int:
        return picodollars(self.cost.usd)


@dataclass(frozen=True, slots=True)
class Totals:
    """Picodollars by day and model."""

    by_day_and_model: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def with_expense(self, expense: Expense) -> Totals:
        """One more."""
        key = (Period.DAY.key(expense.at.date()), expense.model)
        sums = dict(self.by_day_and_model)
        sums[key] = sums.get(key, 0) + expense.picodollars
        return Totals(sums)

    def usd(self, period: Period, day: date) -> Decimal:
        """What was spent in the day, or in its month."""
        return sum(self.by_model(period, day).values(), Decimal(0))

    def by_model(self, period: Period, day: date) -> dict[str, Decimal]:
        """The same for each model."""
        wanted = period.key(day)
        sums: dict[str, int] = {}
        for (spent_on, model), spent in self.by_day_and_model.items():
            if spent_on == wanted or (period is Period.MONTH and spent_on.startswith(f"{wanted}-")):
                sums[model] = sums.get(model, 0) + spent
        return {model: dollars(spent) for model, spent in sums.items()}


class Level(StrEnum):
    """Whether money may be spent: yes; yes, but it gets much; no, until the user or the calendar says so."""

    FINE = "fine"
    WARNED = "warned"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Caps:
    """Dollars; None: no such limit."""

    warn_day_usd: Decimal | None = None
    cap_day_usd: Decimal | None = None
    warn_month_usd: Decimal | None = None
    cap_month_usd: Decimal | None = None

    def lifted(self, *periods: Period) -> Caps:
        """Without the hard limit of these periods; warnings stay."""
        names = {Period.DAY: "cap_day_usd", Period.MONTH: "cap_month_usd"}
        return replace(self, **dict.fromkeys((names[period] for period in periods), None))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the spending stands, and which limit says so, in words. `period` is that of the limit."""

    level: Level = Level.FINE
    reason: str = ""
    period: Period | None = None

    @property
    def sentence(self) -> str:
        """The reason for itself."""
        return f"{self.reason[:1].upper()}{self.reason[1:]}."


def verdict(day_usd: Decimal, month_usd: Decimal, caps: Caps) -> Verdict:
    """The limit that counts: a hard one before a soft one, the month's before the day's. Reached is enough."""
    limits = (
        (month_usd, caps.cap_month_usd, Level.SPENT, Period.MONTH, "this month's limit of {} is reached"),
        (day_usd, caps.cap_day_usd, Level.SPENT, Period.DAY, "today's limit of {} is reached"),
        (month_usd, caps.warn_month_usd, Level.WARNED, Period.MONTH, "more than {} was spent this month"),
        (day_usd, caps.warn_day_usd, Level.WARNED, Period.DAY, "more than {} was spent today"),
    )
    for spent, limit, level, period, words in limits:
        if limit is not None and (spent >= limit if level is Level.SPENT else spent > limit):
            return Verdict(level, words.format(in_words(limit)), period)
    return Verdict()


def in_words(usd: Decimal) -> str:
    """`$20`, `$2.50`, or `under 1 cent`."""
    if 0 < usd < Decimal("0.01"):
        return "under 1 cent"
    return f"${usd:,.2f}".removesuffix(".00")


def picodollars(usd: Decimal) -> int:
    """The whole number of them; a fraction counts as one, because nobody shall pay more than they were told."""
    bounded = min(max(usd, Decimal(0)), Decimal(MOST_USD))
    return int((bounded * PICODOLLARS).to_integral_value(ROUND_CEILING))


def dollars(spent: int) -> Decimal:
    """Exact, whatever the sum."""
    return Decimal(spent).scaleb(-12)
