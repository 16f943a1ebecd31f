"""How many tokens a text is: counted where a tokenizer's tables are on this disk, else estimated from above.

The estimate takes a text apart as tokenizers do (words, digits, marks, scripts) and charges each part what OpenAI's
encoding takes for the dear ones of its kind. Ordinary prose comes to about 1.6 times its true count: a budget that is
kept is worth more than one that is used up.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from sovereign_desktop.context.base import Picture

logger = logging.getLogger(__name__)

ENCODING = "o200k_base"
TABLE_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"
TABLE_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""The tables as tiktoken keeps them after it was allowed, once and by somebody else, to fetch them."""
LONGEST_RUN = 2_000
"""Tiktoken's time grows with the square of a text without breaks; such a text is counted in parts, which count more."""

MOST_PARTS_KEPT = 20_000

_PART = re.compile(r"[A-Za-z]+|[0-9]+|[^\W\d_]+|\s+|[^\s]")
_COMMON_WORDS = """
    about above after again against all also always am an and another any are around as ask at away back be
    because been before being best better between both but by call can change come could day did different do
    does done down each early else end even every example few file find first for found from get give go going
    good great had hand has have he help her here high him his home how however if important in information into
    is it its just keep kind know large last later left less let life like line list little long look made make
    man many may me mean message might more most mr much must my name need never new next no not nothing now
    number of off often old on once one only open or order other our out over own page part people person place
    point possible public put question read really right room said same say second see send set several she
    should show since small so some something start state still such system take tell text than that the their
    them then there these they thing things think this those thought three through time to today together told
    too two type under until up us use used user using very want was water way we week well went were what when
    where which while who why will window with within without word work world would write year yes you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_FOLLOWERS = """
    a:bcdgiklmnprstuvwy b:aeilruy c:aehiklortu d:aeiosu e:acdefgilmnprstvxy f:aefioru g:aeinrsu h:aeio
    i:abcdefglmnoprstvz k:ei l:adefilostuy m:aeiops n:acdefginopstuv o:bcdfgilmnoprstuvw p:aeiloprtuy q:u
    r:acdegikmnorstuvy s:acehiopstuy t:aehiorstuy u:cdeilmnprst v:aeio w:aehio x:ct y:opst z:e
"""
_FOLLOWS = {pair[0]: frozenset(pair[2:]) for pair in _FOLLOWERS.split()}
"""The pairs of letters that make 93 % of the text in nineteen European languages. Text without them is no language."""
_SCRIPTS = (
    (0x0250, 1.0),  # Latin with marks
    (0x0370, 2.0),
    (0x0530, 0.95),  # Greek, Cyrillic
    (0x0780, 1.5),  # Armenian, Hebrew, Arabic
    (0x0900, 2.0),
    (0x0E80, 2.5),  # India, Thailand
    (0x3040, 3.3),
    (0x3100, 1.3),  # Kana
    (0x3400, 3.3),
    (0x4E00, 3.3),
    (0xA000, 2.2),  # Chinese characters
    (0xAC00, 3.3),
    (0xD7B0, 2.2),  # Hangul
    (0x10000, 3.3),
)
"""The end of each range, and the tokens of one letter in it."""


class TokenCounter(Protocol):
    """Counts tokens; `name` says how."""

    @property
    def name(self) -> str: ...

    def count(self, text: str) -> int: ...


class Estimate:
    """Never under the truth, as far as the test corpus goes."""

    name = "estimate"

    def __init__(self) -> None:
        self._costs = _Costs()

    def count(self, text: str) -> int:
        return 1 + sum(map(self._costs.__getitem__, _PART.findall(text))) if text else 0


class Counted:
    """What tiktoken counts, with the tables of one encoding."""

    def __init__(self, name: str, encode: Callable[[str], list[int]]) -> None:
        self.name = f"tiktoken {name}"
        self._encode = encode

    def count(self, text: str) -> int:
        return sum(len(self._encode(text[at : at + LONGEST_RUN])) for at in range(0, len(text), LONGEST_RUN))


async def best_counter(environ: Mapping[str, str] = os.environ) -> TokenCounter:
    """Tiktoken where its tables are on this disk, whole and unchanged; else the estimate. Nothing is fetched."""
    file = _table_file(environ)
    try:
        counter = await asyncio.to_thread(_tiktoken, file)
    except Exception as error:  # noqa: BLE001 - a library that is broken or missing costs accuracy, nothing else
        logger.warning("tiktoken can't be used", extra={"error": type(error).__name__})
        return Estimate()
    return counter or Estimate()


def picture_tokens(picture: Picture) -> int:
    """What a picture counts at most, by the tiles of 512 pixels that OpenAI's models see: 170 each, and 85."""
    tiles = math.ceil(max(1, picture.width) / 512) * math.ceil(max(1, picture.height) / 512)
    return 85 + 170 * min(tiles, 16)


def _table_file(environ: Mapping[str, str]) -> Path:
    folder = environ.get("TIKTOKEN_CACHE_DIR") or environ.get("DATA_GYM_CACHE_DIR")
    return Path(folder or Path(tempfile.gettempdir()) / "data-gym-cache") / TABLE_FILE


def _tiktoken(file: Path) -> TokenCounter | None:
    """Tiktoken would fetch what is missing or damaged, so it is asked only when neither is the case."""
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != TABLE_SHA256:
        return None
    import tiktoken

    return Counted(ENCODING, tiktoken.get_encoding(ENCODING).encode_ordinary)


class _Costs(dict[str, int]):
    """What each part costs, worked out once."""

    def __missing__(self, part: str) -> int:
        if len(self) >= MOST_PARTS_KEPT:
            self.clear()
        cost = self[part] = _cost(part)
        return cost


def _cost(part: str) -> int:
    first = part[0]
    if first.isspace():
        return _space(part)
    if not first.isalpha():
        if "0" <= first <= "9":
            return 1 + -(-len(part) // 3)
        return 1 if first.isascii() else len(first.encode("utf-8", "replace"))
    if part.isascii():
        return _word(part)
    return math.ceil(sum(_letter(letter) for letter in part))


def _space(part: str) -> int:
    if part == " ":
        return 0
    changes = sum(a != b for a, b in pairwise(part))
    return 1 + changes + len(part) // 16 + sum(not one.isascii() for one in part)


def _word(word: str) -> int:
    """Words of a language take a token for every three letters or so; letters at random take one for nearly each."""
    lower = word.lower()
    if lower in _COMMON:
        return 1 if word[1:] in (lower[1:], "") else 2
    length = len(word)
    pairs = sum(b in _FOLLOWS.get(a, "") for a, b in pairwise(lower))
    humps = sum(a.islower() and b.isupper() for a, b in pairwise(word))
    if length > 1 and (pairs < 0.7 * (length - 1) or 4 * humps >= length):
        return math.ceil(length / 1.4)
    if length > 2 and word.isupper():
        return math.ceil(length / 1.8)
    return math.ceil(length / 3) + humps


def _letter(letter: str) -> float:
    code = ord(letter)
    if code < 0x80:
        return 0.5
    return next((cost for end, cost in _SCRIPTS if code < end), 4.0)
