"""What an answer is: records, an object, a number or prose, read out of what a model wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sovereign_desktop.orchestrator.values import finite

_FENCED = re.compile(r"```[\w-]*[^\S\n]*\n(.*?)```", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,3})?")
_MONEY = "$€£¥"
_LISTS = ("data", "records", "items", "results", "prices")


class Kind(StrEnum):
    """What answers can be merged as."""

    RECORDS = "records"
    NUMBER = "number"
    OBJECT = "json"
    PROSE = "prose"


def read(content: Any) -> tuple[Kind, Any]:
    """Its kind and the answer as that: a list of mappings, another list, a mapping, a number, or text."""
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace")
    if isinstance(content, str):
        content = _parsed(content)
    if isinstance(content, tuple):
        content = list(content)
    if isinstance(content, Mapping):
        inner = next((content[name] for name in _LISTS if name in content), None)
        if len(content) <= 2 and inner is not None and _are_records(inner):
            return Kind.RECORDS, [dict(record) for record in inner]
        return Kind.OBJECT, dict(content)
    if _are_records(content):
        return Kind.RECORDS, [dict(record) for record in content]
    if finite(content) is not None:
        return Kind.NUMBER, content
    if isinstance(content, str):
        return Kind.PROSE, content
    if isinstance(content, list):
        return Kind.OBJECT, content
    return Kind.PROSE, str(content)


def as_number(value: Any) -> float | None:
    """The number that a value is or says, with a sign of money and a unit around it (`$2.50/hr`); None without."""
    if (number := finite(value)) is not None:
        return number
    if not isinstance(value, str) or len(value) > 40:
        return None
    bare = value.strip().strip(_MONEY).strip()
    found = _NUMBER.match(bare)
    if found is None or not re.fullmatch(r"\s*(%|usd|eur|/.*)?", bare[found.end() :].strip().lower()):
        return None
    return finite(float(found.group().replace(",", "")))


def _parsed(text: str) -> Any:
    """The data that the text is, or the text."""
    stripped = text.strip()
    if fenced := _FENCED.search(stripped):
        stripped = fenced.group(1).strip()
    if stripped[:1] in ("[", "{"):
        try:
            return json.loads(stripped, parse_constant=lambda _name: None)
        except (ValueError, RecursionError):
            return text
    number = as_number(stripped)
    return text if number is None else number


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
