"""A cursor is taken out of the picture; a letter that has come, and a cursor that has gone, are changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from sovereign_desktop.context.screen.cursor import without_cursors
from sovereign_desktop.context.screen.tiles import changed_parts
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

TOP, BASELINE, FOOT = 40, 52, 55
"""Of a line of letters; a tail goes to the foot."""
LINE = [
    ReadWord("tall", Rect(20, TOP, 50, BASELINE), 90, 0),
    ReadWord("-", Rect(54, 46, 58, 47), 90, 0),
    ReadWord("tails", Rect(62, TOP, 100, FOOT), 90, 0),
]
Pixels = npt.NDArray[Any]


@pytest.fixture(params=[(255, 0), (30, 220)], ids=["light", "dark"])
def page(request: pytest.FixtureRequest) -> tuple[Pixels, int]:
    """A page with a line on it, and its ink."""
    paper, ink = request.param
    pixels = np.full((96, 160), paper, np.uint8)
    for word in LINE:
        for left in range(word.box.left, word.box.right, 5):
            pixels[word.box.top : word.box.bottom, left : left + 2] = ink
    return pixels, ink


def picture(pixels: Pixels) -> GreyPicture:
    return GreyPicture(pixels.shape[1], pixels.shape[0], pixels.tobytes())


def left_of(before: Pixels, now: Pixels) -> tuple[GreyPicture, list[Rect]]:
    """The picture without its cursors, and what has changed beside them."""
    changed = changed_parts(picture(before), picture(now))
    assert changed
    return without_cursors(picture(before), picture(now), changed, [LINE])


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("left", [16, 20, 31, 51, 101, 140], ids=str)
def test_where_a_cursor_has_come_the_picture_is_what_it_was(page: tuple[Pixels, int], left: int, width: int) -> None:
    before, ink = page
    now = before.copy()
    now[TOP - 3 : FOOT + 1, left : left + width] = ink
    clean, changed = left_of(before, now)
    assert changed == []
    assert clean == picture(before)


def test_a_cursor_that_inverts_what_it_stands_on_is_one_and_so_is_a_block(page: tuple[Pixels, int]) -> None:
    before, _ = page
    now = before.copy()
    now[TOP - 3 : FOOT + 1, 24:33] = 255 - now[TOP - 3 : FOOT + 1, 24:33]
    assert left_of(before, now) == (picture(before), [])


def test_a_cursor_on_an_empty_line_is_one(page: tuple[Pixels, int]) -> None:
    before, ink = page
    now = before.copy()
    now[70:86, 20:22] = ink
    assert left_of(before, now) == (picture(before), [])


def test_a_letter_that_is_a_bar_is_read(page: tuple[Pixels, int]) -> None:
    before, ink = page
    now = before.copy()
    now[TOP:BASELINE, 104:106] = ink
    assert left_of(before, now) == (picture(now), [Rect(104, TOP, 106, BASELINE)])


def test_where_a_cursor_has_gone_the_line_is_read(page: tuple[Pixels, int]) -> None:
    now, ink = page
    before = now.copy()
    before[TOP - 3 : FOOT + 1, 16:18] = ink
    assert left_of(before, now) == (picture(now), [Rect(16, TOP - 3, 18, FOOT + 1)])


def test_a_bar_that_hides_more_of_a_word_than_a_cursor_does_is_a_change(page: tuple[Pixels, int]) -> None:
    before, ink = page
    now = before.copy()
    now[TOP - 3 : FOOT + 1, 24:34] = ink
    _, changed = left_of(before, now)
    assert len(changed) == 1


def test_beside_a_cursor_other_changes_stay(page: tuple[Pixels, int]) -> None:
    before, ink = page
    now = before.copy()
    now[TOP - 3 : FOOT + 1, 16:17] = ink
    now[TOP:BASELINE, 120:126] = ink
    clean, changed = left_of(before, now)
    assert changed == [Rect(120, TOP, 126, BASELINE)]
    now[TOP - 3 : FOOT + 1, 16:17] = before[TOP - 3 : FOOT + 1, 16:17]
    assert clean == picture(now)
