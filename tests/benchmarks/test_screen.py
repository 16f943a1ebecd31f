"""The figures of `bench screen`, once; three times, and a still screen for half a minute, are the bench command's."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from sovereign_desktop.app.bench.screen import bench_screen


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
async def test_only_what_changed_is_worked_on(
    times: Callable[[int, int], int], figure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    bench = await bench_screen(times(1, 3))
    said = bench.as_json()
    figure(**{name: float(value) for name, value in said.items() if isinstance(value, int | float)})
    assert said["unchanged_of_full"] < 0.01
    assert said["changed_of_full"] < 0.15
    assert said["full_of_plain"] <= 0.5
    assert "a still screen           not measured" in bench.as_text()
