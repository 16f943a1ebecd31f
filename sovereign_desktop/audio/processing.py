"""Echo cancellation, noise suppression, high pass and gain: WebRTC's audio processing, through livekit."""

from __future__ import annotations

from typing import Any

from sovereign_desktop.audio.resampling import Floats, from_pcm, to_pcm
from sovereign_desktop.config.sections.audio import AudioProcessing
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ

FRAME = CAPTURE_RATE_HZ // 100
"""It takes frames of 10 ms and no other."""


class Processing:
    """Cleans the microphone's sound, 10 ms at a time. One thread."""

    def __init__(self, settings: AudioProcessing) -> None:
        from livekit import rtc  # 110 ms

        self._frame = rtc.AudioFrame
        self._module: Any = rtc.AudioProcessingModule(
            echo_cancellation=settings.echo_cancellation,
            noise_suppression=settings.noise_reduction,
            high_pass_filter=True,
            auto_gain_control=settings.auto_gain_control,
        )

    def process(self, near: Floats, far: Floats, delay_ms: int) -> Floats:
        """The microphone's 10 ms without what the loudspeaker played; `far` came `delay_ms` before its echo."""
        self._module.process_reverse_stream(self._wrap(far))
        self._module.set_stream_delay_ms(delay_ms)
        frame = self._wrap(near)
        self._module.process_stream(frame)
        return from_pcm(bytes(frame._data))

    def _wrap(self, samples: Floats) -> Any:
        return self._frame(bytearray(to_pcm(samples)), CAPTURE_RATE_HZ, 1, FRAME)
