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
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import EngineError
from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.orchestrator.anomalies import Anomaly, anomalies
from sovereign_desktop.orchestrator.beliefs import Beliefs
from sovereign_desktop.orchestrator.calling import ModelCall, tokens_in
from sovereign_desktop.orchestrator.classification import classify
from sovereign_desktop.orchestrator.config_file import ConfigFile, Loaded, is_whole, understood
from sovereign_desktop.orchestrator.configuration import OrchestratorConfig
from sovereign_desktop.orchestrator.execution import Execution, Outcome, Plan
from sovereign_desktop.orchestrator.history import JUDGED, REPORTED, Call, History
from sovereign_desktop.orchestrator.limits import Limits
from sovereign_desktop.orchestrator.merging import Embed
from sovereign_desktop.orchestrator.report import formatted, report
from sovereign_desktop.orchestrator.results import result_of, strategy_of
from sovereign_desktop.orchestrator.selection import Candidate, Selector, Worth
from sovereign_desktop.orchestrator.trust import Trust
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
    new_id,
    task_of,
)

logger = logging.getLogger(__name__)


class NoModels(EngineError, ValueError):  # noqa: N818 - a ValueError for those who come from the seed's package
    """No model is registered and enabled."""


class NoModelCall(EngineError, RuntimeError):  # noqa: N818
    """Nobody said how a model is asked."""


class AIOrchestrator:
    """The library's face. `config` is an `OrchestratorConfig`, a mapping of its settings, a `config.json` as a path or
    as the tree that stands in it, or nothing; single settings may be given by name. `problems` says what of a file or
    tree can't be used.

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
        **settings: Any,
    ) -> None:
        self.models = Models()
        self._checked: dict[str, Any] = {}
        self.problems: tuple[str, ...] = ()
        if isinstance(config, str | Path):
            config = self._take(ConfigFile(Path(config).expanduser()).current())
        elif isinstance(config, Mapping) and is_whole(config):
            config = self._take(understood(config))
        self.config = config if isinstance(config, OrchestratorConfig) else OrchestratorConfig().changed(config or {})
        if settings:
            self.config = replace(self.config, **settings)
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

    def _take(self, loaded: Loaded) -> OrchestratorConfig:
        """Take over the models of a file, and what is wrong with it; its settings."""
        self.problems = loaded.problems
        for model in loaded.models:
            self.models.add(model)
        return loaded.config

    # Models

    def register_model(self, model: AIModel | Mapping[str, Any] | str = "", **figures: Any) -> AIModel:
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
        if vars(config) != self._checked:  # the check costs 50 µs
            config.check()
            self._checked = dict(vars(config))
        for model in models:
            model.check()
        call = model_call_func or self.model_call_func
        if call is None or not callable(call):
            raise NoModelCall("model_call_func is required", remedy="Give a function that asks a model.")
        context = {} if context is None else context  # functions look into it without asking whether it is there
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
        trust = Trust(config, request, self.validator, self.embed)
        execution = Execution(plan, request, call, self.history, trust.is_enough)
        try:
            outcome = await execution.run()
        finally:
            self._keep(config, request, execution.outcome, trust)
        return result_of(outcome, request, trust, time.monotonic() - began)

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
            str(request_id or new_id()),
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
        is_known_kind = known is not None and known.task in list(TaskType)  # a later version may know others
        task = task_of(task_type, TaskType(known.task) if known and is_known_kind else TaskType.SIMPLE_QUERY)
        if not self.config.enable_performance_tracking:
            return known is not None
        if known is not None and known.quality is None:
            self.history.judge(request_id, model_name, quality)
        else:  # of a call that others made, or one more judgement of the same answer
            strategy = REPORTED if known is None else JUDGED
            self.history.add(
                Call(
                    new_id(),
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

    def _keep(self, config: OrchestratorConfig, request: Request, outcome: Outcome, trust: Trust) -> None:
        """Note what every model did; it is judged by what is known at once: whether it answered, and by the rules."""
        if config.enable_performance_tracking:
            for attempt in outcome.attempts:
                if attempt.is_cancelled and attempt.response is None:
                    quality = None
                elif attempt.response is None:
                    quality = 0.0
                else:
                    quality = trust.validity(attempt)
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
                    strategy_of(outcome, config),
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
        return anomalies(self.history.since(_hours_ago(hours)))

    def export_metrics(self, path: str | Path, hours: float = 24.0 * 30) -> Path:
        """Write the report and every call of it as JSON; the file's path. Raises OSError."""
        file = Path(path).expanduser()
        if file.is_dir():
            raise IsADirectoryError(f"{file} is a folder, not a file for the metrics.")
        figures = self._figures(None, None, hours)
        figures["calls"] = [asdict(call) for call in self.history.since(_hours_ago(hours))]
        figures["spent"] = self.spent()
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{new_id()}")
        partial.write_text(json.dumps(figures, ensure_ascii=False, indent=2, default=str), "utf-8", "replace")
        partial.replace(file)
        return file

    def spent(self) -> dict[str, float]:
        """Dollars spent today and this month."""
        today = date.today()
        return {period.value: self.history.spent_usd(period, today) for period in Period}

    def _figures(self, model_name: str | None, task_type: TaskType | str | None, hours: float) -> dict[str, Any]:
        task = None if task_type is None else task_of(task_type)
        since = _hours_ago(hours)
        calls = [
            call
            for call in self.history.since(since)
            if model_name in (None, call.model) and (task is None or call.task == task.value)
        ]
        confidence = self.get_confidence_scores(task)
        if model_name is not None:
            confidence = {name: score for name, score in confidence.items() if name == model_name}
        comparisons = [one for one in self.history.comparisons if one.at >= since]
        problem = " ".join(filter(None, (*self.problems, self.history.problem)))
        return report(calls, confidence, hours=hours, comparisons=comparisons, problem=problem)

    def close(self) -> None:
        """Write what is not written yet, and let go of the history's file. Idempotent."""
        self.history.close()


def _hours_ago(hours: float) -> float:
    """The Unix time of that. Raises ValueError."""
    number = finite(hours)
    if number is None or number < 0:
        raise ValueError("hours must be a number from 0.")
    return time.time() - 3600 * number
