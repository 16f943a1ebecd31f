"""Tesseract as a library, where the package tesserocr is installed: the model is loaded once, not for each picture."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import EngineTimeout, EngineUnavailable
from sovereign_desktop.core.picture import GreyPicture
from sovereign_desktop.engines.base import ReadWord
from sovereign_desktop.engines.ocr.tesseract import DPI, ENLARGED, enlarged, is_readable, read_table


class TesserocrTextRecognizer:
    """Reads in a thread, one page at a time."""

    name = "tesserocr"
    at_once = 1

    def __init__(self, language: str = "eng", *, timeout_s: float = 30.0) -> None:
        self._language = language
        self._timeout_s = timeout_s
        self._api: Any = None
        self._busy = asyncio.Lock()

    async def availability(self) -> Availability:
        if find_spec("tesserocr") is None:
            return Availability(False, "the package tesserocr is not installed", "Tesseract itself will do as well.")
        return Availability(True, "the package tesserocr")

    async def prepare(self) -> None:
        """Load the model."""
        if self._api is None:
            self._api = await asyncio.to_thread(self._load)

    async def close(self) -> None:
        if self._api is not None:
            self._api.End()
            self._api = None

    async def recognize(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        """See TextRecognizer. A library can't be stopped from outside: it stops at its own deadline."""
        async with self._busy:
            await self.prepare()
            return [await asyncio.to_thread(self._read, page) if is_readable(page) else () for page in pages]

    def _load(self) -> Any:
        os.environ["OMP_THREAD_LIMIT"] = "1"  # read when the library is loaded
        import tesserocr

        try:
            return tesserocr.PyTessBaseAPI(lang=self._language)
        except RuntimeError as error:
            raise EngineUnavailable(
                "tesserocr can't be used.", remedy=f"Check that its language `{self._language}` is installed."
            ) from error

    def _read(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
        self._api.SetImage(enlarged(picture))
        self._api.SetSourceResolution(DPI)
        if not self._api.Recognize(round(1000 * self._timeout_s)):
            raise EngineTimeout(f"Reading the screen took longer than {self._timeout_s:.0f} seconds.")
        table = self._api.GetTSVText(0)
        return tuple(read_table(HEAD + table, 1 / ENLARGED).get(1, ()))


HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
"""The library's table has none."""
