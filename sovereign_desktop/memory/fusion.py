"""One order out of several: reciprocal ranks, and a little for what is recent.

Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods",
SIGIR 2009; its constant 60 is used here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RANK_CONSTANT = 60
RECENCY = 0.05
"""So much more counts what was said just now: it decides between near equals and turns no clear order round."""
HALF_LIFE_S = 30 * 24 * 3600.0


def fused(rankings: Sequence[tuple[float, Sequence[int]]], times: Mapping[int, float], now: float) -> dict[int, float]:
    """Scores by id, best first, from rankings with their weights; 1 is the first of all rankings, said just now.

    Ids without a time are left out: they are gone.
    """
    best = sum(weight for weight, ranking in rankings if ranking) / (RANK_CONSTANT + 1)
    scores: dict[int, float] = {}
    for weight, ranking in rankings:
        for rank, one in enumerate(ranking, start=1):
            if one in times:
                scores[one] = scores.get(one, 0.0) + weight / (RANK_CONSTANT + rank)
    for one in scores:
        scores[one] *= (1 + RECENCY * recency(times[one], now)) / ((1 + RECENCY) * best)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], -times[item[0]], -item[0])))


def recency(time: float, now: float) -> float:
    """From 1 for now to 0 for long ago; what seems to come from the future is as good as now."""
    return float(0.5 ** (max(0.0, now - time) / HALF_LIFE_S))
