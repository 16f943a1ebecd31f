"""Somebody who asks, and a loudspeaker that they listen to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.audio.port import (
    Captured,
    Earcon,
    LoudspeakerLost,
    LoudspeakerReturned,
    SpeechStarted,
    UtteranceEnded,
)
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd

SILENCE = AudioFrame(bytes(960), 24_000)
SILENT_FRAMES = 50
"""A second of it follows each question, for ears that wait for its end."""
FRAMES_AT_ONCE, PAUSE_S = 5, 0.005
"""A question is said twenty times as fast as people speak."""
SPEAKER_AWAY_S = 0.5


class Room(FileAudio):
    """Says the question whenever somebody listens. `on_frame` is called with each 20 ms of it, counted from 0.

    `on_sound` is called with each piece of the answer that is played.
    """

    def __init__(self) -> None:
        super().__init__()
        self.earcons: list[Earcon] = []
        self.on_frame: Callable[[int], None] = lambda _count: None
        self.on_sound: Callable[[], None] = lambda: None
        self.loses_loudspeaker = False
        self._kept: list[Callable[[], None]] | None = None

    def is_about_to_say(self, speech: Sequence[AudioFrame]) -> None:
        """The next question."""
        self._frames = [*speech, *[SILENCE] * SILENT_FRAMES]
        self._speech_ms = sum(frame.duration_ms for frame in speech)
        self.earcons.clear()
        self.played.clear()

    def speak_up(self) -> None:
        """Begin to speak without a key."""
        self._tell(SpeechStarted(time.monotonic()))

    def earcon(self, earcon: Earcon) -> None:
        self.earcons.append(earcon)

    @property
    def played_s(self) -> float:
        """How much was played since the question."""
        return sum(frame.duration_ms for frame in self.played) / 1000

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        """A loudspeaker that is lost keeps what it is given, and goes on when it is back."""
        if self.loses_loudspeaker:
            self.loses_loudspeaker = False
            self._kept = []
            self._tell_soon(LoudspeakerLost("speaker", "was unplugged"))
            asyncio.get_running_loop().call_later(SPEAKER_AWAY_S, self._speaker_is_back)
        if self._kept is not None:
            self._kept.append(lambda: super(Room, self).play(playback_id, frame))
        else:
            super().play(playback_id, frame)
            self.on_sound()

    def finish(self, playback_id: str) -> None:
        if self._kept is not None:
            self._kept.append(lambda: super(Room, self).finish(playback_id))
        else:
            super().finish(playback_id)

    def _speaker_is_back(self) -> None:
        kept, self._kept = self._kept or [], None
        self._tell(LoudspeakerReturned("speaker"))
        for go_on in kept:
            go_on()

    async def _feed(self, listen_id: str) -> None:
        for count, frame in enumerate(self._frames):
            if count % FRAMES_AT_ONCE == 0:
                await asyncio.sleep(PAUSE_S)
            self.on_frame(count)
            self._position_ms += frame.duration_ms
            self._tell(Captured(listen_id, frame, 0.0 if frame is SILENCE else 1.0, -20.0))
        self._listen_id = ""
        end = UtteranceEnd(EndReason.FILE, time.monotonic(), self._speech_ms)
        self._tell(UtteranceEnded(listen_id, end))
