"""What was heard, with the monotonic second of every sample."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import soxr

from tests.desktop import tools

RATE_HZ = 48_000
WINDOW_MS = 5
"""Sound and silence are told apart in windows of this length."""
AHEAD_MS = 5
"""The block of the virtual devices: a monitor hears it when it is rendered, the air when it is played."""
SOUND_DBFS = -50.0
"""Louder than this is a sound; the virtual devices have no noise floor of their own."""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in monotonic seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Timeline:
    """Recorded samples; `started_at` is the monotonic second of the first one."""

    samples: Samples
    started_at: float
    rate_hz: int = RATE_HZ

    @property
    def ended_at(self) -> float:
        return self.started_at + len(self.samples) / self.rate_hz

    def between(self, start: float, end: float) -> Timeline:
        """The part between two moments."""
        first = max(0, round((start - self.started_at) * self.rate_hz))
        last = max(first, round((end - self.started_at) * self.rate_hz))
        return Timeline(self.samples[first:last], self.started_at + first / self.rate_hz, self.rate_hz)

    def rms_dbfs(self) -> float:
        """Loudness relative to a full-scale square wave; minus infinity for exact zeros or nothing."""
        if not len(self.samples):
            return float("-inf")
        return _dbfs(float(np.mean(np.square(self.samples.astype(np.float64)))))

    def sounds(self, bridge_ms: float = 100, threshold_dbfs: float = SOUND_DBFS) -> list[Interval]:
        """Every stretch of sound; pauses up to `bridge_ms` belong to the sound around them."""
        edges = np.diff(np.concatenate(([0], self._loud(threshold_dbfs).astype(np.int8), [0])))
        window_s = WINDOW_MS / 1000
        joined: list[Interval] = []
        for first, last in zip(np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0], strict=True):
            start, end = (self.started_at + int(index) * window_s for index in (first, last))
            if joined and (start - joined[-1].end) * 1000 <= bridge_ms:
                start = joined.pop().start
            joined.append(Interval(start, end))
        return joined

    def silences(self, at_least_ms: float = 100, threshold_dbfs: float = SOUND_DBFS) -> list[Interval]:
        """Every stretch without sound, before the first and after the last one included."""
        moments = [self.started_at]
        for sound in self.sounds(0, threshold_dbfs):
            moments += [sound.start, sound.end]
        moments.append(self.ended_at)
        pauses = [Interval(a, b) for a, b in zip(moments[::2], moments[1::2], strict=True)]
        return [pause for pause in pauses if pause.seconds * 1000 >= at_least_ms]

    def first_sound(self, after: float = 0.0, threshold_dbfs: float = SOUND_DBFS) -> float | None:
        """The moment at which it first sounds, from `after` on."""
        sounds = self.between(max(after, self.started_at), self.ended_at).sounds(0, threshold_dbfs)
        return sounds[0].start if sounds else None

    def last_sound(
        self, before: float | None = None, after: float = 0.0, threshold_dbfs: float = SOUND_DBFS
    ) -> float | None:
        """The moment at which the last sound between `after` and `before` had ended."""
        end = self.ended_at if before is None else before
        sounds = self.between(max(after, self.started_at), end).sounds(0, threshold_dbfs)
        return sounds[-1].end if sounds else None

    def silent_from(self, after: float, for_ms: float) -> float | None:
        """The moment from which it stays silent for at least `for_ms`, at or after `after`."""
        part = self.between(after, self.ended_at)
        silences = part.silences(for_ms)
        return silences[0].start if silences else None

    def find(self, sound: Samples, after: float = 0.0) -> float:
        """The moment at which a known sound begins, however quiet and under whatever else is heard."""
        part = self.between(max(after, self.started_at), self.ended_at)
        if len(part.samples) < len(sound):
            raise ValueError("the recording is shorter than the sound that is looked for")
        size = 1 << (len(part.samples) + len(sound)).bit_length()
        spectrum = np.fft.rfft(part.samples.astype(np.float32), size)
        spectrum *= np.conj(np.fft.rfft(sound.astype(np.float32), size))
        likeness = np.fft.irfft(spectrum, size)[: len(part.samples) - len(sound) + 1]
        return part.started_at + int(np.argmax(likeness)) / self.rate_hz

    def holds(self, sound: Samples, at: float) -> bool:
        """Whether a known sound is there from its beginning to its end, whatever else is heard."""
        here = self.between(at, at + len(sound) / self.rate_hz).samples
        if len(here) < len(sound):
            return False
        halves = zip(np.array_split(here, 2), np.array_split(sound, 2), strict=True)
        return all(_likeness(heard, known) > 0.3 for heard, known in halves)

    def save(self, path: Path) -> Path:
        """Write it as a WAV file."""
        return write_wav(path, self.samples, self.rate_hz)

    def _loud(self, threshold_dbfs: float) -> npt.NDArray[np.bool_]:
        window = self.rate_hz * WINDOW_MS // 1000
        whole = self.samples[: len(self.samples) // window * window].reshape(-1, window)
        powers = np.mean(np.square(whole.astype(np.float32)), axis=1)
        return np.asarray(powers > 10 ** (threshold_dbfs / 10) * 32768.0**2)


class Recorder:
    """Records one PulseAudio source until it is closed; `timeline()` may be asked while it runs.

    The virtual devices keep the monotonic clock exactly, so only the start has to be found: a chunk is never
    early, and the least delayed one says when sample zero was. True to about 5 ms: the devices shift by half a block
    when streams come and go.
    """

    def __init__(self, source: str, env: Mapping[str, str]) -> None:
        self._chunks: list[bytes] = []
        self._lateness: list[float] = []
        self._samples = 0
        self._process = subprocess.Popen(
            listening_to(source),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        self._first = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"recorder of {source}")
        self._reader.start()
        if not self._first.wait(5):
            self.close()
            raise TimeoutError(f"no sample came from the source {source} within 5 s")

    def timeline(self) -> Timeline:
        """Everything heard so far."""
        lateness, chunks = list(self._lateness), list(self._chunks)
        pcm = b"".join(chunks)
        return Timeline(np.frombuffer(pcm, np.int16), min(lateness) + AHEAD_MS / 1000)

    @property
    def clock_error_ms(self) -> float:
        """How far the beginning and the end of the recording disagree about the clock; lost samples show here."""
        half = len(self._lateness) // 2
        return 1000 * abs(min(self._lateness[:half]) - min(self._lateness[half:]))

    def close(self) -> None:
        """Stop, keeping what was heard."""
        self._process.terminate()
        self._process.wait(5)
        self._reader.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                now = time.monotonic()
                self._samples += len(chunk) // 2
                self._lateness.append(now - self._samples / RATE_HZ)
                self._chunks.append(chunk)
                self._first.set()


def listening_to(source: str) -> list[str]:
    """The command that writes a source as mono 16-bit PCM, as soon as the devices have it."""
    stream = ["--raw", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}", f"--latency-msec={AHEAD_MS}"]
    return [tools.path_of("parec"), f"--device={source}", *stream]


def write_wav(path: Path, samples: Samples, rate_hz: int) -> Path:
    """Mono 16-bit samples as a WAV file."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> tuple[Samples, int]:
    """The samples of a 16-bit WAV file, its channels averaged, and their rate."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path.name} is not a 16-bit WAV file")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        if file.getnchannels() > 1:
            samples = samples.reshape(-1, file.getnchannels()).mean(axis=1)
        return samples.astype(np.int16), file.getframerate()


def at_rate(samples: Samples, rate_hz: int, wanted_hz: int) -> Samples:
    """The same sound at another rate."""
    return np.asarray(soxr.resample(samples, rate_hz, wanted_hz), np.int16)


def _likeness(a: Samples, b: Samples) -> float:
    """1 for the same sound at any loudness, around 0 for others."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    return float(x @ y / max(1.0, float(np.linalg.norm(x) * np.linalg.norm(y))))


def _dbfs(power: float) -> float:
    return float("-inf") if power == 0 else float(10 * np.log10(power / 32768.0**2))
