"""Logs that rotate and hold no content: a fixed message and fields, one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from sovereign_desktop.core.log_lines import JsonLines

_QUIET = (
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "websockets",
    "asyncio",
    "uvicorn",
    "keyring",
    "dbus_fast",
)
"""Libraries that may log addresses, headers or payloads; only their warnings are of use here."""


class _TimedLines(JsonLines):
    """Adds when it was, and where an exception came from. Never its text: that may quote content."""

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}"
        line = {"at": at} | json.loads(super().format(record))
        # asyncio puts the text of exceptions into the lines that follow the first.
        line["message"] = line["message"].partition("\n")[0]
        if record.exc_info and record.exc_info[2]:
            line["trace"] = list(_places(record.exc_info[2]))[-12:]
        return json.dumps(line)


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"{Path(code.co_filename).name}:{traceback.tb_lineno} {code.co_name}"
        traceback = traceback.tb_next


def start_logging(folder: Path | None, level: str, *, debug: bool = False) -> None:
    """Log to `sovereign.log` in `folder` (1 MB, three old ones kept), and to stderr with `debug`.

    A folder that can't be written costs the log, not the program.
    """
    root = logging.getLogger()
    root.setLevel("DEBUG" if debug else level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    root.addHandler(_stderr() if debug else logging.NullHandler())  # without any handler, Python prints warnings
    if folder is not None:
        try:
            root.addHandler(_file(folder))
        except OSError as error:
            logging.getLogger(__name__).warning("no log file", extra={"errno": error.errno})


def stop_logging() -> None:
    """Close the log; what is logged later goes nowhere."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler.formatter, _TimedLines) or type(handler) is logging.NullHandler:
            root.removeHandler(handler)
            handler.close()


def _stderr() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_TimedLines())
    return handler


def _file(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(folder / "sovereign.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(_TimedLines())
    return handler
