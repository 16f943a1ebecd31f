"""The conversation so far. It belongs to the program, never to a server: any backend can be told all of it."""

from __future__ import annotations

from sovereign_desktop.core.dialogue import Message, Role


class History:
    """What was said, oldest first, at most `longest` messages.

    The assistant's messages hold what the user *heard*: after barge-in a model must not believe that it said
    more.
    """

    def __init__(self, longest: int = 40) -> None:
        self._messages: list[Message] = []
        self._longest = longest

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(self._messages)

    def add(self, role: Role, text: str, turn_id: str = "") -> None:
        """Append a message; empty ones are not said and not kept."""
        if text.strip():
            self._messages.append(Message(role, text.strip(), turn_id))
            del self._messages[: -self._longest]

    def clear(self) -> None:
        self._messages.clear()
