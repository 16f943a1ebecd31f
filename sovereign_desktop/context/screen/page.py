"""The words of a picture as text, and the same text without its secrets.

A recogniser cuts a page into columns, and a label may stand in one and its value in another: therefore secrets are
looked for twice, in the recogniser's order and along the rows as the eye sees them. It also finds spaces where there
are none: where words stand closer than a space is wide, secrets are looked for without these spaces as well.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from sovereign_desktop.context.privacy.filter import PrivacyFilter, replaced
from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.engines.base import ReadWord

logger = logging.getLogger(__name__)

WIDE_GAP = 1.6
"""In heights of a word: what is further apart belongs together no more than two columns do."""
BETWEEN_COLUMNS = "   "
NO_SPACE = 0.55
"""Of the page's usual space: letters that a recogniser has parted stand closer, words do not."""
WIDEST_SPACE = 2.0
_PLAIN = re.compile(r"[A-Z]?[a-z]{2,}[.,:]?")
"""A word of a sentence, which no secret is a part of."""
Line = Sequence[ReadWord]


@dataclass(frozen=True, slots=True)
class Page:
    """What may be shown of a page: its text, the kinds of what was taken out, and where a picture has to be covered.

    That is where secrets stand, and where the recogniser is not sure of what it reads.
    """

    text: str
    kinds: tuple[Kind, ...] = ()
    covered: tuple[Rect, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Cover:
    """A secret's part in one word: `word.text[start:end]`."""

    start: int
    end: int
    kind: Kind


class _View:
    """Lines as text, with the place of each word in it.

    Words that stand closer than `closest` mean widths of a character are written together.
    """

    def __init__(self, lines: Iterable[Line], closest: float = -math.inf) -> None:
        self.places: list[tuple[ReadWord, int]] = []
        pieces: list[str] = []
        at = 0
        for line in lines:
            least = closest * _character(line)
            for before, word in zip((None, *line), line, strict=False):
                gap = "" if before is None else _gap(before, word, least)
                self.places.append((word, at + len(gap)))
                pieces += (gap, word.text)
                at += len(gap) + len(word.text)
            pieces.append("\n")
            at += 1
        self.text = "".join(pieces).rstrip("\n")


def redact_page(words: Sequence[ReadWord], privacy: PrivacyFilter, confidence: float) -> Page:
    """What may be shown of a page. Words that the recogniser is not sure of help to find secrets, and are left out.

    Never raises: when anything breaks, nothing passes.
    """
    try:
        covers: dict[int, list[_Cover]] = {}
        for view in _views(words):
            _add_covers(covers, view, privacy.find(view.text))
        shown = [word for word in words if word.confidence >= confidence or id(word) in covers]
        view = _View(lines(shown))
        redacted = replaced(view.text, list(_spans(view, covers)))
        covered = tuple(word.box for word in words if word.confidence < confidence or id(word) in covers)
        return Page(redacted.text, redacted.kinds, covered)
    except Exception as error:  # noqa: BLE001 - the edge of what may be shown
        logger.warning("the privacy filter failed", extra={"error": type(error).__name__, "words": len(words)})
        return Page("", failed=True)


def _views(words: Sequence[ReadWord]) -> Iterator[_View]:
    for order in (list(lines(words)), list(rows(words))):
        view, narrow = _View(order), _View(order, NO_SPACE * _space(order))
        yield view
        if narrow.text != view.text:
            yield narrow


def page_text(words: Sequence[ReadWord]) -> str:
    """The text as it was read. Never leaves the process that read it."""
    return _View(lines(words)).text


def lines(words: Sequence[ReadWord]) -> Iterator[Line]:
    """The lines as the recogniser found them."""
    for _, line in groupby(words, key=lambda word: word.line):
        yield list(line)


def rows(words: Sequence[ReadWord]) -> Iterator[Line]:
    """The lines as the eye sees them, across all columns."""
    row: list[ReadWord] = []
    for word in sorted(words, key=_middle):
        if row and _middle(word) > sum(_middle(one) for one in row) / len(row) + 0.5 * _height(row):
            yield sorted(row, key=lambda one: one.box.left)
            row = []
        row.append(word)
    if row:
        yield sorted(row, key=lambda one: one.box.left)


def _middle(word: ReadWord) -> float:
    return (word.box.top + word.box.bottom) / 2


def _height(row: Line) -> float:
    return max(4.0, sum(word.box.height for word in row) / len(row))


def _character(line: Line) -> float:
    """The mean width of a character."""
    return max(1.0, sum(word.box.width for word in line) / sum(len(word.text) for word in line))


def _space(order: Sequence[Line]) -> float:
    """The usual space between words, in mean widths of a character: 0.6 in most fonts, 1.2 where all are as wide."""
    gaps: list[float] = []
    for line in order:
        width = _character(line)
        gaps += [(word.box.left - before.box.right) / width for before, word in pairwise(line)]
    narrow = sorted(gap for gap in gaps if 0 <= gap < WIDEST_SPACE)
    return narrow[3 * len(narrow) // 4] if narrow else 0.0


def _gap(before: ReadWord, word: ReadWord, least: float) -> str:
    apart = word.box.left - before.box.right
    if apart > WIDE_GAP * max(before.box.height, word.box.height, 8):
        return BETWEEN_COLUMNS
    return "" if apart < least and not (_PLAIN.fullmatch(before.text) or _PLAIN.fullmatch(word.text)) else " "


def _add_covers(covers: dict[int, list[_Cover]], view: _View, spans: Sequence[Span]) -> None:
    remaining = iter(spans)
    span = next(remaining, None)
    for word, start in view.places:
        end = start + len(word.text)
        while span is not None and span.end <= start:
            span = next(remaining, None)
        here = span
        while here is not None and here.start < end:
            cover = _Cover(max(0, here.start - start), min(len(word.text), here.end - start), here.kind)
            covers.setdefault(id(word), []).append(cover)
            if here.end > end:
                break
            here = span = next(remaining, None)


def _spans(view: _View, covers: dict[int, list[_Cover]]) -> Iterator[Span]:
    """The covered parts as spans of a view; those of one kind that only a space parts are one."""
    open_span: Span | None = None
    for word, start in view.places:
        for cover in _flat(covers.get(id(word), ())):
            span = Span(start + cover.start, start + cover.end, cover.kind)
            if open_span is None:
                open_span = span
            elif span.kind is open_span.kind and not view.text[open_span.end : span.start].strip():
                open_span = Span(open_span.start, span.end, span.kind)
            else:
                yield open_span
                open_span = span
    if open_span is not None:
        yield open_span


def _flat(covers: Iterable[_Cover]) -> Iterator[_Cover]:
    """Covers that do not overlap; where two do, the first one's kind stands."""
    end = 0
    for cover in sorted(covers, key=lambda cover: (cover.start, -cover.end)):
        start = max(cover.start, end)
        if start < cover.end:
            yield _Cover(start, cover.end, cover.kind)
            end = cover.end
