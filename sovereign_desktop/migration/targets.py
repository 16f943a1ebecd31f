"""Settings of this version as places for old values: does one exist, does a value fit, is there one by another unit?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sovereign_desktop.config import dotted
from sovereign_desktop.config.validation import clean, known_keys
from sovereign_desktop.migration.team import MODELS, attribute_of

_UNITS = (("", 1.0), ("_s", 1.0), ("_seconds", 1.0), ("_ms", 1000.0))
"""Ends of names that say the unit. The old versions had seconds without saying so."""


@lru_cache(maxsize=1)
def all_keys() -> frozenset[str]:
    return frozenset(key for key, _ in known_keys())


def exists(key: str) -> bool:
    return key in all_keys() or bool(attribute_of(key))


def first_of(keys: Sequence[str]) -> str:
    """The first of these settings that this version has, or nothing."""
    return next((key for key in keys if exists(key)), "")


def fit(key: str, value: Any) -> tuple[Any, str]:
    """The value as the setting takes it, and else a sentence that says what is wrong; it does not repeat the value."""
    attribute = attribute_of(key)
    tree: dict[str, Any] = {}
    dotted.put(tree, MODELS if attribute else key, [{"model": "-", attribute: value}] if attribute else value)
    usable, problems = clean(tree, "")
    if problem := next((problem for problem in problems if not problem.is_note), None):
        return None, problem.text
    if attribute:
        return dotted.get(usable, MODELS)[0][attribute], ""
    return dotted.get(usable, key), ""


def by_unit(key: str) -> tuple[str, float]:
    """The setting of that name with its unit said, and what to multiply old values with; nothing when there is none."""
    return next(((key + unit, factor) for unit, factor in _UNITS if exists(key + unit)), ("", 1.0))
