"""A page is cut in two through no word, and what was read in the halves is one text again."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from PIL import Image, ImageDraw, ImageFont

from sovereign_desktop.context.screen import halves as cutting
from sovereign_desktop.context.screen.halves import MOST_IN_ONE, halves_of, shares_of
from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.core.errors import EngineTimeout
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from sovereign_desktop.host.screen.base import Shot
from tests.context.screen.pictures import BlockReader, shot

WIDTH, HEIGHT = 1000, 600
WORDS = (
    "il", "Il", "gypsy", "quay", "Hill", "jolly", "lily", "illicit", "ill", "pig", "T_y", "(jqg)", "Ágy", "111", "|",
    "window", "harbour", "letter", "evening",
)  # fmt: skip
LINES = ("the", "quick", "letter", "of", "this", "morning", "says", "that", "window", "harbour", "was", "open")


@dataclass(slots=True)
class Drawn:
    """A page, and the lines on it with the boxes of their words' ink."""

    picture: Image.Image
    lines: list[list[tuple[str, Rect]]] = field(default_factory=list)

    @property
    def grey(self) -> GreyPicture:
        return GreyPicture(self.picture.width, self.picture.height, self.picture.convert("L").tobytes())

    @property
    def shot(self) -> Shot:
        pixels = bytearray(self.picture.convert("RGBA").tobytes("raw", "BGRA"))
        return Shot(Rect(0, 0, self.picture.width, self.picture.height), pixels)

    def write(self, box: Rect, size: int, pitch: float, words: Sequence[str], ink: str, rng: random.Random) -> None:
        """Fill a box with lines."""
        pen, font = ImageDraw.Draw(self.picture), ImageFont.load_default(size)
        top = float(box.top)
        while top + size * 1.3 <= box.bottom:
            left, line = float(box.left), []
            while left + pen.textlength(word := rng.choice(words), font=font) <= box.right:
                pen.text((left, round(top)), word, fill=ink, font=font)
                ink_box = pen.textbbox((left, round(top)), word, font=font)
                line.append((word, Rect(int(ink_box[0]), int(ink_box[1]), int(ink_box[2]) + 1, int(ink_box[3]) + 1)))
                left += pen.textlength(word + " ", font=font)
            if line:
                self.lines.append(line)
            top += size * pitch


@pytest.fixture
def any_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages with little in them are cut, too."""
    monkeypatch.setattr(cutting, "LEAST_EDGES", 1)
    monkeypatch.setattr(cutting, "LEAST_EDGES_OF_PARTS", 1)


def page(seed: int) -> Drawn:
    """Columns or windows side by side or one below the other, in frames or without, dark or light."""
    rng = random.Random(seed)
    paper, ink = rng.choice((("white", "black"), ("#1e1e1e", "#d0d0d0"), ("#eeeeee", "#404040")))
    drawn = Drawn(Image.new("RGB", (WIDTH, HEIGHT), paper))
    columns, rows = rng.choice(((1, 1), (1, 2), (2, 1), (3, 1), (2, 2)))
    for column in range(columns):
        for row in range(rows):
            box = Rect(
                column * WIDTH // columns + 14, row * HEIGHT // rows + 10 + rng.randrange(9),
                (column + 1) * WIDTH // columns - 14, (row + 1) * HEIGHT // rows - 10,
            )  # fmt: skip
            if rng.random() < 0.4:
                frame = box.grown(8, 6)
                ImageDraw.Draw(drawn.picture).rectangle(
                    (frame.left, frame.top, frame.right, frame.bottom), outline=ink, fill=paper
                )
            size = rng.choice((11, 13, 15, 18, 26))
            drawn.write(box, size, rng.choice((1.1, 1.25, 1.5)), WORDS, ink, rng)
    return drawn


@pytest.mark.usefixtures("any_page")
def test_no_line_is_cut() -> None:
    cuts = 0
    for seed in range(60):
        drawn = page(seed)
        if (halves := halves_of(drawn.grey)) is None:
            continue
        cuts += 1
        for line in drawn.lines:
            parts = {part for part in halves.parts for _, box in line if box.meets(part)}
            assert len(parts) == 1, (seed, halves.parts, line)
    assert cuts > 40


@pytest.mark.usefixtures("any_page")
@pytest.mark.parametrize(
    "words", [("max_size", "user_name", "as_we_are"), ("main", "minimum", "union"), ("MÜNCHEN", "ÄÖÜ"), ("====", "==")]
)
@pytest.mark.parametrize("size", [14, 18, 24])
def test_dots_and_underscores_stay_with_their_letters(words: tuple[str, ...], size: int) -> None:
    cuts = 0
    for seed in range(6):
        drawn, rng = Drawn(Image.new("RGB", (WIDTH, HEIGHT), "white")), random.Random(seed)
        drawn.write(Rect(10, 4 + rng.randrange(20), WIDTH - 10, HEIGHT - 4), size, 1.3, words, "black", rng)
        if (halves := halves_of(drawn.grey)) is not None:
            cuts += 1
            for line in drawn.lines:
                assert len({part for part in halves.parts for _, box in line if box.meets(part)}) == 1, (seed, line)
    assert cuts


@pytest.mark.usefixtures("any_page")
def test_both_halves_have_their_share_of_the_work() -> None:
    for seed in range(60):
        drawn = page(seed)
        if (halves := halves_of(drawn.grey)) is not None:
            letters = [
                sum(len(word) for line in drawn.lines for word, box in line if box.meets(part)) for part in halves.parts
            ]
            assert max(letters) <= (MOST_IN_ONE + 0.1) * sum(letters)


def test_a_page_with_little_in_it_is_read_as_it_is() -> None:
    drawn = Drawn(Image.new("RGB", (WIDTH, HEIGHT), "white"))
    drawn.write(Rect(10, 10, WIDTH - 10, 300), 15, 1.3, LINES, "black", random.Random(1))
    assert halves_of(drawn.grey) is None
    assert halves_of(drawn.grey, is_page=False) is not None


@pytest.mark.usefixtures("any_page")
def test_a_picture_that_no_cut_gets_through_is_read_as_it_is() -> None:
    noise = random.Random(1).randbytes(WIDTH * HEIGHT)
    assert halves_of(GreyPicture(WIDTH, HEIGHT, noise)) is None
    assert halves_of(GreyPicture(4, HEIGHT, noise[: 4 * HEIGHT])) is None
    assert halves_of(GreyPicture(WIDTH, HEIGHT, bytes(WIDTH * HEIGHT))) is None


@pytest.mark.usefixtures("any_page")
def test_columns_that_go_on_below_the_cut_are_read_to_their_end() -> None:
    drawn, rng = Drawn(Image.new("RGB", (WIDTH, HEIGHT), "white")), random.Random(1)
    heading = Rect(10, 4, WIDTH - 10, 26)
    drawn.write(heading, 15, 1.3, LINES, "black", rng)
    for left in (10, 520):
        drawn.write(Rect(left, 31, left + 460, HEIGHT - 5), 15, 1.4, LINES, "black", rng)
    read = [
        ReadWord(word, box, 90, number) for number, line in enumerate(drawn.lines) for word, box in line
    ]  # in the right order
    halves = halves_of(drawn.grey)
    assert halves is not None
    one, other = ([word for word in read if word.box.meets(part)] for part in halves.parts)
    assert one
    assert other
    assert halves.joined(one, other) == tuple(read)


def test_what_has_nothing_above_it_comes_last() -> None:
    def line(number: int, top: int, left: int) -> ReadWord:
        return ReadWord(f"{left}-{top}", Rect(left, top, left + 80, top + 10), 90, number)

    above = [line(0, 0, 0), line(1, 20, 0), line(2, 20, 300)]
    below = [line(0, 40, 0), line(1, 40, 150), line(2, 60, 150), line(3, 40, 300)]
    joined = cutting._one_below_the_other(above, below)
    assert [word.text for word in joined] == ["0-0", "0-20", "0-40", "300-20", "300-40", "150-40", "150-60"]
    assert [word.line for word in joined] == list(range(7))


def test_columns_below_what_is_as_wide_as_the_page_stay_in_their_order() -> None:
    above = [ReadWord(f"both{n}", Rect(0, 20 * n, 400, 20 * n + 10), 90, n) for n in range(2)]
    below = [
        ReadWord(f"{side}{n}", Rect(left, 40 + 20 * n, left + 180, 50 + 20 * n), 90, 3 * number + n)
        for number, (side, left) in enumerate((("left", 0), ("right", 220)))
        for n in range(3)
    ]
    assert [word.text for word in cutting._one_below_the_other(above, below)] == [
        "both0", "both1", "left0", "left1", "left2", "right0", "right1", "right2"
    ]  # fmt: skip


def test_pages_are_shared_out_by_their_work_the_larger_share_first() -> None:
    pages = []
    for height in (40, 300, 120, 160):
        drawn = Drawn(Image.new("RGB", (WIDTH, height), "white"))
        drawn.write(Rect(5, 5, WIDTH - 5, height), 15, 1.25, LINES, "black", random.Random(height))
        pages.append(drawn.grey)
    assert shares_of(pages) == [[1], [3, 2, 0]] or shares_of(pages) == [[3, 2, 0], [1]]
    assert shares_of(pages[:1]) == [[0]]


@pytest.mark.usefixtures("any_page")
async def test_changed_lines_are_read_together_and_what_had_no_words_each_alone_some_at_once() -> None:
    places = {str(10 + 4 * number): (10 + 200 * (number % 3), 20 + 70 * (number // 3)) for number in range(12)}
    changed = {str(int(word) + number % 2): place for number, (word, place) in enumerate(places.items())}
    changed |= {"150": (110, 55), "160": (310, 125), "170": (510, 195)}
    recognizer = BlockReader()
    recognizer.at_once = 2
    reader = ScreenReader(recognizer)
    await reader.read(shot(places))
    asked = len(recognizer.asked)
    words = await reader.read(shot(changed))
    assert reader.part_reads == 1
    assert {word.text: (word.box.left, word.box.top) for word in words} == changed
    assert sum(recognizer.asked[asked:]) == 1 + 3
    assert len(recognizer.asked[asked:]) == 2


@pytest.mark.usefixtures("any_page")
async def test_the_halves_are_read_at_once_and_stand_where_they_were() -> None:
    class Together(BlockReader):
        most = running = 0

        async def read_page(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0.01)
            words = await super().read_page(picture)
            self.running -= 1
            return words

    places = {str(10 + 4 * number): (10 + 200 * (number % 3), 20 + 30 * (number // 3)) for number in range(24)}
    recognizer = Together()
    recognizer.at_once = 2
    words = await ScreenReader(recognizer).read(shot(places))
    assert recognizer.most == 2
    assert {word.text: (word.box.left, word.box.top) for word in words} == places


@pytest.mark.usefixtures("any_page")
async def test_the_larger_half_is_begun_first() -> None:
    """It gets the process that is ready: the smaller one has the time to wait for another."""
    recognizer = BlockReader()
    recognizer.at_once = 2
    words = await ScreenReader(recognizer).read(shot({"11": (10, 20), "22": (10, 40)}))
    first, second = (one.height for one in recognizer.pictures)
    assert first > second
    assert [word.text for word in words] == ["11", "22"]


@pytest.mark.usefixtures("any_page")
@pytest.mark.parametrize("failing", [1, 2])
async def test_when_one_half_fails_the_other_is_not_waited_for(failing: int) -> None:
    class Broken(BlockReader):
        cancelled = 0

        async def read_page(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
            self.pictures.append(picture)
            if len(self.pictures) == failing:
                raise EngineTimeout("Too slow.")
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            return ()

    recognizer = Broken()
    recognizer.at_once = 2
    with pytest.raises(EngineTimeout):
        await ScreenReader(recognizer).read(shot({str(10 + n): (10, 20 * n) for n in range(16)}))
    assert (len(recognizer.pictures), recognizer.cancelled) == (2, 1)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
@pytest.mark.usefixtures("any_page")
async def test_tesseract_reads_in_halves_what_it_reads_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, rng = Drawn(Image.new("RGB", (WIDTH, HEIGHT), "white")), random.Random(1)
    for left in (10, 520):
        drawn.write(Rect(left, 8, left + 460, HEIGHT - 5), 15, 1.4, LINES, "black", rng)
    written = [word for line in drawn.lines for word, _ in line]
    monkeypatch.setattr(TesseractTextRecognizer, "at_once", 2)
    in_halves = await ScreenReader(TesseractTextRecognizer()).read(drawn.shot)
    monkeypatch.setattr(TesseractTextRecognizer, "at_once", 1)
    whole = await ScreenReader(TesseractTextRecognizer()).read(drawn.shot)
    assert [word.text for word in whole] == written
    assert [word.text for word in in_halves] == written
