"""Pictures whose words are known without a recogniser: each word is a block of its own shade."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord
from sovereign_desktop.host.screen.base import Shot

PAPER = 255
HEIGHT, WIDTH = 5, 40


def shot(words: dict[str, tuple[int, int]], size: tuple[int, int] = (640, 320), at: tuple[int, int] = (0, 0)) -> Shot:
    """A picture with a block for each word; a word is a number below 200, which is its shade."""
    width, height = size
    pixels = bytearray(b"\xff" * (4 * width * height))
    for word, (x, y) in words.items():
        for row in range(y, y + HEIGHT):
            start = 4 * (row * width + x)
            pixels[start : start + 4 * WIDTH] = bytes([int(word)] * 4) * WIDTH
    return Shot(Rect(at[0], at[1], at[0] + width, at[1] + height), pixels)


class BlockReader:
    """A TextRecognizer for such pictures; `pictures` are those that it was given, `asked` how many at a time."""

    name = "blocks"

    def __init__(self, confidence: float = 90.0) -> None:
        self.pictures: list[GreyPicture] = []
        self.asked: list[int] = []
        self.confidence = confidence
        self.at_once = 1

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        """Nothing stays open."""

    async def recognize(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        self.asked.append(len(pages))
        return [await self.read_page(page) for page in pages]

    async def read_page(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
        self.pictures.append(picture)
        found: dict[int, Rect] = {}
        for y in range(picture.height):
            row = picture.pixels[y * picture.width : (y + 1) * picture.width]
            for shade in {*row} - {PAPER, 128}:
                box = Rect(row.index(shade), y, row.rindex(shade) + 1, y + 1)
                found[shade] = found[shade].union(box) if shade in found else box
        tops = sorted({box.top for box in found.values()})
        words = [ReadWord(str(shade), box, self.confidence, tops.index(box.top)) for shade, box in found.items()]
        return tuple(sorted(words, key=lambda word: (word.line, word.box.left)))
