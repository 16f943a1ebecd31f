"""Whether somebody speaks while the program itself does. Pure.

A window of the VAD (32 ms) is believed when it is speech in one of two ways, and no copy of what was played:
- The residual of the echo filter is speech, and louder than what the filter may have left.
- Raw sound is speech and resembles nothing that was played: before the filter has learned that there is no echo,
  with headphones for example, only this hears an interruption at once.
In the second way windows are judged that lie half a window beside them, too: a word that begins between two windows is
then heard from its beginning. In the first way this would be two chances for an echo instead of one.
A copy is what two delays of the sound that was played explain to nine tenths. Where the way of the echo is direct, that
holds through every stumble: jumps of the delay, holes, steps of loudness. A residual that resembles what was played,
with the same delay twice, tells the filter that the path has changed.

Measured offline, without the windows between, three windows in a row being an alarm. Own voice alone: 120 conversations
of four answers (espeak's and two of flite's voices, 0 to -12 dB, 30 to 120 ms), with stumbles every 0.2 to 1.5 s.
Conversations with an alarm:

                            steady   jumps   holes   loudness   distortion
    direct                  0 of 12  0 of 12 0 of 6  0 of 6     0 of 6
    near, and a room        0 of 18 19 of 24 1 of 12 1 of 12    4 of 12

So a delay that keeps jumping in a room is not survived; one that moved between two answers is. Somebody else over such
answers, as loud as they, until noticed (ms: median, 90th percentile; 11 of 256 were not noticed within 700,
10 of these 8 dB quieter than the answer):

    headphones 127, 327    direct -12 dB 137, 353    -6 dB 163, 427    0 dB 205, 365    near -6 dB 159, 319

The thresholds were chosen on these same sounds and on recordings of the virtual desktop; nothing was held out. There a
voiceless beginning ("stop") was missed once in eight, also with headphones. A burst of noise of 60 ms interrupts
nothing with headphones; over an echo it may, the louder the burst and the fainter the echo: it pushes the filter off.
The guard takes 4 % of a core while something plays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sovereign_desktop.audio.echo_filter import HOP, EchoFilter
from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.resemblance import COMPARED, PLAYED, likenesses, unexplained
from sovereign_desktop.audio.vad import WINDOW, SileroVad

STEP = WINDOW // 2

LOUDER = 4.0
"""A residual speaks for itself when its power is this many times what the filter may have left of the echo."""
QUIETEST = 1e-6
COPY = 0.1
"""What is explained by delayed copies up to this part is a copy: a loud echo whose delay has jumped, for example."""
UNLIKE = 0.18
"""Below this, raw sound resembles nothing that was played: there is no echo in it."""
UNLIKELY = 0.1
"""Sound that is no speech, however it is looked at, is not looked at more closely."""
CHANGED = 0.35
SAME_DELAY = 32
CHANGED_WINDOWS = 2
"""A residual that resembles what was played, with the same delay (2 ms) in so many windows, is an echo whose path has
changed. Other voices resemble it for a moment, each moment with another delay."""
SILENT = 1e-7
"""Mean power, -70 dB, below which nothing is played."""


class EchoGuard:
    """Judges sound at 16 kHz in steps of half a window. One thread."""

    def __init__(self, model: Any) -> None:
        self._filter = EchoFilter()
        self._residual_vad = SileroVad(model)
        self._raw_vad = SileroVad(model)
        self._between_vad = SileroVad(model)
        self._is_between = False
        self._powers = (0.0, 0.0)
        self._near: Floats = np.zeros(COMPARED, np.float32)
        self._residual: Floats = np.zeros(COMPARED, np.float32)
        self._far: Floats = np.zeros(PLAYED, np.float32)
        self._changed_at = self._changed_windows = 0

    def push(self, near: Floats, far: Floats) -> float | None:
        """How likely somebody else speaks in the window that ends here; None when nothing is played that could echo.

        Takes STEP samples; the first, third, fifth judgement are of the windows between the others.
        """
        self._is_between = not self._is_between
        self._near = np.concatenate((self._near[STEP:], near))
        self._far = np.concatenate((self._far[STEP:], far))
        if float(np.mean(np.square(self._far))) <= SILENT:
            self._rest()
            return None
        residual, is_louder = self._filtered(near, far)
        self._residual = np.concatenate((self._residual[STEP:], residual))
        if self._is_between:
            return self._judge(0.0, *self._between_vad.push(self._near[-WINDOW:]))
        [probability] = self._residual_vad.push(self._residual[-WINDOW:])
        [raw_probability] = self._raw_vad.push(self._near[-WINDOW:])
        self._watch_path()
        return self._judge(probability if is_louder else 0.0, raw_probability)

    def _rest(self) -> None:
        """Forget the end of the last answer; the next one is judged by itself."""
        if self._between_vad.is_used:
            for vad in (self._residual_vad, self._raw_vad, self._between_vad):
                vad.reset()
            self._residual = np.zeros(COMPARED, np.float32)
            self._powers = (0.0, 0.0)
            self._filter.pause()

    def _filtered(self, near: Floats, far: Floats) -> tuple[Floats, bool]:
        """The step without echo, and whether the window is too loud to be what is left of it."""
        hops = [self._filter.push(near[i : i + HOP], far[i : i + HOP]) for i in range(0, STEP, HOP)]
        before, self._powers = self._powers, (sum(hop[1] for hop in hops), sum(hop[2] for hop in hops))
        power, left = (one + other for one, other in zip(before, self._powers, strict=True))
        return np.concatenate([hop[0] for hop in hops]), power > LOUDER * left + QUIETEST

    def _watch_path(self) -> None:
        likeness = likenesses(self._residual, self._far)
        at = int(likeness.argmax())
        is_echo = float(likeness[at]) > CHANGED
        agrees = is_echo and abs(at - self._changed_at) <= SAME_DELAY
        self._changed_windows = self._changed_windows + 1 if agrees else int(is_echo)
        self._changed_at = at
        if self._changed_windows >= CHANGED_WINDOWS:
            self._filter.doubt()

    def _judge(self, probability: float, raw_probability: float) -> float:
        """The residual is believed when it is loud, raw sound when it is unlike; copies of what was played never."""
        if max(probability, raw_probability) < UNLIKELY:
            return 0.0
        likeness = likenesses(self._near, self._far)
        if float(likeness.max()) < UNLIKE:
            probability = max(probability, raw_probability)
        if probability < UNLIKELY or unexplained(self._near, self._far, likeness, WINDOW) <= COPY:
            return 0.0
        return probability
