"""Recordings of every kind hold the same sound, and what is none is refused with the name of the file."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.wav import as_frames, find_speech, read_samples, read_speech, read_wav, write_wav
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.errors import UnreadableAudio
from tests.audio.sounds import coughs, hum, silence, spoken, white_noise
from tests.audio.wav_bytes import Kind, chunk, encoded, extensible, fmt, riff, wav

LONGEST_S = 60.0
TAGS: dict[Kind, int] = {"int": 1, "float": 3}


def ramp(count: int = 1_000) -> Floats:
    return np.linspace(-1, 1, count, dtype=np.float32)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "sound.wav"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("kind", "bits", "error"),
    [
        ("int", 8, 1 / 64),
        ("int", 16, 1e-4),
        ("int", 24, 1e-6),
        ("int", 32, 1e-6),
        ("float", 32, 0),
        ("float", 64, 0),
    ],
)
def test_samples_are_the_same_in_every_encoding(tmp_path: Path, kind: Kind, bits: int, error: float) -> None:
    path = written(tmp_path, wav(encoded(ramp(), kind, bits), TAGS[kind], bits=bits))
    samples, rate_hz = read_samples(path, LONGEST_S)
    assert rate_hz == 16_000
    assert np.abs(samples - ramp()).max() <= error


def test_silence_of_8_bits_is_silence(tmp_path: Path) -> None:
    samples, _ = read_samples(written(tmp_path, wav(b"\x80" * 100, bits=8)), LONGEST_S)
    assert not samples.any()


def test_an_extensible_header_says_the_same(tmp_path: Path) -> None:
    body = chunk(b"data", encoded(ramp(), "int", 24))
    path = written(tmp_path, riff(chunk(b"fmt ", extensible(1, 1, 16_000, 24)), body))
    assert np.abs(read_samples(path, LONGEST_S)[0] - ramp()).max() < 1e-6


def test_channels_are_averaged(tmp_path: Path) -> None:
    stereo = np.stack((ramp(), silence(0.1, 10_000)), axis=1).reshape(-1)
    path = written(tmp_path, wav(encoded(stereo, "float", 32), 3, channels=2, bits=32))
    assert np.array_equal(read_samples(path, LONGEST_S)[0], ramp() / 2)


def test_floats_that_are_no_sound_do_no_harm(tmp_path: Path) -> None:
    wild = np.array([np.nan, np.inf, -np.inf, 7, -7, 1e308, 0.5], "<f8")
    path = written(tmp_path, wav(wild.tobytes(), 3, bits=64))
    assert read_samples(path, LONGEST_S)[0].tolist() == [0, 1, -1, 1, -1, 1, 0.5]


@pytest.mark.parametrize("rate_hz", [4_000, 8_000, 11_025, 44_100, 96_000, 192_000])
def test_a_tone_keeps_its_pitch_and_length_at_any_rate(tmp_path: Path, rate_hz: int) -> None:
    tone = np.asarray(np.sin(2 * np.pi * 1_000 * np.arange(rate_hz) / rate_hz) / 2, np.float32)
    frames = read_wav(written(tmp_path, wav(encoded(tone, "int", 16), rate_hz=rate_hz)))
    pcm = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2")
    assert {frame.sample_rate_hz for frame in frames} == {24_000}
    assert len(pcm) == pytest.approx(24_000, abs=2)
    assert np.abs(np.fft.rfft(pcm, 24_000)).argmax() == 1_000
    assert np.abs(pcm[1_000:-1_000]).max() == pytest.approx(16_384, rel=0.02)


def test_frames_last_20_ms_and_the_last_what_is_left() -> None:
    frames = as_frames(ramp(24 * 50))
    assert [frame.duration_ms for frame in frames] == [20, 20, 10]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "reply.wav"
    frames = [AudioFrame(bytes(range(200)), 22_050), AudioFrame(b"\x07\x00", 22_050)]
    write_wav(path, frames)
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22_050, 1, 2)
        assert file.readframes(1_000) == bytes(range(200)) + b"\x07\x00"


def test_an_answer_without_sound_is_a_file_without_sound(tmp_path: Path) -> None:
    write_wav(tmp_path / "nothing.wav", [])
    with pytest.raises(UnreadableAudio, match="no sound"):
        read_wav(tmp_path / "nothing.wav")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match=r"gone\.wav can't be opened: no such file"):
        read_wav(tmp_path / "gone.wav")


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match="can't be opened: is a directory"):
        read_wav(tmp_path)


def test_a_bad_file_is_named_and_keeps_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match=r"sound\.wav: The file is empty") as caught:
        read_wav(written(tmp_path, b""))
    assert caught.value.remedy


def test_speech_is_found_where_it_is(tmp_path: Path) -> None:
    words = spoken("what time is it now", 48_000)
    whole = np.concatenate((silence(0.5, 48_000), words, silence(1.0, 48_000)))
    speech = read_speech(written(tmp_path, wav(encoded(whole, "int", 16), rate_hz=48_000)))
    ends_ms = 500 + 1000 * len(words) / 48_000
    assert speech.speech_ended_ms == pytest.approx(ends_ms, abs=150)
    assert 0.6 * (ends_ms - 500) < speech.speech_ms <= ends_ms - 500 + 64
    assert sum(frame.duration_ms for frame in speech.frames) == pytest.approx(ends_ms + 1000, abs=20)


def test_speech_as_quiet_as_a_whisper_across_the_room_is_found() -> None:
    assert find_speech(spoken("what time is it now", 16_000, gain_db=-45))[0] > 600


def test_speech_that_ends_with_the_file_ends_no_later() -> None:
    words = spoken("what time is it now", 16_000)
    assert find_speech(words)[1] <= 1000 * len(words) / 16_000


@pytest.mark.parametrize("make", [silence, white_noise, hum, coughs])
def test_nobody_speaks_where_there_is_only_noise(make: Callable[[float, int], Floats]) -> None:
    assert find_speech(make(2.0, 16_000)) == (0, 0)


@pytest.mark.parametrize("level", [0.001, 0.01, 0.3, 0.5])
def test_nobody_speaks_in_noise_however_loud(level: float) -> None:
    assert find_speech(np.clip(white_noise(5.0, 16_000, level), -1, 1)) == (0, 0)


formats = st.builds(
    fmt,
    st.sampled_from([1, 3]),
    st.integers(0, 40),
    st.sampled_from([4_000, 16_000, 44_100, 192_000]) | st.integers(0, 2**32 - 1),
    st.sampled_from([8, 16, 24, 32, 64]),
)


@given(form=formats, body=st.binary(max_size=120), size=st.none() | st.integers(0, 2**32 - 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_samples_are_sound_or_refused(tmp_path: Path, form: bytes, body: bytes, size: int | None) -> None:
    path = written(tmp_path, riff(chunk(b"fmt ", form), chunk(b"data", body, size)))
    try:
        samples, _ = read_samples(path, LONGEST_S)
        frames = read_wav(path)
    except UnreadableAudio:
        return
    assert np.abs(samples).max() <= 1
    assert all(frame.sample_rate_hz == 24_000 for frame in frames)
