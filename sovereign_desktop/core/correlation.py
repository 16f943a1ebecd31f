"""One name for one piece of work, on both sides of a socket and in every line that is logged about it."""

from __future__ import annotations

import logging
import re
import uuid
from contextvars import ContextVar

HEADER = "X-Correlation-ID"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")

current: ContextVar[str] = ContextVar("correlation_id", default="")
"""The work that this task or thread is at; empty outside of any."""


def new_id() -> str:
    """A name that nobody has used."""
    return uuid.uuid4().hex


def accepted(offered: object) -> str:
    """The name that was offered if it is fit for a header and a log, else a new one."""
    return offered if isinstance(offered, str) and _SAFE.fullmatch(offered) else new_id()


class AddCorrelation(logging.Filter):
    """Puts the name of the current work into every record of the handler it hangs on."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (name := current.get()) and not hasattr(record, "correlation_id"):
            record.correlation_id = name
        return True
