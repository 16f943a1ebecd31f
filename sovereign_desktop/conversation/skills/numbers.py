"""Numbers as people say them: words and digits to exact fractions, and fractions to words that sound right."""

from __future__ import annotations

import re
from fractions import Fraction

from sovereign_desktop.conversation.skills.phrases import Words

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_UNITS = {word: value for value, word in enumerate(_BELOW_TWENTY)} | _TENS
_SCALES = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fifth": 5,
    "fifths": 5, "tenth": 10, "tenths": 10,
}  # fmt: skip
_MISHEARD = {"won": "one", "to": "two", "too": "two", "for": "four", "ate": "eight", "oh": "zero", "o": "zero"}
_DIGITS = re.compile(r"(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")

NUMBER_WORDS = (
    frozenset(_UNITS) | frozenset(_SCALES) | frozenset(_PARTS) | {"hundred", "dozen", "point", "and", "a", "an"}
)
"""Words that a number can be made of, besides digits."""


def is_digits(word: str) -> bool:
    """Whether a word is a number in digits: `12`, `1,234.5`, `.5`."""
    return bool(word) and _DIGITS.fullmatch(word) is not None


def read_number(words: Words) -> Fraction | None:
    """The number that these words are, all of them: `three hundred and five`, `minus 2.5`, `one and a half`."""
    if words and words[0] in ("minus", "negative", "-", "−"):
        positive = read_positive(words[1:])
        return None if positive is None else -positive
    return read_positive(words)


def read_positive(words: Words) -> Fraction | None:
    """Like `read_number`, without a sign in front."""
    if not words or len(words) > 24:
        return None
    return _mixed(words) if words[-1] in _PARTS else _decimal(tuple(_MISHEARD.get(word, word) for word in words))


def _mixed(words: Words) -> Fraction | None:
    """`half`, `three quarters`, `two and a half`."""
    part = Fraction(1, _PARTS[words[-1]])
    before = words[:-1]
    if before in ((), ("a",), ("one",)):
        return part
    if before[-2:] in (("and", "a"), ("and", "one")):
        whole = _decimal(before[:-2])
        return None if whole is None or whole.denominator != 1 else whole + part
    count = _decimal(before)
    return None if count is None or words[-1] in ("half", "third", "quarter") else count * part


def _decimal(words: Words) -> Fraction | None:
    """A whole number, or one with `point` and digits after it."""
    if "point" not in words:
        return _whole(words)
    at = words.index("point")
    whole = _whole(words[:at]) if at else Fraction(0)
    digits = [_UNITS[word] if word in _UNITS else int(word) if word.isdecimal() else -1 for word in words[at + 1 :]]
    if whole is None or whole.denominator != 1 or not digits or not all(0 <= digit <= 9 for digit in digits):
        return None
    return whole + Fraction(int("".join(map(str, digits))), 10 ** len(digits))


def _whole(words: Words) -> Fraction | None:
    for name, scale in _SCALES.items():
        if name in words:
            at = words.index(name)
            return _scaled(words[:at], scale, words[at + 1 :])
    return _below_thousand(words)


def _scaled(count_words: Words, scale: int, rest: Words) -> Fraction | None:
    """`count` times the scale, and what comes after it, which must be smaller than the scale."""
    count = Fraction(1) if count_words in ((), ("a",)) else _decimal(count_words)
    if rest[:1] == ("and",):
        rest = rest[1:] or ("and",)
    remainder = _whole(rest) if rest else Fraction(0)
    if count is None or remainder is None or remainder >= scale or (rest and count.denominator != 1):
        return None
    return count * scale + remainder


def _below_thousand(words: Words) -> Fraction | None:
    if "hundred" in words:
        at = words.index("hundred")
        return _scaled(words[:at], 100, words[at + 1 :])
    if words[1:] == ("dozen",) and words[0] in ("a", "one"):
        return Fraction(12)
    if len(words) == 1 and is_digits(words[0]):
        return Fraction(words[0].replace(",", ""))
    if len(words) == 1 and words[0] in _UNITS:
        return Fraction(_UNITS[words[0]])
    if len(words) == 2 and words[0] in _TENS and 1 <= _UNITS.get(words[1], 0) <= 9:
        return Fraction(_TENS[words[0]] + _UNITS[words[1]])
    return None


def say_number(value: Fraction, places: int = 4) -> str:
    """Digits that a voice reads well: `1,234.5`, `minus 4`; `about 3.3333` when there is more to it."""
    if value < 0:
        words = say_number(-value, places)
        return f"about minus {words[6:]}" if words.startswith("about ") else f"minus {words}"
    rounded = round(value, places)
    about = "" if rounded == value else "about "
    if about and rounded < Fraction(1, 100):
        return f"about {float(value):.{places}f}" if rounded else "almost zero"
    whole, part = divmod(rounded, 1)
    decimals = f"{int(part * 10**places):0{places}d}".rstrip("0")
    return f"{about}{int(whole):,}" + (f".{decimals}" if decimals else "")
