"""The settings in force, and the file that keeps them.

    store = SettingsStore(find_paths().settings_file)
    store.load()
    store.subscribe("audio", lambda settings: ...)
    store.save({"audio.volume": 0.5})

Reading costs the import of pydantic and ruamel.yaml once, and milliseconds afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sovereign_desktop.config import dotted, layers, yaml_file
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.validation import SettingProblem, clean, default_of, unknown_key
from sovereign_desktop.core.errors import SettingsError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings that can be used as they are, and what was left out on the way."""

    settings: Settings
    problems: tuple[SettingProblem, ...] = ()


def load(path: Path, env: Mapping[str, str] = os.environ) -> LoadedSettings:
    """The settings of the file, its environment and variables. Never raises for what stands in them."""
    file = yaml_file.read(path)
    problems: list[SettingProblem] = []
    if file.problem:
        text = f"{path.name} {file.problem}; the defaults are used and the file is kept."
        problems.append(SettingProblem("", text, path.name))
    tree: dict[str, Any] = {}
    for layer, its_problems in (
        clean(file.tree, path.name),
        layers.from_environment(env.get("SOVEREIGN_ENV", "")),
        layers.from_variables(env),
    ):
        tree = dotted.merged(tree, layer)
        problems.extend(its_problems)
    return LoadedSettings(Settings.model_validate(tree), tuple(problems))


def load_settings(env: Mapping[str, str] = os.environ) -> LoadedSettings:
    """This user's settings, for programs that end before the settings can change."""
    return load(find_paths(env).settings_file, env)


def save(path: Path, changes: Mapping[str, Any]) -> Path | None:
    """Write the changed settings, by dotted key, into the file; None as a value takes a setting back to its default.

    Only what differs is written. A file that can't be understood is first copied aside; the result is that copy.
    Raises SettingsError and changes nothing when a key or value is not valid, or the file can't be written.
    """
    wanted = _checked(changes)
    file = yaml_file.read(path)
    written = [key for key, value in wanted.items() if _apply(file, key, value)]
    if not written:
        return None
    kept = _keep_aside(path) if file.problem else None
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    yaml_file.replace(path, yaml_file.render(file))
    logger.info("settings saved", extra={"keys": written})
    return kept


class SettingsStore:
    """The settings in force. Lives on one thread; subscribers are called there."""

    def __init__(self, path: Path, env: Mapping[str, str] = os.environ) -> None:
        self.path = path
        self._env = env
        self._subscribers: list[tuple[str, Callable[[Settings], None]]] = []
        self.settings = Settings()
        self.problems: tuple[SettingProblem, ...] = ()

    def load(self) -> LoadedSettings:
        """Read everything anew and tell subscribers what changed."""
        loaded = load(self.path, self._env)
        self._adopt(loaded)
        return loaded

    def save(self, changes: Mapping[str, Any]) -> Path | None:
        """`store.save`, then the new settings are in force. Waits for the disk; `change` does not."""
        kept = save(self.path, changes)
        self.load()
        return kept

    async def change(self, changes: Mapping[str, Any]) -> Path | None:
        """`save` with the disk's work in a thread. Cancelling does not take back what is being written."""
        kept = await asyncio.to_thread(save, self.path, dict(changes))
        self._adopt(await asyncio.to_thread(load, self.path, self._env))
        return kept

    def fixed_by(self, key: str) -> str:
        """The environment variable that this setting comes from, whatever stands in the file; empty when none."""
        return layers.fixed_by(key, self._env)

    def subscribe(self, prefix: str, receiver: Callable[[Settings], None]) -> Callable[[], None]:
        """Call `receiver` when anything below the dotted `prefix` changes (all, when empty); the result ends it."""
        entry = (prefix, receiver)
        self._subscribers.append(entry)
        return lambda: self._subscribers.remove(entry) if entry in self._subscribers else None

    def _adopt(self, loaded: LoadedSettings) -> None:
        before, self.settings = self.settings.model_dump(), loaded.settings
        self.problems = loaded.problems
        after = loaded.settings.model_dump()
        for prefix, receiver in tuple(self._subscribers):
            if before != after if not prefix else dotted.get(before, prefix) != dotted.get(after, prefix):
                receiver(loaded.settings)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes in plain values. Raises SettingsError for the first that is not valid."""
    wanted: dict[str, Any] = {}
    for key, value in changes.items():
        tree: dict[str, Any] = {}
        dotted.put(tree, key, value)
        usable, problems = clean(tree, "")
        problem = unknown_key(key) or next(iter(problems), None)
        if problem is not None:
            raise SettingsError(problem.text)
        wanted[key] = None if value is None else dotted.get(usable, key)
    return wanted


def _apply(file: yaml_file.YamlFile, key: str, value: Any) -> bool:
    """Change one key in the tree; False when it already says that."""
    now = dotted.get(file.tree, key)
    if value is None:
        if now is dotted.MISSING:
            return False
        if yaml_file.take_out(file.tree, key):
            return True
        value = default_of(key)
    if now == value and isinstance(now, type(value)):
        return False
    if now in (dotted.MISSING, None) and value == default_of(key):
        return False
    dotted.put(file.tree, key, value)
    return True


def _keep_aside(path: Path) -> Path:
    """A copy of the file that can't be understood, beside it. Raises SettingsError when none can be made."""
    kept = path.with_name(f"{path.name}.unreadable-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    try:
        shutil.copy2(path, kept)
    except (OSError, shutil.SpecialFileError) as error:
        raise SettingsError(
            f"{path.name} can't be read, so it is not overwritten.", remedy=f"Move {path} away, then try again."
        ) from error
    return kept
