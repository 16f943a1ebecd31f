"""Commands and events as messages on a pipe, and back: `encode(decode(m)) == m` for every type in the table."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from sovereign_desktop.audio.commands import Command
from sovereign_desktop.audio.port import AudioEvent, Earcon, ListenStyle
from sovereign_desktop.core.audio import AudioFrame, EndReason
from sovereign_desktop.core.framing import PipeMessage

Message = Command | AudioEvent

TABLE: dict[str, type[Any]] = {kind.__name__: kind for kind in (*get_args(Command), *get_args(AudioEvent))}
"""Every type that crosses the pipe, by the name that it has there."""


ENUMS = (Earcon, EndReason, ListenStyle)


def encode(message: Message) -> PipeMessage:
    """The message on the pipe. A frame's samples travel as payload, all else as JSON."""
    values = {field.name: getattr(message, field.name) for field in fields(message)}
    frame = next((value for value in values.values() if isinstance(value, AudioFrame)), None)
    header = {"type": type(message).__name__, **{name: _plain(value) for name, value in values.items()}}
    return PipeMessage(header, frame.pcm + frame.unsuppressed if frame else b"")


def decode(message: PipeMessage) -> Message:
    """The command or event that a message holds. Raises ValueError when it is none."""
    kind = TABLE.get(message.header.get("type", ""))
    if kind is None:
        raise ValueError(f"no such message: {message.header.get('type')!r}")
    decoded: Message = _build(kind, message.header, message.payload)
    return decoded


def _plain(value: Any) -> Any:
    if isinstance(value, AudioFrame):
        return {"sample_rate_hz": value.sample_rate_hz, "at": value.at, "bytes": len(value.pcm)}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _build(kind: type[Any], values: Any, payload: bytes) -> Any:
    if kind is AudioFrame:
        pcm, unsuppressed = payload[: values["bytes"]], payload[values["bytes"] :]
        return AudioFrame(pcm, values["sample_rate_hz"], values["at"], unsuppressed)
    if is_dataclass(kind):
        return kind(**{name: _build(hint, values[name], payload) for name, hint in _hints(kind).items()})
    if kind in ENUMS:
        return kind(values)
    return values


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
