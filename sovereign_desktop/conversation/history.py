"""The conversation so far. It belongs to the program, never to a server: any backend can be told all of it."""

from __future__ import annotations

from sovereign_desktop.core.dialogue import Message, Role


class History:
    """What was said, oldest first, at most `longest` messages; how many of them a model is told is not decided here.

    The assistant's messages hold what the user *heard*: after barge-in a model must not believe that it said
    more. `number` counts the conversations that were forgotten before this one: a turn that began in one of them is no
    part of this one.
    """

    def __init__(self, longest: int = 1000) -> None:
        self._messages: list[Message] = []
        self._longest = longest
        self.number = 0

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(self._messages)

    def add(self, role: Role, text: str, turn_id: str = "") -> None:
        """Append a message; empty ones are not said and not kept."""
        if text.strip():
            self._messages.append(Message(role, text.strip(), turn_id))
            del self._messages[: -self._longest]

    def put_question(self, text: str, turn_id: str) -> None:
        """The words of a question that was answered before they were known, in front of the answer.

        They replace what was known of them. Without an answer in the conversation there is no place for them.
        """
        mine = [at for at, message in enumerate(self._messages) if message.turn_id == turn_id]
        if mine and text.strip():
            question = Message(Role.USER, text.strip(), turn_id)
            if self._messages[mine[0]].role is Role.USER:
                self._messages[mine[0]] = question
            else:
                self._messages.insert(mine[0], question)

    def forget(self, turn_id: str) -> None:
        """Take out what was said in that turn."""
        self._messages[:] = [message for message in self._messages if message.turn_id != turn_id]

    def clear(self) -> None:
        """Forget all of it: another conversation begins."""
        self._messages.clear()
        self.number += 1
