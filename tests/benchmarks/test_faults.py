"""Whatever fails, the question is answered by the best that is left: the table of `bench faults`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sovereign_desktop.app.bench.faults.bench import ALLOWANCE_S, KNOWN_WITHIN_S, bench_faults

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

SAMPLE = (
    "DNS fails",
    "TLS broken",
    "server full (close 1008)",
    "quota gone",
    "session cap while the user speaks",
    "pings unanswered",
    "silent after commit",
    "dies after 2 s of audio",
    "dies in the middle of a tool call",
    "complete, but no response.done",
    "model killed in the middle of its answer",
    "disk full",
)


def test_every_question_is_answered(times: Callable[[int, int], int], figure: Callable[..., None]) -> None:
    is_whole = times(0, 1)
    bench = asyncio.run(bench_faults(times(1, 20), only=() if is_whole else SAMPLE))
    costs = {fault.row.name: fault.switch_cost_s for fault in bench.faults if fault.switch_cost_s is not None}
    known = {
        fault.row.name: max(one.strike_s for one in fault.results if one.strike_s is not None)
        for fault in bench.faults
        if not fault.row.comes_of_limit and any(one.strike_s is not None for one in fault.results)
    }
    figure(
        asked=sum(len(fault.results) for fault in bench.faults),
        answered=sum(fault.answered for fault in bench.faults),
        dearest_switch_ms=round(1000 * max(costs.values())),
        last_known_s=max(known.values()),
    )
    assert all(fault.answered == len(fault.results) for fault in bench.faults), bench.as_text()
    if is_whole:  # one switch says nothing about their median
        assert max(costs.values()) <= ALLOWANCE_S, costs
        assert all(known_s <= KNOWN_WITHIN_S for name, known_s in known.items() if name.startswith("pings")), known
