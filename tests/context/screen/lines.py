"""Pages of lines as an editor shows them, and pictures of them a moment later: with a cursor, or with a word more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import Shot
from tests.context.privacy.layouts import FILLER, MONOSPACED, PROPORTIONAL, fonts_there

WIDTH, HEIGHT = 900, 300
THEMES = (("white", "black"), ("#1e1e1e", "#dcdcdc"), ("white", "black"))
CURSORS = ("before a line", "between words", "in a word", "after a line")
EDITS = ("another word", "a word more", "a box before a line")


@dataclass(frozen=True, slots=True)
class Placed:
    """A word, and where it stands: from `left` to `right`."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class LinesPage:
    """A picture of lines; `rows` are their words and tops."""

    picture: Image.Image
    rows: tuple[tuple[int, tuple[Placed, ...]], ...]
    font: ImageFont.FreeTypeFont
    paper: str
    ink: str

    @property
    def words(self) -> list[str]:
        return [word.text for _, row in self.rows for word in row]

    @property
    def cursor_height(self) -> int:
        return sum(self.font.getmetrics())


def lines_page(rng: random.Random) -> LinesPage:
    """Lines of sentences, in a font, a size, a theme and a spacing of the seed."""
    path = rng.choice(fonts_there(PROPORTIONAL[:3] + MONOSPACED[:1]))
    font = ImageFont.truetype(str(path), rng.choice((13, 14, 15, 16, 18)))
    paper, ink = rng.choice(THEMES)
    step = round(sum(font.getmetrics()) * rng.choice((1.0, 1.1, 1.3, 1.7)))
    left, top, rows = 12 + rng.randint(0, 40), 8, []
    while top + step <= HEIGHT:
        text = " ".join(rng.choice(FILLER) for _ in range(rng.randint(1, 3)))
        rows.append((top, tuple(_placed(text.split(), left, font))))
        top += step
    return _drawn(tuple(rows), font, paper, ink)


def with_cursor(page: LinesPage, rng: random.Random, where: str) -> LinesPage:
    """The page with a cursor, 1 or 2 pixels wide and as high as a line of the font."""
    top, row = rng.choice(page.rows)
    number = rng.randrange(1, len(row))
    word = row[number]
    split = page.font.getlength(word.text[: rng.randrange(1, len(word.text))]) if len(word.text) > 1 else 0
    left = {
        "before a line": row[0].left - rng.choice((1, 2, 3, 5)),
        "between words": rng.choice(
            (row[number - 1].right + 1, word.left - 1, (row[number - 1].right + word.left) / 2)
        ),
        "in a word": word.left + split,
        "after a line": row[-1].right + rng.choice((0, 1, 2)),
    }[where]
    picture = page.picture.copy()
    box = (round(left), top, round(left) + rng.randint(0, 1), top + page.cursor_height - 1)
    ImageDraw.Draw(picture).rectangle(box, fill=page.ink)
    return LinesPage(picture, page.rows, page.font, page.paper, page.ink)


def edited(page: LinesPage, rng: random.Random, how: str) -> LinesPage:
    """The page with a line that is not as it was."""
    number = rng.randrange(len(page.rows))
    top, row = page.rows[number]
    texts = [word.text for word in row]
    if how == "a box before a line":
        left, size = row[0].left - page.font.size - 4, page.font.size * 0.8
        picture = page.picture.copy()
        ImageDraw.Draw(picture).rectangle((left, top + 3, left + size, top + 3 + size), outline=page.ink)
        return LinesPage(picture, page.rows, page.font, page.paper, page.ink)
    if how == "another word":
        texts[rng.randrange(len(texts))] = "lantern"
    else:
        texts.append("lantern")
    rows = list(page.rows)
    rows[number] = (top, tuple(_placed(texts, row[0].left, page.font)))
    return _drawn(tuple(rows), page.font, page.paper, page.ink)


def shot_of(picture: Image.Image) -> Shot:
    """The picture as a screen gives it."""
    pixels = bytearray(picture.convert("RGBA").tobytes("raw", "BGRA"))
    return Shot(Rect(0, 0, picture.width, picture.height), pixels)


def _placed(texts: Sequence[str], left: float, font: ImageFont.FreeTypeFont) -> list[Placed]:
    """The words of a line, as many as there is room for."""
    placed = []
    for text in texts:
        right = left + font.getlength(text)
        if right > WIDTH - 12:
            break
        placed.append(Placed(text, left, right))
        left = right + font.getlength(" ")
    return placed


def _drawn(
    rows: tuple[tuple[int, tuple[Placed, ...]], ...], font: ImageFont.FreeTypeFont, paper: str, ink: str
) -> LinesPage:
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    pen = ImageDraw.Draw(picture)
    for top, row in rows:
        for word in row:
            pen.text((word.left, top), word.text, font=font, fill=ink)
    return LinesPage(picture, rows, font, paper, ink)
