"""What came of a request becomes the result that is given back: merged, checked, with word of how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sovereign_desktop.orchestrator.configuration import OrchestratorConfig
from sovereign_desktop.orchestrator.content import Kind
from sovereign_desktop.orchestrator.execution import Attempt, Outcome
from sovereign_desktop.orchestrator.merging import Answer, Merged, merge
from sovereign_desktop.orchestrator.trust import Trust
from sovereign_desktop.orchestrator.values import MergedResult, Request


def result_of(outcome: Outcome, request: Request, trust: Trust, seconds: float) -> MergedResult:
    """The answers as one; without any, why there is none."""
    metadata: dict[str, Any] = {
        "request_id": request.request_id,
        "task_type": request.task_type.value,
        "strategy": strategy_of(outcome, trust.config),
        "total_cost": outcome.cost_usd,
        "response_time": seconds,
        "models_called": [one.name for one in outcome.attempts],
        "responses": [_as_metadata(one) for one in outcome.attempts],
        "hedged": outcome.hedged,
        "finished_early": outcome.finished_early,
        "provenance": {},
        "disagreements": [],
    }
    answers = outcome.answers
    if not answers:
        metadata["error"] = _why_none(outcome)
        return MergedResult(metadata=metadata, flagged_for_review=True)
    each = trust.of_each(answers)
    merged = _merged(answers, each, trust)
    together = trust.together(answers, each) if trust.config.enable_result_merging else max(each.values())
    complaints = [f"{one.name}: {complaint}" for one in answers for complaint in one.complaints]
    metadata |= {
        "kind": merged.kind.value,
        "confidence": together,
        "provenance": merged.provenance,
        "disagreements": merged.disagreements,
        "warnings": complaints,
    }
    data, is_valid = _checked(merged, request, trust, metadata)
    flagged = bool(merged.disagreements or complaints or not is_valid or together < request.quality_threshold)
    return MergedResult(data, merged.supporters, each, metadata, flagged)


def strategy_of(outcome: Outcome, config: OrchestratorConfig) -> str:
    """How the answer came about, in a word or two."""
    if len(outcome.attempts) <= 1:
        return "single"
    way = "parallel" if config.enable_parallel_execution else "sequential"
    return f"hedged {way}" if outcome.hedged else way


def _merged(answers: Sequence[Attempt], each: Mapping[str, float], trust: Trust) -> Merged:
    given = [Answer(one.name, one.response.content, each[one.name]) for one in answers if one.response is not None]
    if not trust.config.enable_result_merging:
        given = [max(given, key=lambda one: one.confidence)]
    tolerance = trust.config.disagreement_tolerance
    return merge(given, tolerance=tolerance, data_type=trust.data_type, embed=trust.embed)


def _checked(merged: Merged, request: Request, trust: Trust, metadata: dict[str, Any]) -> tuple[Any, bool]:
    """The data without what breaks the rules of its kind; what it was is in the metadata."""
    if not trust.has_rules:
        return merged.data, True
    found = trust.validator.validate(merged.data, trust.data_type, request.task_type)
    metadata["validation"] = {"is_valid": found.is_valid, "errors": found.errors, "warnings": found.warnings}
    return (found.validated_data or None) if merged.kind is Kind.RECORDS else merged.data, found.is_valid


def _as_metadata(attempt: Attempt) -> dict[str, Any]:
    return {
        "model": attempt.name,
        "success": attempt.response is not None,
        "error": attempt.failure or None,
        "cancelled": attempt.is_cancelled,
        "response_time": attempt.seconds,
        "token_count": attempt.response.token_count if attempt.response is not None else 0,
        "cost": attempt.cost_usd,
    }


def _why_none(outcome: Outcome) -> str:
    if outcome.attempts:
        return "No model answered: " + " ".join(dict.fromkeys(one.failure for one in outcome.attempts if one.failure))
    return "The cost limit has no room for any model."
