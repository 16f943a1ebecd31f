"""What kind of work a request is, from its words and its context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sovereign_desktop.orchestrator.values import TaskType, task_of

_DATA_TYPES = {
    "gpu": TaskType.PRICE_EXTRACTION,
    "token": TaskType.PRICE_EXTRACTION,
    "price": TaskType.PRICE_EXTRACTION,
    "grid": TaskType.DATA_VALIDATION,
    "load": TaskType.DATA_VALIDATION,
    "histor": TaskType.HISTORICAL_ANALYSIS,
}
_SIGNS = (
    (TaskType.DATA_VALIDATION, re.compile(r"\b(validat\w*|verif\w+|double.check|cross.?check|is (this|it) correct)\b")),
    (
        TaskType.HISTORICAL_ANALYSIS,
        re.compile(r"\b(histor\w*|trend\w*|over the (last|past)|past (year|month|week)s?)\b"),
    ),
    (TaskType.PRICE_EXTRACTION, re.compile(r"\b(prices?|pricing|cost of|costs? per|how much (is|does|are|do))\b")),
    (
        TaskType.COMPLEX_REASONING,
        re.compile(
            r"\b(explain\w*|analy[sz]\w*|research\w*|complex\w*|compare\w*|why|prove|derive|step.by.step|design)\b"
        ),
    ),
)
_ANY_SIGN = re.compile("|".join(pattern.pattern for _task, pattern in _SIGNS))
"""Most questions have none: one look instead of four."""
MANY_WORDS = 120
"""A question of so many words is not a simple one."""


def classify(prompt: str, context: Any = None) -> TaskType:
    """The kind of work. A context that names it (`task_type`, or `data_type` such as `gpu`) is believed."""
    if isinstance(context, Mapping):
        if context.get("task_type"):
            try:
                return task_of(context["task_type"])
            except ValueError:
                pass
        data_type = str(context.get("data_type") or "").lower()
        for sign, task in _DATA_TYPES.items():
            if sign in data_type:
                return task
    words = prompt.lower()
    if _ANY_SIGN.search(words):
        return next(task for task, pattern in _SIGNS if pattern.search(words))
    return TaskType.COMPLEX_REASONING if len(words.split()) >= MANY_WORDS else TaskType.SIMPLE_QUERY
