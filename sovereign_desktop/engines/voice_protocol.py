"""What the voice service and its clients say to each other on a stream: JSON to steer, binary messages of PCM.

A connection serves one caller at a time and any number of jobs one after another. Whoever opens it is greeted, or
refused with an `error` without id, once the engine is ready:

    < hello        protocol, version, engine, capabilities

`/transcribe/stream`, per utterance; the sound follows `start`, mono 16-bit little-endian:

    > start        id, sample_rate_hz, phrases        < partial   id, text
    > (binary)                                        < final     id, text, alternatives
    > end          id

`/synthesize/stream`, per text; texts that are sent ahead are spoken in order:

    > speak        id, text, voice, speed             < audio     id, sample_rate_hz   (the sound follows it)
                                                      < (binary)
                                                      < done      id
    > voices       id                                 < voices    id, voices: [{id, name, language}]

Both: `> cancel id` ends a job without an answer; `< error id, kind, text, remedy, retry_after_s` ends one with a
failure. The id is the caller's correlation id; the service logs it. Pings are WebSocket's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sovereign_desktop.core import errors
from sovereign_desktop.core.errors import BrokenReply, EngineError, SovereignError

PROTOCOL = 1
TRANSCRIBE_PATH = "/transcribe/stream"
SYNTHESIZE_PATH = "/synthesize/stream"
MAX_MESSAGE_BYTES = 2**20
MAX_UTTERANCE_BYTES = 128 * 2**20
"""More than half an hour at the rate of captured speech."""
MAX_TEXT_CHARACTERS = 20_000

_KINDS = ("EngineUnavailable", "Unauthorized", "RateLimited", "EngineTimeout", "BrokenReply")


def error_fields(error: SovereignError) -> dict[str, Any]:
    """The error as fields of a message."""
    kind = next((cls.__name__ for cls in type(error).__mro__ if cls.__name__ in _KINDS), "EngineError")
    return {"kind": kind, "text": error.user_text, "remedy": error.remedy, "retry_after_s": error.retry_after_s}


def error_from(fields: Mapping[str, Any]) -> EngineError:
    """The error that the fields of a message describe."""
    kind = fields.get("kind")
    cls = getattr(errors, kind) if kind in _KINDS else EngineError
    after = fields.get("retry_after_s")
    error: EngineError = cls(
        str(fields.get("text") or "The voice service could not do it."),
        remedy=str(fields.get("remedy") or ""),
        retry_after_s=float(after) if isinstance(after, int | float) else None,
    )
    return error


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field that must be text. Raises BrokenReply."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise BrokenReply("The voice service sent something that is no answer.")
    return value
