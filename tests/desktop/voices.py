"""Speech made by flite or espeak-ng, as samples at the rate of the virtual devices."""

from __future__ import annotations

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from tests.desktop import tools
from tests.desktop.recording import RATE_HZ, Samples, at_rate, read_wav

FLITE_VOICES = ("slt", "rms", "awb", "kal16", "kal")
"""Best first, in the ears of a recogniser. Every other name is taken for a voice of espeak-ng, such as en-us."""
PEAK = 0.7
"""Speech is played with its loudest sample at this part of full scale."""


def speech(text: str, voice: str = "slt", words_per_minute: int | None = None) -> Samples:
    """The text as spoken by a voice, without the silence around it."""
    return _speech(text, voice, words_per_minute)


@lru_cache(maxsize=64)
def _speech(text: str, voice: str, words_per_minute: int | None) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "speech.wav")
        subprocess.run(_command(text, voice, words_per_minute, path), check=True, capture_output=True)
        samples, rate_hz = read_wav(path)
    return normalised(trimmed(at_rate(samples, rate_hz, RATE_HZ)))


def _command(text: str, voice: str, words_per_minute: int | None, path: Path) -> list[str]:
    if voice in FLITE_VOICES:
        pace = ["--setf", f"duration_stretch={170 / words_per_minute:.3f}"] if words_per_minute else []
        return [tools.path_of("flite"), "-voice", voice, *pace, "-t", text, "-o", str(path)]
    return [tools.path_of("espeak-ng"), "-v", voice, "-s", str(words_per_minute or 175), "-w", str(path), text]


def trimmed(samples: Samples, quietest: int = 150) -> Samples:
    """Without the near-silence before the first and after the last audible sample."""
    audible = np.nonzero(np.abs(samples.astype(np.int32)) > quietest)[0]
    return samples[audible[0] : audible[-1] + 1] if len(audible) else samples[:0]


def normalised(samples: Samples) -> Samples:
    """As loud as speech is played, whichever engine made it."""
    loudest = int(np.abs(samples.astype(np.int32)).max(initial=1))
    return (samples.astype(np.float32) * (PEAK * 32767 / loudest)).astype(np.int16)
