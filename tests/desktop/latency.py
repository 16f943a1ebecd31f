"""What the desktop adds by itself to every time that is measured on it."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import numpy as np

from tests.desktop.recording import RATE_HZ, Samples
from tests.desktop.sound import MICROPHONE, SPEAKER, Sound

BLOCK_MS = 10
TICKS = 5


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds, each the median of some clicks.

    `speaker_ms`: a click written by a client that keeps 10 ms ahead, until the recording says it sounded.
    `room_ms`: the same for the room, so `speaker_ms - room_ms` is what the detachable loudspeaker costs.
    `microphone_ms`: how much later the microphone delivers than the room sounded.
    """

    speaker_ms: float
    room_ms: float
    microphone_ms: float


def measured_latency(sound: Sound) -> Latency:
    """Send clicks through the devices and see when they arrive."""
    with sound.recorder("room.monitor") as room, sound.recorder(MICROPHONE) as microphone:
        said_at = _clicks(sound, "room")
        heard, picked_up = room.timeline(), microphone.timeline()
    with sound.recorder() as air:
        played_at = _clicks(sound, SPEAKER)
        out = air.timeline()
    moments = [[s.start for s in line.sounds(threshold_dbfs=-40)] for line in (heard, picked_up, out)]
    return Latency(
        speaker_ms=_median_ms(played_at, moments[2]),
        room_ms=_median_ms(said_at, moments[0]),
        microphone_ms=_median_ms(moments[0], moments[1]),
    )


def _clicks(sound: Sound, sink: str) -> list[float]:
    """Play clicks, 200 ms apart, and return the moments at which they were written."""
    silence = np.zeros(RATE_HZ * BLOCK_MS // 1000, np.int16)
    click = silence.copy()
    click[:48] = 20_000
    written: list[float] = []
    with sound.player(sink, BLOCK_MS) as write:
        started = time.monotonic()
        for block in range(20 * (TICKS + 1)):
            time.sleep(max(0, started + block * BLOCK_MS / 1000 - time.monotonic()))
            is_click = block % 20 == 10 and len(written) < TICKS
            if is_click:
                written.append(time.monotonic())
            write(_bytes(click if is_click else silence))
    return written


def _bytes(samples: Samples) -> bytes:
    return samples.astype("<i2").tobytes()


def _median_ms(earlier: list[float], later: list[float]) -> float:
    return 1000 * statistics.median(b - a for a, b in zip(earlier, later, strict=True))
