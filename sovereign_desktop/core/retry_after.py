"""How long a server asks us to wait, in the forms in which servers say it."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_s(header: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header names, as a number or as a date; None when it names none."""
    try:
        seconds = float(header)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())


_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_LENGTH = re.compile(r"try again in ((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)")


def retry_after_in_words_s(text: str) -> float | None:
    """The seconds in "Please try again in 1m2.5s.", as OpenAI puts it where there is no header; None without."""
    found = _LENGTH.search(text)
    if found is None:
        return None
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", found[1])
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)
