"""Which part of the conversation a model is told: the end of it, cut where a turn begins."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_desktop.core.dialogue import Message, Role

AFTER_A_CUT = 0.75
"""What is used of the room after a cut: the next turns only add, and a provider's cache holds."""


class ConversationWindow:
    """Remembers where it began last: cutting a little with every turn would make the provider read all of it anew."""

    def __init__(self) -> None:
        self._begins: Message | None = None

    def fit(self, history: Sequence[Message], room: int, costs: Sequence[int]) -> int:
        """The index of the first message that is told; all from there on cost at most `room`."""
        begins = self._last_beginning(history)
        if begins is None or sum(costs[begins:]) > room:
            total = sum(costs)
            goal = room * AFTER_A_CUT if begins is not None and total > room else room
            begins = _cut(history, costs, goal)
        self._begins = history[begins] if begins < len(history) else None
        return begins

    def _last_beginning(self, history: Sequence[Message]) -> int | None:
        if self._begins is None:
            return None
        return next((at for at, message in enumerate(history) if message is self._begins), None)


def _cut(history: Sequence[Message], costs: Sequence[int], room: float) -> int:
    """The earliest question from which on everything fits."""
    begins, left, used = len(history), room, 0
    for at in range(len(history) - 1, -1, -1):
        used += costs[at]
        if used > left:
            break
        if history[at].role is Role.USER or at == 0:
            begins = at
    return begins
