"""A text made shorter by leaving sentences out: those that say least about the question; names and numbers last."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sovereign_desktop.context.relevance import terms

GAP = "[…]"
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|(?=\n)|$)")
_WORD = re.compile(r"\S+")
_DIGITS = frozenset("0123456789")
_ON_TOPIC, _PER_FACT, _MOST_FACTS = 3.0, 0.5, 4


@dataclass(slots=True)
class _Sentence:
    number: int
    text: str
    worth: float
    tokens: int


def compress(text: str, question: frozenset[str], most_tokens: int, count: Callable[[str], int]) -> str:
    """The most telling sentences that fit, in their order, with a mark where some are missing; empty if none does.

    A sentence that is too long alone keeps its names, its numbers and the words beside them.
    """
    if count(text) <= most_tokens:
        return text
    sentences = [
        _Sentence(number, found, _worth(found, number, question), 0)
        for number, found in enumerate(filter(None, (part.strip() for part in _SENTENCE.findall(text))))
    ]
    mark = count(GAP) + 1
    left, kept = most_tokens - mark, []
    for sentence in sorted(sentences, key=lambda one: (-one.worth, one.number)):
        cost = count(sentence.text) + 1
        if cost + mark <= left:  # a sentence may stand alone, with gaps on both sides
            kept.append(sentence)
            left -= cost + mark
    if not kept and sentences:
        best = max(sentences, key=lambda one: (one.worth, -one.number))
        return _words(best.text, question, most_tokens, count)
    return _joined(sorted(kept, key=lambda one: one.number), len(sentences))


def _worth(sentence: str, number: int, question: frozenset[str]) -> float:
    on_topic = len(question & terms(sentence)) / len(question) if question else 0.0
    facts = min(_MOST_FACTS, sum(_is_fact(word, at) for at, word in enumerate(sentence.split())))
    return _ON_TOPIC * on_topic + _PER_FACT * facts + 1 / (1 + number)


def _joined(kept: list[_Sentence], of: int) -> str:
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
    """Whether it looks like a name or a number. Every sentence begins with a capital."""
    return (at > 0 and word[0].isupper()) or not _DIGITS.isdisjoint(word)
