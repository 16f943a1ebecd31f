"""`config.json`: read without trusting it, merged over the defaults key by key, replaced in one step.

What is wrong in it is said in a sentence and costs its own key. A file that can't be read at all costs nobody
anything: what was in force stays in force, and the file is copied aside before it is written over.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sovereign_desktop.config import dotted, yaml_file
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.orchestrator.configuration import FLAGS, OrchestratorConfig
from sovereign_desktop.orchestrator.values import AIModel, as_model

VERSION = "1.0.0"
MODES = ("gradual", "full")
MOST_BYTES = 1_000_000
LOCK_WAIT_S = 5.0

Tree = dict[str, Any]

DEFAULTS: Tree = {
    "version": VERSION,
    "system": {"use_orchestrator": True, "migration_mode": "gradual", "rollback_enabled": True, "parallel_run": False},
    "feature_flags": dict.fromkeys(FLAGS, True),
    "legacy_system": {"enabled": True, "function": ""},
    "orchestrator": {},
    "models": [],
}
_LINE_COMMENT = re.compile(r'("(?:\\.|[^"\\])*(?:"|\\?\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_WORDS = {bool: "true or false", str: "text", dict: "a group of settings", list: "a list"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in force. `problems` are sentences about what of the file is not; `is_readable` is about all of it."""

    tree: Tree = field(default_factory=lambda: deepcopy(DEFAULTS))
    models: tuple[AIModel, ...] = ()
    config: OrchestratorConfig = field(default_factory=OrchestratorConfig)
    problems: tuple[str, ...] = ()
    is_readable: bool = True


class ConfigFile:
    """The file at a path, which need not exist. Several programs may use it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: object = None
        self._loaded = Loaded()

    def current(self) -> Loaded:
        """What is in force now; the file is read again when it has changed."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            self._loaded = self._read()
        return self._loaded

    def change(self, changes: Mapping[str, Any]) -> Loaded:
        """Merge the changes into the file. Raises SettingsError, and changes nothing, for a value that is no good."""
        if not isinstance(changes, Mapping):
            raise SettingsError("The changes of the configuration must be a mapping.")
        with _Held(self.path):
            before = self._read()
            written = before.tree  # of a file that can't be read: what is in force, so that it stays in force
            if before.is_readable:
                written = _raw(self.path) if self.path.exists() else {}
            wanted = dotted.merged(written, changes)
            known = understood(written).problems
            new_problems = [one for one in understood(wanted).problems if one not in known]
            if new_problems:
                raise SettingsError(new_problems[0])
            if not before.is_readable:
                self._keep_aside()
            self._write({"version": VERSION} | wanted)
        return self.current()

    def _read(self) -> Loaded:
        try:
            tree = _raw(self.path)
        except FileNotFoundError:
            return Loaded()
        except (OSError, ValueError, RecursionError) as error:
            why = str(error) if isinstance(error, _TooLargeError) else "can't be read"
            if isinstance(error, ValueError) and not isinstance(error, _TooLargeError):
                why = "is no JSON"
            problem = f"{self.path.name} {why}; what was in force before stays in force."
            kept = self._loaded
            return Loaded(kept.tree, kept.models, kept.config, (problem,), is_readable=False)
        return understood(tree)

    def _now(self) -> object:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _write(self, tree: Tree) -> None:
        try:
            text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
            text.encode("utf-8")
        except (TypeError, ValueError, RecursionError) as error:
            raise SettingsError("The configuration holds something that JSON can't.") from error
        yaml_file.replace(self.path, text)

    def _keep_aside(self) -> None:
        with suppress(OSError):
            aside = self.path.with_name(f"{self.path.name}.unreadable-{time.strftime('%Y%m%dT%H%M%S')}")
            aside.write_bytes(self.path.read_bytes())


class _TooLargeError(ValueError):
    """A file of that size is no configuration."""


class _Held:
    """A lock beside the file, so that what two programs change is both in it."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))

    def __enter__(self) -> None:
        deadline = time.monotonic() + LOCK_WAIT_S
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            while not self._lock.acquire():
                if time.monotonic() > deadline:
                    raise SettingsError("Another program is writing the configuration.", remedy="Try again.")
                time.sleep(0.01)
        except OSError as error:
            raise SettingsError("The configuration's folder can't be written.") from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def is_whole(tree: Mapping[str, Any]) -> bool:
    """Whether it is all that stands in a file rather than the settings of an orchestrator alone."""
    return any(isinstance(tree.get(name), dict | list) for name in DEFAULTS)


def understood(tree: Mapping[str, Any]) -> Loaded:
    """What of a tree can be used, over the defaults; the rest are problems."""
    problems: list[str] = []
    usable = deepcopy(DEFAULTS)
    version = tree.get("version", VERSION)
    if str(version).split(".")[0] != VERSION.split(".")[0]:
        problems.append(f"The configuration is of version {str(version)[:20]}; what of it is known is used.")
    for section, default in DEFAULTS.items():
        if section == "version" or section not in tree:
            continue
        given = tree[section]
        if not isinstance(given, type(default)):
            problems.append(f"{section} must be {_WORDS[type(default)]}.")
        elif isinstance(default, dict):
            usable[section] |= _section(section, given, default, problems)
        else:
            usable[section] = given
    if usable["system"]["migration_mode"] not in MODES:
        problems.append(f"system.migration_mode must be one of {', '.join(MODES)}.")
        usable["system"]["migration_mode"] = "gradual"
    config = OrchestratorConfig()
    for name, value in {**usable["orchestrator"], **{flag: usable["feature_flags"][flag] for flag in FLAGS}}.items():
        try:
            config = config.changed({name: value})
        except ValueError as error:
            problems.append(f"orchestrator.{error}")
    return Loaded(usable, _models(usable["models"], problems), config, tuple(problems))


def _section(section: str, given: Mapping[str, Any], default: Mapping[str, Any], problems: list[str]) -> Tree:
    usable: Tree = {}
    for name, value in given.items():
        wanted = type(default[name]) if name in default else None
        if wanted is not None and not isinstance(value, wanted):
            problems.append(f"{section}.{name} must be {_WORDS[wanted]}.")
        else:
            usable[name] = value
    return usable


def _models(given: list[Any], problems: list[str]) -> tuple[AIModel, ...]:
    models: dict[str, AIModel] = {}
    for number, described in enumerate(given, 1):
        try:
            model = as_model(described)
        except (ValueError, TypeError) as error:
            problems.append(f"models, number {number}: {error}")
        else:
            models[model.name] = model
    return tuple(models.values())


def _raw(path: Path) -> Tree:
    """The file's tree; comments, which JSON has not, are allowed."""
    if path.stat().st_size > MOST_BYTES:
        raise _TooLargeError(f"is larger than {MOST_BYTES // 1_000_000} MB")
    text = path.read_text("utf-8-sig")
    try:
        tree = json.loads(text)
    except ValueError:
        tree = json.loads(_LINE_COMMENT.sub(lambda found: found.group(1) or "", text))
    if not isinstance(tree, dict):
        raise ValueError("no object")  # noqa: TRY004 - to the reader it is one of the things that JSON can be wrong in
    return tree
