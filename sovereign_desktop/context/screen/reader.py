"""Reads pictures of one monitor, one after the other: what has not changed is not read again."""

from __future__ import annotations

import asyncio
import bisect
import hashlib
from dataclasses import replace

from sovereign_desktop.context.screen.cursor import without_cursors
from sovereign_desktop.context.screen.halves import halves_of
from sovereign_desktop.context.screen.page import lines as lines_of
from sovereign_desktop.context.screen.parts import Part, merge, parts_to_read
from sovereign_desktop.context.screen.tiles import MOST_CHANGED, changed_parts, grey, rows_of, stacked
from sovereign_desktop.core.picture import GreyPicture, Rect
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
        if not parts or sum(one.area for one in parts) > MOST_CHANGED * len(picture.pixels):
            self.full_reads += 1
            self._words = await self._read_all(picture, is_page=True)
        else:
            self.part_reads += 1
            self._words = merge(words, parts, await self._read_parts(picture, parts))
        self._picture = picture

    async def _read_all(self, picture: GreyPicture, *, is_page: bool) -> tuple[ReadWord, ...]:
        """The words of a picture, half and half at once where it can be cut, and the recogniser can do that."""
        halves = None
        if self._recognizer.at_once > 1:
            halves = await asyncio.to_thread(halves_of, picture, is_page=is_page)
        if halves is None:
            return await self._recognizer.recognize(picture)
        # The larger one first: a recogniser may have one process that is ready at once, and another has to start.
        larger_first = sorted(halves.parts, key=lambda part: -part.width * part.height)
        reading = {part: asyncio.ensure_future(self._read_half(picture, part)) for part in larger_first}
        try:
            return halves.joined(*await asyncio.gather(*(reading[part] for part in halves.parts)))
        finally:
            for task in reading.values():
                task.cancel()
            await asyncio.gather(*reading.values(), return_exceptions=True)

    async def _read_half(self, picture: GreyPicture, part: Rect) -> list[ReadWord]:
        cut = rows_of(picture)[part.top : part.bottom, part.left : part.right]
        words = await self._recognizer.recognize(GreyPicture(part.width, part.height, cut.tobytes()))
        return [replace(word, box=word.box.moved(part.left, part.top)) for word in words]

    async def _read_parts(self, picture: GreyPicture, parts: list[Part]) -> list[list[ReadWord]]:
        """The words of each part, where they stand in the picture."""
        sheet, tops = stacked(picture, [(part.sheet, part.covered) for part in parts], MARGIN)
        found: list[list[ReadWord]] = [[] for _ in parts]
        for word in await self._read_all(sheet, is_page=False):
            number = bisect.bisect_right(tops, (word.box.top + word.box.bottom) // 2) - 1
            place = parts[number].sheet
            box = word.box.moved(place.left - MARGIN, place.top - MARGIN - tops[number])
            found[number].append(replace(word, box=box))
        return found
