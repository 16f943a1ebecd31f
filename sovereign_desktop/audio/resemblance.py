"""How much of a sound is a delayed copy of another. Pure; at 16 kHz.

Knows nothing of rooms and needs to learn nothing, so that it holds where a filter fails: in the moment after the echo
has stumbled. Where the way from loudspeaker to microphone is direct it explains all of an echo, where a room
reverberates only part of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sovereign_desktop.audio.resampling import Floats

RATE_HZ = 16_000
COMPARED = RATE_HZ * 96 // 1000
LONGEST_DELAY = RATE_HZ * 520 // 1000
PLAYED = LONGEST_DELAY + COMPARED
"""How much of what was played is compared with."""
BLOCK = 128
"""A copy may jump to another delay every 8 ms."""
REACH = 4
"""Samples around a delay that count as the same one: clocks drift, loudspeakers colour."""
APART = 16
_SIZE = 16_384


def likenesses(near: Floats, far: Floats) -> Floats:
    """For each place in `far` (PLAYED samples), how much `near` (COMPARED) resembles what is there: 0 to 1."""
    near, far = _whitened(near), _whitened(far)
    products = np.fft.irfft(np.fft.rfft(far, _SIZE) * np.fft.rfft(near, _SIZE).conj())[: LONGEST_DELAY + 1]
    sums = np.concatenate(([0.0], np.cumsum(np.square(far, dtype=np.float64))))
    energies = sums[COMPARED:] - sums[:-COMPARED]
    norm = np.sqrt(energies * float(np.sum(np.square(near))) + 1e-9)
    return np.asarray(np.abs(products) / norm, np.float32)


def unexplained(near: Floats, far: Floats, likeness: Floats, latest: int) -> float:
    """Which part of the `latest` samples' power is left when the two likeliest copies are taken out, block by block.

    Two, because sound that jumps to another delay resembles one before the jump and the other after it.
    """
    first = int(likeness.argmax())
    others = likeness.copy()
    others[max(0, first - APART) : first + APART + 1] = 0
    blocks = near[-latest:].reshape(-1, BLOCK).astype(np.float64)
    left = [_left(blocks, _copies(far, place + COMPARED - latest, latest)) for place in (first, int(others.argmax()))]
    return float(np.minimum(*left).sum() / (np.square(blocks).sum() + 1e-9))


def _copies(far: Floats, start: int, count: int) -> npt.NDArray[np.float64]:
    """By block and sample, what stands there in `far` and REACH samples around it."""
    padded = np.pad(far.astype(np.float64), REACH)
    around = np.lib.stride_tricks.sliding_window_view(padded[start : start + count + 2 * REACH], 2 * REACH + 1)
    return np.asarray(around.reshape(-1, BLOCK, 2 * REACH + 1))


def _left(blocks: npt.NDArray[np.float64], copies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The energy of each block that no filter of the copies explains: least squares."""
    products = copies.transpose(0, 2, 1) @ copies
    width = products.shape[1]
    loading = 1e-3 * np.trace(products, axis1=1, axis2=2) / width + 1e-6
    products += loading[:, None, None] * np.eye(width)
    taps = np.linalg.solve(products, copies.transpose(0, 2, 1) @ blocks[..., None])
    left = np.square(blocks - (copies @ taps)[..., 0]).sum(axis=1)
    return np.asarray(np.minimum(left, np.square(blocks).sum(axis=1)))


def _whitened(samples: Floats) -> Floats:
    """Speech is loud where it is low; its difference has about the same power everywhere."""
    return np.diff(samples, prepend=samples[:1])
