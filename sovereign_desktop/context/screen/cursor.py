"""Text cursors: where one stands before, between or in letters, the letters are still those that were there.

A recogniser takes a cursor for an l or a bracket, or loses the word that it touches. Therefore it is taken out of the
picture before anything is read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sovereign_desktop.context.screen.parts import around
from sovereign_desktop.context.screen.tiles import Pixels, rows_of
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

LOWEST = 8
"""No cursor is lower, in pixels."""
THINNEST, THIN = 3, 6
"""A cursor that hides what is behind it is so many pixels wide, or this part of its height."""
BESIDE = 12
"""So many pixels on both sides of a cursor tell what the paper is."""
BELOW = 0.1
"""Of a line's height: a cursor goes at least so far below the letters without a tail, an l does not."""
NEAR = 4
"""So many of its heights beside a line, a bar is still in it."""
LETTERS = 0.4
"""Of a line's height: what is lower is a dash or a quotation mark, and does not stand where letters do."""


def without_cursors(
    before: GreyPicture, now: GreyPicture, changed: Sequence[Rect], lines: Sequence[Sequence[ReadWord]]
) -> tuple[GreyPicture, list[Rect]]:
    """The picture with what was there before in place of each cursor that has come, and what else has changed.

    `lines` are those of the picture before; they tell how high letters are. A cursor that was there before and is gone
    is a change: what was read with it is to be read without it.
    """
    old, new = rows_of(before), rows_of(now)
    cursors = [part for part in changed if _is_bar(old, new, part) and _is_higher_than_letters(part, lines)]
    if not cursors:
        return now, list(changed)
    clean = new.copy()
    for box in cursors:
        clean[_inside(box)] = old[_inside(box)]
    return GreyPicture(now.width, now.height, clean.tobytes()), [part for part in changed if part not in cursors]


def _inside(box: Rect) -> tuple[slice, slice]:
    return slice(box.top, box.bottom), slice(box.left, box.right)


def _is_bar(old: Pixels, new: Pixels, box: Rect) -> bool:
    """Whether an upright bar has come: of one shade from top to bottom, or the inverse of what was there."""
    if box.height < LOWEST or box.width > box.height:
        return False
    bar, was = new[_inside(box)], old[_inside(box)]
    paper = _paper_beside(new, box)
    if np.mean(bar == paper) > 0.5:  # it has gone
        return False
    if np.abs(bar.astype(int) + was - 255).max() <= 1:
        return True
    is_thin = box.width <= max(THINNEST, box.height // THIN)
    return not np.ptp(bar, axis=0).any() and (is_thin or bool(np.all(was == paper)))


def _paper_beside(pixels: Pixels, box: Rect) -> int:
    left = pixels[box.top : box.bottom, max(0, box.left - BESIDE) : box.left]
    right = pixels[box.top : box.bottom, box.right : box.right + BESIDE]
    return int(np.bincount(np.concatenate((left.ravel(), right.ravel())), minlength=256).argmax())


def _is_higher_than_letters(bar: Rect, lines: Sequence[Sequence[ReadWord]]) -> bool:
    """Whether it reaches above and below the letters of the line that it stands in, as no letter does."""
    for line in lines:
        box = around(line)
        common = min(box.bottom, bar.bottom) - max(box.top, bar.top)
        if common < box.height / 2 or not box.grown(NEAR * bar.height, 0).meets(bar):
            continue
        foot = min(word.box.bottom for word in line if word.box.height >= LETTERS * box.height)
        if bar.top > box.top + 1 or bar.bottom < foot + BELOW * box.height:
            return False
    return True
