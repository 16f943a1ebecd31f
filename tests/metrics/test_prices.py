"""Tokens become dollars: to the cent, the cached part once, and never too little for a model that nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sovereign_desktop.metrics.prices import PriceList, Rate, TokenUse, price_list

TURN = TokenUse(
    input={"text": 1_200, "audio": 300, "image": 0},
    cached={"text": 1_000, "audio": 100},
    output={"text": 60, "audio": 250},
)


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        # (200×4 + 1000×.40 + 200×32 + 100×.40 + 60×24 + 250×64) / 10⁶
        ("gpt-realtime-2.1", "0.02508"),
        ("gpt-realtime-2", "0.02508"),
        # (200×.60 + 1000×.06 + 200×10 + 100×.30 + 60×2.40 + 250×20) / 10⁶
        ("gpt-realtime-2.1-mini", "0.007354"),
        # as 2.1, but 60 tokens of text at 16
        ("gpt-realtime-1.5", "0.0246"),
    ],
)
def test_a_turn_costs_what_the_provider_bills(model: str, usd: str) -> None:
    cost = price_list().cost(model, TURN)
    assert (cost.usd, cost.is_guess) == (Decimal(usd), False)


def test_ten_thousand_turns_add_up_to_the_cent() -> None:
    assert sum((price_list().cost("gpt-realtime-2.1", TURN).usd for _ in range(10_000)), Decimal(0)) == Decimal("250.8")


def test_cached_tokens_are_a_part_of_the_input() -> None:
    prices = price_list()
    fresh = prices.cost("gpt-realtime-2.1", TokenUse(input={"audio": 1_000_000}))
    cached = prices.cost("gpt-realtime-2.1", TokenUse(input={"audio": 1_000_000}, cached={"audio": 1_000_000}))
    assert (fresh.usd, cached.usd) == (Decimal(32), Decimal("0.4"))


def test_a_provider_that_counts_more_cached_than_sent_does_not_make_a_negative_sum() -> None:
    cost = price_list().cost("gpt-realtime-2.1", TokenUse(input={"text": 10}, cached={"text": 1_000_000}))
    assert cost.usd == Decimal("0.000004")


def test_a_dated_version_costs_what_its_model_costs_and_a_mini_is_no_version() -> None:
    prices = price_list()
    assert prices.cost("gpt-realtime-2.1-mini-2026-09-01", TURN) == prices.cost("gpt-realtime-2.1-mini", TURN)
    assert not prices.knows("gpt-realtime-2.1-nano")


def test_a_model_that_nobody_knows_is_reckoned_at_the_dearest_price_of_each_kind() -> None:
    rates = {
        "wordy": Rate({"text": Decimal(9), "audio": Decimal(1)}, {}, {"text": Decimal(2)}),
        "loud": Rate({"text": Decimal(1), "audio": Decimal(8)}, {}, {"text": Decimal(3)}),
    }
    prices = PriceList(rates, date(2026, 1, 1))
    use = TokenUse(input={"text": 1_000_000, "audio": 1_000_000}, output={"text": 1_000_000})
    cost = prices.cost("brand-new", use)
    assert (cost.usd, cost.is_guess) == (Decimal(9 + 8 + 3), True)


@pytest.mark.parametrize(
    ("model", "usd", "is_guess"),
    [
        ("gpt-live-transcribe", "0.017", False),
        ("gpt-transcribe", "0.0045", False),
        ("brand-new-transcribe", "0.017", True),
        ("gpt-realtime-2.1", "0", False),
    ],
)
def test_a_minute_of_speech_costs_what_the_model_takes_for_it(model: str, usd: str, is_guess: bool) -> None:
    cost = price_list().cost(model, TokenUse(heard_ms=60_000))
    assert (cost.usd, cost.is_guess) == (Decimal(usd), is_guess)


def test_the_list_says_from_when_it_is() -> None:
    assert price_list().as_of >= date(2026, 11, 21)
