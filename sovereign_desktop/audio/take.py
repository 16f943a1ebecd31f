"""One utterance while it is recorded: what is delivered of it, and when it is over. Pure: owns no clock or device."""

from __future__ import annotations

from dataclasses import replace

from sovereign_desktop.audio.endpointing import BoundaryKind, Endpointer
from sovereign_desktop.audio.hearing import FRAME_S, Heard
from sovereign_desktop.audio.port import AudioEvent, Captured, ListenStyle, UtteranceEnded
from sovereign_desktop.audio.vad import WINDOW_MS
from sovereign_desktop.config.sections.audio import Audio, Endpointing
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd

STOP_GRACE_S = 0.15
"""What stood at the microphone when the key came up is still on its way for this long at most."""
LOST_GRACE_S = 10.0
"""How long an utterance that ends by silence waits for a lost microphone before it is taken as it is."""


def silence_ms(style: ListenStyle, settings: Endpointing) -> float | None:
    """The silence that ends an utterance of this style; None when only the user does."""
    by_style = {
        ListenStyle.TAP: settings.tap_silence_ms,
        ListenStyle.HANDS_FREE: settings.silence_ms,
        ListenStyle.PATIENT: settings.patient_silence_ms,
    }
    return by_style.get(style)


class Take:
    """Turns what is heard into `Captured` frames of 20 ms and the `UtteranceEnded` that follows them."""

    def __init__(self, listen_id: str, style: ListenStyle, settings: Audio) -> None:
        self.listen_id = listen_id
        self.is_over = False
        self._settings = settings
        self._endpointer = Endpointer(settings.endpointing.speech_threshold, settings.endpointing.min_speech_ms)
        self.restyle(style)
        self._half: Heard | None = None
        self._probability = 0.0
        self._heard_s = 0.0
        self._heard_until: float | None = None
        self._speech_ended_at: float | None = None
        self._stop_at: float | None = None
        self._lost_at: float | None = None

    def restyle(self, style: ListenStyle) -> None:
        """Change how the end is found."""
        self.style = style
        self._endpointer.silence_ms = silence_ms(style, self._settings.endpointing)

    def stop(self, at: float) -> None:
        """The user is done: everything up to the monotonic second `at` belongs to the utterance."""
        self._stop_at = at

    def lose_microphone(self, now: float) -> None:
        """Nothing is heard from now on, until `push` is called again."""
        self._lost_at = self._lost_at or now

    def push(self, heard: Heard) -> list[AudioEvent]:
        """Take 10 ms; after the end they are ignored."""
        if self.is_over:
            return []
        self._lost_at = None
        self._heard_until = heard.at + FRAME_S
        self._heard_s += FRAME_S
        spoken_out = self._follow(heard)
        events = self._deliver(heard)
        if spoken_out:
            return events + self.end(EndReason.ENDPOINT)
        if self._heard_s >= self._settings.max_utterance_s:
            return events + self.end(EndReason.TOO_LONG)
        if self._stop_at is not None and self._heard_until >= self._stop_at:
            return events + self.end(EndReason.RELEASED)
        return events

    def tick(self, now: float) -> list[AudioEvent]:
        """What follows from time that passes without sound."""
        if self._stop_at is not None and now >= self._stop_at + STOP_GRACE_S:
            return self.end(EndReason.RELEASED)
        waits_for_silence = self._endpointer.silence_ms is not None
        if self._lost_at is not None and waits_for_silence and now >= self._lost_at + LOST_GRACE_S:
            return self.end(EndReason.ENDPOINT)
        return []

    def end(self, reason: EndReason, now: float = 0.0) -> list[AudioEvent]:
        """Deliver the rest and the end; the first call counts."""
        if self.is_over:
            return []
        self.is_over = True
        ended_at = self._speech_ended_at or self._heard_until or self._stop_at or now
        end = UtteranceEnd(reason, ended_at, self._endpointer.speech_ms)
        rest = [self._captured(self._half)] if self._half else []
        self._half = None
        return [*rest, UtteranceEnded(self.listen_id, end)]

    def _follow(self, heard: Heard) -> bool:
        """Feed the endpointer; True when speech is over."""
        over = False
        for probability in heard.probabilities:
            self._probability = probability
            before_ms = self._endpointer.speech_ended_ms
            boundary = self._endpointer.push(probability, WINDOW_MS)
            if self._endpointer.speech_ended_ms > before_ms:
                self._speech_ended_at = heard.at + FRAME_S
            over = over or (boundary is not None and boundary.kind is BoundaryKind.ENDED)
        return over

    def _deliver(self, heard: Heard) -> list[AudioEvent]:
        if self._half is None:
            self._half = heard
            return []
        first, self._half = self._half, None
        one, two = first.frame, heard.frame
        frame = AudioFrame(one.pcm + two.pcm, two.sample_rate_hz, first.at, one.unsuppressed + two.unsuppressed)
        louder = max(first.level_dbfs, heard.level_dbfs)
        return [self._captured(replace(heard, frame=frame, level_dbfs=louder))]

    def _captured(self, heard: Heard) -> Captured:
        return Captured(self.listen_id, heard.frame, self._probability, heard.level_dbfs)
