"""What a session wants done by whoever runs it: speech recognised, a response made."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.core.dialogue import ImageAttachment, Message, Transcript
from sovereign_desktop.servers.realtime.settings import ResponseSettings


@dataclass(frozen=True, slots=True)
class Listen:
    """Begin to recognise something. `is_live` claims that it is being spoken now."""

    sound_id: str
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Hear:
    """More of its sound: PCM at 24 kHz."""

    sound_id: str
    pcm: bytes


@dataclass(frozen=True, slots=True)
class HeardAll:
    """Its sound is complete."""

    sound_id: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Nobody needs its words any more."""

    sound_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Make a response: once the words of `waits_for` are known, ask the session for its `Question`."""

    response_id: str
    settings: ResponseSettings
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop making a response. Nothing of it is wanted any more."""

    response_id: str


Order = Listen | Hear | HeardAll | Forget | Answer | Stop


@dataclass(frozen=True, slots=True)
class Question:
    """What a response answers: `transcript` is what the user has said last, empty when nobody did."""

    history: tuple[Message, ...]
    transcript: Transcript
    is_worth_an_answer: bool = True
    images: tuple[ImageAttachment, ...] = ()
