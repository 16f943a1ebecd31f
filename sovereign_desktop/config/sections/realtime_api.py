"""The Realtime API: who is asked, and how."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from sovereign_desktop.config.sections.section import Section


class TurnDetectionKind(StrEnum):
    """How the end of speech is found hands-free: by what is said, by silence, or by this computer."""

    SEMANTIC_VAD = "semantic_vad"
    SERVER_VAD = "server_vad"
    NONE = "none"


class Eagerness(StrEnum):
    """How soon the API believes that the user is done; it waits at most 8, 4 or 2 seconds. `auto` is `medium`."""

    AUTO = "auto"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class TurnDetection(Section):
    type: TurnDetectionKind = TurnDetectionKind.SEMANTIC_VAD
    eagerness: Eagerness = Eagerness.AUTO
    """For semantic_vad."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    """For server_vad: how likely sound must be speech."""
    prefix_padding_ms: Annotated[int, Field(ge=0, le=2000)] = 300
    """For server_vad: how much from before the speech is kept."""
    silence_duration_ms: Annotated[int, Field(ge=100, le=5000)] = 500
    """For server_vad: the silence that ends an utterance."""


class Transcription(Section):
    model: str = "gpt-live-transcribe"
    """Writes down what the user said, beside the model that answers, at a price of its own. Empty: nobody does."""
    language: str = ""
    """A code such as `en`; empty: that of `stt.language`."""
    prompt: str = ""
    """Names and words to expect."""


class NoiseReduction(StrEnum):
    """Of the API, for a headset or for a laptop's microphone; with none the program does it, 6 ms slower."""

    NONE = "none"
    NEAR_FIELD = "near_field"
    FAR_FIELD = "far_field"


class ReasoningEffort(StrEnum):
    """How long the model thinks before it speaks; `auto` leaves it to the model."""

    AUTO = "auto"
    MINIMAL = "minimal"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"


class Truncation(StrEnum):
    """What the API does with a conversation that gets too long: forget its beginning, more of it at once, or fail."""

    AUTO = "auto"
    RETENTION_RATIO = "retention_ratio"
    DISABLED = "disabled"


def _no_limit(value: object) -> object:
    """The API's own word for it."""
    return 0 if value == "inf" else value


class RealtimeApi(Section):
    url: str = "wss://api.openai.com/v1/realtime"
    """The address of a Realtime API. Empty: none is used."""
    model: str = "gpt-realtime-2.1"
    key: str = "openai"
    """The name of the key in the system's keyring; servers on this computer usually need none."""
    ca_file: str = ""
    """A certificate authority to trust for `url`, in PEM."""
    voice: str = "marin"
    """marin and cedar are the best; also alloy, ash, ballad, coral, echo, sage, shimmer, verse, or a voice's id."""
    speed: Annotated[float, Field(ge=0.25, le=1.5)] = 1.0
    instructions: str = ""
    """What the model is told about its task, in place of the program's own words."""
    max_tokens: Annotated[int, BeforeValidator(_no_limit), Field(ge=0, le=4096)] = 4096
    """Longest answer. 0: no limit."""
    reasoning_effort: ReasoningEffort = ReasoningEffort.AUTO
    turn_detection: TurnDetection = TurnDetection()
    noise_reduction: NoiseReduction = NoiseReduction.NEAR_FIELD
    transcription: Transcription = Transcription()
    truncation: Truncation = Truncation.AUTO
    retention_ratio: Annotated[float, Field(ge=0, le=1)] = 0.8
    """For truncation retention_ratio: how much of the conversation is kept."""
    tools: bool = True
    """Let the model set timers, calculate and change the volume on this computer."""
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    """Longest wait for a connection."""
    first_audio_timeout_s: Annotated[float, Field(gt=0, le=120)] = 4.0
    """Longest wait from the end of your question to the first sound of an answer; then the next in line answers."""
    response_timeout_s: Annotated[float, Field(gt=0, le=120)] = 8.0
    """Longest silence of the API in the middle of an answer; then the next in line goes on with it."""
    max_retries: Annotated[int, Field(ge=0, le=100)] = 5
    """Attempts to connect before it rests for a while."""
    retry_delay_s: Annotated[float, Field(gt=0, le=60)] = 0.5
    """Wait before the first of them; it doubles with each."""
