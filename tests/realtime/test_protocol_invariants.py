"""Whatever a server sends and whatever is wanted meanwhile: nothing raises, and what must always hold does.

A sample; `tests/benchmarks/test_realtime_protocol.py --whole` tries 100,000 sequences.
"""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings

from tests.realtime.storm import SEQUENCES, ride


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEQUENCES)
@example(bytes(180))
@example(bytes(range(180)))
def test_no_sequence_of_events_and_intents_breaks_what_must_hold(steps: bytes) -> None:
    """One reply at a time, nothing of it behind its end or cancellation, never cut to more than was heard."""
    ride(steps)
