"""Several answers become one: by confidence, part by part, with word of who each part is from and who disagrees. Pure.

Answers of the kind that most confidence stands behind are merged; the others count as disagreement.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sovereign_desktop.orchestrator.content import Kind, as_number, read

KEYS = {
    "gpu": ("provider", "gpu", "region"),
    "token": ("provider", "model"),
    "grid": ("region", "timestamp"),
}
"""What tells records of a known type apart."""
_USUAL_KEYS = ("id", "key", "name", "symbol", "provider", "gpu", "model", "region", "timestamp", "date")
SAME_MEANING = 0.8
"""Embeddings with this cosine say the same."""
SAME_WORDS = 0.35
"""So much of the words that matter is shared by texts that say the same, when nobody can compare their meaning."""

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One model's answer, and how much it is trusted, from 0 to 1."""

    model: str
    content: Any
    confidence: float


@dataclass(slots=True)
class Merged:
    """The one answer. `supporters` gave it or agree with it; a disagreement is a sentence."""

    kind: Kind
    data: Any
    supporters: list[str]
    provenance: Any
    disagreements: list[str] = field(default_factory=list)


def merge(
    answers: Sequence[Answer], *, tolerance: float = 0.1, data_type: str = "", embed: Embed | None = None
) -> Merged:
    """The answers as one. There has to be at least one."""
    read_answers = [(answer, *read(answer.content)) for answer in answers]
    weights: dict[Kind, float] = {}
    for answer, kind, _ in read_answers:
        weights[kind] = weights.get(kind, 0.0) + answer.confidence + 1e-9
    kind = max(weights, key=lambda one: weights[one])
    of_kind = [(answer, value) for answer, its, value in read_answers if its is kind]
    voices = [_Voice(answer.model, value, answer.confidence + 1e-9) for answer, value in of_kind]
    judge = _Judge(tolerance)
    if kind is Kind.RECORDS:
        merged = _records(voices, judge, _key_fields(voices, data_type))
    elif kind is Kind.NUMBER:
        value, sources = judge.number(voices, "the number")
        merged = Merged(kind, value, sources, {"value": sources})
    elif kind is Kind.OBJECT and not all(isinstance(voice.value, Mapping) for voice in voices):
        value, sources = judge.choice(voices, "the list")
        merged = Merged(kind, value, sources, {"value": sources})
    elif kind is Kind.OBJECT:
        fields, origins = judge.mapping(voices, "")
        merged = Merged(kind, fields, [voice.model for voice in voices], origins)
    else:
        merged = _prose(voices, embed)
    merged.disagreements += judge.disagreements
    merged.disagreements += [
        f"{answer.model} answered with {its.value}, not with {kind.value}"
        for answer, its, _ in read_answers
        if its is not kind
    ]
    return merged


def agree(first: Any, second: Any, *, tolerance: float = 0.1, embed: Embed | None = None) -> float:
    """How far two answers say the same, from 0 to 1."""
    (kind, one), (other_kind, other) = read(first), read(second)
    if kind is not other_kind:
        return 0.0
    if kind is Kind.PROSE:
        return _alike(one, other, embed)
    if kind is Kind.NUMBER:
        return float(_near(float(one), float(other), tolerance))
    flat, other_flat = _flat(one), _flat(other)
    paths = flat.keys() | other_flat.keys()
    same = sum(path in flat and path in other_flat and _same(flat[path], other_flat[path], tolerance) for path in paths)
    return same / len(paths) if paths else 1.0


@dataclass(frozen=True, slots=True)
class _Voice:
    model: str
    value: Any
    weight: float


class _Judge:
    """Settles values, and notes where they are too far apart."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self.disagreements: list[str] = []

    def value(self, voices: Sequence[_Voice], where: str) -> tuple[Any, Any]:
        """The value that counts, and from whom it is."""
        if all(as_number(one.value) is not None for one in voices):
            return self.number(voices, where)
        if all(isinstance(one.value, Mapping) for one in voices):
            return self.mapping(voices, where)
        return self.choice(voices, where)

    def number(self, voices: Sequence[_Voice], where: str) -> tuple[Any, list[str]]:
        """The weighted median, as the model wrote it that gave it: it is a number that somebody really said."""
        ordered = sorted(voices, key=lambda one: as_number(one.value) or 0.0)
        half, passed = sum(one.weight for one in ordered) / 2, 0.0
        chosen = ordered[-1]
        for one in ordered:
            passed += one.weight
            if passed >= half:
                chosen = one
                break
        middle = as_number(chosen.value) or 0.0
        near = [one.model for one in voices if _near(as_number(one.value) or 0.0, middle, self._tolerance)]
        if len(near) < len(voices):
            said = ", ".join(f"{one.model} {one.value}" for one in voices)
            self.disagreements.append(f"{where}: {said}"[:300])
        return chosen.value, near

    def choice(self, voices: Sequence[_Voice], where: str) -> tuple[Any, list[str]]:
        """What most confidence stands behind."""
        groups: dict[str, list[_Voice]] = {}
        for one in voices:
            groups.setdefault(_plain(one.value), []).append(one)
        best = max(groups.values(), key=lambda group: sum(one.weight for one in group))
        if len(groups) > 1:
            said = ", ".join(f"{one.model} {str(one.value)[:40]!r}" for one in voices)
            self.disagreements.append(f"{where}: {said}"[:300])
        return max(best, key=lambda one: one.weight).value, [one.model for one in best]

    def mapping(self, voices: Sequence[_Voice], where: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Every field settled for itself."""
        merged: dict[Any, Any] = {}
        sources: dict[Any, Any] = {}
        for name in dict.fromkeys(name for one in voices for name in one.value):
            having = [_Voice(one.model, one.value[name], one.weight) for one in voices if name in one.value]
            # None says nothing against a value; where all say None, that is what was said
            saying = [one for one in having if one.value is not None] or having
            merged[name], sources[name] = self.value(saying, f"{where}.{name}" if where else str(name))
        return merged, sources


def _records(voices: Sequence[_Voice], judge: _Judge, key_fields: Sequence[str]) -> Merged:
    groups: dict[tuple[tuple[str, ...], int], list[_Voice]] = {}
    for voice in voices:
        met: dict[tuple[str, ...], int] = {}
        for record in voice.value:
            key = tuple(_plain(record.get(name)) for name in key_fields)
            met[key] = met.get(key, 0) + 1  # two alike from one model are two records; without keys their order counts
            groups.setdefault((key, met[key]), []).append(_Voice(voice.model, record, voice.weight))
    data, provenance = [], []
    for (key, nth), group in groups.items():
        where = " ".join(part for part in key if part) or f"record {nth}"
        value, sources = judge.mapping(group, where)
        models = [one.model for one in group]
        if len(models) < len(voices):
            judge.disagreements.append(f"{where}: said by {', '.join(models)} alone"[:300])
        data.append(value)
        provenance.append({"models": models, "fields": sources})
    return Merged(Kind.RECORDS, data, [voice.model for voice in voices], provenance)


def _key_fields(voices: Sequence[_Voice], data_type: str) -> tuple[str, ...]:
    """What tells the records apart: known for known types, else the usual names, else all that is no number."""
    records = [record for voice in voices for record in voice.value]
    for sign, names in KEYS.items():
        if sign in data_type.lower():
            return names
    everywhere = [name for name in records[0] if all(name in record for record in records)]
    usual = tuple(name for name in everywhere if str(name).lower() in _USUAL_KEYS)
    if usual:
        return usual
    return tuple(name for name in everywhere if all(as_number(record[name]) is None for record in records))


def _prose(voices: Sequence[_Voice], embed: Embed | None) -> Merged:
    """The text that most confidence agrees with, word for word as one model wrote it."""
    vectors = _embedded([voice.value for voice in voices], embed)
    bar = SAME_WORDS if vectors is None else SAME_MEANING

    def likeness(one: int, other: int) -> float:
        if vectors is None:
            return _alike(voices[one].value, voices[other].value, None)
        return _cosine(vectors[one], vectors[other])

    circles = [[at] for at in range(len(voices))]
    for one, other in combinations(range(len(voices)), 2):
        if likeness(one, other) >= bar:
            circles[one].append(other)
            circles[other].append(one)
    best = max(range(len(voices)), key=lambda one: (sum(voices[at].weight for at in circles[one]), voices[one].weight))
    agreeing = [voices[at].model for at in sorted(circles[best])]
    against = [voice.model for voice in voices if voice.model not in agreeing]
    disagreements = [f"{name} says something else" for name in against]
    text = voices[best]
    return Merged(Kind.PROSE, text.value, agreeing, {"text": [text.model], "agreed_by": agreeing}, disagreements)


def _embedded(texts: Sequence[str], embed: Embed | None) -> Sequence[Sequence[float]] | None:
    if embed is None or len(texts) < 2:
        return None
    vectors = embed(texts)
    return vectors if len(vectors) == len(texts) else None


def _alike(one: str, other: str, embed: Embed | None) -> float:
    if (vectors := _embedded([one, other], embed)) is not None:
        return max(0.0, _cosine(vectors[0], vectors[1]))
    words, other_words = _words(one), _words(other)
    if not words or not other_words:
        return float(_plain(one) == _plain(other))
    numbers, other_numbers = _numbers(one), _numbers(other)
    if numbers and other_numbers and not numbers & other_numbers:
        return 0.0  # the same words around another figure say something else
    return len(words & other_words) / min(len(words), len(other_words))


_LITTLE_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "so",
        "that",
        "the",
        "their",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "will",
        "with",
        "you",
        "your",
    ]
)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in _LITTLE_WORDS}


def _numbers(text: str) -> set[str]:
    return {found.rstrip(".").removesuffix(".0") for found in re.findall(r"\d[\d.]*", text)}


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.sqrt(sum(x * x for x in one)) * math.sqrt(sum(y * y for y in other))
    return sum(x * y for x, y in zip(one, other, strict=False)) / lengths if lengths else 0.0


def _near(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def _same(one: Any, other: Any, tolerance: float) -> bool:
    first, second = as_number(one), as_number(other)
    if first is not None and second is not None:
        return _near(first, second, tolerance)
    return _plain(one) == _plain(other)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {k: v for name, inner in value.items() for k, v in _flat(inner, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {k: v for at, inner in enumerate(value) for k, v in _flat(inner, f"{path}[{at}]").items()}
    return {path: value}


def _plain(value: Any) -> str:
    return " ".join(str(value).lower().split())
