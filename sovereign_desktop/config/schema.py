"""Every setting, its type, its default and what it means. One class a section of `settings.yaml`.

Unknown keys are none of this file's business: the store keeps them as they are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


class Section(BaseModel):
    """A section of the settings. Frozen: a change makes a new object."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Mode(StrEnum):
    """Who answers: the Realtime API with everything else behind it, it alone, or this computer and its servers."""

    HYBRID = "hybrid"
    REALTIME = "realtime"
    TRADITIONAL = "traditional"


class App(Section):
    mode: Mode = Mode.HYBRID
    """Who answers: `hybrid`, `realtime` or `traditional`, which are Automatic, Cloud and Local."""
    caption: bool = True
    """Show what is heard and said in a small window."""
    keep_unanswered: bool = True
    """Keep what you say until it is answered, encrypted, and offer it after a crash. Off without a system keyring."""


class Activation(Section):
    hotkey: str = "ctrl+alt+space"
    """Held: talk while it is down. Tapped: talk until tapped again, or until you stop speaking."""
    cancel_hotkey: str = "ctrl+alt+escape"
    """Stops listening and speaking."""
    hold_ms: Annotated[int, Field(ge=100, le=2000)] = 300
    """A press that lasts longer is a hold, a shorter one a tap."""
    hands_free: bool = False
    """Listen all the time and answer whoever speaks."""


class AudioProcessing(Section):
    echo_cancellation: bool = True
    noise_reduction: bool = True
    auto_gain_control: bool = True


class Endpointing(Section):
    speech_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """How likely sound must be speech to count as it."""
    min_speech_ms: Annotated[int, Field(ge=32, le=2000)] = 96
    """Shorter sounds, such as a cough or a click, do not open a turn."""
    silence_ms: Annotated[int, Field(ge=100, le=5000)] = 700
    """Silence that ends an utterance hands-free."""
    tap_silence_ms: Annotated[int, Field(ge=200, le=10000)] = 1500
    """Silence that ends an utterance begun with a tap."""
    patient_silence_ms: Annotated[int, Field(ge=1000, le=30000)] = 9000
    """Silence that ends an utterance whose end the Realtime API is to find, in case that it does not."""


class Audio(Section):
    input_device: str = ""
    """A device's name; empty: the system's choice."""
    output_device: str = ""
    """A device's name; empty: the system's choice."""
    volume: Annotated[float, Field(ge=0, le=1)] = 1.0
    earcons: bool = True
    """Short sounds when listening starts, stops or fails."""
    pre_roll_ms: Annotated[int, Field(ge=0, le=1000)] = 300
    """How much from before the press is kept while the microphone is open."""
    keep_open_s: Annotated[float, Field(ge=0, le=600)] = 30.0
    """How long the microphone stays open after a turn."""
    always_open: bool = False
    """Never close the microphone. The system shows it as in use."""
    max_utterance_s: Annotated[float, Field(ge=5, le=1800)] = 300.0
    """A question that is longer is ended and answered."""
    processing: AudioProcessing = AudioProcessing()
    endpointing: Endpointing = Endpointing()


class FasterWhisper(Section):
    model: str = "base.en"
    """A size such as `tiny.en`, `base.en`, `small`, or the path of a converted model's folder."""
    device: str = "auto"
    compute_type: str = "int8"


class OpenAICompatible(Section):
    base_url: str = ""
    """The server's address up to and including `/v1`. Empty: not used."""
    model: str = ""
    key: str = "openai"
    """The name of the key in the system's keyring; servers on this computer usually need none."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Longest wait for the next piece of an answer."""


class SpeechToTextSettings(Section):
    provider: str = "auto"
    """`auto` takes the best that is available: openai_compatible, faster_whisper, pocketsphinx."""
    language: str = "en"
    faster_whisper: FasterWhisper = FasterWhisper()
    openai_compatible: OpenAICompatible = OpenAICompatible()


class LanguageModelSettings(OpenAICompatible):
    provider: str = "auto"
    """`auto` uses the server at `base_url`; `none` answers with skills only."""
    max_tokens: Annotated[int, Field(ge=16, le=32768)] = 512
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    stall_s: Annotated[float, Field(gt=0, le=600)] = 6.0
    """Longest silence in the middle of an answer; then it counts as broken off. `timeout_s` is for its beginning."""


class TextToSpeechSettings(Section):
    provider: str = "auto"
    """`auto` takes the best that is available: openai_compatible, pyttsx3."""
    voice: str = ""
    """A voice's id as `doctor` lists it; empty: the engine's default."""
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    openai_compatible: OpenAICompatible = OpenAICompatible()


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
    """Of the API, on top of the program's own: for a headset, for a laptop's microphone, or none."""

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
    noise_reduction: NoiseReduction = NoiseReduction.NONE
    transcription: Transcription = Transcription()
    truncation: Truncation = Truncation.AUTO
    retention_ratio: Annotated[float, Field(ge=0, le=1)] = 0.8
    """For truncation retention_ratio: how much of the conversation is kept."""
    tools: bool = True
    """Let the model set timers, calculate and change the volume on this computer."""
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    """Longest wait for a connection."""
    response_timeout_s: Annotated[float, Field(gt=0, le=120)] = 8.0
    """Longest silence of the API while an answer is due; then the next in line answers."""
    max_retries: Annotated[int, Field(ge=0, le=100)] = 5
    """Attempts to connect before it rests for a while."""
    retry_delay_s: Annotated[float, Field(gt=0, le=60)] = 0.5
    """Wait before the first of them; it doubles with each."""


class VoiceService(Section):
    python: str = ""
    """Another interpreter (3.11 or newer) to run the speech engines with; empty: this one."""
    url: str = ""
    """A voice service on another machine, such as `https://host:port`; empty: one is started here."""
    key: str = "voice_service"
    """The name of the remote service's token in the keyring."""
    ca_file: str = ""
    """A certificate authority to trust for `url`, in PEM."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port on loopback for the service started here; 0: any free one."""


def _none(value: object) -> object:
    """How a file says that there is no limit; an empty value there means the default."""
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
AmountOrNone = Annotated[
    Amount | None,
    BeforeValidator(_none),
    PlainSerializer(lambda value: "none" if value is None else value, when_used="json"),
]
"""An amount, or `none`."""


class LatencyTargets(Section):
    latency_ms: Annotated[float, Field(gt=0)] = 300.0
    """What our connection may add to an answer; nothing that stays below is called slow."""


class FallbackLimits(Section):
    """When the Realtime API is left for what stands behind it."""

    latency_threshold_ms: Annotated[float, Field(gt=0)] = 500.0
    """Our connection adds more than this, in the middle of the latest turns."""
    voice_to_voice_limit_ms: AmountOrNone = None
    """Answers take longer than this to begin, model included; `none`: however long."""
    error_rate_threshold: Annotated[float, Field(ge=0, le=1)] = 0.1
    """More than this part of the latest turns failed."""
    connection_failures: Annotated[int, Field(ge=1, le=100)] = 3
    """So many failed one after another."""


class Performance(Section):
    targets: LatencyTargets = LatencyTargets()
    fallback: FallbackLimits = FallbackLimits()


class SwitchingEvaluation(Section):
    window_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Which turns are the latest ones."""
    min_samples: Annotated[int, Field(ge=1)] = 10
    """Fewer of them prove nothing."""


class SwitchingConditions(Section):
    latency_degradation: Annotated[float, Field(gt=0)] = 0.5
    """So much slower than before, as a part of it, is a reason to switch."""
    error_rate_increase: Annotated[float, Field(gt=0, le=1)] = 0.1
    """So much more often failing than before is a reason to switch."""


class ModeSwitching(Section):
    enabled: bool = True
    """Leave a Realtime API that is slow or fails; without it, it is asked first at every turn."""
    evaluation: SwitchingEvaluation = SwitchingEvaluation()
    conditions: SwitchingConditions = SwitchingConditions()
    cool_down_seconds: Annotated[float, Field(ge=1)] = 30.0
    """How long it is left alone before it is tried again."""
    trial_turns: Annotated[int, Field(ge=1, le=20)] = 2
    """So many answers in a row bring it back."""


class Spend(Section):
    """A spoken turn with the Realtime API costs two or three cents. At a limit this computer answers instead."""

    warn_day_usd: AmountOrNone = None
    """Say so when more was spent in a day. `none`: never; the month's warning is enough for most."""
    cap_day_usd: AmountOrNone = 5.0
    """Spend no more in a day, or `none`. About 200 turns: only a forgotten hands-free microphone gets there."""
    warn_month_usd: AmountOrNone = 5.0
    """Say so when more was spent in a month, or `none`."""
    cap_month_usd: AmountOrNone = 20.0
    """Spend no more in a month, or `none`."""


class LogLevel(StrEnum):
    """How much is written to the log, in upper or lower case."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"

    @classmethod
    def _missing_(cls, value: object) -> LogLevel | None:
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


class Logging(Section):
    level: LogLevel = LogLevel.INFO


class Settings(Section):
    """All settings. `Settings()` is the program as it comes."""

    app: App = App()
    activation: Activation = Activation()
    audio: Audio = Audio()
    stt: SpeechToTextSettings = SpeechToTextSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    tts: TextToSpeechSettings = TextToSpeechSettings()
    realtime_api: RealtimeApi = RealtimeApi()
    voice_service: VoiceService = VoiceService()
    performance: Performance = Performance()
    mode_switching: ModeSwitching = ModeSwitching()
    spend: Spend = Spend()
    logging: Logging = Logging()
