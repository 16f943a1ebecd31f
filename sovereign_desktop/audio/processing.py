"""Echo cancellation, noise suppression, high pass and gain: WebRTC's audio processing, through livekit."""

from __future__ import annotations

from typing import Any

from sovereign_desktop.audio.resampling import Floats, to_pcm
from sovereign_desktop.config.sections.audio import AudioProcessing
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, SAMPLE_WIDTH_BYTES

FRAME = CAPTURE_RATE_HZ // 100
"""It takes frames of 10 ms and no other."""
FRAME_BYTES = FRAME * SAMPLE_WIDTH_BYTES
SILENCE = bytes(FRAME_BYTES)


class Processing:
    """Cleans the microphone's sound, 10 ms at a time, and on demand also without taking noise out. One thread.

    Echo cancellation holds sound back for 9 ms, noise suppression for another 6. A server that suppresses noise itself
    is better off without ours and those; recognisers here are better off with it. So both are made, side by side:
    what one does to the sound can't change what the other gets.
    """

    def __init__(self, settings: AudioProcessing, *, unsuppressed: bool = False) -> None:
        self._clean = _Module(settings, suppress=settings.noise_reduction)
        self._other = _Module(settings, suppress=False) if unsuppressed and settings.noise_reduction else None

    def process(self, near: Floats, far: Floats, delay_ms: int) -> tuple[bytes, bytes]:
        """The microphone's 10 ms without what the loudspeaker played; `far` came `delay_ms` before its echo.

        As PCM: clean, and unsuppressed (empty where nobody wants it).
        """
        near_pcm, far_pcm = to_pcm(near), to_pcm(far)
        clean = self._clean.process(near_pcm, far_pcm, delay_ms)
        return clean, self._other.process(near_pcm, far_pcm, delay_ms) if self._other else b""


class NoiseSuppressor:
    """Takes the noise out of sound that comes from elsewhere: PCM at 24 kHz in pieces of any length. One thread."""

    def __init__(self) -> None:
        self._module = _Module(AudioProcessing(echo_cancellation=False, auto_gain_control=False), suppress=True)
        self._waiting = b""

    def push(self, pcm: bytes) -> bytes:
        """The sound that is ready: whole frames, 6 ms behind."""
        sound = self._waiting + pcm
        whole = len(sound) // FRAME_BYTES * FRAME_BYTES
        self._waiting = sound[whole:]
        pieces = (sound[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES))
        return b"".join(self._module.process(piece, SILENCE, 0) for piece in pieces)


class _Module:
    """One way through WebRTC's processing."""

    def __init__(self, settings: AudioProcessing, *, suppress: bool) -> None:
        from livekit import rtc  # 110 ms

        self._frame = rtc.AudioFrame
        self._module: Any = rtc.AudioProcessingModule(
            echo_cancellation=settings.echo_cancellation,
            noise_suppression=suppress,
            high_pass_filter=True,
            auto_gain_control=settings.auto_gain_control,
        )

    def process(self, near: bytes, far: bytes, delay_ms: int) -> bytes:
        self._module.process_reverse_stream(self._wrap(far))
        self._module.set_stream_delay_ms(delay_ms)
        frame = self._wrap(near)
        self._module.process_stream(frame)
        return bytes(frame._data)

    def _wrap(self, pcm: bytes) -> Any:
        return self._frame(bytearray(pcm), CAPTURE_RATE_HZ, 1, FRAME)
