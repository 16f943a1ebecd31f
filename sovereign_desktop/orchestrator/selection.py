"""Which models to ask: Thompson sampling over what is believed of them. Pure, and the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.values import AIModel, TaskType

SURENESS = 4.0
"""Beliefs count so many times when a model is drawn: chance alone asks for the others too often."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What money and time are worth, in quality (1 is the difference between a wrong answer and a right one)."""

    quality_per_usd: float = 5.0
    quality_per_second: float = 0.01


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model as it was drawn for one request: `confidence` is what is believed, `drawn` what it got credit for."""

    model: AIModel
    drawn: float
    confidence: float
    utility: float
    cost: float
    seconds: float


class Selector:
    """Ranks models for a request. `rng` is its only source of chance."""

    def __init__(self, beliefs: Beliefs, worth: Worth, rng: random.Random) -> None:
        self.beliefs = beliefs
        self.worth = worth
        self._rng = rng

    def rank(
        self,
        models: Sequence[AIModel],
        task: TaskType,
        *,
        quality_threshold: float,
        cost_limit: float,
        input_tokens: float = 0.0,
    ) -> list[Candidate]:
        """The models that the cost limit allows, the one to ask first in front.

        Those that were drawn good enough come before the others, and among them the most useful; the others follow
        by quality, because then that is what is missing.
        """
        drawn = [self._draw(model, task, input_tokens) for model in models]
        affordable = [one for one in drawn if one.cost <= cost_limit]
        good = [one for one in affordable if one.drawn >= quality_threshold]
        rest = [one for one in affordable if one.drawn < quality_threshold]
        good.sort(key=lambda one: -one.utility)
        rest.sort(key=lambda one: (-one.utility, -one.drawn))
        return good + rest

    def _draw(self, model: AIModel, task: TaskType, input_tokens: float) -> Candidate:
        belief = self.beliefs.of(model, task)
        drawn = self._rng.betavariate(SURENESS * belief.good, SURENESS * belief.bad)
        cost = model.cost(input_tokens + belief.tokens)
        price = cost * self.worth.quality_per_usd + belief.seconds * self.worth.quality_per_second
        return Candidate(model, drawn, belief.quality, drawn - price, cost, belief.seconds)
