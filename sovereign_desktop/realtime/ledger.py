"""What a server was sent as text, kept as it was sent, so that the user can look at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sovereign_desktop.realtime.client_events import (
    ClientEvent,
    ItemCreate,
    ItemDelete,
    SessionUpdate,
)
from sovereign_desktop.realtime.codec import write

MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One event: its type, and the message as it went over the wire; `is_new` until it was read once."""

    type: str
    text: str
    is_new: bool = True


class Ledger:
    """All events of a session that carry text, without those whose items were taken back. Sound is not kept."""

    def __init__(self) -> None:
        self._entries: dict[str, LedgerEntry] = {}
        self._taken_back: list[LedgerEntry] = []

    def note(self, events: Iterable[ClientEvent]) -> None:
        """These are sent now."""
        for event in events:
            match event:
                case ItemCreate():
                    self._enter(event.item.id or event.event_id or "", event)
                case SessionUpdate():
                    self._enter(event.event_id or "", event)
                case ItemDelete(item_id=item_id) if (entry := self._entries.pop(item_id, None)) is not None:
                    if entry.is_new:
                        self._taken_back.append(entry)
                case _:
                    pass

    def read(self) -> tuple[LedgerEntry, ...]:
        """What the server holds, and what it was sent and told to forget since the last reading."""
        found = (*self._taken_back, *self._entries.values())
        self._taken_back.clear()
        self._entries = {
            key: one if not one.is_new else replace(one, is_new=False) for key, one in self._entries.items()
        }
        return found

    def _enter(self, key: str, event: ItemCreate | SessionUpdate) -> None:
        self._entries[key] = LedgerEntry(event.type, write(event))
        while len(self._entries) > MOST_ENTRIES:
            del self._entries[next(iter(self._entries))]
