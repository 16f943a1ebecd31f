"""G.711 against the values that the recommendation gives, and against itself."""

from __future__ import annotations

import struct
import sys
import warnings

import pytest

from sovereign_desktop.servers.realtime.g711 import decode_alaw, decode_ulaw, encode_alaw, encode_ulaw

EVERY_SAMPLE = struct.pack("<65536h", *range(-32768, 32768))
EVERY_CODE = bytes(range(256))
LAWS = {"ulaw": (encode_ulaw, decode_ulaw), "alaw": (encode_alaw, decode_alaw)}


def samples(pcm: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(pcm) // 2}h", pcm)


@pytest.mark.parametrize(
    ("law", "code", "sample"),
    [
        ("ulaw", 0xFF, 0),
        ("ulaw", 0x80, 32124),
        ("ulaw", 0x00, -32124),
        ("ulaw", 0xEF, 132),
        ("alaw", 0xD5, 8),
        ("alaw", 0x55, -8),
        ("alaw", 0xAA, 32256),
        ("alaw", 0x2A, -32256),
    ],
)
def test_known_values(law: str, code: int, sample: int) -> None:
    assert samples(LAWS[law][1](bytes([code]))) == (sample,)
    assert LAWS[law][0](struct.pack("<h", sample)) == bytes([code])


@pytest.mark.parametrize("law", LAWS)
def test_what_was_decoded_is_encoded_as_it_was(law: str) -> None:
    encode, decode = LAWS[law]
    again = encode(decode(EVERY_CODE))
    other = {code for code, back in enumerate(again) if code != back}
    assert other == ({0x7F} if law == "ulaw" else set())  # µ-law has two zeros


@pytest.mark.parametrize("law", LAWS)
def test_the_error_grows_with_the_loudness_only(law: str) -> None:
    encode, decode = LAWS[law]
    for sample, back in zip(samples(EVERY_SAMPLE), samples(decode(encode(EVERY_SAMPLE))), strict=True):
        assert abs(sample - back) <= max(16, abs(sample) / 16), sample


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python had it until 3.12")
@pytest.mark.parametrize("law", LAWS)
def test_it_is_what_python_had(law: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import audioop
    theirs = {"ulaw": audioop.ulaw2lin, "alaw": audioop.alaw2lin}[law]
    assert theirs(EVERY_CODE, 2) == LAWS[law][1](EVERY_CODE)
