"""What is said: transcripts, the items of a conversation, and the states of a turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who an item of the conversation is from."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words recognised in speech.

    Until `is_final` the text may still change as a whole. `alternatives` are other readings of the same
    sound, best first; an engine that was given phrases puts the ones that fit there.
    """

    text: str
    is_final: bool = False
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that a model wants called; `arguments` is JSON as the model wrote it, which may be broken."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One item of the conversation, as a language model reads it. `turn_id` is the turn in which it was said.

    An assistant's message may hold `calls` beside its text or instead of it; the text of a tool's message is what
    came of the call `call_id`.
    """

    role: Role
    text: str
    turn_id: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """Something that a model is told beside what was said. `key` says which: it takes the place of the one before it.

    `content` is what the text was made of: while it is equal, who knows the one need not be told the other. What
    `stays_true` is not taken back when the next comes. Pictures are data URLs.
    """

    key: str
    role: Role
    text: str
    content: str
    stays_true: bool = False
    pictures: tuple[str, ...] = ()


class TurnState(StrEnum):
    """Where a turn stands; the tray icon shows it."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    NOTHING_HEARD = "nothing_heard"
    FAILED = "failed"
