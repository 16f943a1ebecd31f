"""Phrases with optional parts, choices and slots, and whether what was said is one of them.

The notation is the right-hand side of a JSGF rule, so that the same text can teach a recogniser what to expect:

    set [a] timer for <number> (minute | minutes)

`[a]` may be left out, `(a | b)` is a choice, `<number>` a slot. Matching is always of the whole sentence: a phrase
inside a longer sentence is not a command. Source: JSpeech Grammar Format, W3C Note, 2000.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

Words = tuple[str, ...]
Found = Mapping[str, Any]
Reader = Callable[[Words], Any]
"""Gives the value that a slot's words mean, or None."""

_Step = Callable[[Words, int, Found], Iterator[tuple[int, Found]]]

LONGEST_COMMAND_WORDS = 40
_NOTATION = re.compile(r"[\[\]()|]|<\w+>|[^\s\[\]()|<>]+")
_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[-+*/×÷^%()√−]")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑](?=[^\W\d_])")
_CONTRACTIONS = {
    f"{first}'{short}": (first, whole)
    for short, whole, firsts in (
        ("s", "is", "what how that it there who when where which time"),
        ("re", "are", "what you they we"),
        ("m", "am", "i"),
        ("ll", "will", "i you it that"),
        ("d", "would", "i you"),
    )
    for first in firsts.split()
}
_HESITATIONS = frozenset({"um", "uh", "uhm", "er", "erm", "hmm", "mm"})
_OPENINGS = tuple(
    tuple(opening.split())
    for opening in (
        "could you tell me",
        "can you tell me",
        "would you tell me",
        "do you know",
        "i want to know",
        "i would like to know",
        "i would like you to",
        "i want you to",
        "tell me",
        "can you",
        "could you",
        "would you",
        "will you",
        "hey sovereign",
        "sovereign",
        "please",
        "just",
        "hey",
        "hi",
        "okay",
        "ok",
        "oh",
        "ah",
        "well",
        "so",
    )
)
_CLOSINGS = tuple(tuple(closing.split()) for closing in ("please", "for me", "thank you", "thanks", "sovereign"))


def words_of(text: str) -> Words:
    """The words of a sentence without what does not change its meaning: case, signs, hesitation, politeness."""
    plain = _HYPHEN.sub(" ", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    words: list[str] = []
    for word in _WORD.findall(plain):
        words.extend(_CONTRACTIONS.get(word, (word,)))
    return _without_politeness(tuple(word for word in words if word not in _HESITATIONS))


def _without_politeness(words: Words) -> Words:
    for opening in _OPENINGS:
        if words[: len(opening)] == opening and len(words) > len(opening):
            return _without_politeness(words[len(opening) :])
    for closing in _CLOSINGS:
        if words[-len(closing) :] == closing and len(words) > len(closing):
            return _without_politeness(words[: -len(closing)])
    return words


def some_words(words: Words) -> str | None:
    """The reader of a slot that takes a name of up to six words."""
    return " ".join(words) if len(words) <= 6 else None


class Phrases:
    """Several ways to say one thing. `readers` gives each slot its meaning."""

    def __init__(self, *texts: str, **readers: Reader) -> None:
        self.texts = texts
        self._readers = readers

    @cached_property
    def _steps(self) -> tuple[_Step, ...]:
        return tuple(_Notation(text, self._readers).parse() for text in self.texts)

    def fits(self, said: Words) -> bool:
        """Whether all of `said` is one of the phrases."""
        return self.match(said) is not None

    def match(self, said: Words) -> Found | None:
        """The values of the slots in the first phrase that all of `said` fits into, or None."""
        if len(said) > LONGEST_COMMAND_WORDS:
            return None
        for step in self._steps:
            for end, found in step(said, 0, MappingProxyType({})):
                if end == len(said):
                    return found
        return None


class _Notation:
    """Recursive descent through one phrase; each part becomes a step that tries to advance."""

    def __init__(self, text: str, readers: Mapping[str, Reader]) -> None:
        self._tokens = _NOTATION.findall(text)
        self._readers = readers
        self._text = text

    def parse(self) -> _Step:
        step = self._choice()
        if self._tokens:
            raise ValueError(f"{self._tokens[0]!r} closes nothing in {self._text!r}")
        return step

    def _choice(self) -> _Step:
        branches = [self._sequence()]
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _any_of(branches)

    def _sequence(self) -> _Step:
        steps = []
        while self._tokens and self._tokens[0] not in "|])":
            steps.append(self._part(self._tokens.pop(0)))
        return steps[0] if len(steps) == 1 else _all_of(steps)

    def _part(self, mark: str) -> _Step:
        if mark == "[":
            return _any_of([self._closed_by("]"), _all_of([])])
        if mark == "(":
            return self._closed_by(")")
        if mark.startswith("<"):
            name = mark[1:-1]
            return _slot(name, self._readers[name.rstrip("0123456789")])
        return _word(mark)

    def _closed_by(self, bracket: str) -> _Step:
        step = self._choice()
        if not self._tokens or self._tokens.pop(0) != bracket:
            raise ValueError(f"{bracket!r} is missing in {self._text!r}")
        return step


def _word(expected: str) -> _Step:
    def step(said: Words, start: int, found: Found) -> Iterator[tuple[int, Found]]:
        if start < len(said) and said[start] == expected:
            yield start + 1, found

    return step


def _slot(name: str, read: Reader) -> _Step:
    """The longest reading first, so that "twenty five" is not 20."""

    def step(said: Words, start: int, found: Found) -> Iterator[tuple[int, Found]]:
        for end in range(len(said), start, -1):
            value = read(said[start:end])
            if value is not None:
                yield end, {**found, name: value}

    return step


def _any_of(branches: list[_Step]) -> _Step:
    def step(said: Words, start: int, found: Found) -> Iterator[tuple[int, Found]]:
        for branch in branches:
            yield from branch(said, start, found)

    return step


def _all_of(steps: list[_Step]) -> _Step:
    def step(said: Words, start: int, found: Found) -> Iterator[tuple[int, Found]]:
        if not steps:
            yield start, found
            return
        for end, more in steps[0](said, start, found):
            yield from rest(said, end, more)

    rest = _all_of(steps[1:]) if steps else step
    return step
