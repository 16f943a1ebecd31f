"""What the systems' engines write is read, and what they can't have meant is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.tts.sound_file import read_sound_file

LITTLE = struct.pack("<4h", 1, -2, 300, -32768)
BIG = struct.pack(">4h", 1, -2, 300, -32768)
RATE_22050 = bytes.fromhex("400dac44000000000000")  # as 80-bit float


def chunk(name: bytes, data: bytes, order: str) -> bytes:
    return name + struct.pack(f"{order}I", len(data)) + data + b"\0" * (len(data) % 2)


def wave(data: bytes = LITTLE, channels: int = 1, bits: int = 16) -> bytes:
    fmt = struct.pack("<HHIIHH", 1, channels, 22_050, 44_100, 2, bits)
    return b"RIFF\0\0\0\0WAVE" + chunk(b"LIST", b"odd", "<") + chunk(b"fmt ", fmt, "<") + chunk(b"data", data, "<")


def aiff(compression: bytes = b"", data: bytes = BIG, channels: int = 1) -> bytes:
    common = struct.pack(">hIh", channels, 4, 16) + RATE_22050 + compression
    sound = chunk(b"SSND", struct.pack(">II", 0, 0) + data, ">")
    return b"FORM\0\0\0\0AIFF" + chunk(b"COMM", common, ">") + sound


@pytest.mark.parametrize(
    "data",
    [wave(), aiff(), aiff(b"NONE\x0enot compressed\0"), aiff(b"sowt\0\0", LITTLE)],
    ids=["wave", "aiff", "aifc", "sowt"],
)
def test_the_same_samples_come_from_every_kind(tmp_path: Path, data: bytes) -> None:
    (path := tmp_path / "sound").write_bytes(data)
    assert read_sound_file(path) == (LITTLE, 22_050)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"FORM", wave(channels=2), wave(bits=8), aiff(channels=2), aiff(b"ulaw\0\0"), aiff()[:30]]
)
def test_anything_else_is_a_broken_reply(tmp_path: Path, data: bytes) -> None:
    (path := tmp_path / "sound").write_bytes(data)
    with pytest.raises(BrokenReply):
        read_sound_file(path)


def test_a_file_that_is_not_there_is_a_broken_reply(tmp_path: Path) -> None:
    with pytest.raises(BrokenReply):
        read_sound_file(tmp_path / "nothing")
