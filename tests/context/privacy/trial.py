"""Pages through the real recogniser and the filter: which secrets pass, and how much harmless text is lost.

A secret has passed when 80 % of its characters, in their order, stand outside of placeholders: the edit distance to
the nearest piece of text is at most a fifth of its length. Spaces do not count.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

from sovereign_desktop.context.privacy.filter import PrivacyFilter
from sovereign_desktop.context.screen.page import page_text, redact_page
from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.engines.base import TextRecognizer
from sovereign_desktop.host.screen.base import Shot
from tests.context.privacy import harmless, secrets
from tests.context.privacy.entries import Entry
from tests.context.privacy.layouts import LAYOUTS

ENTRIES_A_PAGE = 6
PASSED_SHARE = 0.8
_PLACEHOLDER = re.compile(r"\[[A-Z -]+\]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the corpus."""

    layout: str
    picture: Image.Image
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Verdict:
    """What a trial came to; `passed` and `lost` say which, with the layout and what was read."""

    secrets: int = 0
    harmless: int = 0
    harmless_characters: int = 0
    lost_characters: int = 0
    passed: list[tuple[str, Entry, str]] = field(default_factory=list)
    lost: list[tuple[str, Entry, str]] = field(default_factory=list)

    @property
    def passed_share(self) -> float:
        return len(self.passed) / max(1, self.secrets)

    @property
    def lost_share(self) -> float:
        """Of the characters that belong to harmless entries and were read."""
        return self.lost_characters / max(1, self.harmless_characters)


def corpus(seed: int, count: int) -> Iterator[Sheet]:
    """Pages with `count` secrets and as many harmless entries, mixed, all layouts in turn."""
    rng = random.Random(seed)
    of_secrets = [secrets.MAKERS[number % len(secrets.MAKERS)](rng) for number in range(count)]
    of_harmless = [harmless.MAKERS[number % len(harmless.MAKERS)](rng) for number in range(count)]
    rng.shuffle(of_secrets)
    rng.shuffle(of_harmless)
    half = ENTRIES_A_PAGE // 2
    for number, start in enumerate(range(0, count, half)):
        entries = of_secrets[start : start + half] + of_harmless[start : start + half]
        rng.shuffle(entries)
        layout = LAYOUTS[number % len(LAYOUTS)]
        yield Sheet(layout.__name__, layout(rng, entries), tuple(entries))


async def tried(sheets: Sequence[Sheet], recognizer: TextRecognizer, at_once: int = 2) -> Verdict:
    """Have every page recognised and redacted, and count."""
    verdict = Verdict()
    gate = asyncio.Semaphore(at_once)

    async def one(sheet: Sheet) -> None:
        picture = sheet.picture
        pixels = bytearray(picture.convert("RGBA").tobytes("raw", "BGRA"))
        async with gate:  # as a screen is read, in halves where a page can be cut
            words = await ScreenReader(recognizer).read(Shot(Rect(0, 0, picture.width, picture.height), pixels))
        raw = page_text(words)
        judge(sheet, raw, redact_page(words, PrivacyFilter(), confidence=0).text, verdict)

    await asyncio.gather(*(one(sheet) for sheet in sheets))
    return verdict


def judge(sheet: Sheet, raw: str, shown: str, verdict: Verdict) -> None:
    """Count a page into a verdict."""
    for entry in sheet.entries:
        if entry.is_secret:
            verdict.secrets += 1
            if share_outside(entry.value, shown) >= PASSED_SHARE:
                verdict.passed.append((sheet.layout, entry, shown))
            continue
        verdict.harmless += 1
        was, left = share_outside(entry.value, raw), share_outside(entry.value, shown)
        size = len(entry.value)
        verdict.harmless_characters += round(size * was)
        verdict.lost_characters += round(size * max(0.0, was - left))
        if was >= PASSED_SHARE > left:
            verdict.lost.append((sheet.layout, entry, shown))


def share_outside(secret: str, shown: str) -> float:
    """How much of a secret stands somewhere outside of placeholders, 0 to 1."""
    wanted = re.sub(r"\s", "", secret)
    parts = [re.sub(r"\s", "", part) for part in _PLACEHOLDER.split(shown)]
    nearest = min((_distance(wanted, part) for part in parts if part), default=len(wanted))
    return max(0.0, 1 - nearest / len(wanted))


def _distance(wanted: str, text: str) -> int:
    """The edit distance of `wanted` to the piece of `text` that is nearest to it."""
    above = [0] * (len(text) + 1)
    for row, letter in enumerate(wanted, start=1):
        current = [row]
        for column, other in enumerate(text, start=1):
            current.append(min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != other)))
        above = current
    return min(above)
