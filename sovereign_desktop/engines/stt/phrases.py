"""Expected commands as a grammar for a recogniser, and as a pattern that tells whole ones from broken-off ones.

A phrase is the right-hand side of a JSGF rule (JSpeech Grammar Format, 2000) with the slots `<number>` and
`<digit>`; see `SpeechToText.transcribe`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = ("zero", *_ONES, *_TEENS, *_TENS, "a", "and", "hundred", "thousand")

_SLOTS = f"""
<digit> = zero | oh | {" | ".join(_ONES)};
<one> = {" | ".join(_ONES)};
<below100> = <one> | {" | ".join(_TEENS)} | ({" | ".join(_TENS)}) [<one>];
<below1000> = <below100> | (a | <one>) hundred [[and] <below100>];
<number> = zero | <below1000> | (a | <below1000>) thousand [[and] <below1000>];
"""
_TOKENS = re.compile(r"<[a-z]+>|[a-z']+|[()\[\]|]")
_PATTERNS = {
    "<number>": f"(?:(?:{'|'.join(NUMBER_WORDS)}) )+",
    "<digit>": f"(?:{'|'.join(['zero', 'oh', *_ONES])}) ",
    "(": "(?:",
    ")": ")",
    "[": "(?:",
    "]": ")?",
    "|": "|",
}


def words_in(phrase: str) -> set[str]:
    """The words that a phrase may contain, without those of its slots."""
    return {token for token in _TOKENS.findall(phrase) if token[0] not in "<()[]|"}


def grammar(phrases: Sequence[str], can_pronounce: Callable[[str], bool]) -> str | None:
    """A JSGF grammar of every phrase whose words can be pronounced, or None when none can."""
    usable = [phrase for phrase in phrases if all(map(can_pronounce, words_in(phrase)))]
    if not usable:
        return None
    return (
        f"#JSGF V1.0;\ngrammar commands;\npublic <command> = {' | '.join(f'({phrase})' for phrase in usable)};{_SLOTS}"
    )


def words_in_grammar(text: str) -> set[str]:
    """The words that a grammar made here speaks of."""
    body = text.partition("public")[2]
    return set(re.findall(r"[a-z']+", re.sub(r"<[a-z0-9]+>", " ", body)))


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Matches the text of a whole phrase with one space behind each word.

    A grammar decoder that runs out of sound in the middle gives back what it had, such as `set a timer for five`.
    """
    return re.compile("|".join(f"(?:{_one(phrase)})" for phrase in phrases))


def _one(phrase: str) -> str:
    return "".join(_PATTERNS.get(token, re.escape(token) + " ") for token in _TOKENS.findall(phrase))
