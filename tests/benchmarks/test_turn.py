"""Streaming answers at least twice as fast as the same engines one after another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.slow
def test_streaming_takes_at_most_half_of_the_same_engines_one_by_one(home: Path, figure: Callable[..., None]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sovereign_desktop", "bench", "turn", "--json"],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    figure(ratio=result["ratio"], **{f"{k}_ms": v for k, v in result["voice_to_voice_ms"].items()})
    assert result["ratio"] <= 0.5
