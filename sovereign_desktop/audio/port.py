"""What the program sees of microphone and loudspeaker: commands that never block, events that come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sovereign_desktop.core.audio import AudioFrame, UtteranceEnd


class ListenStyle(StrEnum):
    """How the end of an utterance is found.

    `HOLD`: by `stop_listening` alone. `TAP`: by `stop_listening`, or by a long silence after speech.
    `HANDS_FREE`: by endpointing alone; the utterance begins before the `SpeechStarted` that opened it.
    `PATIENT`: by `stop_listening`, because somebody else listens for it too; or by so long a silence that they failed.
    """

    HOLD = "hold"
    TAP = "tap"
    HANDS_FREE = "hands_free"
    PATIENT = "patient"


class Earcon(StrEnum):
    """Short sounds that say what happened."""

    LISTENING = "listening"
    HEARD = "heard"
    CANCELLED = "cancelled"
    SEAM = "seam"
    ERROR = "error"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device as the system names it. `id` is stable across restarts as far as the system allows."""

    id: str
    name: str
    inputs: int
    outputs: int
    default_rate_hz: int
    is_default_input: bool = False
    is_default_output: bool = False


@dataclass(frozen=True, slots=True)
class MicrophoneOpened:
    """The first samples arrived. `opened_after_ms` counts from the command that opened the microphone."""

    device: str
    rate_hz: int
    opened_after_ms: float


@dataclass(frozen=True, slots=True)
class MicrophoneClosed:
    """The microphone was given back to the system, as intended."""


@dataclass(frozen=True, slots=True)
class MicrophoneLost:
    """No samples come any more, or none ever came. What was heard is kept; it is tried again by itself.

    `reason` and `remedy` are sentences for the user.
    """

    device: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class MicrophoneZeros:
    """Nothing but exact zeros: the microphone is muted, or the program is not permitted to hear it (`zeros.py`)."""

    device: str


@dataclass(frozen=True, slots=True)
class MicrophoneSounds:
    """Sound arrives again, after `MicrophoneZeros`."""

    device: str


@dataclass(frozen=True, slots=True)
class LoudspeakerLost:
    """Nothing can be played. Frames played meanwhile are kept for up to the answer's length, then dropped."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoudspeakerReturned:
    """Sound can be played again."""

    device: str


@dataclass(frozen=True, slots=True)
class Captured:
    """20 ms of processed sound for utterance `listen_id`, with how likely it is speech (0..1) and how loud."""

    listen_id: str
    frame: AudioFrame
    speech_probability: float
    level_dbfs: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak while hands-free was armed; `at` is when, at the microphone (monotonic second).

    What was being played has been stopped already, as by `flush`.
    """

    at: float


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """All frames of `listen_id` have been delivered."""

    listen_id: str
    end: UtteranceEnd


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first sample of `playback_id` that is not silence stands at the loudspeaker at `at` (monotonic second)."""

    playback_id: str
    at: float


@dataclass(frozen=True, slots=True)
class PlaybackProgress:
    """How much of `playback_id` has been heard, at least ten times a second while it plays."""

    playback_id: str
    played_ms: float


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """`playback_id` is over: all of it was played (`completed`), or it was flushed after `played_ms`."""

    playback_id: str
    played_ms: float
    completed: bool


@dataclass(frozen=True, slots=True)
class AudioRestarted:
    """The audio process died and is back. Utterances go on with what comes now, playbacks where they were."""

    reason: str


AudioEvent = (
    MicrophoneOpened
    | MicrophoneClosed
    | MicrophoneLost
    | MicrophoneZeros
    | MicrophoneSounds
    | LoudspeakerLost
    | LoudspeakerReturned
    | Captured
    | SpeechStarted
    | UtteranceEnded
    | PlaybackStarted
    | PlaybackProgress
    | PlaybackEnded
    | AudioRestarted
)


class AudioPort(Protocol):
    """Microphone and loudspeaker. Commands return at once and are carried out in order.

    Events arrive on the event loop's thread. One utterance at a time; playbacks play one after another.
    """

    def subscribe(self, receiver: Callable[[AudioEvent], None]) -> Callable[[], None]:
        """Call `receiver` with every event; the result takes the subscription back."""

    async def start(self) -> None:
        """Start the audio process. Opens no device. Raises ProcessError when it can't be started."""

    async def close(self) -> None:
        """Stop all sound and end the process. Idempotent."""

    def listen(self, listen_id: str, style: ListenStyle) -> None:
        """Begin an utterance, with up to 300 ms from before now. Opens the microphone when it is closed.

        With the id of the running utterance it only changes the style: a press begins as `HOLD` and turns
        into `TAP` when the key comes up at once.
        """

    def stop_listening(self, listen_id: str) -> None:
        """End the utterance; `UtteranceEnded` follows its last frame."""

    def cancel_listening(self, listen_id: str) -> None:
        """Drop the utterance; `UtteranceEnded` follows with the reason `CANCELLED`."""

    def arm_hands_free(self, armed: bool) -> None:
        """Keep the microphone open and tell when somebody speaks (`SpeechStarted`)."""

    def mute(self, muted: bool) -> None:
        """Close the microphone and keep it closed; a running utterance ends as released."""

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        """Append sound to a playback; a new id begins one. Sound starts as soon as it can."""

    def finish(self, playback_id: str) -> None:
        """No more frames come for the playback; `PlaybackEnded` follows when its last sample was heard."""

    def flush(self) -> None:
        """Stop all playbacks now; `PlaybackEnded` with `completed=False` follows for each."""

    def earcon(self, earcon: Earcon) -> None:
        """Play a short sound beside whatever plays (nothing when they are switched off)."""

    def set_volume(self, volume: float) -> None:
        """0 silent, 1 as synthesised; applies within 20 ms, also to what plays."""

    async def devices(self) -> tuple[AudioDevice, ...]:
        """All devices, freshly listed, without disturbing what runs. Raises AudioError."""
