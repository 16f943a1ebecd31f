"""What answers a turn: the request, the stream of events that comes back, and the Protocol behind both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sovereign_desktop.context.briefing import Briefing
from sovereign_desktop.core.audio import AudioFrame, Utterance
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import ImageAttachment, Message, ToolCall, Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import CutOff, Usage
from sovereign_desktop.metrics.prices import FREE, Cost, TokenUse


def _unheard(_event: BackendEvent) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """What a backend is asked.

    `utterance` may still be growing. `transcript` is there when the words are known already: typed, or
    recognised by a backend that failed later. `already_said` is the part of the answer that the user has heard
    from such a backend, and `failure` why it did not finish. `hands_free` claims that nobody holds a key: the end of
    the utterance has to be found, by the program or by the backend. `images` belong to the question.
    """

    turn_id: str
    utterance: Utterance | None
    history: tuple[Message, ...] = ()
    transcript: Transcript | None = None
    already_said: str = ""
    failure: SovereignError | None = None
    hands_free: bool = False
    briefing: Briefing | None = None
    """What may be told beside the question; None where the program has nothing to add."""
    images: tuple[ImageAttachment, ...] = ()
    late: Emit = field(default=_unheard, compare=False, repr=False)
    """Told what a part of the backend consumed that can't say so in its answer, because that was broken off."""


@dataclass(frozen=True, slots=True)
class Endpointing:
    """The backend finds the end of this utterance itself; the program only steps in when it does not."""


@dataclass(frozen=True, slots=True)
class SpeechOver:
    """The backend takes the utterance for complete: nothing more has to be recorded for it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The user's words so far."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Replying:
    """A piece of the reply's text. The sound of it follows in `Sound` events."""

    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound of the reply's next piece of text. `begins` is the text whose first frame this is, else empty.

    Sound that `flows` comes beside its text: it says what `Replying` told, and where it is in it nobody knows.
    """

    frame: AudioFrame
    begins: str = ""
    flows: bool = False


@dataclass(frozen=True, slots=True)
class Did:
    """The backend carried out a command (`stop`, `louder` ...); there may be nothing to say."""

    command: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something for the turn's record that the user does not have to know now, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Unspoken:
    """The reply is there as text, but no voice could say it."""

    error: SovereignError


@dataclass(frozen=True, slots=True)
class Excused:
    """What is said is no answer to the question, only why there is none now: the question stays unanswered."""

    error: SovereignError


@dataclass(frozen=True, slots=True)
class Consumed:
    """What a part of the reply consumed, on top of what was told before. Cost is 0 where nobody asks for money."""

    usage: Usage
    model: str
    cost: Cost = FREE
    kinds: TokenUse | None = None
    """The tokens by kind, of a model that tells them."""

    @property
    def cost_usd(self) -> float:
        """For showing; sums of money are made of `cost`."""
        return float(self.cost.usd)

    @property
    def use(self) -> TokenUse:
        """The tokens by kind; text where nothing else was told."""
        if self.kinds is not None:
            return self.kinds
        return TokenUse(input={"text": self.usage.input_tokens}, output={"text": self.usage.output_tokens})


BackendEvent = (
    Endpointing
    | SpeechOver
    | Heard
    | Replying
    | Sound
    | Did
    | Noted
    | Unspoken
    | Excused
    | Consumed
    | ToolCall
    | CutOff
)
"""`ToolCall` and `CutOff` come only where somebody gave the model tools or a length of their own."""
Emit = Callable[[BackendEvent], None]


class ConversationBackend(Protocol):
    """One way to answer a turn."""

    @property
    def name(self) -> str:
        """`realtime`, `pipeline` or `skills`."""

    @property
    def engines(self) -> dict[str, str]:
        """Which engine does what, for the turn's record: `{"stt": "pocketsphinx", ...}`."""

    async def availability(self) -> Availability:
        """Whether it can answer now, and why not."""

    async def prepare(self) -> None:
        """Get ready for a turn that may come (open connections, load engines). Never raises."""

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        """Answer, telling each step to `emit` as it happens. Returns when all of it has been told.

        A coroutine with a callback rather than an async generator, so that what it does side by side can live
        in task groups (PEP 789). Cancelling it stops all its work. Raises SovereignError.
        """

    def heard(self, turn_id: str, played_ms: float) -> None:
        """So much of the sound that it gave for the turn was heard. Told once, when that has ended or was stopped."""
