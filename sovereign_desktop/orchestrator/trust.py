"""How far the answers to one request are trusted: each for itself, and those that agree together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sovereign_desktop.orchestrator.configuration import OrchestratorConfig
from sovereign_desktop.orchestrator.content import Kind
from sovereign_desktop.orchestrator.execution import Attempt
from sovereign_desktop.orchestrator.merging import Answer, Embed, agree, merge
from sovereign_desktop.orchestrator.validation import DataValidator
from sovereign_desktop.orchestrator.values import Request

AGREEING = 0.6
"""Answers that are so far alike support each other."""
INVALID = 0.2
"""So much of the trust is left to an answer none of whose records keeps the rules."""


class Trust:
    """Asked with every answer that comes in, so what takes long is done once."""

    def __init__(
        self, config: OrchestratorConfig, request: Request, validator: DataValidator, embed: Embed | None
    ) -> None:
        self.config = config
        self.validator = validator
        self.embed = embed
        self.data_type = data_type_of(request.context)
        self._threshold = request.quality_threshold
        self._alike: dict[tuple[str, str], float] = {}

    def is_enough(self, answers: Sequence[Attempt]) -> bool:
        """Whether the answers so far are as trusted as was asked for."""
        trust = self.of_each(answers)
        if max(trust.values(), default=0.0) >= self._threshold:
            return True
        return len(answers) > 1 and self.together(answers, trust) >= self._threshold

    def of_each(self, answers: Sequence[Attempt]) -> dict[str, float]:
        """How much each answer is trusted for itself: what is believed of its model, and whether it keeps the rules."""
        trust = {}
        for attempt in answers:
            assert attempt.response is not None
            confidence = attempt.candidate.confidence
            if attempt.response.confidence is not None:
                confidence = (confidence + attempt.response.confidence) / 2
            validity = self.validity(attempt)
            trust[attempt.name] = confidence * (1.0 if validity is None else INVALID + (1.0 - INVALID) * validity)
        return trust

    def together(self, answers: Sequence[Attempt], trust: Mapping[str, float]) -> float:
        """How far the most trusted answer is trusted with those that agree: all of them would have to be wrong."""
        best = max(answers, key=lambda one: trust[one.name])
        doubt = 1.0 - trust[best.name]
        for other in answers:
            if other is not best and (alike := self._likeness(best, other)) >= AGREEING:
                doubt *= 1.0 - alike * trust[other.name]
        return 1.0 - doubt

    def validity(self, attempt: Attempt) -> float | None:
        """The part of its records that keep the rules; None where there are none, or nobody asks for them."""
        if not self.has_rules or attempt.response is None:
            return None
        if attempt.validity is None:
            merged = merge([Answer(attempt.name, attempt.response.content, 1.0)], data_type=self.data_type)
            is_list = merged.kind is Kind.RECORDS
            good = len(self.validator.validate(merged.data, self.data_type).validated_data) if is_list else 0
            attempt.validity = good / len(merged.data) if is_list else 0.0
        return attempt.validity

    @property
    def has_rules(self) -> bool:
        """Whether records of this kind have rules to keep."""
        return self.config.enable_validation and self.validator.knows(self.data_type)

    def _likeness(self, one: Attempt, other: Attempt) -> float:
        key = (one.id, other.id)
        if key not in self._alike:
            assert one.response is not None
            assert other.response is not None
            self._alike[key] = agree(
                one.response.content,
                other.response.content,
                tolerance=self.config.disagreement_tolerance,
                embed=self.embed,
            )
        return self._alike[key]


def data_type_of(context: Any) -> str:
    """The kind of records that a request is about; empty where it says nothing of that."""
    return str(context.get("data_type") or "") if isinstance(context, Mapping) else ""
