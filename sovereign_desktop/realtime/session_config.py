"""Settings to the `session` of a `session.update`, in the shape of the GA API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sovereign_desktop.config.sections.realtime_api import (
    NoiseReduction,
    RealtimeApi,
    ReasoningEffort,
    Truncation,
    TurnDetectionKind,
)
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ

PCM = {"type": "audio/pcm", "rate": AUDIO_RATE_HZ}


def session_config(
    settings: RealtimeApi, instructions: str, *, language: str = "", tools: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """What a session is set to when it opens: it waits to be told that the user has spoken.

    `language` is that of the user, for the transcription. The model is not among it: it is chosen with the address.
    """
    session: dict[str, Any] = {
        "type": "realtime",
        "instructions": settings.instructions or instructions,
        "output_modalities": ["audio"],
        "max_output_tokens": settings.max_tokens or "inf",
        "truncation": _truncation(settings),
        "tools": list(tools) if settings.tools else [],
        "tool_choice": "auto",
        "audio": {
            "input": {
                "format": PCM,
                "noise_reduction": _noise_reduction(settings),
                "transcription": _transcription(settings, language),
                "turn_detection": None,
            },
            "output": {"format": PCM, "voice": settings.voice, "speed": settings.speed},
        },
    }
    if settings.reasoning_effort is not ReasoningEffort.AUTO:
        session["reasoning"] = {"effort": settings.reasoning_effort.value}
    return session


def turn_detection(settings: RealtimeApi) -> dict[str, Any] | None:
    """How the server is to find the end of speech while nobody holds a key; None when it is not to."""
    wanted = settings.turn_detection
    answers = {"create_response": True, "interrupt_response": True}
    match wanted.type:
        case TurnDetectionKind.SEMANTIC_VAD:
            return {"type": "semantic_vad", "eagerness": wanted.eagerness.value, **answers}
        case TurnDetectionKind.SERVER_VAD:
            return {
                "type": "server_vad",
                "threshold": wanted.threshold,
                "prefix_padding_ms": wanted.prefix_padding_ms,
                "silence_duration_ms": wanted.silence_duration_ms,
                **answers,
            }
        case TurnDetectionKind.NONE:
            return None


def _truncation(settings: RealtimeApi) -> str | dict[str, Any]:
    if settings.truncation is Truncation.RETENTION_RATIO:
        return {"type": "retention_ratio", "retention_ratio": settings.retention_ratio}
    return settings.truncation.value


def _noise_reduction(settings: RealtimeApi) -> dict[str, Any] | None:
    if settings.noise_reduction is NoiseReduction.NONE:
        return None
    return {"type": settings.noise_reduction.value}


def _transcription(settings: RealtimeApi, language: str) -> dict[str, Any] | None:
    wanted = settings.transcription
    if not wanted.model:
        return None
    known = {"language": wanted.language or language, "prompt": wanted.prompt}
    return {"model": wanted.model, **{name: value for name, value in known.items() if value}}
