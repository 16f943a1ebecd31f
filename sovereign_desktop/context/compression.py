"""A text made shorter by leaving sentences out: those that say least about the question; names and numbers last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sovereign_desktop.context.relevance import terms

GAP = "[…]"
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|(?=\n)|$)")
_WORD = re.compile(r"\S+")
_FACT = re.compile(r"\s[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]|\d+")
"""The beginning of a name, or a number. Every sentence begins with a capital, so that one does not count."""
_DIGITS = frozenset("0123456789")
_ON_TOPIC, _PER_FACT, _MOST_FACTS = 3.0, 0.5, 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its place, what it is about, and how many names and numbers it seems to hold."""

    number: int
    text: str
    terms: frozenset[str]
    facts: int

    def worth(self, question: frozenset[str]) -> float:
        """How much would be missed without it."""
        on_topic = len(question & self.terms) / len(question) if question else 0.0
        return _ON_TOPIC * on_topic + _PER_FACT * min(_MOST_FACTS, self.facts) + 1 / (1 + self.number)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; a line's end ends one, too."""
    parts = filter(None, (part.strip() for part in _SENTENCE.findall(text)))
    return tuple(Sentence(number, part, terms(part), len(_FACT.findall(part))) for number, part in enumerate(parts))


def compress(
    text: str,
    question: frozenset[str],
    most_tokens: int,
    count: Callable[[str], int],
    read: Callable[[str], Sequence[Sentence]] = sentences,
) -> str:
    """The most telling sentences that fit, in their order, with a mark where some are missing; empty if none does.

    A sentence that is too long alone keeps its names, its numbers and the words beside them. `read` is `sentences`,
    or something quicker that gives the same.
    """
    if count(text) <= most_tokens:
        return text
    best_first = sorted(read(text), key=lambda one: (-one.worth(question), one.number))
    mark = count(GAP) + 1
    left, kept = most_tokens - mark, list[Sentence]()
    for sentence in best_first:
        if left < 2 * mark:
            break
        cost = count(sentence.text) + 1
        if cost + mark <= left:  # a sentence may stand alone, with gaps on both sides
            kept.append(sentence)
            left -= cost + mark
    if not kept and best_first:
        return _words(best_first[0].text, question, most_tokens, count)
    return _joined(sorted(kept, key=lambda one: one.number), len(best_first))


def _joined(kept: Sequence[Sentence], of: int) -> str:
    parts: list[str] = []
    expected = 0
    for sentence in kept:
        if sentence.number != expected:
            parts.append(GAP)
        parts.append(sentence.text)
        expected = sentence.number + 1
    if kept and expected != of:
        parts.append(GAP)
    return "\n".join(parts)


def _words(sentence: str, question: frozenset[str], most_tokens: int, count: Callable[[str], int]) -> str:
    """The words of one sentence that fit: names, numbers and what was asked about first, then from the beginning."""
    words = _WORD.findall(sentence)
    telling = [at for at, word in enumerate(words) if _is_telling(word, at, question)]
    order = dict.fromkeys([*telling, *range(len(words))])
    left, chosen = most_tokens - 2 * (count(GAP) + 1), set[int]()
    for at in order:
        cost = count(words[at]) + count(GAP) + 2
        if cost <= left:
            chosen.add(at)
            left -= cost
        elif at not in telling:
            break
    parts = []
    expected = 0
    for at in sorted(chosen):
        parts += [GAP, words[at]] if at != expected else [words[at]]
        expected = at + 1
    if parts and expected != len(words):
        parts.append(GAP)
    return " ".join(parts)


def _is_telling(word: str, at: int, question: frozenset[str]) -> bool:
    return _is_fact(word, at) or bool(question and question & terms(word))


def _is_fact(word: str, at: int) -> bool:
    """Whether it looks like a name or a number."""
    return (at > 0 and word[0].isupper()) or not _DIGITS.isdisjoint(word)
