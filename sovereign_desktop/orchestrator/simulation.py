"""A world of models whose quality, price and speed are known, to measure how well they are chosen.

Every request is of a random task. The chosen model's answer is right with the probability that the world gives it
there, and only that is told to whoever chose. In the middle the world changes. Money and time count at the stated
rate; the best possible choice in hindsight is that of who knew all of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.selection import Selector, Worth
from sovereign_desktop.orchestrator.values import AIModel, TaskType

REQUESTS = 1000
CHANGE_AT = 500
TOKENS = 400.0
WORTH = Worth(quality_per_usd=5.0, quality_per_second=0.01)
COST_LIMIT = 0.02
TASKS = tuple(TaskType)
ON_PAPER = (
    ("tiny", 0.2, 0.4, 0.60),
    ("small", 1.0, 0.8, 0.70),
    ("middle", 5.0, 1.5, 0.80),
    ("large", 15.0, 3.0, 0.88),
    ("huge", 40.0, 6.0, 0.93),
)
"""Name, dollars for a million tokens, seconds, and the quality that its maker claims."""


@dataclass(frozen=True, slots=True)
class World:
    """True quality by model and task."""

    models: tuple[AIModel, ...]
    quality: dict[tuple[str, TaskType], float]

    def utility(self, model: AIModel, task: TaskType) -> float:
        """What an answer of it is worth on average."""
        price = model.cost(TOKENS) * WORTH.quality_per_usd + model.avg_response_time * WORTH.quality_per_second
        return self.quality[model.name, task] - price

    def best(self, task: TaskType) -> float:
        return max(self.utility(model, task) for model in self.models if model.cost(TOKENS) <= COST_LIMIT)


def worlds(rng: random.Random) -> tuple[World, World]:
    """One for before the change and one for after it: strengths are dealt anew, prices and speeds move too."""
    return _world(rng, 1.0), _world(rng, rng.uniform(0.6, 1.6))


def _world(rng: random.Random, dearer: float) -> World:
    models = tuple(
        AIModel(name, "simulated", price * dearer, seconds * rng.uniform(0.7, 1.4), quality=claimed)
        for name, price, seconds, claimed in ON_PAPER
    )
    quality = {(model.name, task): rng.uniform(0.35, 0.97) for model in models for task in TASKS}
    return World(models, quality)


Policy = Callable[[World, TaskType, int], AIModel]


@dataclass(frozen=True, slots=True)
class Run:
    """Utility over the best possible, by request."""

    got: list[float]
    best: list[float]

    def share(self, first: int, last: int) -> float:
        """The part of the best possible utility that these requests had."""
        return sum(self.got[first:last]) / sum(self.best[first:last])


def simulate(seed: int, policy_name: str = "learning") -> Run:
    """One run of a policy in the worlds of this seed; every policy meets the same requests."""
    before, after = worlds(random.Random(f"world {seed}"))  # noqa: S311
    rng = random.Random(f"requests {seed}")  # noqa: S311
    learning = _Learning(seed)
    policies: dict[str, Policy] = {
        "learning": learning.choose,
        "round_robin": lambda world, _task, number: world.models[number % len(world.models)],
        "cheapest": lambda world, _task, _number: min(world.models, key=lambda one: one.cost_per_1m_tokens),
        "best_on_paper": lambda world, _task, _number: max(
            (one for one in world.models if one.cost(TOKENS) <= COST_LIMIT), key=lambda one: one.quality or 0.0
        ),
    }
    policy = policies[policy_name]
    got, best = [], []
    for number in range(REQUESTS):
        world = before if number < CHANGE_AT else after
        task, luck = rng.choice(TASKS), rng.random()
        model = policy(world, task, number)
        if policy_name == "learning":
            learning.told(model, task, luck < world.quality[model.name, task])
        got.append(world.utility(model, task))
        best.append(world.best(task))
    return Run(got, best)


class _Learning:
    """The orchestrator's own choice."""

    def __init__(self, seed: int) -> None:
        self._beliefs = Beliefs()
        chance = random.Random(f"choice {seed}")  # noqa: S311
        self._selector = Selector(self._beliefs, WORTH, chance)

    def choose(self, world: World, task: TaskType, _number: int) -> AIModel:
        ranked = self._selector.rank(world.models, task, quality_threshold=0.0, cost_limit=COST_LIMIT)
        return ranked[0].model

    def told(self, model: AIModel, task: TaskType, was_right: bool) -> None:
        self._beliefs.learn_quality(model.name, task, float(was_right))
        self._beliefs.learn_call(model.name, task, model.avg_response_time, TOKENS)
