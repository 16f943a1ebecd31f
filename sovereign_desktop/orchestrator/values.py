"""What is asked and what comes back: the public values, forgiving towards whoever makes them.

They can be changed after they were made, because scripts do. What was read from outside (a price, a cost, a time) is
a finite number from 0 on once it is in one of them.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

DEFAULT_SECONDS = 2.0
TOKENS_PRICED = 1_000_000
LONGEST_NAME = 200


class TaskType(StrEnum):
    """What kind of work a request is. A model is judged in each kind for itself."""

    SIMPLE_QUERY = "simple_query"
    COMPLEX_REASONING = "complex_reasoning"
    DATA_VALIDATION = "data_validation"
    PRICE_EXTRACTION = "price_extraction"
    HISTORICAL_ANALYSIS = "historical_analysis"


def new_id() -> str:
    """One that nothing else has."""
    return token_hex(16)


def task_of(value: object, default: TaskType = TaskType.SIMPLE_QUERY) -> TaskType:
    """The task type that a name, a value or a task type means. Raises ValueError for another word."""
    if value is None:
        return default
    if isinstance(value, TaskType):
        return value
    word = str(getattr(value, "value", value)).strip().lower().rpartition(".")[2]
    try:
        return TaskType(word)
    except ValueError:
        raise ValueError(f"There is no task type {word[:40]!r}. It is one of {', '.join(TaskType)}.") from None


@dataclass
class AIModel:
    """A model that can be asked. The price and the time are what is believed of it until it is known better.

    `quality` is the part of its answers that are expected to be good, None when nobody knows.
    """

    name: str
    provider: str = ""
    cost_per_1m_tokens: float = 0.0
    avg_response_time: float = DEFAULT_SECONDS
    enabled: bool = True
    quality: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises ValueError for figures that are none; before a request too, because scripts change them."""
        self.name = str(self.name or "").strip()
        if not 0 < len(self.name) <= LONGEST_NAME:
            raise ValueError("A model needs a name.")
        self.cost_per_1m_tokens = _amount(self.cost_per_1m_tokens, f"cost_per_1m_tokens of {self.name}")
        self.avg_response_time = _amount(self.avg_response_time, f"avg_response_time of {self.name}")
        if not isinstance(self.enabled, bool):
            raise ValueError(f"enabled of {self.name} must be true or false.")  # noqa: TRY004 - as for the others
        if self.quality is not None:
            self.quality = min(1.0, _amount(self.quality, f"quality of {self.name}"))

    def __hash__(self) -> int:
        return hash(self.name)

    def cost(self, tokens: float) -> float:
        """Dollars for so many tokens."""
        return tokens * self.cost_per_1m_tokens / TOKENS_PRICED


class ModelName(str):
    """A model's name that also answers for the model: scripts go through `models` for either."""

    __slots__ = ("model",)
    model: AIModel

    def __new__(cls, model: AIModel) -> ModelName:
        made = super().__new__(cls, model.name)
        made.model = model
        return made

    def __reduce__(self) -> tuple[type[ModelName], tuple[AIModel]]:  # for copies
        return ModelName, (self.model,)

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.model, attribute)


class Models(dict[str, AIModel]):
    """The models by name; a number gives the one that was registered at that place, a slice those from there on."""

    def add(self, model: AIModel) -> None:
        """Put it in, in the place of one of the same name."""
        self.pop(model.name, None)
        self[ModelName(model)] = model

    def __getitem__(self, key: str | int | slice) -> Any:
        return super().__getitem__(key) if isinstance(key, str) else list(self.values())[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key.name if isinstance(key, AIModel) else key)


def as_model(given: object, **figures: Any) -> AIModel:
    """The model that is given, or described by a mapping or by a name and its figures. Raises ValueError."""
    if isinstance(given, AIModel):
        return given
    known = {"name", "provider", "cost_per_1m_tokens", "avg_response_time", "enabled", "quality"}
    described: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"name": given}
    described |= figures
    if "name" not in described:
        raise ValueError("A model needs a name.")
    rest = {name: value for name, value in described.items() if name not in known}
    return AIModel(**{name: value for name, value in described.items() if name in known}, metadata=rest)


@dataclass
class Request:
    """What a model is asked. `max_tokens` bounds the answer: the cost limits count on it."""

    prompt: str = ""
    context: Any = field(default_factory=dict)
    quality_threshold: float = 0.8
    cost_limit: float = 1.0
    task_type: TaskType = TaskType.SIMPLE_QUERY
    request_id: str = field(default_factory=new_id)
    max_tokens: int = 1024
    timeout: float = 30.0
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> str:
        return self.request_id


@dataclass
class Response:
    """What one model answered. Without `success`, `error` says why."""

    model_name: str = ""
    content: Any = ""
    response_time: float = 0.0
    token_count: int = 0
    cost: float = 0.0
    timestamp: Any = field(default_factory=lambda: datetime.now(UTC))
    success: bool = True
    error: str | None = None
    confidence: float | None = None


@dataclass
class MergedResult:
    """The answer of all that were asked. `data` is None when there is none; then `metadata["error"]` says why.

    `metadata` has `request_id`, `task_type`, `strategy`, `total_cost`, `response_time`, `responses`, `provenance`
    (which model each part is from) and `disagreements`.
    """

    data: Any = None
    contributing_models: list[str] = field(default_factory=list)
    confidence_scores: dict[str, float] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    flagged_for_review: bool = False

    @property
    def success(self) -> bool:
        return self.data is not None


@dataclass
class ValidationResult:
    """What is left of some records after every rule was applied. Can be awaited, for scripts that do."""

    is_valid: bool
    validated_data: Any = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    task_type: TaskType = TaskType.DATA_VALIDATION

    def __bool__(self) -> bool:
        return self.is_valid

    def __await__(self) -> Generator[None, None, ValidationResult]:
        yield from ()
        return self


def finite(value: object) -> float | None:
    """The number, or None for what is none: NaN, infinity, text, a truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _amount(value: object, what: str) -> float:
    number = finite(value)
    if number is None or number < 0:
        raise ValueError(f"{what} must be a number from 0.")
    return number
