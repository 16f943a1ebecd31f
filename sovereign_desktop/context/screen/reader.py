"""Reads pictures of one monitor, one after the other: what has not changed is not read again.

Parts that are put into a text that was read before make it worse bit by bit: lines that were one are two, and so on.
So when the parts, one after the other, come to `MOST_CHANGED` of the page, all of it is read.
"""

from __future__ import annotations

import asyncio
import bisect
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sovereign_desktop.context.screen.cursor import without_cursors
from sovereign_desktop.context.screen.halves import halves_of, shares_of
from sovereign_desktop.context.screen.page import lines as lines_of
from sovereign_desktop.context.screen.parts import Part, merge, parts_to_read
from sovereign_desktop.context.screen.tiles import MOST_CHANGED, changed_parts, grey, is_alike, part_of, stacked
from sovereign_desktop.core.picture import GreyPicture
from sovereign_desktop.engines.base import ReadWord, TextRecognizer
from sovereign_desktop.host.screen.base import Shot

MARGIN = 12
"""Paper around a changed part: letters at an edge are misread."""


class ScreenReader:
    """The words of a monitor, kept from picture to picture. `full_reads` and `part_reads` count the work."""

    def __init__(self, recognizer: TextRecognizer) -> None:
        self._recognizer = recognizer
        self._picture: GreyPicture | None = None
        self._digest = b""
        self._words: tuple[ReadWord, ...] = ()
        self._read_in_parts = 0
        self.full_reads = 0
        self.part_reads = 0

    async def read(self, shot: Shot) -> tuple[ReadWord, ...]:
        """Every word in it, in reading order. Raises EngineError, and then begins afresh the next time."""
        digest = hashlib.blake2b(shot.pixels, digest_size=16).digest()
        if digest == self._digest:
            return self._words
        try:
            await self._read_anew(grey(shot))
        except BaseException:
            self.forget()
            raise
        self._digest = digest
        return self._words

    def forget(self) -> None:
        """Keep nothing of what was read."""
        self._words, self._digest, self._picture = (), b"", None

    async def _read_anew(self, picture: GreyPicture) -> None:
        """Bring the words, and the picture that they were read in, up to this one."""
        before, words = self._picture, self._words
        changed = changed_parts(before, picture)
        parts: list[Part] = []
        if before is not None and changed is not None:
            lines = list(lines_of(words))
            picture, changed = without_cursors(before, picture, changed, lines)
            if not changed:
                return
            parts = parts_to_read(changed, lines, picture)
        self._read_in_parts += sum(one.area for one in parts)
        if not parts or self._read_in_parts > MOST_CHANGED * len(picture.pixels):
            self._read_in_parts = 0
            self.full_reads += 1
            self._words = await self._read_all(picture, is_page=True)
        else:
            self.part_reads += 1
            assert before is not None
            read = await self._read_parts(picture, parts)
            self._words = merge(words, parts, read, lambda word: is_alike(before, picture, word.box))
        self._picture = picture

    async def _read_all(self, picture: GreyPicture, *, is_page: bool) -> tuple[ReadWord, ...]:
        """The words of a picture, half and half at once where it can be cut, and the recogniser can do that."""
        halves = None
        if self._recognizer.at_once > 1:
            halves = await asyncio.to_thread(halves_of, picture, is_page=is_page)
        if halves is None:
            (words,) = await self._recognizer.recognize([picture])
            return words
        # The larger one first: a recogniser may have one process that is ready at once, and another has to start.
        order = sorted(halves.parts, key=lambda part: -part.width * part.height)
        read = await self._read_at_once([[part_of(picture, part)] for part in order])
        words_of = {part: _moved(words, part.left, part.top) for part, (words,) in zip(order, read, strict=True)}
        return halves.joined(*(words_of[part] for part in halves.parts))

    async def _read_parts(self, picture: GreyPicture, parts: list[Part]) -> list[list[ReadWord]]:
        """The words of each part, where they stand in the picture.

        Lines are read together: each tells a recogniser of the letters of the others. What had no words is a page of
        its own: a frame that has come, in one picture with a line, makes it lose words of the line.
        """
        lines = [number for number, part in enumerate(parts) if part.of_lines]
        groups = [lines] * bool(lines) + [[number] for number, part in enumerate(parts) if not part.of_lines]
        pages = [part_of(picture, part.sheet, part.covered, MARGIN) for part in parts]
        sheets = [stacked([pages[number] for number in group]) for group in groups]
        if len(sheets) == 1:
            read = [await self._read_all(sheets[0][0], is_page=False)]
        else:
            read = await self._read_pages([sheet for sheet, _ in sheets])
        found: list[list[ReadWord]] = [[] for _ in parts]
        for group, (_, tops), words in zip(groups, sheets, read, strict=True):
            for word in words:
                place = bisect.bisect_right(tops, (word.box.top + word.box.bottom) // 2) - 1
                sheet = parts[group[place]].sheet
                found[group[place]] += _moved([word], sheet.left - MARGIN, sheet.top - MARGIN - tops[place])
        return found

    async def _read_pages(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        """The words of each page, some of much work at once with the others."""
        shares = [list(range(len(pages)))]
        if self._recognizer.at_once > 1:
            shares = await asyncio.to_thread(shares_of, pages)
        read = await self._read_at_once([[pages[number] for number in share] for share in shares])
        words_of = {
            number: words
            for share, found in zip(shares, read, strict=True)
            for number, words in zip(share, found, strict=True)
        }
        return [words_of[number] for number in range(len(pages))]

    async def _read_at_once(self, shares: Sequence[Sequence[GreyPicture]]) -> list[list[tuple[ReadWord, ...]]]:
        """The words of the pages of each share; when one fails, the others are given up."""
        reading = [asyncio.ensure_future(self._recognizer.recognize(share)) for share in shares]
        try:
            return await asyncio.gather(*reading)
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)


def _moved(words: Iterable[ReadWord], right: int, down: int) -> list[ReadWord]:
    return [replace(word, box=word.box.moved(right, down)) for word in words]
