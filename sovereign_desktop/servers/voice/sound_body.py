"""Sound in the body of a request: WAV of any common kind, or raw PCM; and WAV for the way back."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import AsyncIterator
from email.message import Message
from typing import TYPE_CHECKING

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.errors import UnreadableAudio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATES_HZ = range(8_000, 192_001)
FRAME_MS = 100
_INTEGER, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_OPEN_ENDED = (0, 0xFFFFFFFF)
"""Lengths that programs write which do not know theirs yet."""


def read_body(body: bytes, content_type: str) -> tuple[bytes, int]:
    """Mono 16-bit PCM and its rate in Hz. Raises UnreadableAudio."""
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return _read_wav(body)
    header = Message()
    header["content-type"] = content_type
    rate = str(header.get_param("rate") or "")
    if header.get_content_type() not in ("audio/pcm", "audio/l16") or not rate.isdigit():
        raise UnreadableAudio("Send a WAV file, or raw 16-bit mono as audio/pcm;rate=24000.")
    return body[: len(body) - len(body) % SAMPLE_WIDTH_BYTES], _checked(int(rate))


async def frames(pcm: bytes, rate_hz: int) -> AsyncIterator[AudioFrame]:
    """The samples in frames of 100 ms."""
    step = rate_hz * FRAME_MS // 1000 * SAMPLE_WIDTH_BYTES
    for at in range(0, len(pcm), step):
        yield AudioFrame(pcm[at : at + step], rate_hz)


def wav(pcm: bytes, rate_hz: int) -> bytes:
    """A WAV file with these samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_WIDTH_BYTES)
        writer.setframerate(rate_hz)
        writer.writeframes(pcm)
    return file.getvalue()


def _read_wav(body: bytes) -> tuple[bytes, int]:
    try:
        chunks = _chunks(body)
        layout, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
        if layout == _EXTENSIBLE:
            (layout,) = struct.unpack_from("<H", chunks[b"fmt "], 24)
        samples = _decoded(chunks[b"data"], layout, bits)
    except (KeyError, struct.error) as error:
        raise UnreadableAudio("The WAV file is broken.") from error
    if not 1 <= channels <= 64:
        raise UnreadableAudio("The WAV file is broken.")
    return _mono(samples, channels), _checked(rate_hz)


def _chunks(body: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= len(body) and b"data" not in found:
        name, size = struct.unpack_from("<4sI", body, position)
        begin = position + 8
        open_ended = name == b"data" and size in _OPEN_ENDED
        if not open_ended and begin + size > len(body):
            raise UnreadableAudio("The WAV file is shorter than it says.")
        found[name] = body[begin:] if open_ended else body[begin : begin + size]
        position = begin + size + size % 2
    return found


def _decoded(data: bytes, layout: int, bits: int) -> NDArray[np.float32]:
    """Samples between -1 and 1, channels interleaved."""
    import numpy as np

    data = data[: len(data) - len(data) % max(1, bits // 8)]
    if (layout, bits) == (_INTEGER, 8):
        return (np.frombuffer(data, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
    if (layout, bits) == (_INTEGER, 24):
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return wide.view("<i4").reshape(-1).astype(np.float32) / np.float32(2**31)
    if layout == _INTEGER and bits in (16, 32):
        return np.frombuffer(data, f"<i{bits // 8}").astype(np.float32) / np.float32(2 ** (bits - 1))
    if layout == _FLOAT and bits in (32, 64):
        return np.nan_to_num(np.frombuffer(data, f"<f{bits // 8}").astype(np.float32), posinf=0, neginf=0)
    raise UnreadableAudio("This kind of WAV file is not known here; 16-bit PCM is.")


def _mono(samples: NDArray[np.float32], channels: int) -> bytes:
    import numpy as np

    whole = samples[: len(samples) - len(samples) % channels].reshape(-1, channels)
    mixed = np.clip(whole.mean(axis=1) * 32768, -32768, 32767)
    return bytes(mixed.round().astype("<i2").tobytes())


def _checked(rate_hz: int) -> int:
    if rate_hz not in RATES_HZ:
        raise UnreadableAudio(f"{rate_hz} samples a second is no rate for speech.")
    return rate_hz
