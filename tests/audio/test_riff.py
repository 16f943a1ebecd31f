"""What a WAV file's header says, and whether it is true."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sovereign_desktop.audio.riff import Encoding, WavFormat, read_riff
from sovereign_desktop.core.errors import UnreadableAudio
from tests.audio.wav_bytes import EXTENSIBLE, STREAMED, chunk, extensible, fmt, riff, wav

PLAIN = chunk(b"fmt ", fmt(1, 1, 16_000, 16))
SOUND = b"\x01\x02" * 160
LONGEST_S = 60.0


def read(data: bytes, longest_s: float = LONGEST_S) -> tuple[WavFormat, bytes]:
    return read_riff(io.BytesIO(data), longest_s)


def refusal(data: bytes, longest_s: float = LONGEST_S) -> str:
    """What is said about a file that is not read."""
    with pytest.raises(UnreadableAudio) as caught:
        read(data, longest_s)
    assert caught.value.remedy
    return caught.value.user_text


@pytest.mark.parametrize(("tag", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
@pytest.mark.parametrize("describe", [fmt, extensible])
def test_every_usual_format_is_recognised(describe: Callable[[int, int, int, int], bytes], tag: int, bits: int) -> None:
    body = bytes(range(2 * bits // 8)) * 10
    form, data = read(riff(chunk(b"fmt ", describe(tag, 2, 96_000, bits)), chunk(b"data", body)))
    assert form == WavFormat(Encoding(tag), 2, 96_000, bits)
    assert data == body


def test_other_chunks_are_passed_over_with_their_padding() -> None:
    album = chunk(b"LIST", b"odd")
    assert read(riff(album, PLAIN, album, chunk(b"data", SOUND), album))[1] == SOUND


def test_a_picture_of_megabytes_before_the_samples_is_passed_over() -> None:
    assert read(riff(chunk(b"id3 ", bytes(2_500_001)), PLAIN, chunk(b"data", SOUND)))[1] == SOUND


@pytest.mark.parametrize("size", [STREAMED, 0x7FFFFFFF, 0x7FFFFFF0, 0xFFFFFFF0])
def test_a_stream_that_never_learned_its_length_is_read_to_its_end(size: int) -> None:
    assert read(riff(PLAIN, chunk(b"data", SOUND, size)) + b"\x09")[1] == SOUND


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"RIFF", "not a WAV file"),
        (b"ID3\x04" + bytes(100), "not a WAV file"),
        (b"RIFF\x10\0\0\0AVI " + bytes(100), "not a WAV file"),
        (riff(), "ends before its description"),
        (riff(PLAIN), "ends before its samples"),
        (riff(chunk(b"data", SOUND)), "does not say what format"),
        (riff(chunk(b"fmt ", fmt(1, 1, 16_000, 16)[:14])), "cut short"),
        (riff(PLAIN, chunk(b"LIST", b"abc", 2**31)), "lies about its size"),
        (riff(chunk(b"fmt ", fmt(1, 1, 16_000, 16), 2**31)), "lies about its size"),
        (wav(b""), "no sound"),
        (wav(b"\x01"), "no sound"),
        (riff(PLAIN, chunk(b"data", SOUND, 4 * len(SOUND))), "75 % of its samples are missing"),
        (wav(SOUND, tag=7, bits=8), "format 7, 8 bits"),
        (wav(SOUND, tag=1, bits=12), "format 1, 12 bits"),
        (wav(SOUND, tag=3, bits=16), "format 3, 16 bits"),
        (riff(chunk(b"fmt ", fmt(EXTENSIBLE, 1, 16_000, 16)), chunk(b"data", SOUND)), "format 65534"),
        (wav(SOUND, channels=0), "0 channels"),
        (wav(SOUND, channels=33), "33 channels"),
        (wav(SOUND, rate_hz=0), "at 0 Hz"),
        (wav(SOUND, rate_hz=3_999), "at 3999 Hz"),
        (wav(SOUND, rate_hz=192_001), "at 192001 Hz"),
        (riff(chunk(b"fmt ", fmt(1, 1, 16_000, 16, block=4)), chunk(b"data", SOUND)), "makes no sense"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, says: str) -> None:
    assert says in refusal(data)


@pytest.mark.parametrize(("longest_s", "says"), [(0.009, "0.009 seconds"), (5, "5 seconds"), (300, "5 minutes")])
def test_a_recording_may_be_exactly_as_long_as_allowed(longest_s: float, says: str) -> None:
    exactly = bytes(2 * int(16_000 * longest_s))
    assert read(wav(exactly), longest_s)[1] == exactly
    assert says in refusal(wav(exactly + b"\0\0"), longest_s)
    assert says in refusal(riff(PLAIN, chunk(b"data", exactly + b"\0\0", STREAMED)), longest_s)


@pytest.mark.parametrize("size", [STREAMED, 2**32 - 256])
def test_a_header_that_promises_gigabytes_takes_no_memory(tmp_path: Path, size: int) -> None:
    path = tmp_path / "huge.wav"
    path.write_bytes(riff(chunk(b"fmt ", fmt(3, 32, 192_000, 64)), chunk(b"data", SOUND[:256], size)))
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            if size == STREAMED:
                assert read_riff(file, 300)[1] == SOUND[:256]
            else:
                with pytest.raises(UnreadableAudio, match=r"99 %|100 %"):
                    read_riff(file, 300)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


chunks = st.builds(
    chunk,
    st.sampled_from([b"fmt ", b"data", b"LIST"]),
    st.binary(max_size=60) | st.builds(fmt, *[st.integers(0, 0xFFFF)] * 2, st.integers(0, 2**32 - 1), st.just(16)),
    st.none() | st.integers(0, 2**32 - 1),
)


@given(st.binary(max_size=200) | st.lists(chunks, max_size=4).map(lambda each: riff(*each)))
@example(wav(SOUND))
def test_any_bytes_are_read_whole_or_refused_with_a_sentence(data: bytes) -> None:
    try:
        form, samples = read(data)
    except UnreadableAudio as refused:
        sentence = refused.user_text
    else:
        sentence = "Read."
        assert samples
        assert len(samples) % form.frame_bytes == 0
        assert samples in data
    assert sentence.endswith(".")
