"""The latency of past turns as figures: what a graph draws and a table holds. Nothing is decided elsewhere."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord

PARTS = (
    Stage.UTTERANCE_ENDED,
    Stage.TRANSCRIBED,
    Stage.FIRST_TEXT,
    Stage.FIRST_SENTENCE,
    Stage.FIRST_AUDIO,
    Stage.FIRST_SOUND,
)
"""What the user waits for, in the order in which it happens; each part ends at its stage."""

translate = QCoreApplication.translate


def part_names() -> tuple[str, ...]:
    """What the windows call PARTS."""
    return (
        translate("Latency", "Noticing the end"),
        translate("Latency", "Recognising"),
        translate("Latency", "Model"),
        translate("Latency", "First sentence"),
        translate("Latency", "Voice or network"),
        translate("Latency", "Loudspeaker"),
    )


@dataclass(frozen=True, slots=True)
class Wait:
    """One answered turn: when it was (Unix seconds), who answered, and how long each part took (ms)."""

    at: float
    backend: str
    total_ms: float
    parts_ms: tuple[float, ...]
    """In the order of PARTS; 0 where a part was not needed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Of many waits: how long half of them took at most, and 95 of 100 (nearest rank)."""

    count: int
    p50_ms: float
    p95_ms: float


def waits(turns: Sequence[TurnRecord]) -> list[Wait]:
    """The turns that were answered aloud, oldest first."""
    return [wait for turn in turns if (wait := _wait(turn)) is not None]


def _wait(turn: TurnRecord) -> Wait | None:
    total_ms = turn.timings.voice_to_voice_ms
    if total_ms is None or turn.outcome not in (Outcome.ANSWERED, Outcome.INTERRUPTED):
        return None
    spent = turn.timings.stages_ms()
    known = {stage: max(0.0, spent.get(stage.value, 0.0)) for stage in PARTS}
    return Wait(turn.started_at, turn.backend, total_ms, tuple(known.values()))


def summary(of: Sequence[Wait]) -> Summary | None:
    """None of none."""
    if not of:
        return None
    ordered = sorted(wait.total_ms for wait in of)
    rank = max(0, -(-95 * len(ordered) // 100) - 1)
    return Summary(len(ordered), statistics.median(ordered), ordered[rank])


def switches(of: Sequence[Wait]) -> list[float]:
    """Where, between two waits, another backend took over: positions on an axis that counts the waits from 0."""
    return [number - 0.5 for number in range(1, len(of)) if of[number].backend != of[number - 1].backend]


def as_csv(of: Sequence[Wait]) -> str:
    """A table of them for a spreadsheet: a line a turn, times in milliseconds."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["time", "answered_by", "voice_to_voice_ms", *(f"{stage.value}_ms" for stage in PARTS)])
    for wait in of:
        when = datetime.fromtimestamp(wait.at, UTC).isoformat(timespec="seconds")
        table.writerow([when, wait.backend, round(wait.total_ms, 1), *(round(part, 1) for part in wait.parts_ms)])
    return out.getvalue()


def in_words(of: Sequence[Wait], pings_ms: Sequence[float]) -> str:
    """The figures in a line or two."""
    figures = summary(of)
    if figures is None:
        lines = [translate("Latency", "No answer has been spoken yet.")]
    elif figures.count == 1:
        told = translate("Latency", "One answer: {ms} ms, from the end of your speech to the first sound.")
        lines = [told.format(ms=f"{figures.p50_ms:.0f}")]
    else:
        told = translate(
            "Latency",
            "{count} answers: half within {half} ms, 95 of 100 within {most} ms, from the end of your speech to the"
            " first sound.",
        )
        lines = [told.format(count=figures.count, half=f"{figures.p50_ms:.0f}", most=f"{figures.p95_ms:.0f}")]
    if pings_ms:
        told = translate("Latency", "Connection to the Realtime API: {ms} ms, jitter {jitter} ms.")
        jitter_ms = statistics.pstdev(pings_ms)
        lines.append(told.format(ms=f"{statistics.median(pings_ms):.0f}", jitter=f"{jitter_ms:.0f}"))
    return "\n".join(lines)
