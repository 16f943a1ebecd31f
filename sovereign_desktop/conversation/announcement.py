"""Something the program says of its own accord: a timer that is up."""

from __future__ import annotations

from sovereign_desktop.conversation.backends.base import Emit, Replying, Sound, TurnRequest, Unspoken
from sovereign_desktop.conversation.backends.spoken import spoken
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeech


class Announcement:
    """A backend that answers nothing and says one text."""

    name = "announcement"

    def __init__(self, text: str, tts: TextToSpeech, style: SpeakingStyle) -> None:
        self._text = text
        self._tts = tts
        self._style = style

    @property
    def engines(self) -> dict[str, str]:
        return {"tts": self._tts.name}

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """The voice is ready when somebody has just spoken with it, and quick when not."""

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        """Say the text, or show it when no voice can."""
        del request
        emit(Replying(self._text))
        try:
            async for frame, begins in spoken(self._tts, self._text, self._style):
                emit(Sound(frame, begins))
        except SovereignError as error:
            emit(Unspoken(error))

    def heard(self, turn_id: str, played_ms: float) -> None:
        """Nobody keeps it."""
