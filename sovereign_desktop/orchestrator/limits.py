"""Limits on money that hold whoever spends at the same time: what may be spent is set aside before it is.

Amounts are whole picodollars. A reservation is the most that a call can cost; when the call is over, what it cost
takes its place. So the sum of what was spent and what may still be spent is never above a limit, however many calls
run. Pure: the day is given by the caller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from sovereign_desktop.metrics.spend import PICODOLLARS, Period

ROUNDING = 1e-3
MOST_USD = 1_000_000.0
"""More is no amount, and SQLite could not hold it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Dollars in a day and in a month; None: no such limit."""

    day_usd: float | None = None
    month_usd: float | None = None

    def __bool__(self) -> bool:
        return self.day_usd is not None or self.month_usd is not None

    def in_picodollars(self) -> dict[Period, int]:
        """Those that there are."""
        named = {Period.DAY: self.day_usd, Period.MONTH: self.month_usd}
        return {period: pico(usd) for period, usd in named.items() if usd is not None}


@dataclass(slots=True)
class Account:
    """What was spent and what is set aside, by day. An id is spent on once."""

    _spent: dict[str, int] = field(default_factory=dict)
    _held: dict[str, int] = field(default_factory=dict)
    _open: dict[str, tuple[str, int]] = field(default_factory=dict)

    def reserve(self, key: str, usd: float, day: date, limits: Limits) -> bool:
        """Set the amount aside; False, and nothing done, when a limit has no room for it."""
        amount, today = pico(usd), Period.DAY.key(day)
        for period, limit in limits.in_picodollars().items() if limits else ():
            if _sum(self._spent, period, day) + _sum(self._held, period, day) + amount > limit:
                return False
        self._open[key] = (today, amount)
        self._held[today] = self._held.get(today, 0) + amount
        return True

    def settle(self, key: str, usd: float) -> None:
        """The call of this reservation is over and cost so much. A second time nothing happens."""
        if (held := self._open.pop(key, None)) is not None:
            day, amount = held
            self._held[day] -= amount
            self._spent[day] = self._spent.get(day, 0) + pico(usd)

    def set_spent(self, by_day: dict[str, int]) -> None:
        """Picodollars by day, as they stand in the file that this account begins with."""
        self._spent = dict(by_day)

    def spent_usd(self, period: Period, day: date) -> float:
        """What was spent, without what is set aside."""
        return _sum(self._spent, period, day) / PICODOLLARS


def pico(usd: float) -> int:
    """Whole picodollars; a fraction counts as one, unless it is what a product of floats is off by."""
    exact = min(max(0.0, usd), MOST_USD) * PICODOLLARS
    nearest = round(exact)
    return nearest if abs(exact - nearest) < ROUNDING else math.ceil(exact)


def _sum(amounts: dict[str, int], period: Period, day: date) -> int:
    wanted = period.key(day)
    return sum(amount for spent_on, amount in amounts.items() if spent_on.startswith(wanted))
