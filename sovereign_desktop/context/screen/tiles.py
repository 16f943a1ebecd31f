"""Which parts of a picture are not as they were, and pictures of parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.host.screen.base import Shot

TILE = 16
"""Changes in neighbouring tiles of this size belong together."""
MOST_CHANGED = 0.4
"""Where more than this part of a picture has changed, at once or bit by bit, all of it is read."""
Pixels = npt.NDArray[np.uint8]


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


def rows_of(picture: GreyPicture) -> Pixels:
    """Its pixels, a row after the other, to look at only."""
    return np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)


def changed_parts(before: GreyPicture | None, now: GreyPicture) -> list[Rect] | None:
    """The parts that are not as they were, to the pixel, neighbours joined; None when most of it is new."""
    if before is None or (before.width, before.height) != (now.width, now.height):
        return None
    differs = rows_of(before) != rows_of(now)
    tiles = _tiles(differs)
    if np.mean(tiles) > MOST_CHANGED:
        return None
    return [_tight(differs, part) for part in _joined(tiles)]


def is_alike(before: GreyPicture, now: GreyPicture, box: Rect) -> bool:
    """Whether two pictures of one size are the same in this place."""
    rows, columns = slice(max(0, box.top), box.bottom), slice(max(0, box.left), box.right)
    return bool(np.array_equal(rows_of(before)[rows, columns], rows_of(now)[rows, columns]))


def _tiles(differs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Which tiles have a pixel that differs."""
    height, width = differs.shape
    down, right = -height % TILE, -width % TILE
    padded = np.pad(differs, ((0, down), (0, right))) if down or right else differs
    return np.asarray(padded.reshape(padded.shape[0] // TILE, TILE, -1, TILE).any(axis=(1, 3)))


def _tight(differs: npt.NDArray[Any], part: Rect) -> Rect:
    """The smallest rectangle around what differs in a part."""
    inside = differs[part.top : part.bottom, part.left : part.right]
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    box = Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return box.moved(part.left, part.top)


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


def part_of(picture: GreyPicture, part: Rect, covered: Sequence[Rect] = (), margin: int = 0) -> GreyPicture:
    """A part of the picture as one of its own, with a margin of its paper, and some places covered with paper."""
    cut = rows_of(picture)[part.top : part.bottom, part.left : part.right].copy()
    paper = int(np.bincount(cut.ravel(), minlength=256).argmax())
    for box in covered:
        inside = box.intersection(part).moved(-part.left, -part.top)
        cut[inside.top : inside.bottom, inside.left : inside.right] = paper
    sheet = np.pad(cut, margin, constant_values=paper)
    return GreyPicture(sheet.shape[1], sheet.shape[0], sheet.tobytes())


def stacked(pages: Sequence[GreyPicture]) -> tuple[GreyPicture, list[int]]:
    """Pages that have a margin, one below the other in one picture, each on its own paper, and where each begins."""
    width, tops = max(page.width for page in pages), [0]
    rows = []
    for page in pages:
        pixels = rows_of(page)
        rows.append(np.pad(pixels, ((0, 0), (0, width - page.width)), constant_values=pixels[0, 0]))
        tops.append(tops[-1] + page.height)
    return GreyPicture(width, tops.pop(), np.concatenate(rows).tobytes()), tops
