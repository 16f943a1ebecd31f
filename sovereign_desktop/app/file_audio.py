"""A microphone that reads a recording and a loudspeaker that keeps what it is given: audio without devices.

`ask` and `bench turn` run the same turns as the tray app over it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from sovereign_desktop.audio.port import (
    AudioDevice,
    AudioEvent,
    Captured,
    Earcon,
    ListenStyle,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    UtteranceEnded,
)
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd


class FileAudio:
    """An `AudioPort` over recorded frames. Every utterance is the recording from its beginning.

    With `paced`, frames come as fast as they were spoken, so that what a turn costs after the end of speech is
    what it costs with a microphone; without, as fast as they are taken. Sound counts as heard when it is played.
    `speech_ended_ms` is where speech ends in the recording: the rest is the time that endpointing waited.
    """

    def __init__(
        self,
        frames: Sequence[AudioFrame] = (),
        *,
        speech_ms: float = 0,
        speech_ended_ms: float = 0,
        paced: bool = False,
    ) -> None:
        self._frames = frames
        self._speech_ms = speech_ms
        self._speech_ended_ms = speech_ended_ms
        self._paced = paced
        self._receivers: list[Callable[[AudioEvent], None]] = []
        self._muted = False
        self._listen_id = ""
        self._position_ms = 0.0
        self._feeding: asyncio.Task[None] | None = None
        self._played_ms: dict[str, float] = {}
        self._sounding: set[str] = set()
        self._flushed: set[str] = set()
        self.played: list[AudioFrame] = []

    def subscribe(self, receiver: Callable[[AudioEvent], None]) -> Callable[[], None]:
        self._receivers.append(receiver)
        return lambda: self._receivers.remove(receiver)

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        self._listen_id = ""
        if self._feeding is not None:
            self._feeding.cancel()
            await asyncio.gather(self._feeding, return_exceptions=True)

    async def devices(self) -> tuple[AudioDevice, ...]:
        return ()

    # The microphone

    def listen(self, listen_id: str, style: ListenStyle) -> None:
        """Begin the recording; whatever the style, it ends by itself."""
        if listen_id == self._listen_id:
            return
        self._end(EndReason.CANCELLED)
        self._listen_id = listen_id
        self._position_ms = 0.0
        if not self._muted:
            self._feeding = asyncio.get_running_loop().create_task(self._feed(listen_id))

    def stop_listening(self, listen_id: str) -> None:
        if listen_id == self._listen_id:
            self._end(EndReason.RELEASED)

    def cancel_listening(self, listen_id: str) -> None:
        if listen_id == self._listen_id:
            self._end(EndReason.CANCELLED)

    def arm_hands_free(self, armed: bool) -> None:
        """A recording is not overheard."""

    def mute(self, muted: bool) -> None:
        self._muted = muted
        self._end(EndReason.RELEASED)

    async def _feed(self, listen_id: str) -> None:
        started = time.monotonic()
        for frame in self._frames:
            self._position_ms += frame.duration_ms
            if self._paced:
                await asyncio.sleep(max(0.0, started + self._position_ms / 1000 - time.monotonic()))
            elif self._position_ms % 1000 < frame.duration_ms:
                await asyncio.sleep(0)  # lets the recogniser take what is there
            self._tell(Captured(listen_id, frame, speech_probability=1.0, level_dbfs=0.0))
        now = time.monotonic()
        ended_at = now - (self._position_ms - self._speech_ended_ms) / 1000 if self._paced else now
        self._listen_id = ""
        self._tell(UtteranceEnded(listen_id, UtteranceEnd(EndReason.FILE, ended_at, self._speech_ms)))

    def _end(self, reason: EndReason) -> None:
        """End the utterance that runs before its recording does."""
        listen_id, self._listen_id = self._listen_id, ""
        if not listen_id:
            return
        if self._feeding is not None:
            self._feeding.cancel()
        heard_ms = min(self._speech_ms, self._position_ms)
        self._tell_soon(UtteranceEnded(listen_id, UtteranceEnd(reason, time.monotonic(), heard_ms)))

    # The loudspeaker

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        if playback_id in self._flushed:
            return
        if playback_id not in self._sounding and any(frame.pcm):
            self._sounding.add(playback_id)
            self._tell_soon(PlaybackStarted(playback_id, time.monotonic()))
        self._played_ms[playback_id] = self._played_ms.get(playback_id, 0.0) + frame.duration_ms
        self.played.append(frame)
        self._tell_soon(PlaybackProgress(playback_id, self._played_ms[playback_id]))

    def finish(self, playback_id: str) -> None:
        if playback_id not in self._flushed:
            played_ms = self._played_ms.pop(playback_id, 0.0)
            self._tell_soon(PlaybackEnded(playback_id, played_ms, completed=True))

    def flush(self) -> None:
        for playback_id, played_ms in self._played_ms.items():
            self._flushed.add(playback_id)
            self._tell_soon(PlaybackEnded(playback_id, played_ms, completed=False))
        self._played_ms.clear()

    def earcon(self, earcon: Earcon) -> None:
        """A recording of an answer holds the answer only."""

    def set_volume(self, volume: float) -> None:
        """The recording keeps the level at which it was synthesised."""

    def _tell_soon(self, event: AudioEvent) -> None:
        """Not inside the command: who gave it has not finished with it."""
        asyncio.get_running_loop().call_soon(self._tell, event)

    def _tell(self, event: AudioEvent) -> None:
        for receiver in tuple(self._receivers):
            receiver(event)
