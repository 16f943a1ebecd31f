"""Tesseract as a program: a process each time, with one thread, nothing on the disk.

A process loads its model before it looks at its stdin, 0.2 of the 0.25 seconds that a line of text takes. So one that
has done this can wait for the next pages. It ends by itself when this program does: its stdin ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, EngineUnavailable
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

if TYPE_CHECKING:
    from PIL import Image

_HOW_TO_INSTALL = (
    "Install Tesseract: `apt install tesseract-ocr`, `brew install tesseract`, or its installer for Windows."
)
_LANGUAGE_MISSING = 1
_A_WORD = "5"
_SMALLEST = 8
"""Pixels: Tesseract refuses less."""
_ENDING_S = 2.0
ENLARGED = 1.5
"""Letters of a usual screen are too small for Tesseract: enlarged, fewer lines are lost, in 1.2 times the time."""
DPI = round(96 * ENLARGED)


class TesseractTextRecognizer:
    """Starts the program `tesseract` each time. One thread is twice as quick as its default of many."""

    name = "tesseract"

    def __init__(self, language: str = "eng", *, timeout_s: float = 30.0, program: str = "tesseract") -> None:
        self._language = language
        self._timeout_s = timeout_s
        self._program = program
        self._keeps_ready = False
        self._ready: asyncio.subprocess.Process | None = None
        self._making_ready = asyncio.Lock()

    @property
    def at_once(self) -> int:
        """As many as there are cores for it, with a process each."""
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1

    async def availability(self) -> Availability:
        path = shutil.which(self._program)
        if path is None:
            return Availability(False, "Tesseract is not installed", _HOW_TO_INSTALL)
        return Availability(True, path)

    async def prepare(self) -> None:
        """From now on have a process ready for the next pages, 30 MB that wait."""
        self._keeps_ready = True
        await self._make_ready()

    async def close(self) -> None:
        """End the process that waits."""
        self._keeps_ready = False
        async with self._making_ready:
            ready, self._ready = self._ready, None
        if ready is not None:
            await _end(ready)

    async def recognize(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        """See TextRecognizer. Each page is a page to Tesseract too: what stands in one has no part in another."""
        readable = [number for number, page in enumerate(pages) if is_readable(page)]
        if not readable:
            return [()] * len(pages)
        table = await self._table(_tiff([enlarged(pages[number]) for number in readable]))
        with contextlib.suppress(EngineUnavailable):  # these pages have been read; the next ones will tell
            await self._make_ready()
        read = read_table(table, 1 / ENLARGED)
        of_page = {number: tuple(read.get(place, ())) for place, number in enumerate(readable, 1)}
        return [of_page.get(number, ()) for number in range(len(pages))]

    async def _table(self, image: bytes) -> str:
        """Tesseract's answer. A process that waited may have been ended meanwhile: then a new one is asked."""
        try:
            async with asyncio.timeout(self._timeout_s):
                ready = self._take_ready()
                status, table = await _answer(ready, image) if ready is not None else (None, "")
                if status != 0:
                    status, table = await _answer(await self._start(), image)
        except TimeoutError as error:
            raise EngineTimeout(f"Reading the screen took longer than {self._timeout_s:.0f} seconds.") from error
        if status == _LANGUAGE_MISSING:
            remedy = f"Check that its language `{self._language}` is installed: `tesseract --list-langs`."
            raise BrokenReply("Tesseract failed.", remedy=remedy)
        if status != 0:
            raise BrokenReply(f"Tesseract failed with status {status}.", remedy="The next look tries again.")
        return table

    async def _make_ready(self) -> None:
        async with self._making_ready:
            if self._keeps_ready and (self._ready is None or self._ready.returncode is not None):
                self._ready = await self._start()

    def _take_ready(self) -> asyncio.subprocess.Process | None:
        """The process that waits, unless it has ended meanwhile."""
        ready, self._ready = self._ready, None
        return ready if ready is not None and ready.returncode is None else None

    async def _start(self) -> asyncio.subprocess.Process:
        arguments = ("-", "-", "-l", self._language, "--psm", "3", "--dpi", str(DPI), "tsv")
        try:
            return await asyncio.create_subprocess_exec(
                self._program,
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            )
        except OSError as error:
            raise EngineUnavailable("Tesseract can't be started.", remedy=_HOW_TO_INSTALL) from error


async def _answer(process: asyncio.subprocess.Process, image: bytes) -> tuple[int | None, str]:
    """How it ended, and its table. It does not outlive this."""
    try:
        table, _ = await process.communicate(image)
        return process.returncode, table.decode("utf-8", errors="replace")
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill it. `tesseract` may be a script that has started the real one: that ends with its stdin."""
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDING_S):
            await process.communicate()  # waits for the ends of the pipes, too


def is_readable(page: GreyPicture) -> bool:
    """Whether it is as large as Tesseract wants a picture to be."""
    return page.width >= _SMALLEST and page.height >= _SMALLEST


def enlarged(picture: GreyPicture) -> Image.Image:
    """The picture, large enough for Tesseract."""
    from PIL import Image  # 40 ms that only a picture is worth

    wanted = (round(picture.width * ENLARGED), round(picture.height * ENLARGED))
    grey = Image.frombytes("L", (picture.width, picture.height), picture.pixels)
    return grey.resize(wanted, Image.Resampling.BILINEAR)


def _tiff(pages: Sequence[Image.Image]) -> bytes:
    """The pages as one file, the only kind of which Tesseract reads several from its stdin."""
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def read_table(table: str, scale: float) -> dict[int, list[ReadWord]]:
    """The words of each page of Tesseract's TSV output, counted from 1, their places times `scale`."""
    pages: dict[int, list[ReadWord]] = {}
    for page, word in _words(csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), scale):
        pages.setdefault(page, []).append(word)
    return pages


def _words(rows: Iterable[dict[str, str]], scale: float) -> Iterator[tuple[int, ReadWord]]:
    lines: dict[tuple[str, ...], int] = {}
    for row in rows:
        text = (row.get("text") or "").strip()
        if row.get("level") != _A_WORD or not text:
            continue
        line = lines.setdefault((row["page_num"], row["block_num"], row["par_num"], row["line_num"]), len(lines))
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        box = Rect(int(left * scale), int(top * scale), ceil(right * scale), ceil(bottom * scale))
        yield int(row["page_num"]), ReadWord(text, box, float(row["conf"]), line)
