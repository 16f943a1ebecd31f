"""What happened, told to whoever wants to know: windows, the tray, the transcript, the measurements."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sovereign_desktop.core.dialogue import Outcome, TurnState

logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a notice matters to the user."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class TurnStateChanged:
    """The turn moved on; `turn_id` is empty while idle."""

    state: TurnState
    turn_id: str = ""


@dataclass(frozen=True, slots=True)
class SpeechRecognised:
    """What was heard so far; the text replaces what the same turn said before."""

    turn_id: str
    text: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class ReplySpoken:
    """What is being said now: the whole text up to the sentence that sounds at the loudspeaker."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A turn is over. `turn` is its record (`metrics.turns.TurnRecord`)."""

    turn_id: str
    outcome: Outcome
    turn: Any


@dataclass(frozen=True, slots=True)
class TurnAmended:
    """Something about a turn came to light after its end. `turn` is its whole record, as it is now."""

    turn_id: str
    turn: Any


@dataclass(frozen=True, slots=True)
class UsageReported:
    """A response of a turn consumed something (`conversation.backends.base.Consumed`); told at once, and once."""

    turn_id: str
    consumed: Any


@dataclass(frozen=True, slots=True)
class SpendChanged:
    """Money was spent: what it comes to in the turn, and by the calendar on the wall in the day and the month."""

    day_usd: Decimal
    month_usd: Decimal
    turn_id: str = ""
    turn_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SpendLimitChanged:
    """The limit of this period (`day`, `month`) is reached and waits for the user to lift it; empty: none is."""

    period: str


@dataclass(frozen=True, slots=True)
class UnansweredChanged:
    """So many questions of earlier runs wait to be answered or discarded."""

    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the user and what to do; `key` names the matter, so that a repeat replaces it."""

    key: str
    text: str
    severity: Severity = Severity.INFO
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NoticeCleared:
    """The matter named by `key` is over."""

    key: str


@dataclass(frozen=True, slots=True)
class MutedChanged:
    """The microphone was muted or unmuted in the program."""

    muted: bool


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """Somebody else answers from now on: the mode, as the settings name it."""

    mode: str


@dataclass(frozen=True, slots=True)
class UpdateOffered:
    """This version of the program can be fetched when the user says so; empty: none."""

    version: str


class ScreenState(StrEnum):
    """Whether the program looks at the screen."""

    OFF = "off"
    LOOKING = "looking"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class ScreenChanged:
    """The program began or stopped to look at the screen; `reason` is a sentence why it does not."""

    state: ScreenState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WayChanged:
    """Another one answers, by itself: `way` is the name of a `modes.Way`, the reason a clause.

    `text` is what the user is told, in a sentence; empty when that has been told, or is no news to them.
    """

    way: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class MicrophoneLevel:
    """How loud the microphone is, for a meter: dB relative to full scale."""

    dbfs: float


class Window(StrEnum):
    """A window that can be asked for by name. `CONTROL` is the one that stands in for the icon."""

    CONTROL = "control"
    SETTINGS = "settings"
    TRANSCRIPT = "transcript"
    LATENCY = "latency"
    MEMORY = "memory"
    WELCOME = "welcome"
    HELP = "help"
    MIGRATION = "migration"


@dataclass(frozen=True, slots=True)
class WindowRequested:
    """Somebody who can't open windows, such as a second start, asks for one."""

    window: Window


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """The program is to be built anew, with the settings as they are now; the windows stay."""


@dataclass(frozen=True, slots=True)
class QuitRequested:
    """Somebody asks the program to end."""


E = TypeVar("E")


class EventBus:
    """Delivers events to subscribers of their type, in order, on the caller's thread.

    A subscriber that raises is logged and does not keep others from hearing.
    """

    def __init__(self) -> None:
        self._subscribers: dict[type[Any], list[Callable[[Any], None]]] = {}

    def subscribe(self, kind: type[E], receiver: Callable[[E], None]) -> Callable[[], None]:
        """Call `receiver` with every event of exactly this kind; the result takes the subscription back."""
        receivers = self._subscribers.setdefault(kind, [])
        receivers.append(receiver)
        return lambda: receivers.remove(receiver) if receiver in receivers else None

    def publish(self, event: object) -> None:
        """Tell every subscriber of the event's type."""
        for receiver in tuple(self._subscribers.get(type(event), ())):
            try:
                receiver(event)
            except Exception:  # the edge of somebody else's code
                logger.exception("event subscriber failed", extra={"event": type(event).__name__})
