"""A `.env` file: its variables, and its text without some of them. Comments and order stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sovereign_desktop.migration.old_file import as_text, read_bytes

_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*(.*)", re.DOTALL)
MOST_LINES = 200
"""That one value goes on for: a private key has fifty."""
_MOVED = "# {name} is in the system's keyring now, as {key}."


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. Its value is kept out of a repr, because it may be a key."""

    name: str
    value: str
    line: int

    def __repr__(self) -> str:
        return f"Variable({self.name!r}, line={self.line})"


@dataclass(frozen=True, slots=True)
class EnvFile:
    name: str
    variables: tuple[Variable, ...] = ()
    notes: tuple[str, ...] = ()


def read_env(path: Path, name: str = "") -> EnvFile:
    """The variables of the file; of equal names the last. Raises SettingsError."""
    name = name or path.name
    text, notes = as_text(read_bytes(path), name)
    found = {one.name: one for one in _variables(text)}
    return EnvFile(name, tuple(found.values()), notes)


def without(text: str, moved: dict[str, str]) -> str:
    """The text with a comment in place of each line that gives one of these variables its value.

    `moved` has the variable's name and that of the key in the keyring.
    """
    lines = []
    for line in _entries(text):
        match = _LINE.match(line.rstrip("\r\n"))
        if match and match[1] in moved:
            end = line[len(line.rstrip("\r\n")) :]
            lines.append(_MOVED.format(name=match[1], key=moved[match[1]]) + end)
        else:
            lines.append(line)
    return "".join(lines)


def _variables(text: str) -> list[Variable]:
    found = []
    number = 1
    for entry in _entries(text):
        match = _LINE.match(entry)
        if match:
            found.append(Variable(match[1], _unquoted(match[2].strip()), number))
        number += len(entry.splitlines())
    return found


def _entries(text: str) -> Iterator[str]:
    """Lines with their ends; a value in quotes that goes on in the next lines is one with them."""
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        last = at
        match = _LINE.match(lines[at])
        if match and (quote := match[2][:1]) in ("'", '"') and quote not in match[2][1:]:
            # Without an end it is one line, as before.
            last = next((to for to in range(at + 1, min(len(lines), at + MOST_LINES)) if quote in lines[to]), at)
        yield "".join(lines[at : last + 1])
        at = last + 1


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if value.startswith(quote):
            inner, closed, _ = value[1:].partition(quote)
            return inner if closed else value[1:]
    return re.split(r"\s#", value, maxsplit=1)[0].strip() if not value.startswith("#") else ""
