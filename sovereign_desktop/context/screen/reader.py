"""Reads pictures of one monitor, one after the other: what has not changed is not read again."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from sovereign_desktop.context.screen.tiles import MOST_CHANGED, Tiles, grey, joined, stacked
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord, TextRecognizer
from sovereign_desktop.host.screen.base import Shot

MARGIN = 12
"""Paper around a changed part: letters at an edge are misread."""


class ScreenReader:
    """The words of a monitor, kept from picture to picture. `full_reads` and `part_reads` count the work."""

    def __init__(self, recognizer: TextRecognizer) -> None:
        self._recognizer = recognizer
        self._tiles = Tiles()
        self._digest = b""
        self._words: tuple[ReadWord, ...] = ()
        self.full_reads = 0
        self.part_reads = 0

    async def read(self, shot: Shot) -> tuple[ReadWord, ...]:
        """Every word in it, in reading order. Raises EngineError, and then begins afresh the next time."""
        digest = hashlib.blake2b(shot.pixels, digest_size=16).digest()
        if digest == self._digest:
            return self._words
        try:
            self._words = await self._read_anew(grey(shot))
        except BaseException:
            self.forget()
            raise
        self._digest = digest
        return self._words

    def forget(self) -> None:
        """Keep nothing of what was read."""
        self._words, self._digest = (), b""
        self._tiles.forget()

    async def _read_anew(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
        changed = self._tiles.changed(picture)
        if changed == []:
            return self._words
        parts = with_whole_words(changed, self._words) if changed is not None else []
        if not parts or sum(one.sheet.width * one.sheet.height for one in parts) > MOST_CHANGED * len(picture.pixels):
            self.full_reads += 1
            return await self._recognizer.recognize(picture)
        self.part_reads += 1
        return merge(self._words, parts, await self._read_parts(picture, parts))

    async def _read_parts(self, picture: GreyPicture, parts: list[Part]) -> list[list[ReadWord]]:
        """The words of each part, where they stand in the picture."""
        sheet, tops = stacked(picture, [(part.sheet, part.others) for part in parts], MARGIN)
        found: list[list[ReadWord]] = [[] for _ in parts]
        for word in await self._recognizer.recognize(sheet):
            number = bisect.bisect_right(tops, (word.box.top + word.box.bottom) // 2) - 1
            place = parts[number].sheet
            box = word.box.moved(place.left - MARGIN, place.top - MARGIN - tops[number])
            found[number].append(replace(word, box=box))
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """What is read again: what has `changed`, and the `sheet` around it that cuts through none of the words in it.

    `others` are words that the sheet's edges would cut: they have not changed, and are covered.
    """

    changed: Rect
    sheet: Rect
    others: tuple[Rect, ...]


def with_whole_words(changed: Sequence[Rect], words: Sequence[ReadWord]) -> list[Part]:
    """The changed parts with the whole of each word that they touch; those whose sheets would overlap, as one."""
    parts = joined(list(changed))
    while True:
        sheets = []
        for part in parts:
            sheet = part
            for word in words:
                sheet = sheet.union(word.box) if word.box.meets(part) else sheet
            sheets.append(sheet)
        overlapping = next(((a, b) for a, b in combinations(range(len(parts)), 2) if sheets[a].meets(sheets[b])), None)
        if overlapping is None:
            break
        a, b = overlapping
        rest = [part for number, part in enumerate(parts) if number not in overlapping]
        parts = joined([*rest, parts[a].union(parts[b])])
    return [
        Part(part, sheet, tuple(w.box for w in words if w.box.meets(sheet) and not w.box.meets(part)))
        for part, sheet in zip(parts, sheets, strict=True)
    ]


def merge(words: Sequence[ReadWord], parts: Sequence[Part], read: Sequence[Sequence[ReadWord]]) -> tuple[ReadWord, ...]:
    """The words with those of the parts in place of what stood there, in reading order."""
    lines = [_Line(list(line)) for _, line in groupby(words, key=lambda word: word.line)]
    for line in lines:
        line.words = [word for word in line.words if not any(word.box.meets(part.changed) for part in parts)]
    for part, new in zip(parts, read, strict=True):
        for _, group in groupby(new, key=lambda word: word.line):
            _insert(lines, list(group), part.sheet)
    kept = [line for line in lines if line.words]
    return tuple(
        replace(word, line=number)
        for number, line in enumerate(kept)
        for word in sorted(line.words, key=lambda word: word.box.left)
    )


class _Line:
    """A line, and the place that it had before words were taken out of it."""

    def __init__(self, words: list[ReadWord]) -> None:
        self.words = words
        self.box = _around(words)


def _insert(lines: list[_Line], words: list[ReadWord], part: Rect) -> None:
    """Put new words into the line that they belong to, or make one for them where the eye expects it."""
    box = _around(words)
    for line in lines:
        if line.box.meets(part) and _share_of_height(line.box, box) >= 0.5:
            line.words += words
            line.box = line.box.union(box)
            return
    lines.insert(_place(lines, box), _Line(words))


def _place(lines: Sequence[_Line], box: Rect) -> int:
    """Before the first line below it in its column; behind the last one above it; at the end."""
    in_column = [number for number, line in enumerate(lines) if line.box.left < box.right and box.left < line.box.right]
    for number in in_column:
        if lines[number].box.top >= box.top:
            return number
    return in_column[-1] + 1 if in_column else len(lines)


def _around(words: Iterable[ReadWord]) -> Rect:
    first, *others = words
    box = first.box
    for word in others:
        box = box.union(word.box)
    return box


def _share_of_height(line: Rect, box: Rect) -> float:
    common = min(line.bottom, box.bottom) - max(line.top, box.top)
    return common / max(1, min(line.height, box.height))
