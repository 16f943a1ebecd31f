"""Sound as it is on the wire, to and from what the program works with: 16-bit PCM at 24 kHz, and frames of any rate."""

from __future__ import annotations

import base64
import binascii

from sovereign_desktop.audio.resampling import StreamResampler, from_pcm, to_pcm
from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ
from sovereign_desktop.servers.realtime import g711
from sovereign_desktop.servers.realtime.refusal import Refusal

PCM, ULAW, ALAW = "audio/pcm", "audio/pcmu", "audio/pcma"
LONGEST_APPEND = 15 * 2**20
"""Characters of base64."""
BYTES_PER_MS = AUDIO_RATE_HZ * SAMPLE_WIDTH_BYTES // 1000

_DECODE = {ULAW: g711.decode_ulaw, ALAW: g711.decode_alaw}
_ENCODE = {ULAW: g711.encode_ulaw, ALAW: g711.encode_alaw}


class SoundIn:
    """Takes a client's sound of one format, gives PCM at 24 kHz."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._resampler = StreamResampler(AUDIO_RATE_HZ if kind == PCM else g711.RATE_HZ, AUDIO_RATE_HZ)

    def decode(self, text: str) -> bytes:
        """The samples of one base64 text. Raises Refusal."""
        sound = _decoded(text)
        if self.kind == PCM:
            if len(sound) % SAMPLE_WIDTH_BYTES:
                raise Refusal("Invalid 'audio'. The sound ends inside of a 16-bit sample.", param="audio")
            return sound
        return to_pcm(self._resampler.push(from_pcm(_DECODE[self.kind](sound))))


class SoundOut:
    """Takes frames, gives a client's sound of one format; one stretch of sound."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._rate_hz = AUDIO_RATE_HZ if kind == PCM else g711.RATE_HZ
        self._resampler: StreamResampler | None = None
        self._from_hz = 0

    def push(self, frame: AudioFrame) -> bytes:
        """What the client gets of this frame."""
        if self._resampler is None or self._from_hz != frame.sample_rate_hz:
            self._resampler, self._from_hz = (
                StreamResampler(frame.sample_rate_hz, self._rate_hz),
                frame.sample_rate_hz,
            )
        return self._encoded(to_pcm(self._resampler.push(from_pcm(frame.pcm))))

    def rest(self) -> bytes:
        """What is still inside."""
        return self._encoded(to_pcm(self._resampler.rest())) if self._resampler is not None else b""

    def duration_ms(self, sound: bytes) -> float:
        """How long this sound, as it is on the wire, lasts."""
        width = SAMPLE_WIDTH_BYTES if self.kind == PCM else 1
        return 1000 * len(sound) / (width * self._rate_hz)

    def _encoded(self, pcm: bytes) -> bytes:
        return pcm if self.kind == PCM else _ENCODE[self.kind](pcm)


def _decoded(text: str) -> bytes:
    if len(text) > LONGEST_APPEND:
        raise Refusal("Invalid 'audio'. At most 15 MiB can be sent at once.", param="audio")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("Invalid 'audio'. Expected base64-encoded sound.", param="audio") from None
