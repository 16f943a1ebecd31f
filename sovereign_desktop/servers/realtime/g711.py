"""Telephone sound: ITU-T G.711, µ-law and A-law, from and to 16-bit samples."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

RATE_HZ = 8_000
_BIAS, _CLIP = 132, 32_635
_Ints = npt.NDArray[np.int32]


def decode_ulaw(sound: bytes) -> bytes:
    """µ-law bytes as 16-bit samples."""
    return _looked_up(sound, _ulaw_table())


def decode_alaw(sound: bytes) -> bytes:
    """A-law bytes as 16-bit samples."""
    return _looked_up(sound, _alaw_table())


def encode_ulaw(pcm: bytes) -> bytes:
    """16-bit samples as µ-law: the magnitude, moved by a bias, as 3 bits of exponent and 4 of mantissa, inverted."""
    samples = _samples(pcm)
    magnitude = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = _highest_bit(magnitude) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return _bytes(~(np.where(samples < 0, 0x80, 0) | exponent << 4 | mantissa))


def encode_alaw(pcm: bytes) -> bytes:
    """16-bit samples as A-law: below 256 linear, above it like µ-law without a bias; every second bit inverted."""
    samples = _samples(pcm)
    magnitude = np.where(samples < 0, ~samples, samples)
    exponent = np.maximum(_highest_bit(np.maximum(magnitude, 1)) - 7, 0)
    mantissa = (magnitude >> np.where(exponent == 0, 4, exponent + 3)) & 0x0F
    return _bytes((np.where(samples < 0, 0, 0x80) | exponent << 4 | mantissa) ^ 0x55)


@cache
def _ulaw_table() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + _BIAS) << ((code >> 4) & 7)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


@cache
def _alaw_table() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 0x0F) << 4
    magnitude = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


def _looked_up(sound: bytes, table: npt.NDArray[np.int16]) -> bytes:
    return table[np.frombuffer(sound, np.uint8)].tobytes()


def _samples(pcm: bytes) -> _Ints:
    return np.frombuffer(pcm, "<i2").astype(np.int32)


def _highest_bit(values: _Ints) -> Any:
    return np.frexp(values.astype(np.float64))[1] - 1


def _bytes(values: Any) -> bytes:
    return bytes((values & 0xFF).astype(np.uint8).tobytes())
