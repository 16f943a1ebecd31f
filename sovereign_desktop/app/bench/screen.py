"""`bench screen`: what reading the screen costs when nothing, a little or all of it has changed.

A dense page of 1920 by 1080 pixels, by the same code that reads the real screen, beside pytesseract as it comes. Looks
are some time apart, as they are in use, so that a recogniser can make ready for the next one; the work itself, in
seconds of a core, has this in it. Where there is a screen, also how much of a core the looking takes while that screen
stands still.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_desktop.config.sections.screen import Ocr, ScreenContext, ScreenPrivacy, WhenExcluded
from sovereign_desktop.context.screen.glance import Glance
from sovereign_desktop.context.screen.watch import ScreenWatch
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.display import display_name
from sovereign_desktop.host.screen.base import Shot

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 1920, 1080
CHANGED = Rect(700, 420, 1186, 633)
"""5 % of the picture, in its middle."""
STILL_S = 30.0
BETWEEN_S = 1.0
_WORDS = (
    "harbour", "letter", "window", "morning", "engine", "paper", "number", "answer", "garden", "record", "market",
    "signal", "evening", "bridge", "summer", "station", "picture", "measure", "kitchen", "library", "weather",
    "journey", "village", "history", "machine", "quarter", "surface", "balance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScreenBench:
    """Medians in milliseconds.

    `changed_work` is the work of a changed part, by that of the whole page (None on Windows, which does not tell);
    `still_share` the part of a core that a still screen takes (None without a screen).
    """

    full_ms: float
    unchanged_ms: float
    changed_ms: float
    plain_ms: float
    changed_work: float | None
    still_share: float | None

    def as_json(self) -> dict[str, Any]:
        return {
            "ms": {
                "full": round(self.full_ms, 1),
                "unchanged": round(self.unchanged_ms, 2),
                "five_percent_changed": round(self.changed_ms, 1),
                "plain_pytesseract": round(self.plain_ms, 1),
            },
            "unchanged_of_full": round(self.unchanged_ms / self.full_ms, 5),
            "changed_of_full": round(self.changed_ms / self.full_ms, 4),
            "changed_of_full_in_work": None if self.changed_work is None else round(self.changed_work, 4),
            "full_of_plain": round(self.full_ms / self.plain_ms, 3),
            "still_desktop_share_of_core": None if self.still_share is None else round(self.still_share, 5),
        }

    def as_text(self) -> str:
        work = "not measured" if self.changed_work is None else f"{self.changed_work:.3f} of the work for all"
        still = "not measured: no screen" if self.still_share is None else f"{100 * self.still_share:.2f} % of a core"
        return "\n".join(
            (
                f"all of it                {self.full_ms:>9.1f} ms, {self.full_ms / self.plain_ms:.2f} of pytesseract",
                f"5 % of it changed        {self.changed_ms:>9.1f} ms, {self.changed_ms / self.full_ms:.3f} of all",
                f"work for 5 %              {work}",
                f"nothing changed          {self.unchanged_ms:>9.2f} ms, {self.unchanged_ms / self.full_ms:.4f} of all",
                f"pytesseract, as it comes {self.plain_ms:>9.1f} ms",
                f"a still screen           {still}",
            )
        )


async def bench_screen(rounds: int = 3, *, debug: bool = False) -> ScreenBench:
    """Measure. Takes a minute."""
    del debug
    from sovereign_desktop.context.screen.reader import ScreenReader
    from sovereign_desktop.engines.ocr.choose import choose_ocr

    recognizer = await choose_ocr(Ocr(timeout_s=300))
    await recognizer.prepare()
    reader = ScreenReader(recognizer)
    pages = [dense_page(1), with_change(dense_page(1), 2)]
    shots = [_shot(page) for page in pages]
    full, unchanged, changed, plain = _Times(), _Times(), _Times(), _Times()
    for _ in range(rounds):
        reader.forget()
        await full.take(lambda: reader.read(shots[0]))
        for _ in range(5):
            await unchanged.take(lambda: reader.read(shots[0]))
        await changed.take(lambda: reader.read(shots[1]))
        await plain.take(lambda: asyncio.to_thread(_plain, pages[0]))
    await recognizer.close()
    return ScreenBench(
        full_ms=full.ms,
        unchanged_ms=unchanged.ms,
        changed_ms=changed.ms,
        plain_ms=plain.ms,
        changed_work=None if sys.platform == "win32" else changed.core_s / full.core_s,
        still_share=await _still_share() if display_name() else None,
    )


class _Times:
    """What the same work took, again and again."""

    def __init__(self) -> None:
        self._took: list[tuple[float, float]] = []

    async def take(self, work: Callable[[], Awaitable[object]]) -> None:
        await asyncio.sleep(BETWEEN_S)
        started, used = time.perf_counter(), _used_s()
        await work()
        self._took.append((time.perf_counter() - started, _used_s() - used))

    @property
    def ms(self) -> float:
        return 1000 * statistics.median(wall for wall, _ in self._took)

    @property
    def core_s(self) -> float:
        return statistics.median(used for _, used in self._took)


def _used_s() -> float:
    """Seconds of a core that this process and its ended children have used; what waits counts when it has ended."""
    return sum(os.times()[:4])


def _plain(page: Image.Image) -> None:
    import pytesseract

    pytesseract.image_to_string(page)


async def _still_share() -> float | None:
    """What the looking takes of a core, once everything has been read."""
    privacy = ScreenPrivacy(when_excluded=WhenExcluded.CUT)
    watch = ScreenWatch(ScreenContext(privacy=privacy, ocr=Ocr(timeout_s=300)))
    await watch.switch(True)
    try:
        report = await watch.looked(120)
        if not isinstance(report, Glance):
            raise SovereignError(f"The screen could not be looked at. {report.reason}", remedy=report.remedy)
        if watch.pid is None or not Path(f"/proc/{watch.pid}/stat").exists():
            return None
        before, since = _cpu_s(watch.pid), time.monotonic()
        await asyncio.sleep(STILL_S)
        return (_cpu_s(watch.pid) - before) / (time.monotonic() - since)
    finally:
        await watch.close()


def _cpu_s(pid: int) -> float:
    """What a process and its ended children have used, on Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def dense_page(seed: int) -> Image.Image:
    """A page full of words, in the size in which programs show them."""
    from PIL import Image

    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    _fill(page, Rect(8, 8, WIDTH - 8, HEIGHT - 8), seed)
    return page


def with_change(page: Image.Image, seed: int) -> Image.Image:
    """The page with other words in 5 % of it."""
    page.paste("white", (CHANGED.left, CHANGED.top, CHANGED.right, CHANGED.bottom))
    _fill(page, CHANGED, seed)
    return page


def _fill(page: Image.Image, box: Rect, seed: int) -> None:
    from PIL import ImageDraw, ImageFont

    words = random.Random(seed)  # noqa: S311 - words for a page
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    y = box.top
    while y + 20 <= box.bottom:
        x = float(box.left)
        while True:
            word = words.choice(_WORDS) + " "
            if x + (width := pen.textlength(word, font=font)) > box.right:
                break
            pen.text((x, y), word, fill="black", font=font)
            x += width
        y += 21


def _shot(page: Image.Image) -> Shot:
    return Shot(Rect(0, 0, page.width, page.height), bytearray(page.convert("RGBA").tobytes("raw", "BGRA")))
