"""What one start of the program may ask of the one that runs, and how it is written on the socket.

A request is a line of JSON with `token`, `verb` and `value`; its answer a line with `ok` and `text`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_LINE_BYTES = 4096
_VALUES: dict[str, frozenset[str]] = {
    "talk": frozenset({""}),
    "release": frozenset({""}),
    "toggle": frozenset({""}),
    "cancel": frozenset({""}),
    "retry": frozenset({""}),
    "forget": frozenset({""}),
    "quit": frozenset({""}),
    "screen": frozenset({"on", "off"}),
    "mode": frozenset({"hybrid", "realtime", "traditional"}),
    "show": frozenset({"", "settings", "transcript", "latency", "memory", "welcome", "migration", "help"}),
}


@dataclass(frozen=True, slots=True)
class Verb:
    """A wish; `_VALUES` has them all. `show` without a value: any window."""

    name: str
    value: str = ""

    def __post_init__(self) -> None:
        if self.value not in _VALUES.get(self.name, frozenset()):
            raise ValueError("no such verb")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the running program said: `text` is one sentence when there is something to say."""

    ok: bool
    text: str = ""


def encode_request(token: str, verb: Verb) -> bytes:
    """The line that asks for a verb."""
    return json.dumps({"token": token, "verb": verb.name, "value": verb.value}).encode() + b"\n"


def decode_request(line: bytes) -> tuple[str, Verb]:
    """Token and verb of a line. Raises ValueError for anything else than a request."""
    request = _object(line)
    if not all(isinstance(request.get(key), str) for key in ("token", "verb", "value")):
        raise ValueError("not a request")
    return request["token"], Verb(request["verb"], request["value"])


def encode_answer(answer: Answer) -> bytes:
    """The line that answers a verb."""
    return json.dumps({"ok": answer.ok, "text": answer.text}).encode() + b"\n"


def decode_answer(line: bytes) -> Answer:
    """The answer in a line. Raises ValueError."""
    answer = _object(line)
    return Answer(answer.get("ok") is True, str(answer.get("text", "")))


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - it is about bytes, not about our types
    return value
