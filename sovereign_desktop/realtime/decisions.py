"""What the protocol state tells its owner after each event of the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from sovereign_desktop.core.dialogue import ToolCall
from sovereign_desktop.realtime.client_events import ClientEvent
from sovereign_desktop.realtime.objects import ErrorDetail, ResponseUsage, TranscriptionUsage


@dataclass(frozen=True, slots=True)
class Send:
    """This has to go to the server now."""

    event: ClientEvent


@dataclass(frozen=True, slots=True)
class Opened:
    """The session exists. `expires_at` is the Unix second at which the server will close it, when it said so."""

    session_id: str
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Configured:
    """The server works with our settings now."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The server's own turn detection hears somebody. `audio_ms` counts the sound that was sent in this session."""

    audio_ms: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The server's own turn detection takes the utterance for complete."""

    audio_ms: int


@dataclass(frozen=True, slots=True)
class InputCommitted:
    """The sound that was sent has become the item `item_id`."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the user said, as a second model understood it; the whole text so far, and at last what that has cost."""

    item_id: str
    text: str
    is_final: bool
    usage: TranscriptionUsage | None = None


@dataclass(frozen=True, slots=True)
class ReplyBegan:
    """A response is active. There is never a second one."""

    response_id: str


@dataclass(frozen=True, slots=True)
class ReplyText:
    """More words of the reply: what its sound says, or what is written where only text was asked for."""

    response_id: str
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplySound:
    """More sound of the reply: PCM at 24 kHz. Never of a response that was cancelled or is done."""

    response_id: str
    item_id: str
    pcm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReplySaid:
    """Every item of the response that was begun is complete, and no tool is called: only `ReplyEnded` is missing."""

    response_id: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The response is over: `completed`, `cancelled`, `failed` or `incomplete`.

    `calls` are the tools that have to be answered before the model goes on (`Protocol.answer_tools`).
    """

    response_id: str
    status: str
    reason: str = ""
    usage: ResponseUsage | None = None
    error: ErrorDetail | None = None
    calls: tuple[ToolCall, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Wasted:
    """A response that nobody wanted any more when it began is over; it has cost `usage` all the same.

    `asked_by` is the id of the event that asked for it, empty when the server began it of its own.
    """

    asked_by: str
    usage: ResponseUsage


@dataclass(frozen=True, slots=True)
class Refused:
    """An error event. `about` is the type of our event that caused it, empty when the server did not say.

    Errors that mean nothing (nothing to cancel, nothing to truncate) are swallowed before this.
    """

    error: ErrorDetail
    about: str = ""


Decision = (
    Send
    | Opened
    | Configured
    | SpeechBegan
    | SpeechEnded
    | InputCommitted
    | Recognised
    | ReplyBegan
    | ReplyText
    | ReplySound
    | ReplySaid
    | ReplyEnded
    | Wasted
    | Refused
)
