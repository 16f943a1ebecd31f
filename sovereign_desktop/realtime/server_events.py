"""The events that a server may send and that mean something to one of our two sides; others are `Unknown`."""

from __future__ import annotations

from typing import Any, Literal

from sovereign_desktop.realtime.objects import (
    Content,
    ErrorDetail,
    Item,
    RateLimit,
    Response,
    Session,
    TranscriptionUsage,
    Wire,
)


class FromServer(Wire):
    event_id: str | None = None


class Unknown(FromServer):
    """An event that we don't know, as it came. It is ignored."""

    type: str


class ErrorEvent(FromServer):
    """Something went wrong; the session usually stays open."""

    type: Literal["error"] = "error"
    error: ErrorDetail


# Sessions


class SessionCreated(FromServer):
    type: Literal["session.created"] = "session.created"
    session: Session


class SessionUpdated(FromServer):
    type: Literal["session.updated"] = "session.updated"
    session: Session


class ConversationCreated(FromServer):
    type: Literal["conversation.created"] = "conversation.created"
    conversation: dict[str, Any] | None = None


class RateLimitsUpdated(FromServer):
    type: Literal["rate_limits.updated"] = "rate_limits.updated"
    rate_limits: tuple[RateLimit, ...] = ()


# Items


class ItemCreated(FromServer):
    """The old name of added and done together; some servers still send it."""

    type: Literal["conversation.item.created"] = "conversation.item.created"
    previous_item_id: str | None = None
    item: Item


class ItemAdded(FromServer):
    type: Literal["conversation.item.added"] = "conversation.item.added"
    previous_item_id: str | None = None
    item: Item


class ItemDone(FromServer):
    type: Literal["conversation.item.done"] = "conversation.item.done"
    previous_item_id: str | None = None
    item: Item


class ItemRetrieved(FromServer):
    type: Literal["conversation.item.retrieved"] = "conversation.item.retrieved"
    item: Item


class ItemTruncated(FromServer):
    type: Literal["conversation.item.truncated"] = "conversation.item.truncated"
    item_id: str
    content_index: int = 0
    audio_end_ms: int = 0


class ItemDeleted(FromServer):
    type: Literal["conversation.item.deleted"] = "conversation.item.deleted"
    item_id: str


class TranscriptionDelta(FromServer):
    """More of what the user said. It comes from a second model: the answer may come first, and differ from it."""

    type: Literal["conversation.item.input_audio_transcription.delta"] = (
        "conversation.item.input_audio_transcription.delta"
    )
    item_id: str = ""
    content_index: int = 0
    delta: str = ""


class TranscriptionCompleted(FromServer):
    type: Literal["conversation.item.input_audio_transcription.completed"] = (
        "conversation.item.input_audio_transcription.completed"
    )
    item_id: str = ""
    content_index: int = 0
    transcript: str
    usage: TranscriptionUsage | None = None


class TranscriptionFailed(FromServer):
    type: Literal["conversation.item.input_audio_transcription.failed"] = (
        "conversation.item.input_audio_transcription.failed"
    )
    item_id: str = ""
    content_index: int = 0
    error: ErrorDetail


# What the server hears


class InputAudioCommitted(FromServer):
    type: Literal["input_audio_buffer.committed"] = "input_audio_buffer.committed"
    previous_item_id: str | None = None
    item_id: str = ""


class InputAudioCleared(FromServer):
    type: Literal["input_audio_buffer.cleared"] = "input_audio_buffer.cleared"


class SpeechStarted(FromServer):
    """`audio_start_ms` counts from the first sample of the session, and includes the padding."""

    type: Literal["input_audio_buffer.speech_started"] = "input_audio_buffer.speech_started"
    audio_start_ms: int = 0
    item_id: str = ""


class SpeechStopped(FromServer):
    type: Literal["input_audio_buffer.speech_stopped"] = "input_audio_buffer.speech_stopped"
    audio_end_ms: int = 0
    item_id: str = ""


class InputTimeout(FromServer):
    """Nobody spoke for `idle_timeout_ms`: the server commits silence and lets the model speak."""

    type: Literal["input_audio_buffer.timeout_triggered"] = "input_audio_buffer.timeout_triggered"
    audio_start_ms: int = 0
    audio_end_ms: int = 0
    item_id: str = ""


# Responses


class ResponseCreated(FromServer):
    type: Literal["response.created"] = "response.created"
    response: Response


class ResponseDone(FromServer):
    type: Literal["response.done"] = "response.done"
    response: Response


class OfResponse(FromServer):
    """A part of a response; of the active one when the server does not say of which."""

    response_id: str = ""
    output_index: int = 0


class OutputItemAdded(OfResponse):
    type: Literal["response.output_item.added"] = "response.output_item.added"
    item: Item


class OutputItemDone(OfResponse):
    type: Literal["response.output_item.done"] = "response.output_item.done"
    item: Item


class OfContent(OfResponse):
    """A part of one content of one item of a response."""

    item_id: str = ""
    content_index: int = 0


class ContentPartAdded(OfContent):
    """The part's type is `text` or `audio` here, not `output_text` or `output_audio`."""

    type: Literal["response.content_part.added"] = "response.content_part.added"
    part: Content


class ContentPartDone(OfContent):
    type: Literal["response.content_part.done"] = "response.content_part.done"
    part: Content


class OutputTextDelta(OfContent):
    type: Literal["response.output_text.delta"] = "response.output_text.delta"
    delta: str


class OutputTextDone(OfContent):
    type: Literal["response.output_text.done"] = "response.output_text.done"
    text: str


class OutputAudioDelta(OfContent):
    """Sound in base64, faster than it plays."""

    type: Literal["response.output_audio.delta"] = "response.output_audio.delta"
    delta: str


class OutputAudioDone(OfContent):
    type: Literal["response.output_audio.done"] = "response.output_audio.done"


class OutputAudioTranscriptDelta(OfContent):
    type: Literal["response.output_audio_transcript.delta"] = "response.output_audio_transcript.delta"
    delta: str


class OutputAudioTranscriptDone(OfContent):
    type: Literal["response.output_audio_transcript.done"] = "response.output_audio_transcript.done"
    transcript: str


class FunctionCallArgumentsDelta(OfResponse):
    type: Literal["response.function_call_arguments.delta"] = "response.function_call_arguments.delta"
    item_id: str = ""
    call_id: str = ""
    delta: str


class FunctionCallArgumentsDone(OfResponse):
    type: Literal["response.function_call_arguments.done"] = "response.function_call_arguments.done"
    item_id: str = ""
    call_id: str = ""
    name: str = ""
    arguments: str


ServerEvent = (
    ErrorEvent
    | SessionCreated
    | SessionUpdated
    | ConversationCreated
    | RateLimitsUpdated
    | ItemCreated
    | ItemAdded
    | ItemDone
    | ItemRetrieved
    | ItemTruncated
    | ItemDeleted
    | TranscriptionDelta
    | TranscriptionCompleted
    | TranscriptionFailed
    | InputAudioCommitted
    | InputAudioCleared
    | SpeechStarted
    | SpeechStopped
    | InputTimeout
    | ResponseCreated
    | ResponseDone
    | OutputItemAdded
    | OutputItemDone
    | ContentPartAdded
    | ContentPartDone
    | OutputTextDelta
    | OutputTextDone
    | OutputAudioDelta
    | OutputAudioDone
    | OutputAudioTranscriptDelta
    | OutputAudioTranscriptDone
    | FunctionCallArgumentsDelta
    | FunctionCallArgumentsDone
    | Unknown
)
