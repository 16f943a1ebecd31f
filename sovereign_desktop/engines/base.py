"""What an engine is: one Protocol a kind, with what it can do declared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message, ToolCall, Transcript
from sovereign_desktop.core.picture import GreyPicture, Rect


class Engine(Protocol):
    """What every engine can say of itself."""

    @property
    def name(self) -> str:
        """The name in the settings, such as `pocketsphinx`."""

    async def availability(self) -> Availability:
        """Whether it can work now. Quick and without side effects; never raises."""

    async def prepare(self) -> None:
        """Load what the first call would otherwise wait for. Idempotent; raises EngineError."""

    async def close(self) -> None:
        """Let go of everything. Idempotent."""


@dataclass(frozen=True, slots=True)
class SpeechToTextCapabilities:
    """`streaming`: gives words while the speech goes on. `local`: audio stays on this computer."""

    streaming: bool
    local: bool
    takes_phrases: bool = False


@runtime_checkable
class SpeechToText(Engine, Protocol):
    """Turns speech into words."""

    @property
    def capabilities(self) -> SpeechToTextCapabilities: ...

    def transcribe(self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()) -> AsyncIterator[Transcript]:
        """Growing transcripts while audio comes, then exactly one final (its text empty if nobody spoke).

        `phrases` are expected commands; an engine with `takes_phrases` puts those that the sound fits into
        the final's `alternatives`, best first. A phrase is the right-hand side of a JSGF rule (JSpeech Grammar
        Format, 2000) in lower case without punctuation: words, `[optional]`, `(one | another)`, and the slots
        `<number>` (a spoken whole number, zero to 999,999) and `<digit>` (zero to nine, as after a point):

            what time is it [now]
            set (a timer | an alarm) for <number> (seconds | minutes | hours)
            what is <number> [point <digit>] (plus | minus | times | divided by) <number>

        An alternative holds the words that were spoken (`set a timer for twenty five minutes`). A phrase with
        words that an engine can't pronounce is left out by it. Closing the iterator stops the work. Raises
        EngineError.
        """


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call consumed, as its provider counted it.

    `model` and `cost_usd` are there when an engine asks several models and knows their prices; else whoever asks does.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CutOff:
    """The reply has reached the length that was asked for and ends before its end."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON Schema."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


class ToolChoice(StrEnum):
    """Whether a tool is called."""

    AUTO = "auto"
    NONE = "none"
    REQUIRED = "required"


def _unheard(_usage: Usage) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """What a caller may want of one reply. `must_call` names the tool that has to be called, empty for none such.

    `late` is told what was consumed when the reply can't say so itself: it failed, it was closed before its end, or
    somebody was asked beside it. Only engines that know prices tell it.
    """

    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice.AUTO
    must_call: str = ""
    parallel_calls: bool = True
    max_tokens: int | None = None
    """None: as the settings say."""
    late: Callable[[Usage], None] = field(default=_unheard, compare=False, repr=False)


NO_OPTIONS = ReplyOptions()
Piece = str | ToolCall | CutOff | Usage


@runtime_checkable
class LanguageModel(Engine, Protocol):
    """Writes the next message of a conversation."""

    @property
    def model(self) -> str:
        """The model's name as its server knows it."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The other computers that a question may be sent to now; none while it stays on this one."""

    def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """Pieces of text as they are written, whole calls of tools, then the usage if the server reports it.

        Closing the iterator ends the request. Raises EngineError; `BrokenReply` when the stream ends without
        its proper end.
        """


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice to choose; `language` is a BCP 47 tag or empty."""

    id: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class SpeakingStyle:
    """How to speak: a voice's id (empty: the engine's default) and a speed, 1.0 being the voice's own."""

    voice: str = ""
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class TextToSpeechCapabilities:
    """`streaming`: the first sound comes before the last is made. `local`: text stays on this computer."""

    streaming: bool
    local: bool


@runtime_checkable
class TextToSpeech(Engine, Protocol):
    """Turns words into speech."""

    @property
    def capabilities(self) -> TextToSpeechCapabilities: ...

    def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:
        """Frames of at most 100 ms, all at one rate. Closing the iterator stops the work. Raises EngineError."""

    async def voices(self) -> tuple[Voice, ...]:
        """The voices to choose from, the default first."""


@runtime_checkable
class Embedder(Engine, Protocol):
    """Turns texts into vectors whose directions are alike when the texts mean the like."""

    @property
    def model(self) -> str:
        """The model's name; vectors of another one can't be compared."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A vector each, in their order. Raises EngineError."""


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word in a picture: where it stands, how sure its reading is (0 to 100), which line it belongs to."""

    text: str
    box: Rect
    confidence: float
    line: int
    """Words of a line have the same number; lines come in reading order."""


@runtime_checkable
class TextRecognizer(Engine, Protocol):
    """Reads the words in pictures."""

    @property
    def at_once(self) -> int:
        """How often it can be asked at a time: asked more often, it answers one after the other."""

    async def recognize(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        """Every word of each page, also those that it is not sure of, in reading order. Cancelling stops the work.

        Raises EngineError; EngineTimeout when it takes too long.
        """
