"""`bench faults`: each fault that a question must survive, many times, and what became of the questions.

Everything of the program is real, but for the microphone and the loudspeaker, which are a room in memory. The cloud
is our own Realtime server with a voice service of its own behind a network that fails (`faults/proxy.py`), the
language model and the ears of both sides are a server on loopback. Questions are spoken by this computer's voice, and
whoever answers knows of them what it heard; the right answers are known. `faults/table.py` has the faults.
"""

from __future__ import annotations

import logging
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sovereign_desktop.app.bench.faults.judge import Result, repetition
from sovereign_desktop.app.bench.faults.rig import Rig
from sovereign_desktop.app.bench.faults.table import FAULTS, Row
from sovereign_desktop.app.logs import start_logging, stop_logging
from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

TIMES = 20
KNOWN_WITHIN_S = 2.0
"""A dead connection: refused, closed, or its pings unanswered."""
ALLOWANCE_S = 0.3
"""What a change of backends may add to the fallback's own answer."""


@dataclass(frozen=True, slots=True)
class FaultResult:
    """One row of the table, all its repetitions."""

    row: Row
    results: tuple[Result, ...]

    @property
    def answered(self) -> int:
        return sum(result.is_answered for result in self.results)

    @property
    def complaints(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for result in self.results for text in result.complaints))

    @property
    def switch_cost_s(self) -> float | None:
        """The median of what it took from the knowledge of the fault to the first sound, less the fallback's own."""
        costs = [one.over_s - one.own_s for one in self.results if one.over_s is not None and one.own_s is not None]
        return statistics.median(costs) if costs else None

    def as_json(self) -> dict[str, Any]:
        return {
            "fault": self.row.name,
            "times": len(self.results),
            "answered": self.answered,
            "answered_by": dict(Counter(result.backend for result in self.results)),
            "best_left": self.row.backend,
            "first_sound_s": _spread([result.first_sound_s for result in self.results]),
            "known_after_strike_s": _spread([result.strike_s for result in self.results]),
            "known_after_question_s": _spread([result.known_s for result in self.results]),
            "switch_cost_s": None if self.switch_cost_s is None else round(self.switch_cost_s, 3),
            "complaints": list(self.complaints),
        }


@dataclass(frozen=True, slots=True)
class FaultsBench:
    """The whole table."""

    faults: tuple[FaultResult, ...]
    first_audio_s: float

    def as_json(self) -> dict[str, Any]:
        asked = sum(len(fault.results) for fault in self.faults)
        answered = sum(fault.answered for fault in self.faults)
        return {
            "asked": asked,
            "answered": answered,
            "answered_share": round(answered / asked, 4) if asked else None,
            "fallback_alone_s": _spread([result.own_s for fault in self.faults for result in fault.results]),
            "limits_s": {
                "first_audio": self.first_audio_s,
                "dead_connection_known": KNOWN_WITHIN_S,
                "switch_cost": ALLOWANCE_S,
            },
            "faults": [fault.as_json() for fault in self.faults],
        }

    def as_text(self) -> str:
        width = max(len(fault.row.name) for fault in self.faults)
        lines = [f"{'fault':<{width}}  {'answered':>8}  {'by':<9}  {'first sound':>11}  {'switch':>7}"]
        for fault in self.faults:
            spread = _spread([result.first_sound_s for result in fault.results])
            sound = f"{spread['median']:.2f} s" if spread else ""
            cost = "" if fault.switch_cost_s is None else f"{1000 * fault.switch_cost_s:+.0f} ms"
            names = "/".join(dict.fromkeys(result.backend for result in fault.results))
            count = f"{fault.answered}/{len(fault.results)}"
            lines.append(f"{fault.row.name:<{width}}  {count:>8}  {names:<9}  {sound:>11}  {cost:>7}")
            lines += [f"{'':<{width}}  {text}" for text in fault.complaints]
        return "\n".join(lines)


async def bench_faults(
    times: int = TIMES,
    *,
    only: Sequence[str] = (),
    first_audio_s: float = 4.0,
    progress: Callable[[FaultResult], None] = lambda _row: None,
    debug: bool = False,
) -> FaultsBench:
    """Measure the faults that have any of the words of `only` in their names, or all.

    Takes about three seconds a question. Raises SovereignError.
    """
    rows = rows_with(only)
    start_logging(None, "ERROR", debug=debug)
    try:
        async with Rig(first_audio_s) as rig:
            done = []
            for row in rows:
                done.append(FaultResult(row, tuple([await repetition(rig, row) for _ in range(times)])))
                progress(done[-1])
            return FaultsBench(tuple(done), first_audio_s)
    finally:
        stop_logging()


def rows_with(words: Sequence[str]) -> tuple[Row, ...]:
    """The rows with any of these in their names; all without words. Raises SovereignError for one that none has."""
    for wanted in words:
        if not any(wanted in row.name for row in FAULTS):
            names = "; ".join(row.name for row in FAULTS)
            raise SovereignError(f"No fault has “{wanted}” in its name.", remedy=f"These are there: {names}.")
    return tuple(row for row in FAULTS if not words or any(wanted in row.name for wanted in words))


def _spread(values: Sequence[float | None]) -> dict[str, float] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"median": round(statistics.median(known), 3), "worst": round(max(known), 3)}
