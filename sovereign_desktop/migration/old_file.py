"""A settings file of an old version: read without trusting it, as the old program read it, leaf by leaf.

The old program used PyYAML: YAML 1.1, where `yes` and `off` are booleans and the last of two equal keys counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.config.yaml_file import MOST_BYTES
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.migration.looking import open_untouched

DEEPEST = 24
MOST_BRACKETS = 100
MOST_LEAVES = 4000
MOST_VALUES = 20_000
"""With everything that aliases unfold to."""

_TRUE, _FALSE = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class OldSetting:
    """One setting: a list, an empty section or a single value. `parts` are the names that lead to it."""

    parts: tuple[str, ...]
    value: Any
    line: int = 0

    @property
    def path(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class OldFile:
    """What one file says. `notes` are what was odd about it and is no reason to refuse it."""

    name: str
    settings: tuple[OldSetting, ...] = ()
    notes: tuple[str, ...] = ()


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of a regular file that is not too large. Raises SettingsError with one line."""
    name = path.name
    try:
        with open_untouched(path) as file:
            raw = file.read(most + 1)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "it is no file"
        raise SettingsError(f"{name} can't be read ({why}).", remedy=f"Check {path}.") from error
    if len(raw) > most:
        raise SettingsError(f"{name} is larger than {most // 1024} KiB, which no settings file is.")
    return raw


def as_text(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what was odd about its encoding. Raises SettingsError."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16"), (f"{name} is written in UTF-16.",)
        except UnicodeDecodeError as error:
            raise SettingsError(f"{name} is no text.") from error
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    if b"\0" in raw:
        raise SettingsError(f"{name} is no text.")
    return raw.decode("cp1252", errors="replace"), (f"{name} is not in UTF-8; it was read as Windows-1252.",)


def read_old_file(path: Path, name: str = "") -> OldFile:
    """The settings of the file in their order. Raises SettingsError with one line saying why it can't be used."""
    name = name or path.name
    text, notes = as_text(read_bytes(path), name)
    return parse(text, name, notes)


def parse(text: str, name: str, notes: tuple[str, ...] = ()) -> OldFile:
    """The settings that the text holds. Raises SettingsError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import MappingNode

    if _brackets(text) > MOST_BRACKETS:
        raise SettingsError(f"{name} is nested too deeply.")
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # as PyYAML read it
    yaml.composer.warn_double_anchors = False  # the last one counts, as it did
    try:
        root = yaml.compose(text)
    except RecursionError as error:
        raise SettingsError(f"{name} is nested too deeply.") from error
    except MarkedYAMLError as error:
        raise _not_yaml(name, text, error) from error
    except (YAMLError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError) as error:
        # What ruamel.yaml raises for odd directives, tags and control characters.
        raise SettingsError(f"{name} is not valid YAML.", remedy="Mend it, then try again.") from error
    if root is None:
        return OldFile(name, notes=notes)
    if not isinstance(root, MappingNode):
        raise SettingsError(f"{name} holds no settings.")
    walk = _Walk(name, list(notes))
    try:
        walk.section(root, ())
    except RecursionError as error:
        raise SettingsError(f"{name} is nested too deeply.") from error
    return OldFile(name, tuple(walk.found.values()), tuple(walk.notes))


def _not_yaml(name: str, text: str, error: Any) -> SettingsError:
    mark = error.problem_mark
    lines = text.splitlines()
    line = mark.line if mark else -1
    where = f" at line {line + 1}" if mark else ""
    # The scanner complains where it noticed; a tab in the indentation is what people must know of.
    near = range(max(0, line - 1), min(len(lines), line + 2))
    if tab := next((at + 1 for at in near if "\t" in lines[at][: len(lines[at]) - len(lines[at].lstrip())]), 0):
        return SettingsError(
            f"{name} is indented with a tab at line {tab}, which YAML does not allow.",
            remedy="Put spaces there, then try again.",
        )
    return SettingsError(f"{name} is not valid YAML{where}.", remedy="Mend it, then try again.")


def _brackets(text: str) -> int:
    """How many brackets are open at once at most; the parser's time grows with their square."""
    depth = deepest = 0
    for sign in re.findall(r"[\[{\]}]", text):
        depth = max(0, depth + (1 if sign in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest


class _Walk:
    """Goes through the nodes; sections lead on, everything else is a setting."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.found: dict[tuple[str, ...], OldSetting] = {}
        self.notes = notes
        self._name = name
        self._values = 0

    def section(self, node: Any, parts: tuple[str, ...]) -> None:
        from ruamel.yaml.nodes import MappingNode

        self._count(parts)
        for key, value in self._pairs(node, parts):
            here = (*parts, key)
            if isinstance(value, MappingNode) and value.value:
                self.section(value, here)
                continue
            self.found[here] = OldSetting(here, self._value(value, len(here)), value.start_mark.line + 1)
            if len(self.found) > MOST_LEAVES:
                raise SettingsError(f"{self._name} holds more than {MOST_LEAVES} settings.")

    def _pairs(self, node: Any, parts: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Names and values, merged sections (`<<`) first, the last of equal names only."""
        pairs: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value in node.value:
            if key_node.tag == _TAG + "merge":
                for section in self._merged(value):
                    for name, one in self._pairs(section, parts):
                        self._count(parts)
                        merged.setdefault(name, one)
                continue
            name = self._key(key_node)
            if name in pairs:
                path = ".".join((*parts, name))[:200]
                self.notes.append(f"{self._name} has {path} twice; the last one counts, as it did before.")
                del pairs[name]
            pairs[name] = value
        yield from {**merged, **pairs}.items()

    def _merged(self, node: Any) -> list[Any]:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self._count(())
        sections = node.value if isinstance(node, SequenceNode) else [node]
        if not all(isinstance(section, MappingNode) for section in sections):
            raise SettingsError(f"{self._name} merges something that is no section at line {node.start_mark.line + 1}.")
        return list(sections)

    def _key(self, node: Any) -> str:
        if not isinstance(node.value, str):
            raise SettingsError(f"{self._name} has a name that is no text at line {node.start_mark.line + 1}.")
        return _printable(node.value)

    def _value(self, node: Any, depth: int) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self._count((), depth)
        if isinstance(node, MappingNode):
            return {name: self._value(value, depth + 1) for name, value in self._pairs(node, ())}
        if isinstance(node, SequenceNode):
            return [self._value(item, depth + 1) for item in node.value]
        return _scalar(str(node.tag), node.value)

    def _count(self, parts: tuple[str, ...], depth: int = 0) -> None:
        self._values += 1
        if max(len(parts), depth) > DEEPEST:
            raise SettingsError(f"{self._name} is nested too deeply.")
        if self._values > MOST_VALUES:
            raise SettingsError(f"{self._name} unfolds to more than {MOST_VALUES} values.")


def _scalar(tag: str, text: str) -> Any:
    """The value in plain types. What only some programs understand (dates, bytes, own tags) stays text."""
    kind = tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in _TRUE if text.lower() in _TRUE | _FALSE else _printable(text)
    if kind in ("int", "float"):
        number = _number(kind, text.replace("_", "").lower())
        return _printable(text) if number is None else number
    if tag.startswith("!"):
        return _printable(f"{tag} {text}".strip())
    return _printable(text)


def _number(kind: str, text: str) -> int | float | None:
    try:
        if kind == "float":
            value = float(text)
            return value if abs(value) < float("inf") else None
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
        if len(digits) > 18:
            return None
        if digits.startswith(("0x", "0b")):
            return sign * int(digits, 0)
        return sign * (int(digits, 8) if len(digits) > 1 and digits.startswith("0") else int(digits))
    except ValueError:
        return None


def _printable(text: str) -> str:
    """The text without what YAML can't hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
