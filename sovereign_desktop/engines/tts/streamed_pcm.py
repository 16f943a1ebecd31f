"""Sound that arrives in pieces, as raw PCM or, from servers that ignore what was asked for, as a WAV file."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame

USUAL_RATE_HZ = 24_000
FRAME_MS = 40
LONGEST_HEADER_BYTES = 64 * 1024
_RATE = re.compile(r"rate=(\d+)")
_UNPLAYABLE = (
    "audio/mpeg",
    "audio/mp3",
    "audio/ogg",
    "audio/opus",
    "audio/aac",
    "audio/flac",
    "text/",
    "application/json",
)
_RATES_HZ = range(4_000, 192_001)


class NotPcm(ValueError):  # noqa: N818 - says what it is
    """The bytes are no mono 16-bit PCM."""


class StreamedPcm:
    """Fed bytes as they come, gives frames. `content_type` is what the server says of them."""

    def __init__(self, content_type: str = "") -> None:
        if content_type.lower().startswith(_UNPLAYABLE):
            raise NotPcm(content_type)
        found = _RATE.search(content_type)
        self._rate_hz = int(found.group(1)) if found else USUAL_RATE_HZ
        self._waiting = b""
        self._in_header = True

    def push(self, data: bytes) -> Iterator[AudioFrame]:
        """The frames that `data` completes. Sound is not held back to fill a frame: the first one counts."""
        self._waiting += data
        if self._in_header and not self._past_header():
            return
        longest = self._rate_hz * FRAME_MS // 1000 * SAMPLE_WIDTH_BYTES
        whole = len(self._waiting) - len(self._waiting) % SAMPLE_WIDTH_BYTES
        for start in range(0, whole, longest):
            yield AudioFrame(self._waiting[start : min(start + longest, whole)], self._rate_hz)
        self._waiting = self._waiting[whole:]

    def _past_header(self) -> bool:
        """Whether the samples have begun; takes a WAV header away when it is complete."""
        if len(self._waiting) < 12:
            return False
        if self._waiting[:4] != b"RIFF" or self._waiting[8:12] != b"WAVE":
            self._in_header = False
            return True
        position = 12
        while position + 8 <= len(self._waiting):
            name, size = struct.unpack_from("<4sI", self._waiting, position)
            if name == b"data":
                self._waiting = self._waiting[position + 8 :]
                self._in_header = False
                return True
            if position + 8 + size > len(self._waiting):
                break
            if name == b"fmt ":
                self._take_format(self._waiting[position + 8 : position + 8 + size])
            position += 8 + size + size % 2
        if len(self._waiting) > LONGEST_HEADER_BYTES:
            raise NotPcm("a header without end")
        return False

    def _take_format(self, chunk: bytes) -> None:
        try:
            _, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
        except struct.error as error:
            raise NotPcm("a header that is too short") from error
        if (channels, bits) != (1, 8 * SAMPLE_WIDTH_BYTES) or rate_hz not in _RATES_HZ:
            raise NotPcm("not mono, not 16 bits, or an unlikely rate")
        self._rate_hz = rate_hz
