"""The nouns of the protocol: items, their content, responses, usage, errors, sessions.

Servers grow fields and leave some out, so everything that we can do without has a default, and what we don't know
is kept as it came. Field names are the protocol's.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

AUDIO_RATE_HZ = 24_000
"""The only rate of `audio/pcm`: mono, signed 16 bit, little-endian."""


MOST_TOKENS = 10_000_000
"""No model holds as many in a conversation; a greater number is a slip, and would be booked as money."""
TokenCount = Annotated[int, Field(ge=0, le=MOST_TOKENS)]


class Wire(BaseModel):
    """Something on the wire. Only fields that were set are sent: in a `session.update` a null means "none"."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


class Content(Wire):
    """A part of a message: `input_text`, `input_audio`, `input_image`, `output_text`, `output_audio` (GA names)."""

    type: str
    text: str | None = None
    audio: str | None = None
    """Base64 of the sound."""
    transcript: str | None = None
    image_url: str | None = None
    detail: str | None = None


class Item(Wire):
    """An item of the conversation: `message`, `function_call` or `function_call_output`; others are kept."""

    type: str
    id: str | None = None
    object: str | None = None
    status: str | None = None
    role: str | None = None
    content: tuple[Content, ...] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | None = None

    @property
    def words(self) -> str:
        """What was written or said in it, as far as it is text."""
        return " ".join(part.text or part.transcript or "" for part in self.content or ()).strip()


class CachedTokens(Wire):
    """Parts of the input that were read from the provider's cache."""

    text_tokens: TokenCount | None = None
    audio_tokens: TokenCount | None = None
    image_tokens: TokenCount | None = None


class InputTokens(Wire):
    text_tokens: TokenCount | None = None
    audio_tokens: TokenCount | None = None
    image_tokens: TokenCount | None = None
    cached_tokens: TokenCount | None = None
    """Part of the three above, not beside them."""
    cached_tokens_details: CachedTokens | None = None


class OutputTokens(Wire):
    text_tokens: TokenCount | None = None
    audio_tokens: TokenCount | None = None


class ResponseUsage(Wire):
    """What a response consumed, as the provider counted it."""

    total_tokens: TokenCount | None = None
    input_tokens: TokenCount | None = None
    output_tokens: TokenCount | None = None
    input_token_details: InputTokens | None = None
    output_token_details: OutputTokens | None = None


LONGEST_HEARD_S = 86_400.0


class TranscriptionUsage(Wire):
    """What writing speech down consumed, beside the responses: `tokens`, or the `duration` of the speech."""

    type: str | None = None
    seconds: Annotated[float, Field(ge=0, le=LONGEST_HEARD_S)] | None = None
    total_tokens: TokenCount | None = None
    input_tokens: TokenCount | None = None
    output_tokens: TokenCount | None = None
    input_token_details: InputTokens | None = None


class ErrorDetail(Wire):
    """Why something failed. `event_id` is that of the client's event which caused it."""

    type: str | None = None
    code: str | None = None
    message: str | None = None
    param: str | None = None
    event_id: str | None = None


class StatusDetails(Wire):
    type: str | None = None
    reason: str | None = None
    """`turn_detected`, `client_cancelled`, `max_output_tokens` or `content_filter`."""
    error: ErrorDetail | None = None


class Response(Wire):
    """An answer of the model. `status`: in_progress, completed, cancelled, failed or incomplete."""

    id: str | None = None
    object: str | None = None
    status: str | None = None
    status_details: StatusDetails | None = None
    output: tuple[Item, ...] | None = None
    usage: ResponseUsage | None = None
    conversation_id: str | None = None
    output_modalities: tuple[str, ...] | None = None
    metadata: dict[str, str] | None = None


class RateLimit(Wire):
    name: str | None = None
    limit: int | None = None
    remaining: int | None = None
    reset_seconds: float | None = None


class Session(Wire):
    """A session's settings. Those that only one side reads stay plain JSON: see `session_config.py`."""

    type: str | None = None
    id: str | None = None
    object: str | None = None
    model: str | None = None
    expires_at: int | None = None
    """Unix second at which the server closes the session."""
    instructions: str | None = None
    output_modalities: tuple[str, ...] | None = None
    tools: tuple[dict[str, Any], ...] | None = None
    tool_choice: Any = None
    max_output_tokens: int | str | None = None
    audio: dict[str, Any] | None = None
