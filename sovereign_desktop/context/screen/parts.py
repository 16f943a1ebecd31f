"""What is read again of a page where some of it has changed, and how its words come into the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from statistics import median_low

from sovereign_desktop.context.screen.page import lines as lines_of
from sovereign_desktop.context.screen.tiles import joined
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

CONTEXT = 0.08
"""Of the picture: as long as it is no more, whole lines are read again, or else words with their neighbours."""
EDGE = 3
"""Around words: a recogniser's boxes cut accents and the edges of letters off."""
LESS_SURE = 20
"""Of 100: a reading of what has not changed is worse than the one before when it is so much less sure."""
Words = Sequence[ReadWord]


@dataclass(frozen=True, slots=True)
class Part:
    """What is read again: a `sheet` that cuts through no word. The `others` in it are not, and are `covered`.

    Whether it is `of_lines` says whether there were words to read again.
    """

    sheet: Rect
    others: tuple[Rect, ...]
    covered: tuple[Rect, ...]
    of_lines: bool

    @property
    def area(self) -> int:
        return self.sheet.width * self.sheet.height

    def has(self, word: ReadWord) -> bool:
        """Whether a word of the page before is read again here."""
        return word.box.meets(self.sheet) and word.box not in self.others


def parts_to_read(changed: Sequence[Rect], lines: Sequence[Words], picture: GreyPicture) -> list[Part]:
    """The changed parts with all of each line that they touch, or with less of it where that is too much."""
    page = Rect(0, 0, picture.width, picture.height)
    placed = [(around(line), line) for line in lines]
    for wanted in (_line, _with_neighbours):
        parts = _parts(changed, placed, wanted, page)
        if sum(part.area for part in parts) <= CONTEXT * len(picture.pixels):
            return parts
    return _parts(changed, placed, _touched, page)


def _line(change: Rect, line: Words) -> Words:
    """All of a line that a change touches."""
    del change
    return line


def _with_neighbours(change: Rect, line: Words) -> Words:
    """What a change touches, and a word more on each side: beside a change, boxes of words are not sure."""
    touched = [number for number, word in enumerate(line) if _touches(change, word.box)]
    return line[max(0, touched[0] - 1) : touched[-1] + 2] if touched else ()


def _touched(change: Rect, line: Words) -> Words:
    return [word for word in line if _touches(change, word.box)]


def _parts(
    changed: Sequence[Rect], lines: Sequence[tuple[Rect, Words]], wanted: Callable[[Rect, Words], Words], page: Rect
) -> list[Part]:
    """The changed parts with what is wanted of each line that they touch; those whose sheets would overlap, as one."""
    changes = joined(list(changed))
    while True:
        again = [
            [word for box, line in lines if _touches(change, box) for word in wanted(change, line)]
            for change in changes
        ]
        sheets = [
            reduce(Rect.union, (word.box for word in words), change)
            for change, words in zip(changes, again, strict=True)
        ]
        overlapping = next(((a, b) for a, b in combinations(range(len(sheets)), 2) if sheets[a].meets(sheets[b])), None)
        if overlapping is None:
            break
        a, b = overlapping
        rest = [change for number, change in enumerate(changes) if number not in overlapping]
        changes = joined([*rest, changes[a].union(changes[b])])
    words = [word for _, line in lines for word in line]
    return [
        _part(change, sheet.grown(EDGE, EDGE).intersection(page), words, read)
        for change, sheet, read in zip(changes, sheets, again, strict=True)
    ]


def _touches(change: Rect, box: Rect) -> bool:
    """Whether a change is in a piece of text, or beside it so near that it may belong to it."""
    return change.meets(box.grown(box.height, EDGE))


def _part(change: Rect, sheet: Rect, words: Words, again: Words) -> Part:
    kept = {id(word) for word in again}
    others = tuple(word.box for word in words if word.box.meets(sheet) and id(word) not in kept)
    covered: Sequence[Rect] = others
    for box in (change, *(word.box for word in again)):
        covered = [rest for other in covered for rest in other.without(box)]
    return Part(sheet, others, tuple(covered), of_lines=bool(again))


def merge(
    words: Words, parts: Sequence[Part], read: Sequence[Words], is_as_it_was: Callable[[ReadWord], bool]
) -> tuple[ReadWord, ...]:
    """The words with those of the parts in place of what stood there, in reading order.

    A word that is as it was and that the recogniser misses this time, or is much less sure of, has not gone.
    """
    lines = [_Line(list(line)) for line in lines_of(words)]
    for part, new in zip(parts, read, strict=True):
        again = [word for word in words if part.has(word)]
        kept = [word for word in again if not _is_better(new, word) and is_as_it_was(word)]
        gone = {id(word) for word in again} - {id(word) for word in kept}
        for line in lines:
            line.words = [word for word in line.words if id(word) not in gone]
        for group in lines_of(new):
            if fresh := [word for word in group if not any(word.box.meets(one.box) for one in kept)]:
                _insert(lines, fresh, part.sheet)
    left = [line for line in lines if line.words]
    return tuple(
        word if word.line == number else replace(word, line=number)
        for number, line in enumerate(left)
        for word in sorted(line.words, key=lambda word: word.box.left)
    )


def _is_better(read: Words, word: ReadWord) -> bool:
    """Whether there is a reading for the place of a word that is about as sure as the one before."""
    return any(word.box.meets(one.box) and one.confidence > word.confidence - LESS_SURE for one in read)


class _Line:
    """A line, and the place that it had before words were taken out of it.

    It is as high as most of its words: one that reached down with each word that stands a little lower would come to
    take words of the next.
    """

    def __init__(self, words: list[ReadWord]) -> None:
        self.words = words
        top, bottom = (median_low(edge) for edge in zip(*((one.box.top, one.box.bottom) for one in words), strict=True))
        self.box = replace(around(words), top=top, bottom=bottom)


def _insert(lines: list[_Line], words: list[ReadWord], sheet: Rect) -> None:
    """Put new words into the lines that they belong to, or make one for them where the eye expects it.

    What was read as one line may be several here, side by side: the page was read with columns.
    """
    near = [line for line in lines if line.box.meets(sheet)]
    places = [line.box for line in near]
    new: list[ReadWord] = []
    for word in words:
        in_row = [(_apart(box, word.box), number) for number, box in enumerate(places) if _shares_row(box, word.box)]
        if not in_row:
            new.append(word)
            continue
        line = near[min(in_row)[1]]
        line.words.append(word)
        line.box = replace(line.box, left=min(line.box.left, word.box.left), right=max(line.box.right, word.box.right))
    if new:
        lines.insert(_place(lines, around(new)), _Line(new))


def _place(lines: Sequence[_Line], box: Rect) -> int:
    """Before the first line below it in its column, behind the last above it, behind what it continues; at the end."""
    in_column = [number for number, line in enumerate(lines) if line.box.left < box.right and box.left < line.box.right]
    below = [number for number in in_column if lines[number].box.top >= box.top]
    places = below[:1] or [number + 1 for number in in_column[-1:]]
    places += [
        number + 1 for number, line in enumerate(lines) if line.box.right <= box.left and _shares_row(line.box, box)
    ]
    return max(places, default=len(lines))


def around(words: Iterable[ReadWord]) -> Rect:
    """The smallest rectangle around words; there is at least one."""
    boxes = [word.box for word in words]
    return Rect(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _apart(line: Rect, box: Rect) -> int:
    """How far a word stands beside a line."""
    return max(0, line.left - box.right, box.left - line.right)


def _shares_row(line: Rect, box: Rect) -> bool:
    common = min(line.bottom, box.bottom) - max(line.top, box.top)
    return common >= 0.5 * max(1, min(line.height, box.height))
