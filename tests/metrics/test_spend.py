"""Money is counted once and exactly, whatever the clock does; a limit says which it is, and only when it is reached."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_desktop.metrics.prices import Cost, TokenUse, price_list
from sovereign_desktop.metrics.spend import (
    Caps,
    Expense,
    Level,
    Period,
    Totals,
    dollars,
    in_words,
    picodollars,
    verdict,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DOLLARS_A_MILLION = {  # text and cached text in, sound in, sound out; as they were published
    "gpt-realtime-2.1": ("4.00", "0.40", "32.00", "64.00"),
    "gpt-realtime-2.1-mini": ("0.60", "0.06", "10.00", "20.00"),
}
CAPS = Caps(warn_day_usd=Decimal(1), cap_day_usd=Decimal(5), warn_month_usd=Decimal("7.5"), cap_month_usd=Decimal(20))

offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(
    lambda at, zone: at.replace(tzinfo=UTC).astimezone(zone),
    st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30)),
    offsets,
)


def expense(cost: Decimal, at: datetime, model: str = "gpt-realtime-2.1", name: str = "1") -> Expense:
    return Expense(name, "turn", at, model, TokenUse(), Cost(cost))


def totals_of(expenses: list[Expense]) -> Totals:
    totals = Totals()
    for one in expenses:
        totals = totals.with_expense(one)
    return totals


@given(st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_a_thousand_responses_add_up_exactly(seed: int) -> None:
    chance = random.Random(seed)
    totals, published = Totals(), Decimal(0)
    for number in range(1000):
        model = chance.choice(list(DOLLARS_A_MILLION))
        words, heard, spoken = (chance.randrange(200_000) for _ in range(3))
        cached = chance.randrange(words + 1)
        use = TokenUse({"text": words, "audio": heard}, {"text": cached}, {"audio": spoken})
        cost = price_list().cost(model, use)
        totals = totals.with_expense(Expense(str(number), "turn", NOON, model, use, cost))
        text, cached_text, audio, speech = (Decimal(price) for price in DOLLARS_A_MILLION[model])
        published += (words - cached) * text + cached * cached_text + heard * audio + spoken * speech
    assert totals.usd(Period.MONTH, NOON.date()) * 1_000_000 == published
    assert sum(totals.by_model(Period.DAY, NOON.date()).values()) * 1_000_000 == published


@given(st.lists(st.tuples(moments, st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-8))), max_size=40))
def test_no_clock_and_no_journey_loses_money_or_counts_it_twice(spent: list[tuple[datetime, Decimal]]) -> None:
    totals = totals_of([expense(usd, at) for at, usd in spent])
    everything = sum((usd for _, usd in spent), Decimal(0))
    days = {at.date() for at, _ in spent}
    months = {Period.MONTH.key(day): day for day in days}
    assert sum((totals.usd(Period.DAY, day) for day in days), Decimal(0)) == everything
    assert sum((totals.usd(Period.MONTH, day) for day in months.values()), Decimal(0)) == everything


def test_an_expense_belongs_to_the_day_on_the_wall_where_it_was_spent() -> None:
    late_in_tokyo = datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    totals = totals_of([expense(Decimal(1), late_in_tokyo)])
    assert totals.usd(Period.MONTH, date(2026, 12, 5)) == 1
    assert totals.usd(Period.MONTH, date(2026, 11, 30)) == 0


@given(st.integers(0, 10**15))
def test_picodollars_and_dollars_are_the_same_money(spent: int) -> None:
    assert picodollars(dollars(spent)) == spent


def test_a_fraction_is_rounded_up_and_nonsense_is_bounded() -> None:
    assert picodollars(Decimal("0.0000000000001")) == 1
    assert picodollars(Decimal(-3)) == 0
    assert picodollars(Decimal(10) ** 25) == picodollars(Decimal(1000))


@pytest.mark.parametrize(
    ("day", "month", "level", "reason"),
    [
        ("0.99", "0.99", Level.FINE, ""),
        ("1.00", "1.00", Level.FINE, ""),
        ("1.01", "1.01", Level.WARNED, "more than $1 was spent today"),
        ("1.01", "7.51", Level.WARNED, "more than $7.50 was spent this month"),
        ("4.99999", "4.99999", Level.WARNED, "more than $1 was spent today"),
        ("5.00", "5.00", Level.SPENT, "today's limit of $5 is reached"),
        ("5.00", "20.00", Level.SPENT, "this month's limit of $20 is reached"),
        ("0", "19.99999999", Level.WARNED, "more than $7.50 was spent this month"),
    ],
)
def test_a_limit_says_which_it_is(day: str, month: str, level: Level, reason: str) -> None:
    found = verdict(Decimal(day), Decimal(month), CAPS)
    assert (found.level, found.reason) == (level, reason)


def test_a_lifted_limit_leaves_the_other_one_and_the_warnings() -> None:
    spent = (Decimal(25), Decimal(25))
    assert verdict(*spent, CAPS.lifted(Period.MONTH)).period is Period.DAY
    assert verdict(*spent, CAPS.lifted(Period.DAY)).period is Period.MONTH
    assert verdict(*spent, CAPS.lifted(Period.DAY, Period.MONTH)).level is Level.WARNED


def test_no_limits_no_verdict_and_a_limit_of_nothing_is_reached_at_once() -> None:
    assert verdict(Decimal(10**6), Decimal(10**6), Caps()).level is Level.FINE
    assert verdict(Decimal(0), Decimal(0), Caps(cap_month_usd=Decimal(0))).level is Level.SPENT


@given(*[st.decimals(0, 100, places=4)] * 4)
def test_spending_more_never_makes_it_better(day: Decimal, month: Decimal, more: Decimal, much_more: Decimal) -> None:
    order = list(Level)
    before, after = verdict(day, month, CAPS), verdict(day + more, month + much_more, CAPS)
    assert order.index(after.level) >= order.index(before.level)


@pytest.mark.parametrize(
    ("usd", "words"),
    [("20", "$20"), ("2.5", "$2.50"), ("1234.567", "$1,234.57"), ("0", "$0"), ("0.0004", "under 1 cent")],
)
def test_money_in_words(usd: str, words: str) -> None:
    assert in_words(Decimal(usd)) == words
