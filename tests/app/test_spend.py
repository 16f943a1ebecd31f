"""What responses cost is booked as they end; the user is told once when it gets much, and decides at the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sovereign_desktop.app.spend import Spending
from sovereign_desktop.config.sections.switching import Spend
from sovereign_desktop.conversation.backends.base import Consumed
from sovereign_desktop.core.events import (
    EventBus,
    Notice,
    NoticeCleared,
    SpendChanged,
    SpendLimitChanged,
    UsageReported,
)
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.prices import Cost
from sovereign_desktop.metrics.spend import Level, Period
from tests.conversation.stage import events_of
from tests.fakes.virtual_time import in_virtual_time

LIMITS = Spend(warn_day_usd=1.0, cap_day_usd=2.0, warn_month_usd=None, cap_month_usd=3.1)


class Purse:
    """Spending on a day that the test chooses."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.path = folder / "spend.sqlite"
        self.bus = EventBus()
        self.changes = events_of(self.bus, SpendChanged)
        self.told = events_of(self.bus, Notice, NoticeCleared)
        self.limits = events_of(self.bus, SpendLimitChanged)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Spending]:
        async with Spending(SpendLedger(self.path), self.bus, LIMITS, lambda: self.now) as spending:
            yield spending

    def spend(self, usd: str, turn_id: str = "turn") -> None:
        self.bus.publish(UsageReported(turn_id, Consumed(Usage(10, 20), "gpt-realtime-2.1", Cost(Decimal(usd)))))

    def sentences(self) -> list[str]:
        return [event.text if isinstance(event, Notice) else f"cleared {event.key}" for event in self.told]


async def test_the_turn_the_day_and_the_month_are_told_as_they_grow(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    async with purse.open() as spending:
        purse.spend("0.1")
        purse.now += timedelta(days=1)
        purse.spend("0.2", "next")
        purse.spend("0.3", "next")
        assert (spending.usd(Period.DAY), spending.usd(Period.MONTH)) == (Decimal("0.5"), Decimal("0.6"))
    assert purse.changes == [
        SpendChanged(Decimal("0.1"), Decimal("0.1"), "turn", Decimal("0.1")),
        SpendChanged(Decimal("0.2"), Decimal("0.3"), "next", Decimal("0.2")),
        SpendChanged(Decimal("0.5"), Decimal("0.6"), "next", Decimal("0.5")),
    ]


async def test_each_level_is_told_once(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    async with purse.open():
        for _ in range(10):
            purse.spend("0.25")
    assert purse.sentences() == ["More than $1 was spent today.", "Today's limit of $2 is reached."]
    assert purse.limits == [SpendLimitChanged(""), SpendLimitChanged("day")]


async def test_a_new_day_is_a_new_budget_and_says_so(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    async with purse.open() as spending:
        purse.spend("2")
        assert spending.verdict().level is Level.SPENT
        purse.now += timedelta(days=1)
        assert spending.verdict().level is Level.FINE
    assert purse.sentences() == ["Today's limit of $2 is reached.", "cleared spend"]


def test_midnight_ends_a_limit_within_a_minute_and_without_a_turn(tmp_path: Path) -> None:
    purse = Purse(tmp_path)

    async def over_midnight() -> None:
        loop = asyncio.get_running_loop()
        began, evening = loop.time(), datetime(2026, 11, 20, 23, 55, tzinfo=UTC)
        async with Spending(
            SpendLedger(purse.path), purse.bus, LIMITS, lambda: evening + timedelta(seconds=loop.time() - began)
        ):
            purse.spend("2")
            await asyncio.sleep(4 * 60)
            assert purse.limits == [SpendLimitChanged("day")]
            await asyncio.sleep(2 * 60)
            assert purse.limits == [SpendLimitChanged("day"), SpendLimitChanged("")]

    in_virtual_time(over_midnight())


async def test_it_can_be_said_in_a_line(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    async with purse.open() as spending:
        purse.spend("0.42")
        assert spending.in_words() == "$0.42 today, $0.42 this month; limits $2 a day, $3.10 a month"
    free = Spend(cap_day_usd=None, cap_month_usd=None)
    async with Spending(SpendLedger(tmp_path / "other.sqlite"), EventBus(), free) as spending:
        assert spending.in_words() == "$0 today, $0 this month; no limit"


async def test_the_limit_is_remembered_and_so_is_that_it_was_lifted(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    async with purse.open():
        purse.spend("2")
    async with purse.open() as spending:
        assert spending.verdict().reason == "today's limit of $2 is reached"
        await spending.lift(Period.DAY)
        assert spending.verdict().level is Level.WARNED
        assert purse.limits[-1] == SpendLimitChanged("")
    async with purse.open() as spending:
        assert spending.verdict().level is Level.WARNED
        purse.spend("1.1")
        assert spending.verdict().reason == "this month's limit of $3.10 is reached"
        await spending.lift(Period.MONTH)
        assert spending.verdict().level is Level.WARNED
        purse.now = datetime(2026, 12, 1, tzinfo=UTC)
        purse.spend("2")
        assert spending.verdict().period is Period.DAY


async def test_a_ledger_that_can_t_be_written_is_told_and_limits_all_the_same(tmp_path: Path) -> None:
    purse = Purse(tmp_path)
    purse.path.mkdir()
    async with purse.open() as spending:
        purse.spend("2")
        assert spending.verdict().level is Level.SPENT
        await spending.lift(Period.DAY)
        assert spending.verdict().level is Level.WARNED
    assert "The list of expenses can't be read or written." in purse.sentences()
