"""What the program asks of the audio process. One class a command; `codec.py` puts them on the pipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sovereign_desktop.audio.port import Earcon, ListenStyle
from sovereign_desktop.core.audio import AudioFrame


@dataclass(frozen=True, slots=True)
class Configure:
    """The section `audio` of the settings, and whether captured frames hold unsuppressed sound too.

    The first command of every process.
    """

    settings: Mapping[str, Any]
    unsuppressed: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """`AudioPort.listen`; `at` is the monotonic second of the press."""

    listen_id: str
    style: ListenStyle
    at: float


@dataclass(frozen=True, slots=True)
class StopListening:
    """`AudioPort.stop_listening`; what stood at the microphone before `at` still belongs to the utterance."""

    listen_id: str
    at: float


@dataclass(frozen=True, slots=True)
class CancelListening:
    listen_id: str


@dataclass(frozen=True, slots=True)
class ArmHandsFree:
    armed: bool


@dataclass(frozen=True, slots=True)
class Mute:
    muted: bool


@dataclass(frozen=True, slots=True)
class Play:
    playback_id: str
    frame: AudioFrame


@dataclass(frozen=True, slots=True)
class Finish:
    playback_id: str


@dataclass(frozen=True, slots=True)
class Flush:
    pass


@dataclass(frozen=True, slots=True)
class PlayEarcon:
    earcon: Earcon


@dataclass(frozen=True, slots=True)
class SetVolume:
    volume: float


Command = (
    Configure
    | Listen
    | StopListening
    | CancelListening
    | ArmHandsFree
    | Mute
    | Play
    | Finish
    | Flush
    | PlayEarcon
    | SetVolume
)
