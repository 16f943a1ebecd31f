"""The figures of `bench memory`, on a sample; the whole is the bench command's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.app.bench.memory import bench_memory


@pytest.mark.timeout(1_800)
async def test_adding_does_not_slow_down_and_every_question_is_searched_by_meaning(
    times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    bench = await bench_memory(times(900, 100_000), 20)
    said = bench.as_json()
    figure(**{name: float(value) for name, value in said.items() if isinstance(value, int | float)})
    assert said["add_ratio"] <= 2
    assert "memories of 384 dimensions" in bench.as_text()
