"""How the models did: figures by model and task, as a mapping, as JSON, or as a page to read. Pure."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sovereign_desktop.orchestrator.anomalies import anomalies
from sovereign_desktop.orchestrator.history import JUDGED, Call, Comparison

FORMATS = ("text", "json", "dict")


def report(
    calls: Sequence[Call],
    confidence: Mapping[str, float],
    *,
    hours: float,
    comparisons: Sequence[Comparison] = (),
    problem: str = "",
) -> dict[str, Any]:
    """Everything there is to say of these calls."""
    judged, calls = calls, [call for call in calls if call.strategy != JUDGED]
    return {
        "hours": hours,
        "total_requests": len({call.request_id for call in calls}),
        "total_calls": len(calls),
        "total_cost": sum(call.cost_usd for call in calls),
        "success_rate": _share(call.succeeded for call in calls),
        "models": {
            model: _figures([call for call in judged if call.model == model]) | {"confidence": confidence.get(model)}
            for model in sorted({call.model for call in judged} | set(confidence))
        },
        "tasks": {
            task: _figures([call for call in calls if call.task == task])
            for task in sorted({call.task for call in calls})
        },
        "anomalies": [one.as_json() for one in anomalies(calls)],
        "parallel_run": compared(comparisons),
        "problem": problem,
    }


def compared(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """The old way and the new one side by side; empty when they were not."""
    if not comparisons:
        return {}
    return {
        "requests": len(comparisons),
        "agreement": statistics.mean(one.agreement for one in comparisons),
        "old": {
            "success_rate": _share(one.old_ok for one in comparisons),
            "avg_response_time": statistics.mean(one.old_seconds for one in comparisons),
            "total_cost": sum(one.old_cost_usd for one in comparisons),
        },
        "new": {
            "success_rate": _share(one.new_ok for one in comparisons),
            "avg_response_time": statistics.mean(one.new_seconds for one in comparisons),
            "total_cost": sum(one.new_cost_usd for one in comparisons),
            "confidence": statistics.mean(one.new_confidence for one in comparisons),
        },
    }


def side_by_side(both: Mapping[str, Any]) -> str:
    """What `compared` found, in a sentence."""
    return (
        f"Old and new way side by side, {both['requests']} requests: they agree in {_percent(both['agreement'])};"
        f" old {both['old']['avg_response_time']:.2f} s, ${both['old']['total_cost']:.4f};"
        f" new {both['new']['avg_response_time']:.2f} s, ${both['new']['total_cost']:.4f}"
    )


def formatted(figures: dict[str, Any], output_format: str) -> Any:
    """The report as it is wanted. Raises ValueError for a format that there is not."""
    match output_format:
        case "dict":
            return figures
        case "json":
            return json.dumps(figures, ensure_ascii=False, indent=2, default=str)
        case "text":
            return _as_text(figures)
    raise ValueError(f"A report is one of {', '.join(FORMATS)}.")


def _as_text(figures: Mapping[str, Any]) -> str:
    lines = [
        f"Performance of the last {figures['hours']:g} hours",
        f"Requests: {figures['total_requests']}   Calls: {figures['total_calls']}"
        f"   Succeeded: {_percent(figures['success_rate'])}   Cost: ${figures['total_cost']:.4f}",
        "",
        f"{'model':<28}{'calls':>7}{'ok':>7}{'right':>8}{'p50 s':>8}{'p95 s':>8}{'cost $':>10}{'trust':>8}",
    ]
    lines += [
        f"{name[:27]:<28}{one['calls']:>7}{_percent(one['success_rate']):>7}{_percent(one['accuracy']):>8}"
        f"{_seconds(one['p50_response_time']):>8}{_seconds(one['p95_response_time']):>8}{one['total_cost']:>10.4f}"
        f"{_percent(one.get('confidence')):>8}"
        for name, one in figures["models"].items()
    ]
    if not figures["models"]:
        lines.append("No model was asked.")
    if anomalous := figures["anomalies"]:
        lines += ["", "Unlike before:", *(f"  {one['text']}" for one in anomalous)]
    if both := figures["parallel_run"]:
        lines += ["", side_by_side(both)]
    if figures["problem"]:
        lines += ["", figures["problem"]]
    return "\n".join(lines)


def _figures(calls: Sequence[Call]) -> dict[str, Any]:
    judged = [call.quality for call in calls if call.quality is not None]
    calls = [call for call in calls if call.strategy != JUDGED]
    times = sorted(call.seconds for call in calls if call.succeeded)
    return {
        "calls": len(calls),
        "success_rate": _share(call.succeeded for call in calls),
        "accuracy": statistics.mean(judged) if judged else None,
        "judged": len(judged),
        "avg_response_time": statistics.mean(times) if times else None,
        "p50_response_time": statistics.median(times) if times else None,
        "p95_response_time": times[max(0, round(0.95 * len(times)) - 1)] if times else None,
        "total_tokens": sum(call.tokens for call in calls),
        "total_cost": sum(call.cost_usd for call in calls),
    }


def _share(truths: Iterable[bool]) -> float | None:
    counted = [float(one) for one in truths]
    return statistics.mean(counted) if counted else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f}"
