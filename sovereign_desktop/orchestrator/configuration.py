"""The settings of an orchestrator, by the names that its users know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sovereign_desktop.orchestrator.values import TaskType, finite

FLAGS = (
    "enable_model_selection",
    "enable_parallel_execution",
    "enable_result_merging",
    "enable_validation",
    "enable_performance_tracking",
)


@dataclass
class OrchestratorConfig:
    """Can be changed while requests run; a request keeps what it began with."""

    default_quality_threshold: float = 0.8
    default_cost_limit: float = 1.0
    """Dollars for one request."""
    daily_cost_limit: float | None = None
    monthly_cost_limit: float | None = None
    simple_query_model_count: int = 1
    complex_reasoning_model_count: int = 2
    validation_model_count: int = 3
    price_extraction_model_count: int = 2
    historical_analysis_model_count: int = 2
    model_timeout_seconds: float = 30.0
    enable_early_result_processing: bool = True
    """Answer as soon as what is there is good enough, and cancel the rest."""
    hedge_after_seconds: float | None = None
    """Ask one more model when those that were asked have not answered by then. None: twice their usual time."""
    enable_model_selection: bool = True
    """Without it, models are asked in the order in which they were registered."""
    enable_parallel_execution: bool = True
    """Without it, one after another, and only as long as none was good enough."""
    enable_result_merging: bool = True
    """Without it, the most trusted answer alone."""
    enable_validation: bool = True
    enable_performance_tracking: bool = True
    """Without it, nothing is learned and nothing is kept."""
    max_output_tokens: int = 1024
    """Bounds an answer, and so its greatest cost."""
    disagreement_tolerance: float = 0.1
    """Numbers that differ by more than this part of them need a review."""
    quality_per_usd: float = 5.0
    quality_per_second: float = 0.01
    history_path: str = ""
    """The file of what was learned and spent; empty: it is forgotten with the program."""
    seed: int | None = None
    """For choices that can be repeated."""

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises ValueError for a value that is none; before a request too, because scripts change them."""
        for field in fields(self):
            setattr(self, field.name, _checked(field.name, getattr(self, field.name), field.default))

    def model_count(self, task: TaskType) -> int:
        """How many models are asked for this kind of work."""
        if task is TaskType.DATA_VALIDATION:
            return self.validation_model_count
        count: int = getattr(self, f"{task}_model_count")
        return count

    def changed(self, values: Mapping[str, Any]) -> OrchestratorConfig:
        """With these values; those that are none of its settings are left out. Raises ValueError for a bad one."""
        known = {field.name for field in fields(self)}
        return replace(self, **{name: value for name, value in values.items() if name in known})


def _checked(name: str, value: Any, default: Any) -> Any:
    if name == "history_path":
        return str(value or "")
    if value is None and (default is None):
        return None
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise ValueError(f"{name} must be true or false.")
    number = finite(value)
    if number is None or (number < 0 and name != "seed"):
        raise ValueError(f"{name} must be a number from 0.")
    if name.endswith(("_count", "_tokens")) and number < 1:
        raise ValueError(f"{name} must be a whole number from 1.")
    if name == "default_quality_threshold" and number > 1:
        raise ValueError(f"{name} must be a number from 0 to 1.")
    if name == "model_timeout_seconds" and number <= 0:
        raise ValueError(f"{name} must be above 0.")
    return int(number) if isinstance(default, int) or name == "seed" else number
