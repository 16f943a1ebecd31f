"""Whether money may be spent now: who asks for some is looked up here before each request, not only at the start."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.core.errors import Unaffordable

LIFT = "Lift it in the menu, or change it in the settings under spend."


@dataclass(slots=True)
class Purse:
    """One for all that spend. `closed` is why nothing may be spent, as a clause; empty while it may.

    `app.spend` closes it at a hard limit and opens it again when the user or the calendar says so. What costs nothing
    never asks.
    """

    closed: str = ""

    @property
    def reason(self) -> str:
        """Why who asks for money is left out, as half a sentence; empty while nobody is."""
        return f"it costs money, and {self.closed}" if self.closed else ""

    def check(self) -> None:
        """Raise Unaffordable while it is closed."""
        if self.closed:
            raise Unaffordable(f"This is not asked: {self.reason}.", remedy=LIFT)
