"""Several models as one: the time they add, beside a router that others wrote, and when they begin to speak."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LATEST_MS = 50.0


@pytest.mark.slow
def test_what_several_models_as_one_add_is_small_and_they_speak_as_soon_as_one(
    home: Path, figure: Callable[..., None]
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sovereign_desktop", "bench", "orchestrator", "--json"],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    beside, sentence = result["litellm"], result["first_sentence_ms"]
    figure(
        bare_ms=result["bare_ms"],
        added_ms=result["added_ms"],
        three_at_once_ms=result["added_three_at_once_ms"],
        litellm_added_ms=beside["added_ms"] if beside else "not installed",
        first_sentence_later_ms=sentence["later_by"],
        several_later_ms=sentence["several_later_by"],
        several_handed_over_ms=sentence["several_handed_over_in"],
    )
    if beside:
        assert result["ratio_to_litellm"] <= 0.5
    # What a bare call takes says how busy the machine is.
    assert result["added_ms"] <= 0.5 * result["bare_ms"]
    assert sentence["later_by"] <= LATEST_MS
    assert sentence["several_later_by"] <= LATEST_MS
    learned = result["learning"]["share_of_best"]
    assert learned["learning"]["400-500"] >= 0.9
    assert learned["learning"]["700-800"] >= 0.9
    missed = result["learning"]["single_seeds_below_wanted"]
    figure(single_seeds_missed_before=missed["400-500"], single_seeds_missed_after=missed["700-800"])
