"""A microphone and a loudspeaker for tries of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sovereign_desktop.audio.port import (
    Captured,
    ListenStyle,
    LoudspeakerLost,
    MicrophoneLost,
    MicrophoneOpened,
    PlaybackEnded,
)
from sovereign_desktop.core.audio import AudioFrame
from tests.conversation.stage import FRAME, ScriptedAudio

SILENCE = AudioFrame(bytes(960), 24_000)


@dataclass
class PlayedSound(ScriptedAudio):
    """A microphone that hears `frames` at these levels, and a loudspeaker that plays what it gets."""

    levels: tuple[float, ...] = (-40.0, -18.0, -30.0)
    frame: AudioFrame = FRAME
    lost: bool = False
    closed: bool = False
    played: list[AudioFrame] = field(default_factory=list)
    on_listen: Callable[[], None] = lambda: None

    def listen(self, listen_id: str, style: ListenStyle) -> None:
        super().listen(listen_id, style)
        if self.lost:
            self.tell(MicrophoneLost("USB microphone", "There is no microphone.", "Plug one in."))
            return
        self.tell(MicrophoneOpened("USB microphone", 48_000, 20.0))
        for level in self.levels:
            self.tell(Captured(listen_id, self.frame, 0.9, level))
        self.on_listen()

    def stop_listening(self, listen_id: str) -> None:
        super().stop_listening(listen_id)
        self.end(listen_id)

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        self.played.append(frame)

    def finish(self, playback_id: str) -> None:
        if self.lost:
            self.tell(LoudspeakerLost("speakers", "unplugged"))
        else:
            self.tell(PlaybackEnded(playback_id, 0.0, True))

    async def close(self) -> None:
        self.closed = True
