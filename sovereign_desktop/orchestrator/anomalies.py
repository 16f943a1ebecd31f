"""What is unlike before: a model that got slower, dearer, worse, or fails. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sovereign_desktop.orchestrator.history import Call

LATEST = 10
"""So many calls are compared with all before them."""
FEWEST_BEFORE = 20
SIGMAS = 3.0
WORSE_BY = 0.25
"""A part of failures or of bad answers that is so much greater is no chance."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """`kind` is `slow`, `dear`, `failing` or `wrong`; `text` says it in a sentence."""

    model: str
    kind: str
    text: str
    before: float
    now: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def anomalies(calls: Sequence[Call]) -> list[Anomaly]:
    """What the latest calls of each model show. A few calls prove nothing."""
    found: list[Anomaly] = []
    for model in dict.fromkeys(call.model for call in calls):
        of_model = [call for call in calls if call.model == model]
        before, now = of_model[:-LATEST], of_model[-LATEST:]
        if len(before) < FEWEST_BEFORE:
            continue
        found += _higher(model, "slow", "answers slower", before, now, lambda call: call.seconds, "s")
        found += _higher(model, "dear", "costs more", before, now, lambda call: call.cost_usd, "$")
        found += _share(model, "failing", "fails more often", before, now, lambda call: float(not call.succeeded))
        judged_before = [call for call in before if call.quality is not None]
        judged_now = [call for call in now if call.quality is not None]
        if len(judged_before) >= LATEST and len(judged_now) >= LATEST // 2:
            found += _share(
                model,
                "wrong",
                "is wrong more often",
                judged_before,
                judged_now,
                lambda call: 1.0 - (call.quality or 0.0),
            )
    return found


def _higher(
    model: str,
    kind: str,
    words: str,
    before: Sequence[Call],
    now: Sequence[Call],
    figure: Callable[[Call], float],
    unit: str,
) -> list[Anomaly]:
    """Times and costs are skewed: compared by their logarithms."""
    was = [math.log(figure(call) + 1e-9) for call in before if call.succeeded and figure(call) > 0]
    is_now = [math.log(figure(call) + 1e-9) for call in now if call.succeeded and figure(call) > 0]
    if len(was) < FEWEST_BEFORE // 2 or len(is_now) < LATEST // 2:
        return []
    spread = max(statistics.pstdev(was), 0.1) / math.sqrt(len(is_now))
    first, then = statistics.mean(was), statistics.mean(is_now)
    if (then - first) / spread < SIGMAS or then - first < math.log(1.3):
        return []
    text = f"{model} {words} than before: {math.exp(then):.3g} {unit} instead of {math.exp(first):.3g} {unit}."
    return [Anomaly(model, kind, text, math.exp(first), math.exp(then))]


def _share(
    model: str, kind: str, words: str, before: Sequence[Call], now: Sequence[Call], figure: Callable[[Call], float]
) -> list[Anomaly]:
    was, is_now = statistics.mean(map(figure, before)), statistics.mean(map(figure, now))
    if is_now - was < WORSE_BY:
        return []
    return [Anomaly(model, kind, f"{model} {words} than before: {is_now:.0%} instead of {was:.0%}.", was, is_now)]
