"""A setting whose values have parts of their own, such as the models that answer as one, as lines that can be typed.

{model: gpt-5-mini, provider: openai}
{model: llama3.2, provider: ollama, role: local}
"""

from __future__ import annotations

import io
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sovereign_desktop.config.validation import known_keys
from sovereign_desktop.core.errors import SettingsError

LONGEST_LINE = 4096


def as_lines(key: str, values: Iterable[Mapping[str, Any]]) -> str:
    """A line for each, with what differs from the defaults."""
    fields = _kind(key).model_fields
    return "\n".join(
        _line({name: value for name, value in one.items() if fields[name].is_required() or value != _usual(key, name)})
        for one in values
    )


def from_lines(key: str, text: str) -> list[dict[str, Any]]:
    """What stands in the lines. Raises SettingsError that names the line; the values themselves are not checked."""
    found = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        try:
            value = YAML(typ="safe", pure=True).load(line[:LONGEST_LINE])
        except (YAMLError, ValueError) as error:
            raise _not_understood(number) from error
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise _not_understood(number)
        if unknown := [name for name in value if name not in _kind(key).model_fields]:
            raise SettingsError(f"Line {number}: {unknown[0][:60]} is not known.", remedy=_remedy(key))
        found.append(value)
    return found


def _kind(key: str) -> type[BaseModel]:
    field = dict(known_keys())[key]
    kind: type[BaseModel] = typing.get_args(field.annotation)[0]
    return kind


def _usual(key: str, name: str) -> Any:
    kind = _kind(key)
    usual = kind.model_construct().model_dump(mode="json", warnings=False)
    return usual.get(name)


def _line(value: Mapping[str, Any]) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = True
    yaml.width = LONGEST_LINE
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    yaml.dump(dict(value), out)
    return out.getvalue().strip()


def _not_understood(number: int) -> SettingsError:
    return SettingsError(f"Line {number} is not understood.", remedy="Write it like {name: value, name: value}.")


def _remedy(key: str) -> str:
    return f"Known are {', '.join(_kind(key).model_fields)}."
