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

    def state(self, query: ContextQuery) -> Hashable | None:
        """Another whenever something else is read, or the permission changes; of pictures only a look can tell."""
        return None if self._wants_picture(query) else (self._watch.version, query.is_asked_for)

    async def get(self, query: ContextQuery) -> Provided:
        """What is seen now; what was seen last, when a new look takes too long."""
        longest_s = query.deadline - time.monotonic() - IN_TIME_S
        report = await self._watch.looked(longest_s, with_picture=self._wants_picture(query))
        if isinstance(report, NotLooking):
            return Provided(withheld=f"{report.reason} {report.remedy}".strip())
        pieces = [piece_of(window, report, asked=query.is_asked_for) for window in report.windows]
        if report.picture is not None:
            pieces.append(
                ContextPiece("", "picture of the screen", at=report.at, is_optional=False, picture=report.picture)
            )
        return Provided(tuple(pieces))

    def _wants_picture(self, query: ContextQuery) -> bool:
        return query.is_asked_for and self._watch.shows_pictures


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
