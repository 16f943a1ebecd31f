"""A page in two halves, for two cores to read at once: a recogniser's own threads gain less than they cost.

The cut goes through no letter and between no words of a line: down between two columns, or across between two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sovereign_desktop.context.screen.page import lines as lines_of
from sovereign_desktop.context.screen.parts import around
from sovereign_desktop.context.screen.tiles import rows_of
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

EVEN = 8
"""Neighbouring pixels that differ by no more, of 255, are of the same ground."""
STRAIGHT = 20
"""What goes on unchanged for so many pixels on both sides of a cut is a frame or a ground, and no letter."""
BETWEEN_LINES, BETWEEN_COLUMNS = 2, 24
"""So many pixels wide is the way of a cut at least: words of a line stand closer than columns."""
LEAST_EDGES = 200_000
"""Of a page with less in it, some hundred words, a recogniser sees too few lines in each half to tell columns from
words that happen to begin below each other."""
LEAST_EDGES_OF_PARTS = 30_000
"""Parts have their lines from the page around them; little ones are read before a second recogniser has begun."""
MOST_IN_ONE = 0.8
"""Of the edges: a cut that leaves more of them on one side gains nothing."""
AS_EVEN, AS_WIDE = 0.05, 0.6
"""Of the cuts that are as even as the best, within that share of the edges, those through ways that are nearly as wide
as the widest: between a letter and its dot, or a name and the underscores in it, is a way too, but a narrow one."""
FOLLOWS_WITHIN = 3
"""Heights of a line: what stands closer below another line goes on with it."""
_Marks = npt.NDArray[np.bool_]
Words = Sequence[ReadWord]


@dataclass(frozen=True, slots=True)
class Halves:
    """Two parts that are all of a page, and how their words become one text."""

    parts: tuple[Rect, Rect]
    joined: Callable[[Words, Words], tuple[ReadWord, ...]]


def halves_of(picture: GreyPicture, *, is_page: bool = True) -> Halves | None:
    """The two halves with the most even share of work; None where no cut is worth it, or none is possible.

    The picture is of a page, or of parts of one.
    """
    width, height = picture.width, picture.height
    if min(width, height) <= 2 * STRAIGHT:
        return None
    across, down = _edges(picture)
    edges = across | down
    if np.count_nonzero(edges) < (LEAST_EDGES if is_page else LEAST_EDGES_OF_PARTS):
        return None
    beside = _evenest(_crossed(down.T, across.T), edges.sum(axis=0), BETWEEN_COLUMNS)
    below = _evenest(_crossed(across, down), edges.sum(axis=1), BETWEEN_LINES)
    share, at = min(beside, below)
    if share > MOST_IN_ONE:
        return None
    if (share, at) == beside:
        return Halves((Rect(0, 0, at, height), Rect(at, 0, width, height)), _one_beside_the_other)
    return Halves((Rect(0, 0, width, at), Rect(0, at, width, height)), _one_below_the_other)


def shares_of(pages: Sequence[GreyPicture]) -> list[list[int]]:
    """The numbers of the pages in two shares of work, the larger one first; in one where that gains nothing."""
    work = [int(np.count_nonzero(across | down)) for across, down in map(_edges, pages)]
    if sum(work) < LEAST_EDGES_OF_PARTS:
        return [list(range(len(pages)))]
    shares: list[list[int]] = [[], []]
    for number in sorted(range(len(pages)), key=lambda number: -work[number]):
        min(shares, key=lambda share: sum(work[one] for one in share)).append(number)
    return sorted(shares, key=lambda share: -sum(work[number] for number in share))


def _edges(picture: GreyPicture) -> tuple[_Marks, _Marks]:
    """Which pixels differ from the next one in their row, and which from the one below."""
    pixels = rows_of(picture).astype(np.int16)
    across = np.abs(np.diff(pixels, axis=1, append=pixels[:, -1:])) > EVEN
    down = np.abs(np.diff(pixels, axis=0, append=pixels[-1:])) > EVEN
    return across, down


def _crossed(along: _Marks, against: _Marks) -> _Marks:
    """Which rows cut through something: an edge along the row that does not go straight on above and below it.

    `along` marks pixels that differ from the next one in their row, `against` those that differ from the one below.
    """
    changes = np.zeros((against.shape[0] + 2 * STRAIGHT + 1, against.shape[1]), np.int16)
    np.cumsum(np.pad(against, ((STRAIGHT, STRAIGHT), (0, 0))), axis=0, dtype=np.int16, out=changes[1:])
    bends = (changes[2 * STRAIGHT :] != changes[: -2 * STRAIGHT])[: along.shape[0]]
    bends[:, :-1] |= bends[:, 1:]
    return np.asarray((along & bends).any(axis=1))


def _evenest(crossed: _Marks, edges: npt.NDArray[Any], least: int) -> tuple[float, int]:
    """The larger share of the edges at the most even cut, and where that is; (1, 0) when there is none."""
    up_to = np.concatenate(([0], np.cumsum(edges)))
    whole = float(up_to[-1])
    cuts = []
    for begin, end in _ways(crossed):
        if end - begin >= least:
            before = float(up_to[(begin + end) // 2])
            cuts.append((max(before, whole - before) / whole, (begin + end) // 2, end - begin))
    best = min(cuts, default=(1.0, 0, 0))[0]
    even = [cut for cut in cuts if cut[0] <= best + AS_EVEN]
    widest = max((wide for _, _, wide in even), default=0)
    return min(((share, at) for share, at, wide in even if wide >= AS_WIDE * widest), default=(1.0, 0))


def _ways(crossed: _Marks) -> Iterator[tuple[int, int]]:
    """The runs of rows that cut through nothing."""
    turns = np.flatnonzero(np.diff(np.concatenate(([True], crossed, [True]))))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _one_beside_the_other(left: Words, right: Words) -> tuple[ReadWord, ...]:
    return _numbered([*lines_of(left), *lines_of(right)])


def _one_below_the_other(above: Words, below: Words) -> tuple[ReadWord, ...]:
    """Columns that go on below the cut are read to their end before the next one; what goes on from the same line, and
    what stands alone, stays in the order in which it was read."""
    lines = [(around(line), line) for line in lines_of(above)]
    goes_on: dict[int, list[Words]] = {number: [] for number in range(len(lines))}
    alone: list[Words] = []
    placed = [(box, goes_on[number]) for number, (box, _) in enumerate(lines)]
    for line in lines_of(below):
        box = around(line)
        behind = [(other.top, number) for number, (other, _) in enumerate(placed) if _follows(box, other)]
        place = placed[max(behind)[1]][1] if behind else alone
        place.append(line)
        placed.append((box, place))
    return _numbered([*(one for number, (_, line) in enumerate(lines) for one in (line, *goes_on[number])), *alone])


def _follows(box: Rect, other: Rect) -> bool:
    """Whether a line stands close below another one."""
    height = max(1, box.height)
    return (
        0 < box.top - other.top <= (FOLLOWS_WITHIN + 1) * height and other.left < box.right and box.left < other.right
    )


def _numbered(lines: Sequence[Words]) -> tuple[ReadWord, ...]:
    return tuple(replace(word, line=number) for number, line in enumerate(lines) for word in line)
