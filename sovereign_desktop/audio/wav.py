"""Recordings: WAV files in, as frames with where speech is in them, and frames out.

Any rate from 4 to 192 kHz, any number of channels, 8 to 32 bits or floating point. Loads numpy and soxr: not for
the main process of the tray app.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sovereign_desktop.audio.endpointing import Endpointer
from sovereign_desktop.audio.resampling import Floats, to_pcm
from sovereign_desktop.audio.riff import Encoding, WavFormat, read_riff
from sovereign_desktop.audio.vad import RATE_HZ, WINDOW, WINDOW_MS, SileroVad, load_model
from sovereign_desktop.config.sections.audio import Endpointing
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.errors import UnreadableAudio

FRAME_MS = 20
LONGEST_S = 300.0
USUAL_PEAK = 0.5
MOST_GAIN = 100.0
"""Quiet recordings are raised by up to 40 dB before the VAD hears them; below -60 dB it hears no speech at all. Loud
ones are lowered: white noise of 0.2 and more (RMS) is speech to it now and then."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A recording in frames of 20 ms at 24 kHz.

    `speech_ms` is how much of it is speech (0: nobody speaks), `speech_ended_ms` where the last of it ends.
    """

    frames: tuple[AudioFrame, ...]
    speech_ms: float
    speech_ended_ms: float


def read_speech(path: Path, longest_s: float = LONGEST_S) -> Speech:
    """A recorded question. Raises UnreadableAudio with one sentence that says what is wrong and what to do."""
    import soxr

    samples, rate_hz = read_samples(path, longest_s)
    frames = as_frames(np.asarray(soxr.resample(samples, rate_hz, CAPTURE_RATE_HZ), np.float32))
    speech_ms, speech_ended_ms = find_speech(np.asarray(soxr.resample(samples, rate_hz, RATE_HZ), np.float32))
    return Speech(frames, speech_ms, speech_ended_ms)


def read_wav(path: Path, longest_s: float = LONGEST_S) -> tuple[AudioFrame, ...]:
    """The recording as mono frames of 20 ms at 24 kHz. Raises UnreadableAudio."""
    import soxr

    samples, rate_hz = read_samples(path, longest_s)
    return as_frames(np.asarray(soxr.resample(samples, rate_hz, CAPTURE_RATE_HZ), np.float32))


def read_samples(path: Path, longest_s: float) -> tuple[Floats, int]:
    """The recording's samples, its channels averaged, and its rate. Raises UnreadableAudio."""
    try:
        with path.open("rb") as file:
            form, data = read_riff(file, longest_s)
    except UnreadableAudio as error:
        raise UnreadableAudio(f"{path}: {error.user_text}", remedy=error.remedy) from error
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        raise UnreadableAudio(f"{path} can't be opened: {reason}.", remedy="Give the name of a WAV file.") from error
    return _mono(_decoded(data, form), form.channels), form.rate_hz


def find_speech(samples: Floats) -> tuple[float, float]:
    """How many milliseconds of sound at 16 kHz are speech, and where the last of them ends."""
    loudest = float(np.abs(samples).max(initial=0.0))
    if loudest == 0:
        return 0.0, 0.0
    usual = samples * min(MOST_GAIN, USUAL_PEAK / loudest)
    rules = Endpointing()
    endpointer = Endpointer(rules.speech_threshold, rules.min_speech_ms)
    for probability in SileroVad(load_model()).push(np.concatenate((usual, np.zeros(WINDOW, np.float32)))):
        endpointer.push(probability, WINDOW_MS)
    whole_ms = 1000 * len(samples) / RATE_HZ
    return endpointer.speech_ms, min(endpointer.speech_ended_ms, whole_ms)


def as_frames(samples: Floats) -> tuple[AudioFrame, ...]:
    """Sound at 24 kHz, cut into frames of 20 ms; the last one is as long as what is left."""
    step = CAPTURE_RATE_HZ * FRAME_MS // 1000 * SAMPLE_WIDTH_BYTES
    pcm = to_pcm(samples)
    return tuple(AudioFrame(pcm[i : i + step], CAPTURE_RATE_HZ) for i in range(0, len(pcm), step))


def write_wav(path: Path, frames: Sequence[AudioFrame]) -> None:
    """Write frames, all at the rate of the first one, as a 16-bit WAV file. Raises OSError."""
    with path.open("wb") as file, wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(SAMPLE_WIDTH_BYTES)
        out.setframerate(frames[0].sample_rate_hz if frames else CAPTURE_RATE_HZ)
        out.writeframes(b"".join(frame.pcm for frame in frames))


def _decoded(data: bytes, form: WavFormat) -> Floats:
    """Samples as floats in -1..1; what is no number is silence."""
    if form.encoding is Encoding.FLOAT:
        floats = np.frombuffer(data, "<f4" if form.bits == 32 else "<f8")
        return np.asarray(np.clip(np.nan_to_num(floats, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1), np.float32)
    if form.bits == 8:  # the only width without a sign
        return np.asarray((np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128, np.float32)
    if form.bits == 24:
        data = _widened(data)
    integers = np.frombuffer(data, "<i2" if form.bits == 16 else "<i4")
    return np.asarray(integers / float(2 ** (15 if form.bits == 16 else 31)), np.float32)


def _widened(data: bytes) -> bytes:
    """24-bit samples as 32-bit ones."""
    triples = np.frombuffer(data, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(triples), 4), np.uint8)
    wide[:, 1:] = triples
    return wide.tobytes()


def _mono(samples: Floats, channels: int) -> Floats:
    return samples if channels == 1 else np.asarray(samples.reshape(-1, channels).mean(axis=1), np.float32)
