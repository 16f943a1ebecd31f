"""How well models are chosen, in worlds whose best choice is known; the whole is `bench orchestrator`."""

from __future__ import annotations

import random
import statistics
from functools import cache

from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.selection import Selector, Worth
from sovereign_desktop.orchestrator.simulation import Run, simulate
from sovereign_desktop.orchestrator.values import AIModel, TaskType

SEEDS = range(100, 112)
"""None of those that the constants were set with."""


@cache
def run(seed: int, policy: str) -> Run:
    return simulate(seed, policy)


def share(policy: str, first: int, last: int) -> float:
    return statistics.mean(run(seed, policy).share(first, last) for seed in SEEDS)


def test_after_500_requests_it_is_within_a_tenth_of_the_best_and_after_a_change_again_within_200() -> None:
    assert share("learning", 400, 500) >= 0.9
    assert share("learning", 700, 800) >= 0.9


def test_it_beats_who_does_not_learn() -> None:
    learning = share("learning", 0, 1000)
    assert all(learning > share(policy, 0, 1000) for policy in ("round_robin", "cheapest", "best_on_paper"))


def test_the_same_seed_chooses_the_same() -> None:
    assert simulate(5).got == simulate(5).got
    assert simulate(5).got != simulate(6).got


def test_a_cold_start_goes_by_what_is_said_of_the_models() -> None:
    cheap, dear = AIModel("cheap", "", 1.0, 1.0), AIModel("dear", "", 500.0, 1.0)
    selector = Selector(Beliefs(), Worth(), random.Random(1))
    first = [
        selector.rank([dear, cheap], TaskType.SIMPLE_QUERY, quality_threshold=0.0, cost_limit=1.0)[0].model.name
        for _ in range(100)
    ]
    assert first.count("cheap") > 90
    affordable = selector.rank([dear, cheap], TaskType.SIMPLE_QUERY, quality_threshold=0.0, cost_limit=0.01)
    assert [one.model.name for one in affordable] == ["cheap"]


def test_what_is_known_of_a_model_at_one_task_says_a_little_about_another() -> None:
    beliefs, model = Beliefs(), AIModel("one")
    before = beliefs.of(model, TaskType.SIMPLE_QUERY).quality
    for _ in range(30):
        beliefs.learn_quality("one", TaskType.DATA_VALIDATION, 0.0)
    assert beliefs.of(model, TaskType.DATA_VALIDATION).quality < 0.1
    assert 0.2 < beliefs.of(model, TaskType.SIMPLE_QUERY).quality < before


def test_a_model_that_changed_is_noticed_within_a_few_answers() -> None:
    beliefs, model = Beliefs(), AIModel("one")
    for _ in range(100):
        beliefs.learn_quality("one", TaskType.SIMPLE_QUERY, 0.95)
    for _ in range(8):
        beliefs.learn_quality("one", TaskType.SIMPLE_QUERY, 0.0)
    assert beliefs.of(model, TaskType.SIMPLE_QUERY).quality < 0.6
