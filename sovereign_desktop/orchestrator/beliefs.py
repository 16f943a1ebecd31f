"""What is believed of each model at each task: how good, how quick, how long-winded. Pure; forgets.

Quality is a beta distribution whose counts fade with every later observation of the same task, whoever it is about:
what was seen long ago says little, and a model that has not been asked for long is worth a try again. A second, quick
memory notices when the latest answers do not fit the slow one any more; then the slow one is dropped, because the
model has changed. Sources: V. Raj and S. Kalyani, "Taming non-stationary bandits", 2017; O. Chapelle and L. Li, "An
empirical evaluation of Thompson sampling", 2011.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sovereign_desktop.orchestrator.values import AIModel, TaskType

if TYPE_CHECKING:
    from sovereign_desktop.orchestrator.history import Call

UNKNOWN_QUALITY = 0.75
"""What a model is given credit for before anybody has seen an answer of it."""
PRIOR_STRENGTH = 2.0
"""So many answers is that credit worth."""
POOLED_STRENGTH = 4.0
"""So many at most are its answers at other tasks worth."""
POOLED_SHARE = 0.2
MEMORY = 100.0
"""So many observations of a task is the slow memory long."""
QUICK_MEMORY = 10.0
CHANGED_SIGMAS = 2.2
"""The quick memory is so far off the slow one when the model counts as changed."""
FIGURES_MEMORY = 20.0
DEFAULT_TOKENS = 400.0


@dataclass(slots=True)
class _Seen:
    """What was seen of one model at one task. Counts are as of `tick`."""

    good: float = 0.0
    bad: float = 0.0
    quick: float = 0.0
    quick_count: float = 0.0
    tick: int = 0
    seconds: float = 0.0
    tokens: float = 0.0
    calls: float = 0.0

    def fade(self, tick: int, memory: float) -> None:
        """Forget what the observations since have made old."""
        kept = math.exp((self.tick - tick) / memory)
        self.good *= kept
        self.bad *= kept
        self.tick = tick

    def add(self, quality: float) -> None:
        """One more answer, from 0 to 1."""
        self.good += quality
        self.bad += 1.0 - quality
        kept = 1.0 - 1.0 / QUICK_MEMORY
        self.quick = self.quick * kept + quality
        self.quick_count = self.quick_count * kept + 1.0
        if self._has_changed:
            share = self.quick / self.quick_count
            self.good, self.bad = share * self.quick_count, (1.0 - share) * self.quick_count

    @property
    def _has_changed(self) -> bool:
        count = self.good + self.bad
        if self.quick_count < QUICK_MEMORY / 2 or count < 2 * QUICK_MEMORY:
            return False
        slow, quick = self.good / count, self.quick / self.quick_count
        spread = math.sqrt(max(slow * (1.0 - slow), 0.03) / self.quick_count)
        return abs(quick - slow) > CHANGED_SIGMAS * spread


@dataclass(frozen=True, slots=True)
class Belief:
    """Beta counts of the quality, and the expected figures of one call."""

    good: float
    bad: float
    seconds: float
    tokens: float

    @property
    def quality(self) -> float:
        return self.good / (self.good + self.bad)


@dataclass(slots=True)
class Beliefs:
    """All of them. `memory` is in observations of a task; shorter forgets sooner."""

    memory: float = MEMORY
    _seen: dict[str, dict[TaskType, _Seen]] = field(default_factory=dict)
    _ticks: dict[TaskType, int] = field(default_factory=dict)

    def learn_quality(self, model: str, task: TaskType, quality: float) -> None:
        """An answer was this good, from 0 (wrong, or none at all) to 1."""
        tick = self._ticks[task] = self._ticks.get(task, 0) + 1
        seen = self._seen.setdefault(model, {}).setdefault(task, _Seen(tick=tick))
        seen.fade(tick, self.memory)
        seen.add(min(1.0, max(0.0, quality)))

    def learn_call(self, model: str, task: TaskType, seconds: float, tokens: float) -> None:
        """An answer took so long, and so many tokens."""
        seen = self._seen.setdefault(model, {}).setdefault(task, _Seen(tick=self._ticks.get(task, 0)))
        kept = 1.0 - 1.0 / FIGURES_MEMORY
        seen.calls = seen.calls * kept + 1.0
        seen.seconds += (seconds - seen.seconds) / seen.calls
        if tokens > 0:
            seen.tokens = tokens if not seen.tokens else seen.tokens + (tokens - seen.tokens) / seen.calls

    def learn(self, call: Call) -> None:
        """What a call of the history shows."""
        try:
            task = TaskType(call.task)
        except ValueError:  # a later version's
            return
        if call.succeeded and call.seconds > 0:
            self.learn_call(call.model, task, call.seconds, call.tokens)
        if call.quality is not None:
            self.learn_quality(call.model, task, call.quality)

    def of(self, model: AIModel, task: TaskType) -> Belief:
        """What is believed now; of a model that was never asked, what it says of itself."""
        at_tasks = self._seen.get(model.name, _NOTHING)
        seen = at_tasks.get(task)
        good, bad = _prior(model, task, at_tasks)
        if seen is not None:
            seen.fade(self._ticks.get(task, 0), self.memory)
            good, bad = good + seen.good, bad + seen.bad
        asked = seen is not None and seen.calls > 0
        return Belief(
            good,
            bad,
            seen.seconds if seen is not None and asked else model.avg_response_time,
            seen.tokens if seen is not None and seen.tokens else DEFAULT_TOKENS,
        )


_NOTHING: dict[TaskType, _Seen] = {}


def _prior(model: AIModel, task: TaskType, at_tasks: Mapping[TaskType, _Seen]) -> tuple[float, float]:
    """What it says of itself, and a little of what it showed at other tasks."""
    share = UNKNOWN_QUALITY if model.quality is None else min(0.98, max(0.02, model.quality))
    good, bad = share * PRIOR_STRENGTH, (1.0 - share) * PRIOR_STRENGTH
    pooled_good = pooled_bad = 0.0
    for other, seen in at_tasks.items():
        if other is not task:
            pooled_good += POOLED_SHARE * seen.good
            pooled_bad += POOLED_SHARE * seen.bad
    if (count := pooled_good + pooled_bad) > POOLED_STRENGTH:
        pooled_good, pooled_bad = pooled_good * POOLED_STRENGTH / count, pooled_bad * POOLED_STRENGTH / count
    return good + pooled_good, bad + pooled_bad
