"""Tries microphone and loudspeaker for somebody who is looking at them, beside the program and its turns.

It has an audio process of its own for as long as a try lasts: a device that was chosen a moment ago is tried at once,
and no turn is disturbed by it.
"""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sovereign_desktop.audio.client import AudioProcess
from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioPort,
    Captured,
    ListenStyle,
    LoudspeakerLost,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneZeros,
    PlaybackEnded,
    UtteranceEnded,
)
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, AudioFrame
from sovereign_desktop.core.errors import AudioError, NoMicrophone

LONGEST_S = 8.0
"""A try of the microphone that nobody ends is ended and played back."""
PATIENCE_S = 15.0
"""Longest wait for the first sample, and beyond its length for the end of a sound."""
QUIET_DBFS = -50.0
"""Nothing louder than this was a voice close by."""
_NOTES_HZ = (523.25, 659.25, 783.99)
_NOTE_S = 0.3
_LEVEL = 0.25
_TRY = "sound check"


@dataclass(frozen=True, slots=True)
class Recording:
    """What the microphone heard. `device` is the one that was opened, which may be another than the one named."""

    device: str
    frames: tuple[AudioFrame, ...]
    loudest_dbfs: float
    is_zeros: bool
    """Not a single sample was anything but zero: muted, or not permitted."""

    @property
    def is_quiet(self) -> bool:
        """Whether nobody can have spoken into it."""
        return self.loudest_dbfs < QUIET_DBFS


class SoundCheck:
    """One try after another on an audio port that does nothing else. One event loop."""

    def __init__(self, audio: AudioPort) -> None:
        self._audio = audio
        self._events: asyncio.Queue[AudioEvent] = asyncio.Queue()
        audio.subscribe(self._events.put_nowait)

    async def record(self, enough: asyncio.Event, on_level: Callable[[float], None]) -> Recording:
        """Listen until `enough` is set; `on_level` hears how loud it is. Raises AudioError without a microphone."""
        device, frames, loudest, is_zeros = "", [], -120.0, False
        stopping = asyncio.create_task(self._stop_when(enough))
        self._audio.listen(_TRY, ListenStyle.HOLD)
        try:
            async with asyncio.timeout(PATIENCE_S + LONGEST_S):
                while not isinstance(event := await self._events.get(), UtteranceEnded):
                    match event:
                        case MicrophoneOpened():
                            device = event.device
                        case Captured():
                            frames.append(event.frame)
                            loudest = max(loudest, event.level_dbfs)
                            on_level(event.level_dbfs)
                        case MicrophoneZeros():
                            is_zeros = True
                        case MicrophoneLost(reason=reason, remedy=remedy):
                            raise NoMicrophone(reason, remedy=remedy)
                        case _:
                            pass
        except TimeoutError as late:
            raise _no_microphone() from late
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
        is_zeros = is_zeros or not any(any(frame.pcm) for frame in frames)
        return Recording(device, tuple(frames), loudest, is_zeros)

    async def play(self, frames: Sequence[AudioFrame]) -> None:
        """Play and return when it has been heard. Raises AudioError without a loudspeaker."""
        for frame in frames:
            self._audio.play(_TRY, frame)
        self._audio.finish(_TRY)
        longest_s = PATIENCE_S + sum(frame.duration_ms for frame in frames) / 1000
        try:
            async with asyncio.timeout(longest_s):
                while not isinstance(event := await self._events.get(), PlaybackEnded):
                    if isinstance(event, LoudspeakerLost):
                        raise _no_loudspeaker()
        except TimeoutError as late:
            raise _no_loudspeaker() from late

    async def _stop_when(self, enough: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                await enough.wait()
        except TimeoutError:
            pass
        self._audio.stop_listening(_TRY)


def audio_for_a_try(settings: Audio) -> AudioPort:
    """The devices of these settings, in a process that closes them at once when a try is over."""
    return AudioProcess(settings.model_copy(update={"keep_open_s": 0.0, "always_open": False, "pre_roll_ms": 0}))


@asynccontextmanager
async def sound_check(
    settings: Audio, port: Callable[[Audio], AudioPort] = audio_for_a_try
) -> AsyncIterator[SoundCheck]:
    """A check of the devices of these settings. Raises SovereignError when the audio process can't be started."""
    audio = port(settings)
    check = SoundCheck(audio)
    await audio.start()
    try:
        yield check
    finally:
        await audio.close()


def tone() -> tuple[AudioFrame, ...]:
    """A short friendly chord, note by note."""
    count = round(_NOTE_S * CAPTURE_RATE_HZ)
    frames = []
    for hertz in _NOTES_HZ:
        samples = array("h")
        for number in range(count):
            fade = min(1.0, number / 400, (count - number) / 2400)
            wave = math.sin(2 * math.pi * hertz * number / CAPTURE_RATE_HZ)
            samples.append(round(32767 * _LEVEL * fade * wave))
        frames.append(AudioFrame(samples.tobytes(), CAPTURE_RATE_HZ))
    return tuple(frames)


def _no_microphone() -> AudioError:
    return AudioError(
        "There is no microphone, or it can't be used.", remedy="Plug one in, or check the system's sound settings."
    )


def _no_loudspeaker() -> AudioError:
    return AudioError("There is no loudspeaker.", remedy="Plug one in, or check the system's sound settings.")
