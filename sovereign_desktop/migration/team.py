"""The language models that answered beside the first one, as members of those that answer as one.

A plan names them by what the old file called them, `orchestrator.models[deep].model`; in the new file they are a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sovereign_desktop.config.sections.orchestrator import MemberModel

MODELS, ENABLED = "orchestrator.models", "orchestrator.enabled"
FEWEST = 2
"""One alone is that of `llm`."""

ROLES = {"primary": "fast", "": "fast", "fast": "fast", "deep": "deep", "fallback": "local", "local": "local"}
"""What the places of the old versions mean. `local` answers when no other can, wherever it runs."""

_KEY = re.compile(r"orchestrator\.models\[(\w+)\]\.(\w+)")


def member_key(slot: str, attribute: str) -> str:
    """How a plan names one setting of a member."""
    return f"{MODELS}[{slot or 'main'}].{attribute}"


def attribute_of(key: str) -> str:
    """The attribute that the key is about, or nothing when it is about no member, or none has such a setting."""
    match = _KEY.fullmatch(key)
    return match[2] if match and match[2] in MemberModel.model_fields else ""


def member_of(key: str) -> str:
    """The member that the key is about, or nothing."""
    match = _KEY.fullmatch(key)
    return match[1] if match else ""


def team(changes: Iterable[tuple[str, Any]]) -> dict[str, dict[str, Any]]:
    """The members that can be asked, by name; none when they are too few to answer as one."""
    members: dict[str, dict[str, Any]] = {}
    for key, value in changes:
        if key == MODELS:
            return {}  # written as this version has it
        if match := _KEY.fullmatch(key):
            members.setdefault(match[1], {})[match[2]] = value
    able = {name: member for name, member in members.items() if member.get("model") and member.get("provider")}
    return able if len(able) >= FEWEST else {}


def folded(changes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The settings to write: members become one list, which is in use when there is a team."""
    every = list(changes)
    settings = {key: value for key, value in every if not member_of(key)}
    if members := team(every):
        settings[MODELS] = list(members.values())
        settings.setdefault(ENABLED, True)
    return settings
