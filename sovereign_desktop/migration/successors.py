"""Models that ended or will end, and what takes their place. Dates are those that OpenAI announced."""

from __future__ import annotations

from dataclasses import dataclass

_BETA = "the beta of the Realtime API ended on 2026-05-12"
_REALTIME = "it ends on 2027-01-20"
_SPEECH = "it ends on 2027-01-06"
_TRANSCRIPTION = "it ends on 2027-02-26"
_NEWEST_VOICE = "; gpt-4o-mini-tts, the newest of its kind, ends that day too; then this computer's own voice speaks"


@dataclass(frozen=True, slots=True)
class Successor:
    """What to use in place of a model, and why."""

    model: str
    why: str


_TABLE = (
    ("gpt-4o-mini-realtime-preview", "gpt-realtime-2.1-mini", _BETA),
    ("gpt-4o-realtime-preview", "gpt-realtime-2.1", _BETA),
    ("gpt-realtime-mini", "gpt-realtime-2.1-mini", _REALTIME),
    ("tts-1-hd", "gpt-4o-mini-tts", _SPEECH + _NEWEST_VOICE),
    ("tts-1", "gpt-4o-mini-tts", _SPEECH + _NEWEST_VOICE),
    ("whisper-1", "gpt-transcribe", _TRANSCRIPTION),
    ("gpt-4o-mini-transcribe", "gpt-transcribe", _TRANSCRIPTION),
    ("gpt-4o-transcribe-diarize", "gpt-transcribe", _TRANSCRIPTION),
    ("gpt-4o-transcribe", "gpt-transcribe", _TRANSCRIPTION),
)
"""The longest names first: dated versions (`…-2024-12-17`) go with the name that they begin with."""

_EXACT = {"gpt-realtime": Successor("gpt-realtime-2.1", f"gpt-realtime: {_REALTIME}")}
LIVE_TRANSCRIPTION = "gpt-live-transcribe"
"""The successor where the Realtime API writes down what was said."""


def successor(model: str, *, live: bool = False) -> Successor | None:
    """What takes the model's place, or None when nothing is known against it."""
    name = model.strip()
    if name == "gpt-realtime" or name.startswith("gpt-realtime-2025"):
        return _EXACT["gpt-realtime"]
    for old, new, why in _TABLE:
        if name == old or name.startswith(f"{old}-20"):
            return Successor(LIVE_TRANSCRIPTION if live and new == "gpt-transcribe" else new, f"{old}: {why}")
    return None
