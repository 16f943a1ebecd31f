"""What a session and a response are set to. Outside data enters here, so everything is checked here.

Fields that mean nothing to the local pipeline (noise reduction, tracing, reasoning ...) are kept and told back.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sovereign_desktop.engines.base import ReplyOptions, Tool, ToolChoice
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ, Item
from sovereign_desktop.servers.realtime.refusal import Refusal

BETA_FIELDS = (
    "modalities",
    "voice",
    "input_audio_format",
    "output_audio_format",
    "input_audio_transcription",
    "input_audio_noise_reduction",
    "turn_detection",
    "max_response_output_tokens",
    "temperature",
)
"""Names of the beta, which mean nothing any more. Silence about them would cost somebody an evening."""
LONGEST_ANSWER_TOKENS = 4096


class Part(BaseModel):
    """A part of the settings."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Format(Part):
    type: Literal["audio/pcm", "audio/pcmu", "audio/pcma"] = "audio/pcm"
    rate: Literal[24000] | None = None

    def wire(self) -> dict[str, Any]:
        """With the rate that PCM has and the others have not."""
        return {"type": self.type, "rate": AUDIO_RATE_HZ} if self.type == "audio/pcm" else {"type": self.type}


class Detection(Part):
    create_response: bool = True
    interrupt_response: bool = True


class ServerVad(Detection):
    type: Literal["server_vad"] = "server_vad"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    prefix_padding_ms: Annotated[int, Field(ge=0, le=10_000)] = 300
    silence_duration_ms: Annotated[int, Field(ge=0, le=60_000)] = 500
    idle_timeout_ms: Annotated[int, Field(ge=1_000, le=600_000)] | None = None


class SemanticVad(Detection):
    type: Literal["semantic_vad"] = "semantic_vad"
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"


TurnDetection = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


class AudioIn(Part):
    format: Format = Format()
    noise_reduction: dict[str, Any] | None = None
    transcription: dict[str, Any] | None = None
    turn_detection: TurnDetection | None = ServerVad()


class AudioOut(Part):
    format: Format = Format()
    voice: str | dict[str, str] = "default"
    """A voice of the local engine by its id; any other is spoken with the default one."""
    speed: Annotated[float, Field(ge=0.25, le=1.5)] = 1.0


class Audio(Part):
    input: AudioIn = AudioIn()
    output: AudioOut = AudioOut()


class FunctionTool(Part):
    type: Literal["function"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class NamedTool(Part):
    type: Literal["function"]
    name: str


class Wanted(Part):
    """What sessions and responses have in common."""

    instructions: str = ""
    """Empty: the program's own."""
    output_modalities: tuple[Literal["text", "audio"]] = ("audio",)
    tools: tuple[FunctionTool, ...] = ()
    tool_choice: ToolChoice | NamedTool = ToolChoice.AUTO
    max_output_tokens: Annotated[int, Field(ge=1, le=LONGEST_ANSWER_TOKENS)] | Literal["inf"] = "inf"
    parallel_tool_calls: bool = True

    @field_validator("tools", "output_modalities", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @property
    def is_spoken(self) -> bool:
        return "audio" in self.output_modalities

    @property
    def options(self) -> ReplyOptions:
        """As a language model takes them."""
        named = self.tool_choice.name if isinstance(self.tool_choice, NamedTool) else ""
        return ReplyOptions(
            tools=tuple(Tool(tool.name, tool.description or "", tool.parameters or {}) for tool in self.tools),
            tool_choice=self.tool_choice if isinstance(self.tool_choice, ToolChoice) else ToolChoice.AUTO,
            must_call=named,
            parallel_calls=self.parallel_tool_calls,
            max_tokens=None if isinstance(self.max_output_tokens, str) else self.max_output_tokens,
        )


class SessionSettings(Wanted):
    """The settings of a session; `updated` gives the next ones."""

    type: Literal["realtime"] = "realtime"
    truncation: Any = "auto"
    tracing: Any = None
    include: Any = None
    prompt: Any = None
    audio: Audio = Audio()

    def updated(self, change: dict[str, Any]) -> SessionSettings:
        """With what is present in `change`, and nothing else, changed. Raises Refusal, and then nothing is."""
        if "type" not in change:
            raise Refusal(
                "Missing required parameter: 'session.type'.", code="missing_required_parameter", param="session.type"
            )
        _refuse_beta(change, "session")
        try:
            return SessionSettings.model_validate(_merged(self.model_dump(mode="json"), change))
        except ValidationError as error:
            raise Refusal.of(error, "session") from None

    def wire(self) -> dict[str, Any]:
        """As the client is told them."""
        told = self.model_dump(mode="json")
        told["audio"]["input"]["format"] = self.audio.input.format.wire()
        told["audio"]["output"]["format"] = self.audio.output.format.wire()
        return told


class ResponseSettings(Wanted):
    """The settings of one response: the session's, with what `response.create` says in their place."""

    conversation: Literal["auto", "none"] = "auto"
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    input: tuple[Item, ...] | None = None
    """What the model is told instead of the conversation."""
    audio: Audio = Audio()

    @field_validator("input", mode="before")
    @classmethod
    def _input_as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @classmethod
    def of(cls, session: SessionSettings, change: dict[str, Any] | None = None) -> ResponseSettings:
        """Raises Refusal."""
        names = (*Wanted.model_fields, "audio")
        kept = {name: value for name, value in session.model_dump(mode="json").items() if name in names}
        wanted = {name: value for name, value in (change or {}).items() if value is not None}
        _refuse_beta(wanted, "response")
        try:
            return cls.model_validate(_merged(kept, wanted))
        except ValidationError as error:
            raise Refusal.of(error, "response") from None

    @property
    def joins_conversation(self) -> bool:
        return self.conversation == "auto"


def _refuse_beta(change: dict[str, Any], within: str) -> None:
    for name in BETA_FIELDS:
        if name in change:
            param = f"{within}.{name}"
            raise Refusal(f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)


def _merged(settings: dict[str, Any], change: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Objects are merged down to the fields of `audio.input` and `audio.output`; those are replaced."""
    merged = dict(settings)
    for name, value in change.items():
        goes_down = (name == "audio") if depth == 0 else depth == 1
        if goes_down and isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _merged(merged[name], value, depth + 1)
        else:
            merged[name] = value
    return merged
