"""Log records as lines of JSON: what a child process writes to stderr and the program reads back.

{"level": "INFO", "logger": "sovereign_desktop.audio", "message": "device opened", "rate_hz": 48000}
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_HEAD = frozenset({"level", "logger", "message"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record: its level, logger, fixed message and fields."""

    level: int
    logger: str
    message: str
    fields: Mapping[str, Any] = field(default_factory=dict)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Of an exception it keeps the type, never the text."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _OWN | _HEAD}
        if record.exc_info and record.exc_info[0]:
            fields["error"] = record.exc_info[0].__name__
        head = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        return json.dumps(head | fields, default=str)


def parse(line: str) -> LogLine | None:
    """The record that `JsonLines` wrote, or None when the line is something else."""
    try:
        said = json.loads(line) if line.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in _HEAD):
        return None
    level = logging.getLevelNamesMapping().get(said["level"], logging.INFO)
    fields = {name: value for name, value in said.items() if name not in _HEAD | _OWN}
    return LogLine(level, said["logger"], said["message"], fields)
