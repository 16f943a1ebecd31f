"""WAV files made byte by byte, so that a test says exactly what stands in them."""

from __future__ import annotations

import struct
from typing import Literal

import numpy as np

from sovereign_desktop.audio.resampling import Floats

EXTENSIBLE = 0xFFFE
GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
"""What follows the two bytes of the format in every sub-format of WAVE_EXTENSIBLE."""
STREAMED = 0xFFFFFFFF
Kind = Literal["int", "float"]


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    """A chunk, padded to an even length; `size` is what it claims."""
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) % 2)


def fmt(tag: int, channels: int, rate_hz: int, bits: int, block: int | None = None) -> bytes:
    """The description of the format; `block` is what it claims a frame to be long."""
    block = channels * bits // 8 if block is None else block
    return struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block & 0xFFFFFFFF, block & 0xFFFF, bits)


def extensible(tag: int, channels: int, rate_hz: int, bits: int) -> bytes:
    """The same as WAVE_EXTENSIBLE writes it."""
    return fmt(EXTENSIBLE, channels, rate_hz, bits) + struct.pack("<HHIH", 22, bits, 0, tag) + GUID_TAIL


def riff(*chunks: bytes) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def wav(body: bytes, tag: int = 1, channels: int = 1, rate_hz: int = 16_000, bits: int = 16) -> bytes:
    """A plain file around encoded samples."""
    return riff(chunk(b"fmt ", fmt(tag, channels, rate_hz, bits)), chunk(b"data", body))


def encoded(samples: Floats, kind: Kind, bits: int) -> bytes:
    """Samples in -1..1 as a WAV file of this kind holds them."""
    if kind == "float":
        return samples.astype("<f4" if bits == 32 else "<f8").tobytes()
    if bits == 8:
        return np.rint(samples * 127 + 128).astype(np.uint8).tobytes()
    integers = np.rint(samples.astype(np.float64) * (2 ** (bits - 1) - 1)).astype("<i4")
    if bits == 16:
        return bytes(integers.astype("<i2").tobytes())
    return bytes(integers.tobytes() if bits == 32 else integers.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
