"""Several models as one: the time they add, beside a router that others wrote, and when they begin to speak."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.app.bench_orchestrator import bench_orchestrator

LATEST_MS = 50.0


@pytest.mark.slow
async def test_what_several_models_as_one_add_is_small_and_they_speak_as_soon_as_one(
    figure: Callable[..., None], times: Callable[[int, int], int]
) -> None:
    result = await bench_orchestrator(times(60, 400), seeds=times(2, 40))
    litellm = result.litellm.ms if result.litellm is not None else "not installed"
    figure(
        bare_ms=result.one_of_three.bare_ms,
        added_ms=result.one_of_three.ms,
        three_at_once_ms=result.three_at_once.ms,
        litellm_ms=litellm,
        first_sentence_later_ms=result.fast_chosen_ms - result.fast_alone_ms,
        several_later_ms=result.several_asked_ms - result.quickest_alone_ms,
    )
    if result.ratio is not None:
        assert result.ratio <= 0.5
    # What a bare call takes says how busy the machine is.
    assert result.one_of_three.ms <= 0.5 * result.one_of_three.bare_ms
    assert result.fast_chosen_ms - result.fast_alone_ms <= LATEST_MS
    assert result.several_asked_ms - result.quickest_alone_ms <= LATEST_MS
