"""What the program knows of this computer, this moment and itself."""

from __future__ import annotations

import locale
import platform
from collections.abc import Callable, Hashable
from datetime import datetime

from sovereign_desktop.context.base import ContextPiece, ContextQuery, Provided, Tier

TIME = "time"
"""The source of the one fact that is another every minute."""


class SystemProvider:
    """Facts that nobody else has written. `about` is what the program says of its mode and engines, in a sentence."""

    name = "system"
    tier = Tier.SYSTEM

    def __init__(
        self, about: Callable[[], str], *, now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    ) -> None:
        self._about = about
        self._now = now

    def state(self, query: ContextQuery) -> Hashable:
        """Another every minute, and when the mode or an engine changes."""
        del query
        return self._time(), self._about()

    async def get(self, query: ContextQuery) -> Provided:
        del query
        facts = {TIME: self._time(), "this computer": this_computer(), "the program": self._about()}
        return Provided(
            tuple(
                ContextPiece(text, source, is_trusted=True, is_optional=False) for source, text in facts.items() if text
            )
        )

    def _time(self) -> str:
        now = self._now()
        return f"It is {now:%A}, {now.day} {now:%B %Y, %H:%M} ({now:%Z}, UTC{now:%z})."


def this_computer() -> str:
    """The system and the locale."""
    system = {"Darwin": "macOS"}.get(platform.system(), platform.system())
    release = platform.mac_ver()[0] if system == "macOS" else platform.release()
    language = locale.getlocale()[0]
    return f"The computer runs {system} {release}" + (f" in the locale {language}." if language else ".")
