"""What the child that looks at the screen tells the program: what may be known, or why nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WindowText:
    """What can be read in a window, its secrets replaced. `redacted` counts them by kind (`card number`)."""

    title: str
    program: str
    text: str
    is_active: bool = False
    redacted: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What is on the screen, the active window first. `at` is Unix time."""

    windows: tuple[WindowText, ...] = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class NotLooking:
    """Nothing is known; `reason` and `remedy` are sentences for the user, without a word from the screen."""

    reason: str
    remedy: str = ""
    is_failure: bool = False


Report = Glance | NotLooking


def encode(report: Report) -> dict[str, Any]:
    """A report as JSON can hold it."""
    if isinstance(report, NotLooking):
        return {"not_looking": [report.reason, report.remedy, report.is_failure]}
    windows = [[one.title, one.program, one.text, one.is_active, [*one.redacted]] for one in report.windows]
    return {"windows": windows, "at": report.at}


def decode(value: dict[str, Any]) -> Report:
    """The report that was encoded."""
    if "not_looking" in value:
        reason, remedy, is_failure = value["not_looking"]
        return NotLooking(reason, remedy, is_failure)
    windows = tuple(
        WindowText(title, program, text, is_active, tuple((kind, count) for kind, count in redacted))
        for title, program, text, is_active, redacted in value["windows"]
    )
    return Glance(windows, value["at"])
