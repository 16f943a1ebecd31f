"""The words of a picture as text, and the same text without its secrets.

A recogniser cuts a page into columns, and a label may stand in one and its value in another: therefore secrets are
looked for twice, in the recogniser's order and along the rows as the eye sees them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sovereign_desktop.context.privacy.filter import PrivacyFilter, Redacted, replaced
from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.engines.base import ReadWord

logger = logging.getLogger(__name__)

WIDE_GAP = 1.6
"""In heights of a word: what is further apart belongs together no more than two columns do."""
BETWEEN_COLUMNS = "   "
Line = Sequence[ReadWord]


@dataclass(frozen=True, slots=True)
class _Cover:
    """A secret's part in one word: `word.text[start:end]`."""

    start: int
    end: int
    kind: Kind


class _View:
    """Lines as text, with the place of each word in it."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.places: list[tuple[ReadWord, int]] = []
        pieces: list[str] = []
        at = 0
        for line in lines:
            for before, word in zip((None, *line), line, strict=False):
                gap = "" if before is None else _gap(before, word)
                self.places.append((word, at + len(gap)))
                pieces += (gap, word.text)
                at += len(gap) + len(word.text)
            pieces.append("\n")
            at += 1
        self.text = "".join(pieces).rstrip("\n")


def redact_page(words: Sequence[ReadWord], privacy: PrivacyFilter, confidence: float) -> Redacted:
    """What may be shown of a page. Words that the recogniser is not sure of help to find secrets, and are left out.

    Never raises: when anything breaks, nothing passes.
    """
    try:
        covers: dict[int, list[_Cover]] = {}
        for view in (_View(lines(words)), _View(rows(words))):
            _add_covers(covers, view, privacy.find(view.text))
        shown = [word for word in words if word.confidence >= confidence or id(word) in covers]
        view = _View(lines(shown))
        return replaced(view.text, list(_spans(view, covers)))
    except Exception as error:  # noqa: BLE001 - the edge of what may be shown
        logger.warning("the privacy filter failed", extra={"error": type(error).__name__, "words": len(words)})
        return Redacted("", failed=True)


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


def _gap(before: ReadWord, word: ReadWord) -> str:
    wide = word.box.left - before.box.right > WIDE_GAP * max(before.box.height, word.box.height, 8)
    return BETWEEN_COLUMNS if wide else " "


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
