"""What a recogniser takes for what: letters for digits, `rn` for `m`, spaces where there are none."""

from __future__ import annotations

import re

_DIGIT_FOR = str.maketrans(
    {
        **dict.fromkeys("OoQDØ©@", "0"),
        **dict.fromkeys("lI|!i][", "1"),
        **dict.fromkeys("Zz", "2"),
        **dict.fromkeys("Ss$§", "5"),
        **dict.fromkeys("Gb", "6"),
        **dict.fromkeys("B&", "8"),
        **dict.fromkeys("gq", "9"),
    }
)
DIGIT = r"[0-9OoQDØ©@lI|!Ss§BZzGbgq]"
"""A digit, or what one is taken for. Check with `mostly_digits` what it has matched."""

_LOOKS = {
    "0": "[0OoQD©@]",
    "1": r"[1lI|!i\]\[]",
    "2": "[2Zz]",
    "5": "[5S$]",
    "6": "[6Gb]",
    "8": "[8B&]",
    "9": "[9gq]",
    "a": "[a@4á]",
    "b": "[b86]",
    "c": "[ce¢(]",
    "d": "(?:d|cl|ci)",
    "e": "[eécf]",
    "g": "[g9q]",
    "i": r"[i1lI|!j\]\[íÍ]",
    "j": r"[ji)\];Jl]",
    "k": "(?:k|lc|x)",
    "l": r"[l1iI|!\]\[]",
    "m": "(?:m|rn|nn|ni|in|tn|n)",
    "n": "(?:n|ri|ñ)",
    "o": "[o0Q©ö]",
    "q": "[qg9]",
    "r": "(?:r|f)",
    "s": "[s5$§]",
    "t": "[t+f7]",
    "u": "[uvüU]",
    "v": "[vu]",
    "w": "(?:w|vv|uu|yv|vy)",
    "z": "[z2]",
    "-": r"[-_—–~.=]{1,2}\s?",
    "_": r"(?:[-_—–~.=]{1,2}\s?|\s)",
    ":": "[:;.]",
    ".": r"\s?[.,·]\s?",
    " ": r"[\s_-]{1,3}",
}


def as_read(words: str, *, broken: bool = False) -> str:
    """A pattern, to be compiled without regard to case, for `words` as a recogniser may write them.

    `broken` lets a space or a line's end stand between any two letters.
    """
    letters = [_LOOKS.get(letter.lower(), re.escape(letter)) for letter in words]
    return (r"\s?" if broken else "").join(letters)


def digits_of(text: str) -> str:
    """The digits in a text, with what a recogniser takes them for."""
    return "".join(c for c in text.translate(_DIGIT_FOR) if "0" <= c <= "9")


def mostly_digits(text: str, least: float = 0.6) -> bool:
    """Whether enough of the letters and digits of a text are digits as they stand."""
    known = [c for c in text if c.isalnum() or c in "|!©@"]
    return bool(known) and sum("0" <= c <= "9" for c in known) >= least * len(known)
