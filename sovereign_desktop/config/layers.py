"""Where settings come from, lowest first: defaults, `settings.yaml`, the named environment, variables.

SOVEREIGN_ENV=offline               lays resources/settings/offline.yaml over the user's settings
SOVEREIGN_AUDIO__VOLUME=0.5         sets audio.volume; two underscores stand for a dot
SOVEREIGN_HOME, SOVEREIGN_KEY_...   are no settings (config/paths.py, host/secrets.py)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sovereign_desktop.config import dotted, yaml_file
from sovereign_desktop.config.validation import SettingProblem, clean, nearest, unknown_key
from sovereign_desktop.core.resources import resource

ENVIRONMENTS = ("development", "production", "offline", "test")
_PREFIX = "SOVEREIGN_"


def from_environment(name: str) -> tuple[dict[str, Any], tuple[SettingProblem, ...]]:
    """The overlay of the named environment; none for an empty name."""
    if not name:
        return {}, ()
    if name not in ENVIRONMENTS:
        meant = nearest(name, list(ENVIRONMENTS))
        text = f"SOVEREIGN_ENV must be one of {', '.join(ENVIRONMENTS)}; it is ignored."
        return {}, (SettingProblem("", text, "SOVEREIGN_ENV", meant),)
    file = yaml_file.read(resource(f"settings/{name}.yaml"))
    return clean(file.tree, f"environment {name}")


_overlay = cache(from_environment)
"""For who asks often: it is a file of the program, and stays what it is."""


def from_variables(env: Mapping[str, str]) -> tuple[dict[str, Any], tuple[SettingProblem, ...]]:
    """Settings given as `SOVEREIGN_SECTION__NAME`."""
    usable: dict[str, Any] = {}
    problems: list[SettingProblem] = []
    for variable, value in sorted(env.items()):
        if variable.startswith(_PREFIX) and "__" in variable and not variable.startswith(f"{_PREFIX}KEY_"):
            key = variable.removeprefix(_PREFIX).lower().replace("__", ".")
            one, its_problems = _one(key, value, variable)
            usable = dotted.merged(usable, one)
            problems.extend(its_problems)
    return usable, tuple(problems)


def fixed_by(key: str, env: Mapping[str, str]) -> str:
    """The variable that gives the setting at the dotted key its value; empty when none does."""
    variable = _PREFIX + key.upper().replace(".", "__")
    if variable in env and not from_variables({variable: env[variable]})[1]:
        return variable
    overlay, _ = _overlay(env.get("SOVEREIGN_ENV", ""))
    return "SOVEREIGN_ENV" if dotted.get(overlay, key) is not dotted.MISSING else ""


def _one(key: str, value: str, variable: str) -> tuple[dict[str, Any], tuple[SettingProblem, ...]]:
    unknown = unknown_key(key)
    if unknown is not None:
        return {}, (SettingProblem(key, unknown.text, variable, unknown.nearest),)
    tree: dict[str, Any] = {}
    dotted.put(tree, key, value)
    return clean(tree, variable)
