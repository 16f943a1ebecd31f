"""A table as TOML: the standard library reads that language and does not write it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def to_toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """The text of a table of strings, numbers, booleans, lists of these, and tables."""
    tables = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in tables]
    if lines and path:
        lines.insert(0, f"[{'.'.join(map(_key, path))}]")
    parts = ["\n".join(lines) + "\n"] if lines else []
    parts += [to_toml(value, (*path, key)) for key, value in tables.items()]
    return "\n".join(parts)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool | int | str):
        # JSON's words for these are TOML's as well; only DEL has to be written out there and need not be here.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{value!r} has no place in a settings file")
