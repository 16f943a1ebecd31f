"""How quick the old version was, as its own logs and metrics tell: to compare with."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sovereign_desktop.migration.looking import open_untouched, walk

_LATENCY = re.compile(
    rb"(?:avg_|average_|total_|response_|end_to_end_)?(?:latency|response[ _]time)(_ms|_s|_seconds)?[\"']?"
    rb"\s*(?:(?:of|was|is|[:=])\s*)?([0-9]+(?:\.[0-9]+)?)\s*(ms|milliseconds|s|seconds)?\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\.(?:log|jsonl)(?:\.\d+)?$|(?:metrics|performance|baseline|stats)[\w.-]*\.json$", re.IGNORECASE)
_MOST_BYTES = 8 << 20
_PIECE = 1 << 14
_LONGEST_MS = 120_000


@dataclass(frozen=True, slots=True)
class Baseline:
    """Milliseconds of the old version's answers."""

    samples: int
    median_ms: float
    p95_ms: float
    source: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measured(root: Path) -> Baseline | None:
    """The figures of the newest log that has any, or None."""
    logs = [found for found in walk(root) if found.is_file and _NAMES.search(found.path.name)]
    for found in sorted(logs, key=lambda one: one.mtime_ns, reverse=True):
        try:
            with open_untouched(found.path) as file:
                values = sorted(_values_of(file))
        except OSError:
            continue
        if values:
            high = values[min(len(values) - 1, int(len(values) * 0.95))]
            return Baseline(len(values), round(statistics.median(values), 1), round(high, 1), found.relative)
    return None


def _values_of(file: BinaryIO) -> Iterator[float]:
    """Piece by piece: one search through all of it would keep a window from its work."""
    left, begun = _MOST_BYTES, b""
    while left > 0 and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
        whole, newline, begun = (begun + piece).rpartition(b"\n")
        if not newline:
            whole, begun = begun, b""
        yield from _values(whole)
    yield from _values(begun)


def _values(text: bytes) -> list[float]:
    found = []
    for named, number, unit in _LATENCY.findall(text):
        value = float(number)
        is_seconds = named.lower() in (b"_s", b"_seconds") or unit.lower() in (b"s", b"seconds")
        if not named and not unit and value < 100:  # the old versions logged seconds without saying so
            is_seconds = True
        ms = value * 1000 if is_seconds else value
        if 0 < ms <= _LONGEST_MS:
            found.append(ms)
    return found
