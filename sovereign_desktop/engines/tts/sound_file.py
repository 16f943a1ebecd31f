"""Reads what the systems' own speech engines write: RIFF/WAVE on Linux and Windows, AIFF on macOS."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES
from sovereign_desktop.core.errors import BrokenReply

_AIFF_BYTE_ORDERS = {b"": ">", b"NONE": ">", b"twos": ">", b"sowt": "<"}


def read_sound_file(path: Path) -> tuple[bytes, int]:
    """Mono 16-bit little-endian PCM and its rate in Hz. Raises BrokenReply for anything else."""
    try:
        data = path.read_bytes()
        return _read_aiff(data) if data[:4] == b"FORM" else _read_wave(data)
    except (KeyError, struct.error, ValueError, OSError) as error:
        raise BrokenReply("The speech engine wrote sound that can't be read.") from error


def _read_wave(data: bytes) -> tuple[bytes, int]:
    chunks = dict(_chunks(data, "<"))
    _, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    _require(channels, bits)
    return _whole_samples(chunks[b"data"]), rate_hz


def _read_aiff(data: bytes) -> tuple[bytes, int]:
    chunks = dict(_chunks(data, ">"))
    common = chunks[b"COMM"]
    channels, _, bits = struct.unpack_from(">hIh", common)
    _require(channels, bits)
    rate_hz = _extended(common[8:18])
    (offset,) = struct.unpack_from(">I", chunks[b"SSND"])
    pcm = _whole_samples(chunks[b"SSND"][8 + offset :])
    return (pcm if _AIFF_BYTE_ORDERS[common[18:22]] == "<" else _swapped(pcm)), rate_hz


def _chunks(data: bytes, order: str) -> Iterator[tuple[bytes, bytes]]:
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, position)
        yield name, data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2


def _require(channels: int, bits: int) -> None:
    if (channels, bits) != (1, 8 * SAMPLE_WIDTH_BYTES):
        raise ValueError("neither mono nor 16 bits")


def _extended(data: bytes) -> int:
    """An 80-bit IEEE 754 number, which is how AIFF writes its rate, as a whole number."""
    exponent, mantissa = struct.unpack(">HQ", data)
    return int(mantissa >> (16383 + 63 - exponent))


def _whole_samples(pcm: bytes) -> bytes:
    return pcm[: len(pcm) - len(pcm) % SAMPLE_WIDTH_BYTES]


def _swapped(pcm: bytes) -> bytes:
    samples = array("h", pcm)
    samples.byteswap()
    return samples.tobytes()
