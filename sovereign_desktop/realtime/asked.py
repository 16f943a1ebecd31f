"""What we have asked the server for and not yet got, so that its answers and errors find what they are about."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from sovereign_desktop.realtime.client_events import FromClient

_MOST_ASKED = 64
ASKED_BY = "asked_by"
"""Where the metadata of a response name the event that asked for it. Servers repeat metadata, most of them."""


class Ids:
    """Ids that we give, each once in a session. Those of events hold the type: an error tells what it is about."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, kind: type[FromClient]) -> str:
        self._count += 1
        return f"{kind.model_fields['type'].default}:{self._count}"

    def next_object(self, kind: str) -> str:
        """A name for an item of ours, or for a response to which the server gave none."""
        self._count += 1
        return f"{kind}_own_{self._count}"

    def type_of(self, event_id: str) -> str:
        """The type of our event with that id; empty when it is none of ours."""
        kind, separator, number = event_id.rpartition(":")
        is_ours = separator and number.isdecimal() and len(number) < 16 and int(number) <= self._count
        return kind if is_ours else ""


@dataclass(slots=True)
class Asked:
    """An answer that is on its way. Without `event_id` the server's turn detection is about to begin it."""

    event_id: str
    response: dict[str, Any] | None = None
    is_wanted: bool = True

    @property
    def is_apart(self) -> bool:
        return self.response is not None and self.response.get("conversation") == "none"


class ResponsesAsked:
    """Answers that are on their way, in the order in which the server will begin them."""

    def __init__(self) -> None:
        self._asked: deque[Asked] = deque(maxlen=_MOST_ASKED)

    def asked(self, asked: Asked) -> None:
        self._asked.append(asked)

    def unasked(self) -> None:
        """The server found the end of an utterance and will answer it of its own."""
        self._asked.append(Asked(""))

    def forget_unasked(self) -> None:
        """The server went on to something later: what it did not begin by now, it never will."""
        self._asked = deque((one for one in self._asked if one.event_id), maxlen=_MOST_ASKED)

    def forget_given_up(self) -> None:
        """The server works on nothing: what we asked for and gave up has been dropped by it as well."""
        self._asked = deque((one for one in self._asked if one.is_wanted or not one.event_id), maxlen=_MOST_ASKED)

    def created(self, event_id: str = "") -> Asked | None:
        """What the response that begins now answers; None when nothing is known to be on its way.

        A server that repeats what a request was tagged with says by `event_id` which one it is; then those before it
        will never be answered. Otherwise it is the oldest.
        """
        if event_id:
            while self._asked and any(one.event_id == event_id for one in self._asked):
                if (asked := self._asked.popleft()).event_id == event_id:
                    return asked
            return None
        return self._asked.popleft() if self._asked else None

    def refused(self, event_id: str) -> Asked | None:
        """Take the refusal of one; of the last that we asked for when the server does not name it."""
        for asked in reversed(self._asked):
            if asked.event_id and asked.event_id == (event_id or asked.event_id):
                self._asked.remove(asked)
                return asked
        return None

    def give_up(self) -> bool:
        """Want none of them any more. True when there was one that was wanted."""
        were_wanted = any(one.is_wanted for one in self._asked)
        for one in self._asked:
            one.is_wanted = False
        return were_wanted
