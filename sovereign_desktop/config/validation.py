"""Settings from outside, checked key by key: a bad value costs its own key, never its neighbours."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sovereign_desktop.config import dotted, old_names
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.section import Amount


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One thing in the settings that can't be used, in a sentence that does not repeat the value.

    `key` is dotted, or empty when it is about the file; `source` is the file or variable it stands in; `nearest` is a
    valid name or value that may have been meant. A note is about something that is as good as before.
    """

    key: str
    text: str
    source: str = ""
    nearest: str = ""
    is_note: bool = False


def clean(tree: Mapping[str, Any], source: str) -> tuple[dict[str, Any], tuple[SettingProblem, ...]]:
    """The usable part of `tree` in plain values, and what is wrong with the rest. Unknown keys are left out."""
    problems: list[SettingProblem] = []
    return _section(Settings, tree, "", source, problems), tuple(problems)


def known_keys(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting as its dotted key and field, in the order of the schema."""
    for name, field in model.model_fields.items():
        section = _section_type(field)
        if section is None:
            yield prefix + name, field
        else:
            yield from known_keys(section, f"{prefix}{name}.")


def nearest(name: str, valid: list[str]) -> str:
    """The valid name that was probably meant, or nothing."""
    return next(iter(difflib.get_close_matches(name.lower(), valid, n=1, cutoff=0.7)), "")


def _section(
    model: type[BaseModel], tree: Mapping[Any, Any], prefix: str, source: str, problems: list[SettingProblem]
) -> dict[str, Any]:
    usable: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        field = model.model_fields.get(str(name))
        if field is None and (said := old_names.note(prefix, str(name))):
            problems.append(SettingProblem(key, said, source, is_note=True))
            new = old_names.todays_name(prefix, str(name), tree)
            if new and value is not None:
                _leaf(model, new, value, key, source, usable, problems)
        elif field is None:
            problems.extend(_unknown(str(name), model, prefix, source))
        elif value is None:
            continue  # a name without a value: as if it were not there
        elif (section := _section_type(field)) is not None:
            if isinstance(value, Mapping):
                usable[name] = _section(section, value, f"{key}.", source, problems)
            else:
                problems.append(SettingProblem(key, f"{key} is a group of settings, not a single value.", source))
        else:
            _leaf(model, name, value, key, source, usable, problems)
    return usable


def _leaf(
    model: type[BaseModel],
    name: str,
    value: Any,
    key: str,
    source: str,
    usable: dict[str, Any],
    problems: list[SettingProblem],
) -> None:
    try:
        checked = model.model_validate({name: value})
    except ValidationError as error:
        field = model.model_fields[name]
        if said := _entry_problem(key, field, error):
            problems.append(SettingProblem(key, said, source))
            return
        meant = nearest(str(value)[:100], _choices(field)) if isinstance(value, str) else ""
        hint = f" Did you mean {meant}?" if meant else ""
        text = f"{key} must be {expectation(field)}.{hint}"
        problems.append(SettingProblem(key, text, source, meant))
    else:
        usable[name] = checked.model_dump(mode="json")[name]


def _entry_problem(key: str, field: FieldInfo, error: ValidationError) -> str:
    """What is wrong with which entry of a list of groups of settings; empty when it is none."""
    match error.errors()[0]["loc"], typing.get_args(field.annotation):
        case (_, int(at), str(name), *_), (kind, *_) if isinstance(kind, type) and issubclass(kind, BaseModel):
            return f"{key}, number {at + 1}: {name} must be {expectation(kind.model_fields[name])}."
    return ""


def _unknown(name: str, model: type[BaseModel], prefix: str, source: str) -> Iterator[SettingProblem]:
    meant = nearest(name[:100], list(model.model_fields))
    if meant:
        text = f"{prefix}{name[:100]} is no setting. Did you mean {prefix}{meant}?"
        yield SettingProblem(f"{prefix}{name[:100]}", text, source, f"{prefix}{meant}")


def expectation(field: FieldInfo) -> str:
    """What a value of this setting must be, in words: `a whole number from 100 to 2000`."""
    choices = _choices(field)
    if choices:
        return "one of " + ", ".join(choices)
    words: dict[Any, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    words[Amount | None] = "none, or a number from 0"
    words[tuple[str, ...]] = "a list of texts"
    if typing.get_origin(field.annotation) is tuple:
        return words.get(field.annotation, "a list of groups of settings")
    return words.get(field.annotation, "of another kind") + _bounds(field)


def _bounds(field: FieldInfo) -> str:
    limits = {
        name: getattr(rule, name) for rule in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(rule, name)
    }
    low = f"from {limits['ge']}" if "ge" in limits else f"above {limits['gt']}" if "gt" in limits else ""
    high = f"to {limits['le']}" if "le" in limits else f"below {limits['lt']}" if "lt" in limits else ""
    joint = " and" if "gt" in limits and high else ""
    return (f" {low}" if low else "") + joint + (f" {high}" if high else "")


def _choices(field: FieldInfo) -> list[str]:
    kind = field.annotation
    return [str(member.value) for member in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _section_type(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def unknown_key(key: str) -> SettingProblem | None:
    """The problem with a dotted key that is no setting, or None when it is one."""
    keys = [known for known, _ in known_keys()]
    if key in keys:
        return None
    meant = nearest(key, keys)
    hint = f" Did you mean {meant}?" if meant else ""
    return SettingProblem(key, f"{key} is no setting.{hint}", nearest=meant)


def default_of(key: str) -> Any:
    """The default of the setting at the dotted key."""
    return dotted.get(Settings().model_dump(mode="json"), key)
