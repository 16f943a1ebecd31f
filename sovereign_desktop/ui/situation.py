"""What there is to show: one value that icon, tooltip, menu and windows are drawn from. Of Qt only its translation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.events import ScreenState


class Face(StrEnum):
    """What the icon looks like; the value is the name of its file in `resources/icons`."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    ERROR = "error"
    MUTED = "muted"


translate = QCoreApplication.translate


def mode_name(mode: str) -> str:
    """A mode as the windows call it; one that they don't know as it is."""
    return {
        "hybrid": translate("Situation", "Automatic"),
        "realtime": translate("Situation", "Cloud"),
        "traditional": translate("Situation", "Local"),
    }.get(mode, mode)


def _headline(face: Face) -> str:
    return {
        Face.IDLE: translate("Situation", "Ready"),
        Face.LISTENING: translate("Situation", "Listening"),
        Face.THINKING: translate("Situation", "Thinking"),
        Face.SPEAKING: translate("Situation", "Speaking"),
        Face.ERROR: translate("Situation", "Needs attention"),
        Face.MUTED: translate("Situation", "Microphone muted"),
    }[face]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the program stands. Not `ready` means that it is still starting, or already ending."""

    ready: bool = False
    state: TurnState = TurnState.IDLE
    turn_id: str = ""
    muted: bool = False
    trouble: str = ""
    """What is wrong and what to do about it; empty when nothing is."""
    mode: str = ""
    engines: str = ""
    reason: str = ""
    """Why another one answers than the mode says, in a clause; empty while it is as the mode says."""
    hotkey: str = ""
    unanswered: int = 0
    """So many questions of earlier runs wait."""
    limit: str = ""
    """Whose limit on money is reached: `day`, `month`, or empty."""
    update: str = ""
    """The newer version that can be fetched."""
    screen: ScreenState = ScreenState.OFF
    screen_note: str = ""
    """Why the screen is not looked at, though it may be."""

    @property
    def is_active(self) -> bool:
        """Whether a turn is going on."""
        return self.state is not TurnState.IDLE

    @property
    def face(self) -> Face:
        """The icon. What happens now outranks what is wrong; what is wrong outranks the user's own mute."""
        if self.is_active:
            return Face(self.state.value)
        if self.trouble:
            return Face.ERROR
        return Face.MUTED if self.muted else Face.IDLE

    @property
    def headline(self) -> str:
        """The state in a word or two."""
        return _headline(self.face) if self.ready or self.trouble else translate("Situation", "Starting")

    @property
    def can_talk(self) -> bool:
        """Whether a click may begin a turn, or end what is being said into the microphone."""
        return self.ready and (not self.muted or self.state is TurnState.LISTENING)

    @property
    def can_stop(self) -> bool:
        """Whether there is a turn to cancel."""
        return self.ready and self.is_active

    @property
    def click_stops(self) -> bool:
        """Whether a click on the icon means Stop rather than Talk."""
        return self.state in (TurnState.THINKING, TurnState.SPEAKING)

    @property
    def talk_label(self) -> str:
        """What the Talk entry does now."""
        if self.state is TurnState.LISTENING:
            return translate("Situation", "Finish and answer")
        return translate("Situation", "Talk")

    @property
    def can_answer_pending(self) -> bool:
        """Whether an old question can be answered without interrupting the user."""
        return self.ready and self.unanswered > 0 and self.state is not TurnState.LISTENING

    @property
    def lift_label(self) -> str:
        """What the entry beside a limit does; empty when none is reached."""
        return {
            "day": translate("Situation", "Spend more today"),
            "month": translate("Situation", "Spend more this month"),
        }.get(self.limit, "")

    @property
    def screen_label(self) -> str:
        """The entry that lets the program look, with what it does now."""
        if self.screen is ScreenState.PAUSED:
            return translate("Situation", "Screen awareness (paused)")
        return translate("Situation", "Screen awareness")

    @property
    def tooltip(self) -> str:
        """A few lines for whoever points at the icon."""
        lines = [f"Sovereign Desktop – {self.headline}"]
        if self.trouble:
            lines.append(self.trouble)
        answered_by = ": ".join(filter(None, (mode_name(self.mode), self.engines)))
        if answered_by:
            lines.append(answered_by)
        if self.reason:
            told = translate("Situation", "This computer answers: {reason}")
            lines.append(told.format(reason=self.reason))
        if self.screen is ScreenState.LOOKING:
            lines.append(translate("Situation", "Looks at the screen"))
        elif self.screen is ScreenState.PAUSED:
            told = translate("Situation", "Does not look at the screen.")
            lines.append(f"{told} {self.screen_note}".strip())
        if self.hotkey:
            lines.append(translate("Situation", "Hold or tap {hotkey} to talk").format(hotkey=self.hotkey))
        return "\n".join(lines)


def hotkey_name(hotkey: str) -> str:
    """A hotkey as keyboards label it: `ctrl+alt+space` is Ctrl+Alt+Space."""
    return "+".join(key.strip().capitalize() for key in hotkey.split("+") if key.strip())
