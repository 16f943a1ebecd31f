"""What a model is told for one turn: as messages for a chat, or as instructions and items for a Realtime session."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.context.manifest import Manifest
from sovereign_desktop.core.dialogue import Background, Message, Role

ASKS = "The user says:"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything for one turn. `instructions` are the same from turn to turn, so that a provider's cache holds."""

    instructions: str
    history: tuple[Message, ...]
    background: tuple[Background, ...]
    question: str
    manifest: Manifest

    def messages(self) -> list[Message]:
        """For a chat model: what changes stands at the end, in the question's own message.

        Many chat templates take system messages at the beginning only, and user and assistant in turns only.
        """
        messages = [Message(Role.SYSTEM, self.instructions), *self.history]
        if last := with_background(self.question, self.background):
            messages.append(Message(Role.USER, last))
        return messages


def with_background(question: str, background: tuple[Background, ...]) -> str:
    """The question behind what is told beside it."""
    told = [one.text for one in background if one.text]
    if not question or not told:
        return question
    return "\n\n".join([*told, f"{ASKS} {question}"])
