"""Words as they stand in a text: which of them speak about a secret, which look like one, and where their line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_PROSE = """
    a about above after again against ago all already also always an and any anyone are as ask asked at
    authentication available based be because been before being below between both but by can cannot change changed
    changes character characters check choose click common complexity confirm confirmation contain contains copy
    could count created current currently day days default did different disabled do does doesn't don't each empty
    enabled enter entered error every expire expired expires expiry fail failed false field fields first for forget
    forgot forgotten from generated generator go good has have he her here hidden his hint history how i if in
    incorrect input into invalid is it its keep last least leave length less limit login long longer manager
    managers match matches may maximum me medium minimum missing more most must my need needed needs never new next
    no none not nothing now null of off ok old on once one only optional or our out over page per please policies
    policy prompt protected protection provide provided recovery rejected remember repeat required requirements
    requires reset resets reused rotation rule rules saved santa screen see send sent service set sets settings
    share shared she should show since so some store stored strength strong such than that the their them then there
    these they this those to too true try type unchanged under unknown unset until up updated use used user usage
    uses using valid validation value via wait want was we weak were what when where which while who will with
    without word words wrong yes yet you your
"""
PROSE = frozenset(_PROSE.split())
"""What follows a label where a sentence goes on, in small letters; none of these is a password."""
WORD = re.compile(r"[^\s]+")
HARMLESS_SHAPE = re.compile(
    r"\d[\d-]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?|[vV]?\d+(?:\.\d+){1,4}[a-z]?\d*|[$€£]\d.*|\d+"
    r"(?:[.,]\d+)?%?"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*|https?://.*|[\w.-]+@[\w.-]+|\d+(?:st|nd|rd|th|px|ms|MB|GB|KB|kB|s|h|m|d|k)"
    r"|[(\[]?[A-Z][a-z]+[)\]]?[.,:;!?]*|[*•●·.…xX-]{3,}"
)
"""Numbers, dates, versions, sums of money, addresses of pages, measures, names."""


def looks_secret(word: str, *, least: int) -> bool:
    """Whether a word has the mixture of a password: letters with digits or signs inside, and no harmless shape."""
    word = word.strip("\"'“”‘’`.,;:()<>|")
    if len(word) < least or HARMLESS_SHAPE.fullmatch(word):
        return False
    letters, digits = any(c.isalpha() for c in word), any(c.isdigit() for c in word)
    signs = any(not c.isalnum() and c not in "-'’_./" for c in word)
    inner = bool(re.search(r"[a-z][A-Z]", word)) and len(word) >= 8
    return (letters and digits) or (signs and (letters or digits)) or inner or (digits and len(word) >= 6 and least > 3)


def first_sentence(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words up to a full stop that a capital follows."""
    for number, (word, following) in enumerate(pairwise(words), start=1):
        if word[0].endswith((".", "!", "?")) and following[0][:1].isupper():
            return words[:number]
    return words


def is_sentence(value: str) -> bool:
    """Whether what follows a label speaks about passwords instead of being one."""
    words = [word.strip(".,;:!?()\"'").lower() for word in value.split()]
    if not words or words[0] in PROSE:
        return True
    prose = sum(word in PROSE for word in words)
    return len(words) >= 4 and prose >= 2 and prose >= 0.3 * len(words)


def stretches(text: str, found: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Lines in which something is found, and those beside them, joined: where a slow pattern is worth its time."""
    begin = end = 0
    for match in found.finditer(text):
        if match.start() < end:
            continue
        before = text.rfind("\n", 0, max(0, text.rfind("\n", 0, match.start()))) + 1
        after = end_of_line(text, min(len(text), end_of_line(text, match.end()) + 1))
        if before > end:
            if end > begin:
                yield begin, end
            begin = before
        end = after
    if end > begin:
        yield begin, end


def end_of_line(text: str, start: int) -> int:
    """Where the line of a place ends."""
    found = text.find("\n", start)
    return len(text) if found < 0 else found
