"""Whether sound can be speech at all, so that silence, noise and hum never become words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WINDOW_SAMPLES = 480
"""30 ms at 16 kHz."""
QUIETEST_DBFS = -55.0
LEAST_VARIATION_DB = 2.5
LEAST_WINDOWS = 3


def is_spoken(samples: npt.NDArray[np.int16]) -> bool:
    """Whether it is loud enough, and its loudness moves as syllables do. For 16 kHz.

    Noise, hum and tones keep an even level (standard deviation of 30 ms windows about 1 dB and less); speech moves
    by 5 dB and more. A decoder would find words in them.
    """
    whole = samples[: len(samples) // WINDOW_SAMPLES * WINDOW_SAMPLES].reshape(-1, WINDOW_SAMPLES)
    if not len(whole):
        return False
    levels = levels_dbfs(whole)
    heard = levels[levels > max(QUIETEST_DBFS, float(levels.max()) - 30)]
    return len(heard) >= LEAST_WINDOWS and float(np.std(heard)) >= LEAST_VARIATION_DB


def levels_dbfs(windows: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """The level of each row in dB relative to full scale."""
    powers = np.mean(np.square(windows.astype(np.float64)), axis=1) / 32768.0**2
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(powers, 1e-12))
    return levels
