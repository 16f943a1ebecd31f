"""100,000 generated sequences of server events and intents against the protocol state."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from tests.realtime.storm import SEQUENCES, ride


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_sequence_breaks_what_must_hold(times: Callable[[int, int], int], figure: Callable[..., None]) -> None:
    sequences = times(1000, 100_000)
    began = time.perf_counter()
    every = settings(max_examples=sequences, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    every(given(SEQUENCES)(ride))()
    figure(sequences=sequences, seconds=time.perf_counter() - began)
