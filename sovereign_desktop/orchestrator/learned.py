"""What was learned, as a table to look at: by model and kind of work, what it did and how far it is trusted. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sovereign_desktop.orchestrator.anomalies import anomalies
from sovereign_desktop.orchestrator.history import JUDGED, REPORTED, Call, Comparison
from sovereign_desktop.orchestrator.report import compared, side_by_side


@dataclass(frozen=True, slots=True)
class Row:
    """One model at one kind of work. `right` is the part of what was judged that was good, None before anything was;
    `seconds` until an answer began, at the median."""

    model: str
    task: str
    asked: int
    failed: int
    right: float | None
    seconds: float | None
    cost_usd: float
    trust: float


@dataclass(frozen=True, slots=True)
class Learned:
    """`remarks` are sentences: who is left out, what is unlike before, how a parallel run compares, what is wrong
    with the file."""

    rows: tuple[Row, ...] = ()
    spent_day_usd: float = 0.0
    spent_month_usd: float = 0.0
    remarks: tuple[str, ...] = ()


def learned(
    calls: Sequence[Call],
    trust: Mapping[str, Mapping[str, float]],
    *,
    spent_usd: tuple[float, float] = (0.0, 0.0),
    comparisons: Sequence[Comparison] = (),
    left_out: str = "",
    problem: str = "",
) -> Learned:
    """A row for each model of `trust` and each kind of work that it was asked for, and one where it never was."""
    of_these = [call for call in calls if call.model in trust]
    by_kind: dict[tuple[str, str], list[Call]] = {}
    for call in of_these:
        by_kind.setdefault((call.model, call.task), []).append(call)
    rows = []
    for model, by_task in trust.items():
        tasks = [task for task in by_task if (model, task) in by_kind] or list(by_task)[:1]
        rows += [_row(model, task, by_kind.get((model, task), ()), by_task[task]) for task in tasks]
    remarks = [one.text for one in anomalies(of_these)]
    if both := compared(comparisons):
        remarks.append(side_by_side(both))
    return Learned(tuple(rows), *spent_usd, tuple(filter(None, (left_out, *remarks, problem))))


def _row(model: str, task: str, calls: Sequence[Call], trust: float) -> Row:
    asked = [call for call in calls if call.strategy not in (JUDGED, REPORTED)]
    judged = [call.quality for call in calls if call.quality is not None and not call.error]
    times = [call.seconds for call in asked if call.succeeded]
    return Row(
        model,
        task,
        len(asked),
        sum(bool(call.error) for call in asked),
        statistics.mean(judged) if judged else None,
        statistics.median(times) if times else None,
        sum(call.cost_usd for call in asked),
        trust,
    )
