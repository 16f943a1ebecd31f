"""What a turn's model was told, piece by piece, and what left this program for it, byte by byte."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sovereign_desktop.context.base import Redaction, Tier


class Fate(StrEnum):
    """What became of a piece."""

    KEPT = "kept"
    SHORTENED = "shortened"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece without its text: that is in what was sent, and what was not sent is nobody's business."""

    source: str
    tier: Tier
    fate: Fate
    tokens: int
    """As sent; 0 when it was left out."""
    why: str = ""
    """Why it was shortened or left out, in a few words."""
    relevance: float | None = None
    at: float | None = None
    redactions: tuple[Redaction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "tier": self.tier.value,
            "fate": self.fate.value,
            "tokens": self.tokens,
            "why": self.why,
            "relevance": None if self.relevance is None else round(self.relevance, 3),
            "at": self.at,
            "redactions": {one.kind: one.count for one in self.redactions},
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that went out: a message, an item, the settings of a session. `text` is what was sent, unchanged."""

    kind: str
    text: str
    in_turn: bool = True
    """False: it went out in an earlier turn, and the server still has it."""

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, "in_turn": self.in_turn}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """All that one backend was sent for the turn. `to` names the engine, and other computers that may have got it.

    Of several models that answer as one, each that might have been asked counts.
    """

    to: str
    leaves_computer: bool
    parts: tuple[Sent, ...] = ()
    sound_ms: float = 0.0
    """So much of the user's voice went along."""

    def as_json(self) -> dict[str, Any]:
        return {
            "to": self.to,
            "leaves_computer": self.leaves_computer,
            "sound_ms": round(self.sound_ms),
            "parts": [part.as_json() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was weighed for a turn. `tokens` counts everything that a model is told, the question too."""

    budget: int
    tokens: int
    counted_by: str
    entries: tuple[Entry, ...] = ()
    tiers: Mapping[Tier, int] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Who was left out, and why in a sentence: too late, failed, may not look."""

    def as_json(self) -> dict[str, Any]:
        """For records and the command line."""
        return {
            "budget": self.budget,
            "tokens": self.tokens,
            "counted_by": self.counted_by,
            "tiers": {tier.value: tokens for tier, tokens in self.tiers.items()},
            "pieces": [entry.as_json() for entry in self.entries],
            "problems": dict(self.problems),
        }


TAKEN_OUT = "[deleted]"
_UNQUOTED = re.compile(r"[A-Za-z0-9 ,.?!'-]+")
NOTHING_TOLD = {"budget": 0, "tokens": 0, "counted_by": "", "tiers": {}, "pieces": [], "problems": {}, "sent": []}


def packed(manifest: Manifest | None, sent: Sequence[Disclosure]) -> bytes:
    """Both, as a turn's record keeps them; empty when there is neither."""
    if manifest is None and not sent:
        return b""
    told = (manifest.as_json() if manifest is not None else NOTHING_TOLD) | {"sent": [one.as_json() for one in sent]}
    return _as_record(told)


def told_in(record: bytes) -> str:
    """All texts that a record holds, one a line: where to look for one."""
    found: list[Any] = [unpacked(record)]
    texts = []
    while found:
        one = found.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict | list):
            found += one.values() if isinstance(one, dict) else one
    return "\n".join(texts)


def without(record: bytes, texts: Sequence[str]) -> bytes:
    """The record with each of the texts taken out, wherever it stands; the same record when none does."""
    if not record or not _may_hold(record, texts):
        return record
    quoted = {json.dumps(text, ensure_ascii=is_ascii)[1:-1] for text in texts for is_ascii in (True, False)}
    told = unpacked(record)
    cut = _cut(told, sorted({*texts, *quoted}, key=len, reverse=True))
    return record if cut == told else _as_record(cut)


def _may_hold(record: bytes, texts: Sequence[str]) -> bool:
    """False where none of the texts can be: what no quoting changes of them is not there. Much quicker than a look."""
    try:
        packed_text = zlib.decompress(record)
    except zlib.error:
        return False
    plain = (max(_UNQUOTED.findall(text), key=len, default="") for text in texts)
    return any(part.encode() in packed_text for part in plain)


def _cut(one: Any, wordings: Sequence[str]) -> Any:
    if isinstance(one, str):
        for wording in wordings:
            one = one.replace(wording, TAKEN_OUT)
        return one
    if isinstance(one, dict):
        return {key: _cut(value, wordings) for key, value in one.items()}
    return [_cut(value, wordings) for value in one] if isinstance(one, list) else one


def _as_record(told: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def unpacked(record: bytes) -> dict[str, Any]:
    """What `packed` put together; without anything in it when the record is empty or damaged."""
    try:
        found = json.loads(zlib.decompress(record).decode("utf-8", "surrogatepass")) if record else NOTHING_TOLD
    except (zlib.error, ValueError):
        found = NOTHING_TOLD
    return dict(found)
