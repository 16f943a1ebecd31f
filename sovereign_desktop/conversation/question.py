"""What the user says in a turn: sound from the press on, then words."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.audio.port import AudioPort, Captured, ListenStyle
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.events import EventBus, MicrophoneLevel, SpeechRecognised


@dataclass(slots=True)
class Question:
    """The user's side of a turn. Without an `utterance` the words were typed, or nobody asked anything."""

    turn_id: str
    audio: AudioPort
    bus: EventBus
    utterance: Utterance | None = None
    style: ListenStyle = ListenStyle.HOLD
    released: bool = False
    transcript: Transcript | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is being recorded."""
        return self.utterance is not None and self.utterance.end is None

    @property
    def text(self) -> str:
        """The words so far."""
        return self.transcript.text if self.transcript else ""

    @property
    def final(self) -> Transcript | None:
        """The words when they will not change any more: no backend has to recognise them again."""
        return self.transcript if self.transcript and self.transcript.is_final else None

    def listen(self, style: ListenStyle) -> None:
        """Record, or go on recording in another style."""
        self.style = style
        self.audio.listen(self.turn_id, style)

    def be_patient(self) -> None:
        """Somebody else finds the end of it."""
        if self.is_open and self.style is ListenStyle.HANDS_FREE:
            self.audio.listen(self.turn_id, ListenStyle.PATIENT)

    def find_end(self) -> None:
        """Nobody else does any more."""
        if self.is_open and self.style is ListenStyle.HANDS_FREE and not self.released:
            self.listen(self.style)

    def release(self) -> None:
        """The user is done; the end follows when everything that was captured has come."""
        self.released = True
        self.audio.stop_listening(self.turn_id)

    def drop(self) -> None:
        """Stop recording; what was said is not meant to be answered."""
        if self.is_open:
            self.audio.cancel_listening(self.turn_id)

    def push(self, captured: Captured) -> None:
        """Keep 20 ms of sound, and show how loud it was."""
        if self.utterance is not None:
            self.utterance.push(captured.frame)
            self.bus.publish(MicrophoneLevel(captured.level_dbfs))

    def end(self, end: UtteranceEnd) -> None:
        """Nothing more comes."""
        if self.utterance is not None:
            self.utterance.finish(end)

    def abandon(self, now: float) -> None:
        """The turn is over: who still reads the utterance finds its end."""
        self.end(UtteranceEnd(EndReason.CANCELLED, now, 0))

    def recognised(self, transcript: Transcript) -> None:
        """The words, which replace those before."""
        self.transcript = transcript
        self.bus.publish(SpeechRecognised(self.turn_id, transcript.text, transcript.is_final))
