"""Nested mappings addressed by dotted keys: `audio.endpointing.silence_ms`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

MISSING = object()


def get(tree: Any, key: str) -> Any:
    """The value at `key`, or MISSING."""
    for part in key.split("."):
        if not isinstance(tree, Mapping) or part not in tree:
            return MISSING
        tree = tree[part]
    return tree


def put(tree: MutableMapping[str, Any], key: str, value: Any) -> None:
    """Set the value at `key`; sections that are not there, or hold something else, become mappings."""
    *sections, leaf = key.split(".")
    for part in sections:
        if not isinstance(tree.get(part), MutableMapping):
            tree[part] = {}
        tree = tree[part]
    tree[leaf] = value


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both trees as one; where both have a value, the one from `above`."""
    result = dict(below)
    for name, value in above.items():
        under = result.get(name)
        result[name] = merged(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return result
