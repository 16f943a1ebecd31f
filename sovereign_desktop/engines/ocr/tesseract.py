"""Tesseract as a program: a process for each picture, one thread each, nothing on the disk.

A process loads its model before it looks at its stdin, 0.2 of the 0.25 seconds that a line of text takes. So one that
has done this can wait for the next picture. It ends by itself when this program does: its stdin ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import os
import shutil
import sys
from collections.abc import Iterator
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
_A_WORD = "5"
ENLARGED = 1.5
"""Letters of a usual screen are too small for Tesseract: enlarged, fewer lines are lost, in 1.2 times the time."""
DPI = round(96 * ENLARGED)


class TesseractTextRecognizer:
    """Starts the program `tesseract` for each picture. One thread is twice as quick as its default of many."""

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
        """From now on have a process ready for the next picture, 30 MB that wait."""
        self._keeps_ready = True
        await self._make_ready()

    async def close(self) -> None:
        """End the process that waits."""
        self._keeps_ready = False
        async with self._making_ready:
            ready, self._ready = self._ready, None
        if ready is not None:
            await _end(ready)

    async def recognize(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
        """See TextRecognizer."""
        if picture.width < 8 or picture.height < 8:
            return ()  # Tesseract refuses them
        process = self._take_ready() or await self._start()
        larger = enlarged(picture)
        image = b"P5 %d %d 255\n" % larger.size + larger.tobytes()
        try:
            async with asyncio.timeout(self._timeout_s):
                table, _ = await process.communicate(image)
        except TimeoutError as error:
            raise EngineTimeout(f"Reading the screen took longer than {self._timeout_s:.0f} seconds.") from error
        finally:
            await _end(process)
        if process.returncode != 0:
            raise BrokenReply(
                f"Tesseract failed with status {process.returncode}.",
                remedy=f"Check that its language `{self._language}` is installed: `tesseract --list-langs`.",
            )
        with contextlib.suppress(EngineUnavailable):  # this picture has been read; the next one will tell
            await self._make_ready()
        return tuple(read_table(table.decode("utf-8", errors="replace"), 1 / ENLARGED))

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


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def enlarged(picture: GreyPicture) -> Image.Image:
    """The picture, large enough for Tesseract."""
    from PIL import Image  # 40 ms that only a picture is worth

    wanted = (round(picture.width * ENLARGED), round(picture.height * ENLARGED))
    grey = Image.frombytes("L", (picture.width, picture.height), picture.pixels)
    return grey.resize(wanted, Image.Resampling.BILINEAR)


def read_table(table: str, scale: float) -> Iterator[ReadWord]:
    """The words of Tesseract's TSV output, their places times `scale`."""
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != _A_WORD or not text:
            continue
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        box = Rect(int(left * scale), int(top * scale), ceil(right * scale), ceil(bottom * scale))
        yield ReadWord(text, box, float(row["conf"]), line)
