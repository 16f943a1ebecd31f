"""From speech at the microphone to what it brings about at the loudspeaker, seen from outside of whatever does it."""

from __future__ import annotations

import random
import time

import numpy as np

from tests.desktop import Desktop, speech, wait_until
from tests.desktop.recording import RATE_HZ, Samples, Timeline

FADE_MS = 2
PAUSE_S = 0.5


def with_sharp_ends(samples: Samples, level: float = 0.35) -> Samples:
    """Speech cut where it is loud, so that every ear agrees to the millisecond on when it begins and ends."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > level * np.abs(samples.astype(np.int32)).max())
    cut = samples[loud[0] : loud[-1] + 1].astype(np.float32)
    fade = RATE_HZ * FADE_MS // 1000
    cut[-fade:] *= np.linspace(1, 0, fade)
    return cut.astype(np.int16)


QUESTION = "what time is it now"
INTERRUPTION = "excuse me please, stop now"


def answered_after_ms(desktop: Desktop, *, until_silence: bool = True) -> float:
    """Milliseconds from the end of a question at the microphone to the first sound at the loudspeaker.

    Returns when the answer is over, or else as soon as it is heard.
    """
    question = with_sharp_ends(speech(QUESTION))
    time.sleep(PAUSE_S + random.random() / 50)  # blocks must not keep step with us
    with desktop.record() as heard:
        said = desktop.play(question)
        wait_until(lambda: heard.timeline().first_sound(said.ended_at - 0.02), 10, "an answer")
        sounded = heard.timeline().first_sound(said.ended_at - 0.02)
        if until_silence:
            wait_until(lambda: is_silent(heard.timeline()), 20, "the end of the answer")
    assert sounded is not None
    return 1000 * (sounded - said.ended_at)


def silenced_after_ms(desktop: Desktop, pause_ms: float = 250) -> float:
    """Milliseconds from the beginning of speech at the microphone, into a sound, to silence at the loudspeaker."""
    interruption = with_sharp_ends(speech(INTERRUPTION, "rms"))
    time.sleep(random.random() / 50)
    with desktop.record() as heard:
        wait_until(lambda: heard.timeline().first_sound() and len(heard.timeline().samples) > RATE_HZ // 5, 5, "sound")
        said = desktop.play(interruption)
        timeline = heard.timeline()
    silent = timeline.silent_from(said.started_at, pause_ms)
    assert silent is not None, "it did not fall silent"
    return 1000 * (silent - said.started_at)


def is_silent(timeline: Timeline, for_s: float = 0.3) -> bool:
    """Whether nothing has sounded of late."""
    return not timeline.between(timeline.ended_at - for_s, timeline.ended_at).sounds(0)


def p95(delays_ms: list[float]) -> float:
    """The delay that one in twenty exceeds."""
    return sorted(delays_ms)[max(0, round(0.95 * len(delays_ms)) - 1)]
