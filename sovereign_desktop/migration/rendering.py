"""The settings file that follows from a plan, and how it differs from the one that is there."""

from __future__ import annotations

import copy
import difflib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from sovereign_desktop.config import dotted, store, yaml_file
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.migration.fates import Plan
from sovereign_desktop.migration.planning import LEGACY


def new_text(settings_file: Path, planned: Plan) -> str:
    """The text to write; the present one, to the letter, when nothing changes. Raises SettingsError.

    What the plan does not speak of stays, comments too.
    """
    file = yaml_file.read(settings_file)
    if file.problem:
        raise SettingsError(
            f"{settings_file.name} {file.problem}, so nothing can be added to it.",
            remedy=f"Move {settings_file} away, then try again.",
        )
    written = [key for key, value in planned.changes.items() if _put(file.tree, tuple(key.split(".")), value)]
    written += [
        entry.path for entry in planned.legacy if _put(file.tree, (LEGACY, *entry.kept_as), entry.setting.value)
    ]
    if not written:
        return file.text
    text = yaml_file.render(file)
    if len(text.encode()) > yaml_file.MOST_BYTES:
        raise SettingsError(
            f"The new settings would be larger than {yaml_file.MOST_BYTES // 1024} KiB, which can't be read.",
            remedy="Take out of the old file what is no setting.",
        )
    return text


def problems(path: Path) -> tuple[str, ...]:
    """What is wrong with a settings file, as the program itself sees it when it starts."""
    return tuple(problem.text for problem in store.load(path, env={}).problems)


def diff(before: str, after: str, name: str = "settings.yaml") -> str:
    """The unified diff from one text to the other."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"{name} (now)", f"{name} (new)", lineterm="")
    return "\n".join(lines)


def _put(tree: MutableMapping[str, Any], parts: tuple[str, ...], value: Any) -> bool:
    """Set the value; False when it is there already."""
    *sections, leaf = parts
    for part in sections:
        if not isinstance(tree.get(part), MutableMapping):
            tree[part] = {}
        tree = tree[part]
    now = tree.get(leaf, dotted.MISSING)
    if now is not dotted.MISSING and now == value and isinstance(now, bool) == isinstance(value, bool):
        return False
    tree[leaf] = copy.deepcopy(value)  # a shared list would be written as an anchor
    return True
