"""A line in which something small has changed is read by the real Tesseract no worse than in a whole picture."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from sovereign_desktop.context.privacy.filter import PrivacyFilter
from sovereign_desktop.context.screen.page import lines, page_text, redact_page
from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.context.screen.tiles import grey
from sovereign_desktop.core.picture import GreyPicture
from sovereign_desktop.engines.base import ReadWord
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from tests.context.privacy.trial import Verdict, corpus, judge
from tests.context.screen.lines import CURSORS, EDITS, LinesPage, edited, lines_page, shot_of, with_cursor

SEED = 20261126
CASES_A_PAGE = 4
MORE_LOST = 0.1
"""Words a reading that a new line alone may lose more than a whole picture: it tells a recogniser less of its font."""


class Once(TesseractTextRecognizer):
    """Reads a page once, however often it is asked for."""

    def __init__(self) -> None:
        super().__init__(timeout_s=300)
        self._read: dict[GreyPicture, tuple[ReadWord, ...]] = {}

    async def recognize(self, pages: Sequence[GreyPicture]) -> list[tuple[ReadWord, ...]]:
        new = [page for page in dict.fromkeys(pages) if page not in self._read]
        self._read |= zip(new, await super().recognize(new), strict=True)
        return [self._read[page] for page in pages]


@dataclass(slots=True)
class Lost:
    """Words that were not read, and words that were read in another order, in all cases together."""

    words: int = 0
    out_of_order: int = 0

    def count(self, page: LinesPage, read: Sequence[ReadWord]) -> None:
        found = [word.text for word in read]
        common = sum((Counter(page.words) & Counter(found)).values())
        self.words += len(page.words) - common
        self.out_of_order += common - _in_order(page.words, found)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("kinds", "sample"), [(CURSORS, 8), (EDITS, 6)], ids=["cursor", "edit"])
async def test_what_is_read_again_is_read_as_well_as_in_a_whole_picture(
    kinds: Sequence[str], sample: int, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    rng, recognizer = random.Random(SEED), Once()
    cases, whole, again = times(sample, 60), Lost(), Lost()
    for case in range(cases):
        if case % CASES_A_PAGE == 0:
            page = lines_page(rng)
        kind = kinds[case % len(kinds)]
        changed = with_cursor(page, rng, kind) if kinds is CURSORS else edited(page, rng, kind)
        for before, after in ((page, changed), (changed, page)):
            reader = ScreenReader(recognizer)
            (words,) = await recognizer.recognize([grey(shot_of(after.picture))])
            whole.count(after, words)
            await reader.read(shot_of(before.picture))
            again.count(after, await reader.read(shot_of(after.picture)))
            assert reader.full_reads == 1
    figure(cases=2 * cases, lost=again.words, lost_in_whole_pictures=whole.words, out_of_order=again.out_of_order)
    assert again.words <= whole.words + (1 if kinds is CURSORS else MORE_LOST * 2 * cases)
    assert again.out_of_order == 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_secret_in_a_line_that_is_read_again_is_still_one(
    times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    rng, recognizer = random.Random(SEED), Once()
    sheets = list(corpus(SEED, times(12, 180)))
    again, whole = Verdict(), Verdict()
    for sheet in sheets:
        reader = ScreenReader(recognizer)
        words = await reader.read(shot_of(sheet.picture))
        changed = sheet.picture.copy()
        for line in rng.sample(by_line := list(lines(words)), min(3, len(by_line))):
            box = line[0].box
            changed.paste("#808080", (box.left - 10, box.bottom - 8, box.left - 5, box.bottom - 3))
        for verdict, read in (
            (again, await reader.read(shot_of(changed))),
            (whole, await ScreenReader(recognizer).read(shot_of(changed))),
        ):
            judge(sheet, page_text(read), redact_page(read, PrivacyFilter(), confidence=0).text, verdict)
    figure(secrets=again.secrets, passed=len(again.passed), passed_in_whole_pictures=len(whole.passed))
    assert len(again.passed) <= len(whole.passed) + 0.01 * again.secrets, [
        (layout, entry.value) for layout, entry, _ in again.passed
    ]


def _in_order(wanted: Sequence[str], found: Sequence[str]) -> int:
    """The length of their longest common subsequence."""
    above = [0] * (len(found) + 1)
    for word in wanted:
        current = [0]
        for column, other in enumerate(found, start=1):
            current.append(above[column - 1] + 1 if word == other else max(above[column], current[-1]))
        above = current
    return above[-1]
