"""What a detector finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was taken out; the value is its placeholder."""

    PRIVATE_KEY = "[PRIVATE KEY]"
    KEY = "[KEY]"
    TOKEN = "[TOKEN]"  # noqa: S105 - a placeholder
    PASSWORD = "[PASSWORD]"  # noqa: S105
    ONE_TIME_CODE = "[ONE-TIME CODE]"
    CARD = "[CARD NUMBER]"
    IBAN = "[IBAN]"
    NATIONAL_ID = "[NATIONAL ID]"
    EMAIL = "[E-MAIL]"
    PHONE = "[PHONE NUMBER]"
    IP_ADDRESS = "[IP ADDRESS]"
    OWN_WORD = "[PRIVATE WORD]"


@dataclass(frozen=True, slots=True)
class Span:
    """A secret in a text: `text[start:end]`."""

    start: int
    end: int
    kind: Kind


Detector = Callable[[str], Iterable[Span]]


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans in order, those that overlap as one. The kind of the longest stands for all."""
    group: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if group and span.start >= max(one.end for one in group):
            yield _one(group)
            group = []
        group.append(span)
    if group:
        yield _one(group)


def _one(group: Sequence[Span]) -> Span:
    longest = max(group, key=lambda span: span.end - span.start)
    return Span(min(span.start for span in group), max(span.end for span in group), longest.kind)
