"""What is on the screen, window by window, as far as the user lets the program look."""

from __future__ import annotations

import time
from collections.abc import Hashable

from sovereign_desktop.context.base import ContextPiece, ContextQuery, Provided, Redaction, Tier
from sovereign_desktop.context.screen.glance import Glance, NotLooking, WindowText
from sovereign_desktop.context.screen.watch import ScreenWatch

IN_TIME_S = 0.05
"""So long before its deadline it says what was seen last."""


class ScreenProvider:
    """Gives a piece for each window, the active one first. Others may have written all of it."""

    name = "screen"
    tier = Tier.SCREEN

    def __init__(self, watch: ScreenWatch) -> None:
        self._watch = watch

    def state(self, query: ContextQuery) -> Hashable:
        """Another whenever something else is seen, or the permission changes."""
        return self._watch.version, query.is_asked_for

    async def get(self, query: ContextQuery) -> Provided:
        """What is seen now; what was seen last, when a new look takes too long."""
        report = await self._watch.looked(query.deadline - time.monotonic() - IN_TIME_S)
        if isinstance(report, NotLooking):
            return Provided(withheld=f"{report.reason} {report.remedy}".strip())
        return Provided(tuple(piece_of(window, report, asked=query.is_asked_for) for window in report.windows))


def piece_of(window: WindowText, glance: Glance, *, asked: bool) -> ContextPiece:
    """What a model may be told of a window, as far as the budget has room for it."""
    title = window.title or window.program or "a window without a title"
    active = " (the active window)" if window.is_active else ""
    return ContextPiece(
        text=f"{title}{active}\n{window.text}",
        source=f"screen: {title}",
        at=glance.at,
        is_optional=not asked,
        redactions=tuple(Redaction(kind, count) for kind, count in window.redacted),
    )
