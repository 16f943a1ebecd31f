"""Lengths of time as people say them: `an hour and a half`, `90 seconds`, and back."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from sovereign_desktop.conversation.skills.numbers import read_positive
from sovereign_desktop.conversation.skills.phrases import Words

_UNIT_SECONDS = {
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1,
    "minute": 60, "minutes": 60, "min": 60, "mins": 60, "units": 60,
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "our": 3600,
    "day": 86400, "days": 86400,
}  # fmt: skip
_HALVES = {("and", "a", "half"): Fraction(1, 2), ("and", "a", "quarter"): Fraction(1, 4)}
_PART_OF_ONE = {
    ("half", "an"): Fraction(1, 2), ("half", "a"): Fraction(1, 2), ("a", "half"): Fraction(1, 2),
    ("quarter", "of", "an"): Fraction(1, 4), ("a", "quarter", "of", "an"): Fraction(1, 4),
    ("a", "quarter"): Fraction(1, 4), ("three", "quarters", "of", "an"): Fraction(3, 4),
    ("a", "couple", "of"): Fraction(2), ("an",): Fraction(1), ("a",): Fraction(1),
}  # fmt: skip
LONGEST = timedelta(days=30)


def read_duration(words: Words) -> timedelta | None:
    """The length of time that these words are, all of them; None as well for nothing or more than 30 days."""
    if len(words) > 20:
        return None
    seconds = _seconds(words, smaller_than=10**9)
    if seconds is None or not 0 < seconds <= LONGEST.total_seconds():
        return None
    return timedelta(seconds=round(float(seconds)) or 1)


def _seconds(words: Words, smaller_than: int) -> Fraction | None:
    """Amounts with falling units: `one hour twenty minutes`; the last unit may be left out after an hour."""
    at = next((i for i, word in enumerate(words) if word in _UNIT_SECONDS and i), None)
    if at is None:
        return None
    unit = _UNIT_SECONDS[words[at]]
    amount = _PART_OF_ONE.get(words[:at]) or read_positive(words[:at])
    if amount is None or unit >= smaller_than:
        return None
    rest = words[at + 1 :]
    if not rest:
        return amount * unit
    if rest in _HALVES:
        return (amount + _HALVES[rest]) * unit
    more = _seconds(rest[1:] if rest[0] == "and" else rest, unit)
    return None if more is None else amount * unit + more


def say_duration(length: timedelta) -> str:
    """`1 hour, 5 minutes and 3 seconds`; seconds are left out from an hour on."""
    seconds = max(0, round(length.total_seconds()))
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    if (days or hours) and seconds:
        seconds = 0
    amounts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    parts = [f"{amount} {unit}{'' if amount == 1 else 's'}" for amount, unit in amounts if amount]
    return and_joined(parts) or "0 seconds"


def and_joined(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + (f" and {parts[-1]}" if parts else "")
