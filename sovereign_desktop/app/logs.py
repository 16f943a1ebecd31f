"""Logs that rotate and hold no content: a fixed message and fields, one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_QUIET = ("httpx", "httpcore", "openai", "websockets", "asyncio", "uvicorn", "keyring", "dbus_fast")
"""Libraries that may log addresses, headers or payloads; only their warnings are of use here."""


class JsonLines(logging.Formatter):
    """One record as one JSON object. Exceptions give type and place, never their text: it may quote content."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}",
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = _places(record.exc_info[2])
        return json.dumps(line, default=lambda value: type(value).__name__)


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-12:]


def start_logging(folder: Path | None, level: str, *, debug: bool = False) -> None:
    """Log to `sovereign.log` in `folder` (1 MB, three old ones kept), and to stderr with `debug`.

    A folder that can't be written costs the log, not the program.
    """
    root = logging.getLogger()
    root.setLevel("DEBUG" if debug else level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if debug:
        stderr = logging.StreamHandler(sys.stderr)
        stderr.setFormatter(JsonLines())
        root.addHandler(stderr)
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = RotatingFileHandler(
            folder / "sovereign.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError as error:
        logging.getLogger(__name__).warning("no log file", extra={"errno": error.errno})
        return
    file.setFormatter(JsonLines())
    root.addHandler(file)
