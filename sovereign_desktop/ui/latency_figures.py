"""The latency of past turns as figures: what a graph draws and a table holds. No Qt, nothing is decided elsewhere."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord

PARTS = {
    Stage.UTTERANCE_ENDED: "Noticing the end",
    Stage.TRANSCRIBED: "Recognising",
    Stage.FIRST_TEXT: "Model",
    Stage.FIRST_SENTENCE: "First sentence",
    Stage.FIRST_AUDIO: "Voice or network",
    Stage.FIRST_SOUND: "Loudspeaker",
}
"""What the user waits for, in the order in which it happens; each part ends at its stage."""


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
        lines = ["No answer has been spoken yet."]
    else:
        said = f"{figures.count} answers: half within {figures.p50_ms:.0f} ms, 95 of 100 within {figures.p95_ms:.0f} ms"
        if figures.count == 1:
            said = f"One answer: {figures.p50_ms:.0f} ms"
        lines = [f"{said}, from the end of your speech to the first sound."]
    if pings_ms:
        jitter_ms = statistics.pstdev(pings_ms)
        lines.append(
            f"Connection to the Realtime API: {statistics.median(pings_ms):.0f} ms, jitter {jitter_ms:.0f} ms."
        )
    return "\n".join(lines)
