"""What the sound devices cost by themselves: `python -m sovereign_desktop.audio.floor answer|barge-in`.

A bare duplex callback of 10 ms blocks at low latency, and nothing else: no process, no cleaning, no network. As
`answer` it plays a tone a fixed time after it stopped hearing; as `barge-in` it plays and is silent while it hears.
Whatever the program needs beyond this is the program's own.
"""

from __future__ import annotations

import argparse
import sys
from signal import SIGTERM, signal
from threading import Event
from typing import Any

import numpy as np

from sovereign_desktop.audio.portaudio import library
from sovereign_desktop.audio.resampling import Floats, from_pcm, to_pcm

RATE_HZ = 48_000
BLOCK = RATE_HZ // 100
TONE_HZ = 440
TONE_LEVEL = 0.3
TONE_S = 0.4
LOOK_S = 0.2


class Answer:
    """A tone, `after_ms` after the last loud block. Owns no device: give it blocks."""

    def __init__(self, loud: float, after_ms: float) -> None:
        self._loud = loud
        self._after = round(after_ms * RATE_HZ / 1000)
        self._heard_until: int | None = None
        self._plays_from: int | None = None
        self._now = 0
        self._tone = tone(int(TONE_S * RATE_HZ))

    def push(self, heard: Floats) -> Floats:
        """Take a block and return the one to play."""
        self._now += len(heard)
        if np.abs(heard).max() > self._loud:
            self._heard_until, self._plays_from = self._now, None
        elif self._heard_until is not None and self._now >= self._heard_until + self._after:
            self._heard_until, self._plays_from = None, self._now
        if self._plays_from is None:
            return np.zeros(len(heard), np.float32)
        return padded(self._tone[self._now - self._plays_from :], len(heard))


class BargeIn:
    """A tone without end, but for the time in which it hears something and `pause_ms` after."""

    def __init__(self, loud: float, pause_ms: float) -> None:
        self._loud = loud
        self._pause = round(pause_ms * RATE_HZ / 1000)
        self._silent = 0
        self._at = 0
        self._tone = tone(RATE_HZ)

    def push(self, heard: Floats) -> Floats:
        """Take a block and return the one to play."""
        self._silent = self._pause if np.abs(heard).max() > self._loud else max(0, self._silent - len(heard))
        self._at += len(heard)
        if self._silent:
            return np.zeros(len(heard), np.float32)
        return np.roll(self._tone, -self._at)[: len(heard)]


def tone(samples: int) -> Floats:
    """What is played: audible from its first block on."""
    return np.asarray(TONE_LEVEL * np.sin(2 * np.pi * TONE_HZ * np.arange(samples) / RATE_HZ), np.float32)


def padded(samples: Floats, length: int) -> Floats:
    """The beginning of them, with silence after their end."""
    block = np.zeros(length, np.float32)
    block[: min(length, len(samples))] = samples[:length]
    return block


def run(reaction: Answer | BargeIn) -> None:
    """React on the system's devices until somebody ends the process."""

    def on_block(heard: Any, out: Any, _frames: int, _timing: Any, _status: Any) -> None:
        out[:] = to_pcm(reaction.push(from_pcm(bytes(heard))))

    stream = library().RawStream(
        samplerate=RATE_HZ, blocksize=BLOCK, channels=1, dtype="int16", latency="low", callback=on_block
    )
    with stream:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        over = Event()
        signal(SIGTERM, lambda *_: over.set())
        while not over.wait(LOOK_S):
            pass


def main() -> None:
    """React until somebody ends the process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("reaction", choices=("answer", "barge-in"))
    parser.add_argument("--loud", type=float, required=True, help="a sample above this is heard")
    parser.add_argument("--ms", type=float, required=True, help="how long after it the tone comes")
    options = parser.parse_args()
    kind = Answer if options.reaction == "answer" else BargeIn
    run(kind(options.loud, options.ms))


if __name__ == "__main__":
    main()
