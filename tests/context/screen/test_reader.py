"""What has not changed is not read again, and what has is put where it belongs."""

from __future__ import annotations

import random

import pytest

from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.core.errors import EngineTimeout
from sovereign_desktop.core.picture import GreyPicture
from sovereign_desktop.engines.base import ReadWord
from tests.context.screen.pictures import BlockReader, shot

PAGE = {"10": (10, 10), "11": (60, 10), "20": (10, 60), "21": (60, 60), "30": (10, 200), "31": (400, 200)}


def texts(words: tuple[ReadWord, ...]) -> list[str]:
    return [word.text for word in words]


async def test_the_same_picture_is_read_once() -> None:
    recognizer = BlockReader()
    reader = ScreenReader(recognizer)
    first = await reader.read(shot(PAGE))
    assert await reader.read(shot(PAGE)) is first
    assert len(recognizer.pictures) == 1


async def test_only_the_part_that_changed_is_read_and_its_words_stand_where_the_eye_finds_them() -> None:
    recognizer = BlockReader()
    reader = ScreenReader(recognizer)
    await reader.read(shot(PAGE))
    changed = {**PAGE, "25": (60, 60)}
    del changed["21"]
    words = await reader.read(shot(changed))
    assert texts(words) == ["10", "11", "20", "25", "30", "31"]
    assert [word.line for word in words] == [0, 0, 1, 1, 2, 2]
    assert words[3].box == next(word.box for word in await BlockReader().read_page(_grey(changed)) if word.text == "25")
    small = recognizer.pictures[1]
    assert small.width * small.height < 640 * 320 / 8


async def test_a_word_that_is_gone_is_forgotten() -> None:
    reader = ScreenReader(BlockReader())
    await reader.read(shot(PAGE))
    left = {word: place for word, place in PAGE.items() if word != "20"}
    assert texts(await reader.read(shot(left))) == ["10", "11", "21", "30", "31"]


async def test_many_changes_one_after_the_other_come_to_what_one_reading_says() -> None:
    rng = random.Random(5)
    reader = ScreenReader(BlockReader())
    page: dict[str, tuple[int, int]] = {}
    for step in range(40):
        if page and rng.random() < 0.4:
            del page[rng.choice(list(page))]
        page[str(step + 1)] = (rng.randrange(0, 12) * 50 + 5, rng.randrange(0, 12) * 25 + 3)
        page = {word: place for word, place in page.items() if list(page.values()).count(place) == 1}
        words = await reader.read(shot(page))
        assert sorted(texts(words)) == sorted(page)
        assert [word.line for word in words] == sorted(word.line for word in words)


async def test_after_a_failure_everything_is_read_again() -> None:
    class Slow(BlockReader):
        async def read_page(self, picture: GreyPicture) -> tuple[ReadWord, ...]:
            words = await super().read_page(picture)
            if len(self.pictures) == 2:
                raise EngineTimeout("Too slow.")
            return words

    recognizer = Slow()
    reader = ScreenReader(recognizer)
    await reader.read(shot(PAGE))
    changed = {**PAGE, "40": (300, 100)}
    with pytest.raises(EngineTimeout):
        await reader.read(shot(changed))
    assert sorted(texts(await reader.read(shot(changed)))) == sorted(changed)
    assert len(recognizer.pictures[2].pixels) == 640 * 320


def _grey(words: dict[str, tuple[int, int]]) -> GreyPicture:
    from sovereign_desktop.context.screen.tiles import grey

    return grey(shot(words))


async def test_when_the_parts_come_to_much_of_the_page_it_is_read_anew() -> None:
    """However little each of them is: what was put together from parts gets worse with each."""
    reader = ScreenReader(BlockReader())
    await reader.read(shot(PAGE))
    while reader.full_reads == 1:
        assert reader.part_reads < 200
        await reader.read(shot({**PAGE, str(100 + reader.part_reads % 2): (300, 100)}))
    assert reader.part_reads > 20
    parts = reader.part_reads
    await reader.read(shot(PAGE))
    assert (reader.full_reads, reader.part_reads) == (2, parts + 1)
