"""Several models asked as one: chosen, asked side by side, merged, checked, and learned from.

orchestrator = AIOrchestrator()
orchestrator.register_model(AIModel("small", "a provider", cost_per_1m_tokens=0.4, avg_response_time=1.0))
result = await orchestrator.process_request("What does it cost?", model_call_func=ask)
"""

from __future__ import annotations

import json
import logging
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import EngineError
from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.orchestrator.anomalies import Anomaly, anomalies
from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.calling import ModelCall, tokens_in
from sovereign_desktop.orchestrator.classification import classify
from sovereign_desktop.orchestrator.config_file import ConfigFile
from sovereign_desktop.orchestrator.configuration import OrchestratorConfig
from sovereign_desktop.orchestrator.content import Kind
from sovereign_desktop.orchestrator.execution import Attempt, Execution, Outcome, Plan
from sovereign_desktop.orchestrator.history import JUDGED, REPORTED, Call, History
from sovereign_desktop.orchestrator.limits import Limits
from sovereign_desktop.orchestrator.merging import Answer, Embed, Merged, agree, merge
from sovereign_desktop.orchestrator.report import formatted, report
from sovereign_desktop.orchestrator.selection import Candidate, Selector, Worth
from sovereign_desktop.orchestrator.validation import DataValidator
from sovereign_desktop.orchestrator.values import (
    AIModel,
    MergedResult,
    Models,
    Request,
    TaskType,
    ValidationResult,
    as_model,
    finite,
    task_of,
)

logger = logging.getLogger(__name__)

AGREEING = 0.6
"""Answers that are so far alike support each other."""


class NoModels(EngineError, ValueError):  # noqa: N818 - a ValueError for those who come from the seed's package
    """No model is registered and enabled."""


class NoModelCall(EngineError, RuntimeError):  # noqa: N818
    """Nobody said how a model is asked."""


class AIOrchestrator:
    """The library's face. `config` is an `OrchestratorConfig`, a mapping of its settings, a `config.json`, or nothing.

    `model_call_func` is used by requests that bring none of their own; `embed` gives vectors of texts, to compare what
    they mean. All of it lives on one thread at a time.
    """

    def __init__(
        self,
        config: OrchestratorConfig | Mapping[str, Any] | str | Path | None = None,
        model_call_func: ModelCall | None = None,
        *,
        embed: Embed | None = None,
        history: History | None = None,
    ) -> None:
        self.models = Models()
        if isinstance(config, str | Path):
            loaded = ConfigFile(Path(config).expanduser()).current()
            config = loaded.config
            for model in loaded.models:
                self.models.add(model)
        self.config = config if isinstance(config, OrchestratorConfig) else OrchestratorConfig().changed(config or {})
        self.model_call_func = model_call_func
        self.validator = DataValidator()
        self.embed = embed
        self.beliefs = Beliefs()
        path = self.config.history_path
        self.history = history or History(Path(path).expanduser() if path else None)
        self._selector = Selector(self.beliefs, self._worth(), random.Random(self.config.seed))  # noqa: S311
        self.history.load()
        for call in self.history.calls:
            self.beliefs.learn(call)

    # Models

    def register_model(self, model: AIModel | Mapping[str, Any] | str, **figures: Any) -> AIModel:
        """Ask this model too, from the next request on. One of the same name is replaced. Raises ValueError."""
        made = as_model(model, **figures)
        self.models.add(made)
        return made

    def unregister_model(self, name: str) -> bool:
        """Ask it no more; False when there was none of that name. What was learned of it stays."""
        return self.models.pop(name, None) is not None

    # Requests

    async def process_request(
        self,
        prompt: str,
        context: Any = None,
        quality_threshold: float | None = None,
        cost_limit: float | None = None,
        model_call_func: ModelCall | None = None,
        *,
        task_type: TaskType | str | None = None,
        data_type: str | None = None,
        request_id: str | None = None,
    ) -> MergedResult:
        """The merged answer. When no model gave one its `data` is None and `metadata["error"]` says why.

        Raises ValueError without models, RuntimeError without a way to ask them.
        """
        config = self.config
        models = [model for model in self.models.values() if model.enabled]
        if not models:
            raise NoModels("No AI models available for routing", remedy="Register one with `register_model`.")
        call = model_call_func or self.model_call_func
        if call is None or not callable(call):
            raise NoModelCall("model_call_func is required", remedy="Give a function that asks a model.")
        if data_type:
            context = {**(context if isinstance(context, Mapping) else {}), "data_type": data_type}
        request = self._request(config, str(prompt), context, quality_threshold, cost_limit, task_type, request_id)
        began = time.monotonic()
        candidates = self._candidates(config, models, request)
        plan = Plan(
            candidates,
            config.model_count(request.task_type),
            in_parallel=config.enable_parallel_execution,
            finishes_early=config.enable_early_result_processing,
            timeout_s=config.model_timeout_seconds,
            hedge_after_s=config.hedge_after_seconds,
            limits=Limits(config.daily_cost_limit, config.monthly_cost_limit),
        )
        execution = Execution(
            plan, request, call, self.history, lambda answers: self._is_enough(config, request, answers)
        )
        try:
            outcome = await execution.run()
        finally:
            self._keep(config, request, execution.outcome)
        return self._result(config, request, outcome, time.monotonic() - began)

    def _request(
        self,
        config: OrchestratorConfig,
        prompt: str,
        context: Any,
        quality_threshold: float | None,
        cost_limit: float | None,
        task_type: TaskType | str | None,
        request_id: str | None,
    ) -> Request:
        threshold = config.default_quality_threshold if quality_threshold is None else finite(quality_threshold)
        limit = config.default_cost_limit if cost_limit is None else finite(cost_limit)
        if threshold is None or not 0 <= threshold <= 1:
            raise ValueError("quality_threshold must be a number from 0 to 1.")
        if limit is None or limit < 0:
            raise ValueError("cost_limit must be a number from 0.")
        task = classify(prompt, context) if task_type is None else task_of(task_type)
        return Request(
            prompt,
            context,
            threshold,
            limit,
            task,
            request_id or uuid.uuid4().hex,
            config.max_output_tokens,
            config.model_timeout_seconds,
        )

    def _candidates(self, config: OrchestratorConfig, models: Sequence[AIModel], request: Request) -> list[Candidate]:
        self._selector.worth = self._worth()
        ranked = self._selector.rank(
            models,
            request.task_type,
            quality_threshold=request.quality_threshold,
            cost_limit=request.cost_limit,
            input_tokens=tokens_in(request.prompt),
        )
        if not config.enable_model_selection:
            names = [model.name for model in models]
            ranked.sort(key=lambda one: names.index(one.model.name))
        return ranked

    def _worth(self) -> Worth:
        return Worth(self.config.quality_per_usd, self.config.quality_per_second)

    # Trust

    def _is_enough(self, config: OrchestratorConfig, request: Request, answers: Sequence[Attempt]) -> bool:
        """Whether the answers so far are as trusted as was asked for."""
        trust = self._trust(config, request, answers)
        if max(trust.values(), default=0.0) >= request.quality_threshold:
            return True
        return len(answers) > 1 and self._together(answers, trust, config) >= request.quality_threshold

    def _trust(self, config: OrchestratorConfig, request: Request, answers: Sequence[Attempt]) -> dict[str, float]:
        """How much each answer is trusted for itself: what is believed of its model, and whether it keeps the rules."""
        trust = {}
        for attempt in answers:
            assert attempt.response is not None
            confidence = attempt.candidate.confidence
            if attempt.response.confidence is not None:
                confidence = (confidence + attempt.response.confidence) / 2
            validity = self._validity(request, attempt) if config.enable_validation else None
            trust[attempt.name] = confidence * (1.0 if validity is None else 0.2 + 0.8 * validity)
        return trust

    def _validity(self, request: Request, attempt: Attempt) -> float | None:
        """The part of its records that keep the rules; None where there are no rules."""
        data_type = _data_type(request.context)
        if not self.validator.knows(data_type) or attempt.response is None:
            return None
        if attempt.validity is None:  # it is asked for with every answer that comes in
            merged = merge([Answer(attempt.name, attempt.response.content, 1.0)], data_type=data_type)
            is_list = merged.kind is Kind.RECORDS
            good = len(self.validator.validate(merged.data, data_type).validated_data) if is_list else 0
            attempt.validity = good / len(merged.data) if is_list else 0.0
        return attempt.validity

    def _together(self, answers: Sequence[Attempt], trust: Mapping[str, float], config: OrchestratorConfig) -> float:
        """How far the most trusted answer is trusted with those that agree: all of them would have to be wrong."""
        best = max(answers, key=lambda one: trust[one.name])
        doubt = 1.0 - trust[best.name]
        for other in answers:
            if other is not best and other.response is not None and best.response is not None:
                alike = agree(
                    best.response.content,
                    other.response.content,
                    tolerance=config.disagreement_tolerance,
                    embed=self.embed,
                )
                if alike >= AGREEING:
                    doubt *= 1.0 - alike * trust[other.name]
        return 1.0 - doubt

    # Results

    def _result(self, config: OrchestratorConfig, request: Request, outcome: Outcome, seconds: float) -> MergedResult:
        metadata: dict[str, Any] = {
            "request_id": request.request_id,
            "task_type": request.task_type.value,
            "strategy": _strategy(config, outcome),
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
        trust = self._trust(config, request, answers)
        merged = self._merged(config, request, answers, trust)
        together = self._together(answers, trust, config) if config.enable_result_merging else max(trust.values())
        metadata |= {
            "kind": merged.kind.value,
            "confidence": together,
            "provenance": merged.provenance,
            "disagreements": merged.disagreements,
        }
        complaints = [f"{one.name}: {complaint}" for one in answers for complaint in one.complaints]
        metadata["warnings"] = complaints
        data, is_valid = self._checked(config, request, merged, metadata)
        flagged = bool(merged.disagreements or complaints or not is_valid or together < request.quality_threshold)
        return MergedResult(data, merged.supporters, trust, metadata, flagged)

    def _merged(
        self, config: OrchestratorConfig, request: Request, answers: Sequence[Attempt], trust: Mapping[str, float]
    ) -> Merged:
        given = [Answer(one.name, one.response.content, trust[one.name]) for one in answers if one.response is not None]
        if not config.enable_result_merging:
            given = [max(given, key=lambda one: one.confidence)]
        return merge(
            given,
            tolerance=config.disagreement_tolerance,
            data_type=_data_type(request.context),
            embed=self.embed,
        )

    def _checked(
        self, config: OrchestratorConfig, request: Request, merged: Merged, metadata: dict[str, Any]
    ) -> tuple[Any, bool]:
        """The data without what breaks the rules of its kind; what it was is in the metadata."""
        data_type = _data_type(request.context)
        if not config.enable_validation or not self.validator.knows(data_type):
            return merged.data, True
        found = self.validator.validate(merged.data, data_type, request.task_type)
        metadata["validation"] = {"is_valid": found.is_valid, "errors": found.errors, "warnings": found.warnings}
        return (found.validated_data or None) if merged.kind is Kind.RECORDS else merged.data, found.is_valid

    # Learning

    def record_feedback(
        self,
        request_id: str,
        model_name: str,
        task_type: TaskType | str | None = None,
        was_correct: bool | float = True,
        response_time: float | None = None,
        cost: float | None = None,
        **_: Any,
    ) -> bool:
        """Learn that an answer was right or wrong (or how good, from 0 to 1); True when the answer is known.

        Raises ValueError for a task type that there is not.
        """
        quality = float(was_correct) if isinstance(was_correct, bool) else finite(was_correct)
        if quality is None or not 0 <= quality <= 1:
            raise ValueError("was_correct must be true, false, or a number from 0 to 1.")
        seconds, usd = finite(response_time), finite(cost)
        known = self.history.find(request_id, model_name)
        task = task_of(task_type, TaskType(known.task) if known is not None else TaskType.SIMPLE_QUERY)
        if not self.config.enable_performance_tracking:
            return known is not None
        if known is not None and known.quality is None:
            self.history.judge(request_id, model_name, quality)
        else:  # of a call that others made, or one more judgement of the same answer
            strategy = REPORTED if known is None else JUDGED
            self.history.add(
                Call(
                    uuid.uuid4().hex,
                    str(request_id),
                    str(model_name),
                    task.value,
                    True,
                    max(0.0, seconds or 0.0) if known is None else 0.0,
                    cost_usd=max(0.0, usd or 0.0) if known is None else 0.0,
                    quality=quality,
                    strategy=strategy,
                )
            )
            if known is None and seconds:
                self.beliefs.learn_call(str(model_name), task, seconds, 0)
        self.beliefs.learn_quality(str(model_name), task, quality)
        self.history.save()
        return known is not None

    def _keep(self, config: OrchestratorConfig, request: Request, outcome: Outcome) -> None:
        """Note what every model did; it is judged by what is known at once: whether it answered, and by the rules."""
        if config.enable_performance_tracking:
            for attempt in outcome.attempts:
                if attempt.is_cancelled and attempt.response is None:
                    quality = None
                elif attempt.response is None:
                    quality = 0.0
                else:
                    quality = self._validity(request, attempt) if config.enable_validation else None
                call = Call(
                    attempt.id,
                    request.request_id,
                    attempt.name,
                    request.task_type.value,
                    attempt.response is not None,
                    attempt.seconds,
                    attempt.response.token_count if attempt.response is not None else 0,
                    attempt.cost_usd,
                    quality,
                    attempt.failure[:200],
                    _strategy(config, outcome),
                )
                self.history.add(call)
                self.beliefs.learn(call)
        self.history.save()

    def get_confidence_scores(self, task_type: TaskType | str | None = None) -> dict[str, float]:
        """How far each model is trusted at a kind of work, from 0 to 1; without one, on average over all."""
        tasks = list(TaskType) if task_type is None else [task_of(task_type)]
        return {
            str(name): sum(self.beliefs.of(model, task).quality for task in tasks) / len(tasks)
            for name, model in self.models.items()
        }

    # Checks and reports

    def validate_data(
        self,
        data: Any,
        data_type: str = "",
        task_type: TaskType | str | None = None,
        rules: Sequence[Any] = (),
    ) -> ValidationResult:
        """The records that keep the rules of their kind, and those given with them."""
        validator = DataValidator() if rules else self.validator
        for rule in rules:
            validator.add_rule(data_type, rule)
        return validator.validate(data, str(data_type), task_of(task_type, TaskType.DATA_VALIDATION))

    def generate_performance_report(
        self,
        model_name: str | None = None,
        task_type: TaskType | str | None = None,
        hours: float = 24.0,
        output_format: str = "text",
    ) -> Any:
        """How the models did: text to read, JSON as text, or a mapping. Raises ValueError for another format."""
        return formatted(self._figures(model_name, task_type, hours), output_format)

    def detect_anomalies(self, hours: float = 24.0) -> list[Anomaly]:
        """What is unlike before."""
        return anomalies(self.history.since(time.time() - 3600 * hours))

    def export_metrics(self, path: str | Path, hours: float = 24.0 * 30) -> Path:
        """Write the report and every call of it as JSON; the file's path. Raises OSError."""
        file = Path(path).expanduser()
        figures = self._figures(None, None, hours)
        figures["calls"] = [asdict(call) for call in self.history.since(time.time() - 3600 * hours)]
        figures["spent"] = self.spent()
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
        partial.write_text(json.dumps(figures, ensure_ascii=False, indent=2, default=str), "utf-8")
        partial.replace(file)
        return file

    def spent(self) -> dict[str, float]:
        """Dollars spent today and this month."""
        today = date.today()
        return {period.value: self.history.spent_usd(period, today) for period in Period}

    def _figures(self, model_name: str | None, task_type: TaskType | str | None, hours: float) -> dict[str, Any]:
        task = None if task_type is None else task_of(task_type)
        calls = [
            call
            for call in self.history.since(time.time() - 3600 * hours)
            if model_name in (None, call.model) and (task is None or call.task == task.value)
        ]
        confidence = self.get_confidence_scores(task)
        if model_name is not None:
            confidence = {name: score for name, score in confidence.items() if name == model_name}
        comparisons = [one for one in self.history.comparisons if one.at >= time.time() - 3600 * hours]
        return report(calls, confidence, hours=hours, comparisons=comparisons, problem=self.history.problem)

    def close(self) -> None:
        """Write what is not written yet, and let go of the history's file. Idempotent."""
        self.history.close()


def _data_type(context: Any) -> str:
    return str(context.get("data_type") or "") if isinstance(context, Mapping) else ""


def _strategy(config: OrchestratorConfig, outcome: Outcome) -> str:
    """How the answer came about, in a word or two."""
    asked = len(outcome.attempts)
    if asked <= 1:
        return "single"
    way = "parallel" if config.enable_parallel_execution else "sequential"
    return f"hedged {way}" if outcome.hedged else way


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
