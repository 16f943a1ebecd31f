"""Which parts of a picture have changed: a sum for each tile, compared with the last picture's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.host.screen.base import Shot

TILE = 16
"""Small enough that little is read again around what has changed."""
MOST_CHANGED = 0.6
"""Where more than this part of a picture has changed, all of it is read."""
_SEED = 20261121


def grey(shot: Shot) -> GreyPicture:
    """The picture in shades of grey, as bright as it looks."""
    width, height = shot.box.width, shot.box.height
    pixels = np.frombuffer(shot.pixels, np.uint8).reshape(height, width, 4)
    mixed = (
        pixels[:, :, 0].astype(np.uint16) * 29
        + pixels[:, :, 1].astype(np.uint16) * 150
        + pixels[:, :, 2].astype(np.uint16) * 77
    )
    return GreyPicture(width, height, (mixed >> 8).astype(np.uint8).tobytes())


class Tiles:
    """Remembers sums, not pictures."""

    def __init__(self) -> None:
        self._sums: npt.NDArray[Any] | None = None
        random = np.random.default_rng(_SEED)
        self._weights = random.integers(1, 2**31, (TILE, TILE), dtype=np.int64)

    def changed(self, picture: GreyPicture) -> list[Rect] | None:
        """The parts that are not as they were, neighbours joined; None when most of it is new."""
        sums = self._summed(picture)
        before, self._sums = self._sums, sums
        if before is None or before.shape != sums.shape:
            return None
        if np.mean(before != sums) > MOST_CHANGED:
            return None
        whole = Rect(0, 0, picture.width, picture.height)
        return [part.intersection(whole) for part in _joined(before != sums)]

    def forget(self) -> None:
        """The next picture is all new."""
        self._sums = None

    def _summed(self, picture: GreyPicture) -> npt.NDArray[Any]:
        pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
        down, right = -picture.height % TILE, -picture.width % TILE
        padded = np.pad(pixels, ((0, down), (0, right))) if down or right else pixels
        tiles = padded.reshape(padded.shape[0] // TILE, TILE, padded.shape[1] // TILE, TILE)
        sums: npt.NDArray[Any] = np.einsum("ixjy,xy->ij", tiles.astype(np.int64), self._weights)
        return sums


def _joined(changed: npt.NDArray[Any]) -> list[Rect]:
    """Rectangles around tiles that touch each other."""
    parts: list[Rect] = []
    for row, column in np.argwhere(changed).tolist():
        part = Rect(column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE)
        touched = [one for one in parts if _touch(one, part)]
        for one in touched:
            parts.remove(one)
            part = part.union(one)
        parts.append(part)
    return joined(parts)


def joined(parts: list[Rect]) -> list[Rect]:
    """The same area in rectangles that do not overlap."""
    done: list[Rect] = []
    for part in parts:
        merged = part
        while overlapping := [one for one in done if _touch(one, merged)]:
            for one in overlapping:
                done.remove(one)
                merged = merged.union(one)
        done.append(merged)
    return done


def _touch(one: Rect, other: Rect) -> bool:
    return one.left <= other.right and other.left <= one.right and one.top <= other.bottom and other.top <= one.bottom


def stacked(
    picture: GreyPicture, parts: Sequence[tuple[Rect, Sequence[Rect]]], margin: int
) -> tuple[GreyPicture, list[int]]:
    """The parts one below the other in a picture of their own, each on its own paper, and where each begins.

    With each part come the places in it that are covered with paper.
    """
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
    width = max(part.width for part, _ in parts) + 2 * margin
    rows, tops, top = [], [], 0
    for part, covered in parts:
        cut = pixels[part.top : part.bottom, part.left : part.right].copy()
        paper = int(np.bincount(cut.ravel(), minlength=256).argmax())
        for box in covered:
            inside = box.intersection(part).moved(-part.left, -part.top)
            cut[inside.top : inside.bottom, inside.left : inside.right] = paper
        sheet = np.full((part.height + 2 * margin, width), paper, np.uint8)
        sheet[margin : margin + part.height, margin : margin + part.width] = cut
        rows.append(sheet)
        tops.append(top)
        top += sheet.shape[0]
    return GreyPicture(width, top, np.concatenate(rows).tobytes()), tops
