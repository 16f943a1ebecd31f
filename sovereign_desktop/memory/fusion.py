"""One order out of two: how near a memory is in meaning, how much of the question's words it has, and its time.

A weighted sum of what both say, and not of ranks: where the words fit many memories equally well their order says
nothing, and ranks would make something of it. Words have their say by how much of the question they cover
(`keywords.search`): a name that stands in twenty memories moves none of them, a code or a sentence that stands in one
brings it up. Source: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS_WEIGHT = 0.4
"""What all the words of a question weigh, in cosines. Anything from 0.3 to 0.8 finds as much as either alone in the
corpora of the tests: of people, where words often mislead, and of codes, where meaning does."""
RECENCY = 0.03
"""So much more counts what was said just now: it decides between near equals and turns no clear order round."""
HALF_LIFE_S = 30 * 24 * 3600.0


def fused(
    words: Mapping[int, float], meaning: Mapping[int, float], times: Mapping[int, float], now: float
) -> dict[int, float]:
    """Scores from 0 to 1 by id, best first, from how much of the question's words each has and the cosines of vectors.

    Without vectors the words decide alone. Ids without a time are left out: they are gone.
    """
    whole = max((1.0, *words.values()))
    furthest = min(meaning.values(), default=0.0)  # what is not among the nearest is no nearer than the last of them
    scores = {}
    for one, time in times.items():
        fit = words.get(one, 0.0) / whole
        near = max(0.0, meaning.get(one, furthest))
        score = (near + WORDS_WEIGHT * fit) / (1 + WORDS_WEIGHT) if meaning else fit
        scores[one] = score * (1 + RECENCY * recency(time, now)) / (1 + RECENCY)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], -times[item[0]], -item[0])))


def recency(time: float, now: float) -> float:
    """From 1 for now to 0 for long ago; what seems to come from the future is as good as now."""
    return float(0.5 ** (max(0.0, now - time) / HALF_LIFE_S))
