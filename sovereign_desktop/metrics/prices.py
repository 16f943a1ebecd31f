"""What tokens cost: the dated list in `resources/prices.yaml`, and the sum over what a response consumed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sovereign_desktop.config import yaml_file
from sovereign_desktop.core.resources import resource

PRICED_FOR_TOKENS = 1_000_000
MS_PER_MINUTE = 60_000
KINDS = ("text", "audio", "image")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")

Tokens = Mapping[str, int]
"""How many tokens of each kind (`text`, `audio`, `image`)."""


@dataclass(frozen=True, slots=True)
class TokenUse:
    """What a call consumed. `cached` is a part of `input`, not beside it. `heard_ms` is speech paid by the minute."""

    input: Tokens = field(default_factory=dict)
    cached: Tokens = field(default_factory=dict)
    output: Tokens = field(default_factory=dict)
    heard_ms: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars for a million tokens of each kind, and for a minute of speech; what is not there costs nothing."""

    input: Mapping[str, Decimal]
    cached: Mapping[str, Decimal]
    output: Mapping[str, Decimal]
    minute: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cost:
    """Exact dollars. When it `is_guess` the model is not in the list, and the real price is probably lower."""

    usd: Decimal
    is_guess: bool = False


FREE = Cost(Decimal(0))


class PriceList:
    """Prices by model, as of a day."""

    def __init__(self, rates: Mapping[str, Rate], as_of: date) -> None:
        self.as_of = as_of
        self._rates = dict(rates)
        self._dearest = _dearest(self._rates.values())

    def knows(self, model: str) -> bool:
        """Whether the model, or the model of which it is a dated version, has a price."""
        return _undated(model) in self._rates or model in self._rates

    def cost(self, model: str, use: TokenUse) -> Cost:
        """What this use of the model costs; at the dearest known price of each kind when the model has none."""
        rate = self._rates.get(model) or self._rates.get(_undated(model))
        return Cost(_sum(rate or self._dearest, use), is_guess=rate is None)


@cache
def price_list() -> PriceList:
    """The prices that the program came with. The first call reads a small file."""
    tree = yaml_file.read(resource("prices.yaml")).tree
    rates = {str(model): _rate(prices) for model, prices in tree["models"].items()}
    return PriceList(rates, date.fromisoformat(str(tree["as_of"])))


def _sum(rate: Rate, use: TokenUse) -> Decimal:
    total = Decimal(0)
    for kind in KINDS:
        cached = min(use.cached.get(kind, 0), use.input.get(kind, 0))
        total += (use.input.get(kind, 0) - cached) * rate.input.get(kind, Decimal(0))
        total += cached * rate.cached.get(kind, rate.input.get(kind, Decimal(0)))
        total += use.output.get(kind, 0) * rate.output.get(kind, Decimal(0))
    return total / PRICED_FOR_TOKENS + rate.minute * use.heard_ms / MS_PER_MINUTE


def _dearest(rates: Iterable[Rate]) -> Rate:
    every = tuple(rates)
    return Rate(
        _highest(rate.input for rate in every),
        _highest(rate.cached for rate in every),
        _highest(rate.output for rate in every),
        max((rate.minute for rate in every), default=Decimal(0)),
    )


def _highest(prices: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    highest: dict[str, Decimal] = {}
    for by_kind in prices:
        for kind, price in by_kind.items():
            highest[kind] = max(price, highest.get(kind, price))
    return highest


def _rate(prices: Mapping[str, Any]) -> Rate:
    sent, cached, made = (
        {str(kind): Decimal(str(price)) for kind, price in prices.get(part, {}).items()} for part in _PARTS
    )
    return Rate(sent, cached, made, Decimal(str(prices.get("minute", 0))))


_PARTS = ("input", "cached", "output")


def _undated(model: str) -> str:
    return _DATED.sub("", model)
