"""What the caption says, event by event. No clock: the window asks for the view and owns the timer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, ReplySpoken, Severity, SpeechRecognised, TurnEnded
from sovereign_desktop.ui.situation import Face, Situation

_NOTICE_FACES = {Severity.INFO: Face.IDLE, Severity.WARNING: Face.ERROR, Severity.ERROR: Face.ERROR}
translate = QCoreApplication.translate


def _matter(severity: Severity) -> str:
    return {
        Severity.INFO: "Sovereign Desktop",
        Severity.WARNING: translate("Captions", "Please note"),
        Severity.ERROR: translate("Captions", "Needs attention"),
    }[severity]


def _ending(outcome: Outcome) -> tuple[Face, str]:
    return {
        Outcome.ANSWERED: (Face.SPEAKING, translate("Captions", "Answered")),
        Outcome.INTERRUPTED: (Face.SPEAKING, translate("Captions", "Interrupted")),
        Outcome.CANCELLED: (Face.IDLE, translate("Captions", "Cancelled")),
        Outcome.NOTHING_HEARD: (Face.IDLE, translate("Captions", "I heard nothing")),
        Outcome.FAILED: (Face.ERROR, translate("Captions", "No answer")),
    }[outcome]


@dataclass(frozen=True, slots=True)
class CaptionView:
    """All there is to see. `linger_ms` is None while a turn goes on, which keeps the caption there."""

    face: Face
    headline: str
    heard: str = ""
    said: str = ""
    notice: str = ""
    remedy: str = ""
    is_metering: bool = False
    linger_ms: int | None = None


def linger_ms(text: str) -> int:
    """How long text stays once the voice has ended: a moment, and more the more there is to read."""
    return min(12_000, 2_000 + 35 * len(text))


def closing(ended: TurnEnded) -> tuple[Face, str]:
    """How a turn ended, as an icon and a few words; an answer with how long it was waited for."""
    face, words = _ending(ended.outcome)
    waited_ms = ended.turn.timings.voice_to_voice_ms if ended.turn is not None else None
    if ended.outcome is Outcome.ANSWERED and waited_ms is not None:
        words = translate("Captions", "Answered after {seconds} s").format(seconds=f"{waited_ms / 1000:.1f}")
    return face, words


class Captions:
    """Follows one turn at a time, the newest. `show_turns` False leaves only notices."""

    def __init__(self, *, show_turns: bool = True) -> None:
        self.show_turns = show_turns
        self._turn_id = ""
        self._dismissed_turn_id = ""
        self._situation = Situation()
        self._heard = ""
        self._said = ""
        self._ending: tuple[Face, str] | None = None
        self._notice: Notice | None = None

    @property
    def view(self) -> CaptionView | None:
        """What to show now, or None for nothing."""
        shows_turn = self.show_turns and self._turn_id not in ("", self._dismissed_turn_id)
        if not shows_turn:
            return self._notice_alone() if self._notice is not None else None
        face, headline = self._ending or (Face(self._situation.state.value), self._situation.headline)
        notice, remedy = (self._notice.text, self._notice.remedy) if self._notice else ("", "")
        return CaptionView(
            face,
            headline,
            self._heard,
            self._said,
            notice,
            remedy,
            is_metering=self._ending is None and self._situation.state is TurnState.LISTENING,
            linger_ms=None if self._ending is None else linger_ms(self._said + notice + remedy),
        )

    def follow(self, situation: Situation) -> None:
        """The turn moved on, or another one began."""
        if situation.is_active and situation.turn_id != self._turn_id:
            self._turn_id = situation.turn_id
            self._heard = self._said = ""
            self._ending = None
        if situation.is_active or self._situation.is_active:
            self._situation = situation

    def heard(self, event: SpeechRecognised) -> None:
        if event.turn_id == self._turn_id:
            self._heard = event.text

    def said(self, event: ReplySpoken) -> None:
        if event.turn_id == self._turn_id:
            self._said = event.text

    def ended(self, event: TurnEnded) -> None:
        if event.turn_id == self._turn_id:
            self._ending = closing(event)

    def noticed(self, notice: Notice) -> None:
        self._notice = notice

    def cleared(self, key: str) -> None:
        if self._notice is not None and self._notice.key == key:
            self._notice = None

    def dismiss(self) -> None:
        """The user has seen enough of this turn and this notice."""
        self._dismissed_turn_id = self._turn_id
        self._notice = None

    def _notice_alone(self) -> CaptionView:
        assert self._notice is not None
        notice = self._notice
        face = _NOTICE_FACES[notice.severity]
        read_twice = 2 * (notice.text + notice.remedy)  # nobody was waiting for it
        return CaptionView(
            face, _matter(notice.severity), notice=notice.text, remedy=notice.remedy, linger_ms=linger_ms(read_twice)
        )
