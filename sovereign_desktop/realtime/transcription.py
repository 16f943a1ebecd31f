"""What the user said, as a second model writes it down, piece by piece."""

from __future__ import annotations

from sovereign_desktop.realtime.decisions import Decision, Recognised
from sovereign_desktop.realtime.objects import TranscriptionUsage

_ITEMS_KEPT = 64


class Transcriptions:
    """The texts of the last spoken items. Each becomes final once."""

    def __init__(self) -> None:
        self._texts: dict[str, str | None] = {}

    def delta(self, item_id: str, more: str) -> list[Decision]:
        text = self._text(item_id)
        if text is None or not more:
            return []
        self._texts[item_id] = text + more
        return [Recognised(item_id, text + more, is_final=False)]

    def completed(self, item_id: str, text: str, usage: TranscriptionUsage | None = None) -> list[Decision]:
        if self._text(item_id) is None:
            return []
        self._texts[item_id] = None
        return [Recognised(item_id, text, is_final=True, usage=usage)]

    def failed(self, item_id: str) -> list[Decision]:
        """What was understood until it failed is all there will be."""
        text = self._text(item_id)
        return self.completed(item_id, text) if text else []

    def _text(self, item_id: str) -> str | None:
        """The text so far; None when it is final."""
        if item_id not in self._texts:
            self._texts[item_id] = ""
            if len(self._texts) > _ITEMS_KEPT:
                del self._texts[next(iter(self._texts))]
        return self._texts[item_id]
