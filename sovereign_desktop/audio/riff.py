"""WAV files, read strictly: what their header says, and whether it is true. Knows nothing of sound processing."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

from sovereign_desktop.core.errors import UnreadableAudio

LOWEST_HZ, HIGHEST_HZ = 4_000, 192_000
MOST_CHANNELS = 32
UNKNOWN_SIZES = frozenset((0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFFFF0, 0xFFFFFFF0))
"""What programs write that stream into a pipe and never learn the length."""
PIECE_BYTES = 2**20
"""A header may promise gigabytes: memory is taken for what is there, not for what is promised."""
MAKE_AGAIN = "Record or export it again as an ordinary WAV file."


class Encoding(IntEnum):
    """How samples are written; the numbers are those of the format."""

    PCM = 1
    FLOAT = 3


EXTENSIBLE = 0xFFFE
WIDTHS = {Encoding.PCM: (8, 16, 24, 32), Encoding.FLOAT: (32, 64)}


@dataclass(frozen=True, slots=True)
class WavFormat:
    """How the samples of a file are to be read."""

    encoding: Encoding
    channels: int
    rate_hz: int
    bits: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def read_riff(file: BinaryIO, longest_s: float) -> tuple[WavFormat, bytes]:
    """The format and the samples. Raises UnreadableAudio with what is wrong."""
    head = file.read(12)
    if not head:
        raise UnreadableAudio("The file is empty.", remedy=MAKE_AGAIN)
    if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        raise UnreadableAudio("This is not a WAV file.", remedy="Convert it first, for example with ffmpeg.")
    form: WavFormat | None = None
    while True:
        chunk = file.read(8)
        if len(chunk) < 8:
            what = "samples" if form else "description of its format"
            raise UnreadableAudio(f"The WAV file ends before its {what}.", remedy=MAKE_AGAIN)
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            if form is None:
                raise UnreadableAudio("The WAV file does not say what format it has.", remedy=MAKE_AGAIN)
            return form, _samples(file, form, size, longest_s)
        body = _read(file, size, keep=name == b"fmt ")
        if name == b"fmt ":
            form = _format(body)
        file.read(size % 2)


def _read(file: BinaryIO, size: int, *, keep: bool) -> bytes:
    """A chunk that is not the samples; nothing of it (pictures, for example) unless it is kept."""
    kept = bytearray()
    while size > 0:
        piece = file.read(min(size, PIECE_BYTES))
        if not piece:
            raise UnreadableAudio("The header of the WAV file lies about its size.", remedy=MAKE_AGAIN)
        size -= len(piece)
        if keep and not kept:  # the format stands at its very beginning
            kept += piece
    return bytes(kept)


def _format(body: bytes) -> WavFormat:
    if len(body) < 16:
        raise UnreadableAudio("The header of the WAV file is cut short.", remedy=MAKE_AGAIN)
    tag, channels, rate_hz, _, block, bits = struct.unpack("<HHIIHH", body[:16])
    if tag == EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack("<H", body[24:26])[0]
    if tag not in WIDTHS or bits not in WIDTHS[Encoding(tag)]:
        raise UnreadableAudio(
            f"The WAV file is compressed or encoded in a way that can't be read (format {tag}, {bits} bits).",
            remedy="Export it as 16-bit PCM.",
        )
    form = WavFormat(Encoding(tag), channels, rate_hz, bits)
    if not 0 < channels <= MOST_CHANNELS or not LOWEST_HZ <= rate_hz <= HIGHEST_HZ or block != form.frame_bytes:
        raise UnreadableAudio(
            f"The header of the WAV file makes no sense ({channels} channels at {rate_hz} Hz).", remedy=MAKE_AGAIN
        )
    return form


def _samples(file: BinaryIO, form: WavFormat, size: int, longest_s: float) -> bytes:
    most = int(longest_s * form.rate_hz) * form.frame_bytes
    is_streamed = size in UNKNOWN_SIZES
    if not is_streamed and size > most:
        raise _too_long(longest_s)
    data = _at_most(file, most + 1 if is_streamed else size)
    if len(data) > most:
        raise _too_long(longest_s)
    if not is_streamed and len(data) < size:
        missing = 100 - 100 * len(data) // size
        raise UnreadableAudio(f"The WAV file is cut short: {missing} % of its samples are missing.", remedy=MAKE_AGAIN)
    whole = data[: len(data) // form.frame_bytes * form.frame_bytes]
    if not whole:
        raise UnreadableAudio("The WAV file holds no sound.", remedy=MAKE_AGAIN)
    return whole


def _at_most(file: BinaryIO, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := file.read(min(PIECE_BYTES, size - len(data)))):
        data += piece
    return bytes(data)


def _too_long(longest_s: float) -> UnreadableAudio:
    longest = f"{longest_s / 60:g} minutes" if longest_s >= 120 else f"{longest_s:g} seconds"
    return UnreadableAudio(
        f"The recording is longer than {longest}.",
        remedy="Cut it, or raise audio.max_utterance_s in the settings.",
    )
