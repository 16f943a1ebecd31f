"""The file of one utterance in the journal: written while it is spoken, read when it was not answered."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES
from sovereign_desktop.host.sealed import Sealer

_BEGIN, _SOUND, _END = b"B", b"S", b"E"
_SPEECH_MS = struct.Struct(">f")
_LONGEST_RECORD_BYTES = 48_000


@dataclass(frozen=True, slots=True)
class Recording:
    """What was spoken, as far as it is in the file. `at` is Unix time; `speech_ms` is how much of it was voiced."""

    turn_id: str
    at: float
    sample_rate_hz: int
    speech_ms: float
    pcm: bytes

    @property
    def duration_ms(self) -> float:
        return 1000 * len(self.pcm) / SAMPLE_WIDTH_BYTES / self.sample_rate_hz


class JournalFile:
    """Appends to a file that exists already and is empty. Blocks on the disk.

    After an OSError nothing more can be written: a reader drops the record that was torn, and takes those before it.
    """

    def __init__(self, descriptor: int, key: bytes, turn_id: str, at: float, sample_rate_hz: int) -> None:
        self._descriptor = descriptor
        self._sealer = Sealer(key, turn_id)
        self._number = 0
        self._append(_BEGIN + _json({"at": at, "rate": sample_rate_hz}))

    def sound(self, pcm: bytes, speech_ms: float) -> None:
        """More of it, of which so much was voiced."""
        for begin in range(0, len(pcm), _LONGEST_RECORD_BYTES):
            self._append(_SOUND + _SPEECH_MS.pack(speech_ms) + pcm[begin : begin + _LONGEST_RECORD_BYTES])
            speech_ms = 0.0

    def end(self, speech_ms: float) -> None:
        """It is complete; the judgement of how much was voiced replaces the estimate."""
        self._append(_END + _json({"speech_ms": speech_ms}))

    def flush(self) -> None:
        """Return when all of it is on the disk."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)

    def _append(self, content: bytes) -> None:
        record = self._sealer.seal(self._number, content)
        self._number += 1
        rest = memoryview(record)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def read(path: Path, key: bytes) -> Recording | None:
    """What the file holds, or None when it was not even begun. Raises DamagedError and OSError."""
    contents = Sealer(key, path.name).unseal(path.read_bytes())
    if not contents:
        return None
    begin = _parsed(contents[0])
    sounds = [content for content in contents if content[:1] == _SOUND]
    speech_ms = sum(_SPEECH_MS.unpack_from(content, 1)[0] for content in sounds)
    if contents[-1][:1] == _END:
        speech_ms = float(_parsed(contents[-1])["speech_ms"])
    pcm = b"".join(content[1 + _SPEECH_MS.size :] for content in sounds)
    return Recording(path.name, float(begin["at"]), int(begin["rate"]), speech_ms, pcm)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def _parsed(content: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(content[1:])  # nobody but us can have written it
    return value
