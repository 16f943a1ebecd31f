"""What a model would be told of the screen, for who wants to see it first: by the same process and privacy filter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sovereign_desktop.config.sections.screen import ScreenContext
from sovereign_desktop.context.providers.screen import piece_of
from sovereign_desktop.context.screen.glance import NotLooking, Report
from sovereign_desktop.context.screen.watch import ScreenWatch


async def preview_screen(settings: ScreenContext, on_report: Callable[[Report], None]) -> None:
    """Look as these settings say and tell whenever something else is seen. Ends by being cancelled.

    It does not switch screen awareness on: what it sees goes to `on_report` and nowhere else.
    """
    watch = ScreenWatch(settings, lambda: on_report(watch.report))
    try:
        await watch.switch(True)
        await asyncio.get_running_loop().create_future()
    finally:
        await watch.close()


def as_told(report: Report) -> str:
    """The text that a model would be told, window by window, or why it would be told nothing."""
    if isinstance(report, NotLooking):
        return f"{report.reason} {report.remedy}".strip()
    return "\n\n".join(piece_of(window, report, asked=True).text for window in report.windows)


def replaced_in(report: Report) -> dict[str, int]:
    """How many secrets of which kind were replaced in it."""
    counts: dict[str, int] = {}
    for window in () if isinstance(report, NotLooking) else report.windows:
        for kind, count in window.redacted:
            counts[kind] = counts.get(kind, 0) + count
    return counts
