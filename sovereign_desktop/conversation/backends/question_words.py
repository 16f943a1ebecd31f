"""The words of a spoken question, as a second model writes them down beside the answer."""

from __future__ import annotations

from collections.abc import Iterable

from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.realtime.decisions import Recognised


class QuestionWords:
    """The spoken `items` of one turn and what was said in each; words of `earlier` items are not of this turn."""

    def __init__(self, earlier: Iterable[str] = ()) -> None:
        self.items: list[str] = []
        self._earlier = frozenset(earlier)
        self._parts: dict[str, Recognised] = {}

    def committed(self, item_id: str) -> None:
        """This item is a part of the question."""
        self.items.append(item_id)

    def recognised(self, part: Recognised) -> Transcript | None:
        """The whole question so far, final when no part is missing; None when this belongs to an earlier one."""
        if part.item_id in self._earlier:
            return None
        self._parts[part.item_id] = part
        texts = (one.text.strip() for one in self._parts.values())
        return Transcript(" ".join(text for text in texts if text), is_final=not self.lacks_any())

    def lacks_any(self) -> bool:
        """Whether anything that was said is not written down yet."""
        items = {*self.items, *self._parts}
        return not items or any(item not in self._parts or not self._parts[item].is_final for item in items)
