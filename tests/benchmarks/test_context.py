"""What is told is put together quickly, at once when nothing has changed, and never beyond the budget."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.app.bench.context import bench_context, generated
from sovereign_desktop.context.tokens import Estimate
from tests.context.tokenizer import true_counts

AT_ONCE = 2_000
"""Cases whose texts fit into one run of the tokenizer."""


async def test_the_same_question_again_costs_a_tenth_and_the_budget_holds(
    times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    """The promise is 50 ms and 5 ms, a tenth: `bench context --json` has the figures."""
    bench = await bench_context(times(20, 200), times(50, 10_000))
    result = bench.as_json()
    figure(p95_ms=bench.changed_p95_ms, unchanged_p95_ms=bench.unchanged_p95_ms, tokens=str(bench.tokens))
    assert bench.unchanged_p95_ms <= 0.1 * bench.changed_p95_ms
    assert result["over_budget"] == 0
    assert 0.95 * bench.budget <= bench.tokens <= bench.budget


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_budget_holds_by_true_counts(times: Callable[[int, int], int], figure: Callable[..., None]) -> None:
    cases = times(100, 10_000)
    fullest = 0.0
    for first in range(0, cases, AT_ONCE):
        made = list(generated(range(first, min(cases, first + AT_ONCE)), Estimate()))
        counts = iter(true_counts([message.text for _, prompt in made for message in prompt.messages()]))
        for settings, prompt in made:
            true = sum(next(counts) + 4 for _ in prompt.messages())
            fullest = max(fullest, true / settings.token_budget)
            assert true <= settings.token_budget
    figure(cases=str(cases), fullest=fullest)
