"""What the child that looks at the screen tells the program: what may be known, or why nothing is."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.context.base import Picture
from sovereign_desktop.core.framing import PipeMessage


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
    """What is on the screen, the active window first. `at` is Unix time.

    The `picture` is of the monitor with the active window, what may not be seen painted over; there when asked for.
    """

    windows: tuple[WindowText, ...] = ()
    at: float = 0.0
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class NotLooking:
    """Nothing is known; `reason` and `remedy` are sentences for the user, without a word from the screen."""

    reason: str
    remedy: str = ""
    is_failure: bool = False


Report = Glance | NotLooking


def encode(report: Report) -> PipeMessage:
    """A report as it goes over a pipe."""
    if isinstance(report, NotLooking):
        return PipeMessage({"not_looking": [report.reason, report.remedy, report.is_failure]})
    windows = [[one.title, one.program, one.text, one.is_active, [*one.redacted]] for one in report.windows]
    header = {"windows": windows, "at": report.at}
    if (picture := report.picture) is None:
        return PipeMessage(header)
    return PipeMessage(header | {"picture": [picture.media_type, picture.width, picture.height]}, picture.data)


def decode(message: PipeMessage) -> Report:
    """The report that was encoded."""
    value = message.header
    if "not_looking" in value:
        reason, remedy, is_failure = value["not_looking"]
        return NotLooking(reason, remedy, is_failure)
    windows = tuple(
        WindowText(title, program, text, is_active, tuple((kind, count) for kind, count in redacted))
        for title, program, text, is_active, redacted in value["windows"]
    )
    picture = Picture(message.payload, *value["picture"]) if "picture" in value else None
    return Glance(windows, value["at"], picture)
