"""Past turns as a document to read (Markdown) and as data (JSON)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.turn_text import answer, header

translate = QCoreApplication.translate

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"})


def as_markdown(turns: Sequence[TurnRecord]) -> str:
    """A heading a turn, then what was said. What looks like markup in it stays text."""
    parts = [f"# {translate('Export', 'Conversations with Sovereign Desktop')}"]
    for turn in turns:
        parts.append(f"## {_text(header(turn))}")
        if turn.transcript:
            parts.append(f"**{translate('Export', 'You')}:** {_text(turn.transcript)}")
        if answer(turn):
            parts.append(f"**{translate('Export', 'Assistant')}:** {_text(answer(turn))}")
        if turn.note:
            parts.append(f"*{_text(turn.note)}*")
    return "\n\n".join(parts) + "\n"


def as_json(turns: Sequence[TurnRecord]) -> str:
    """All that is known of each, with what models were told."""
    return json.dumps({"turns": [_data(turn) for turn in turns]}, ensure_ascii=False, indent=2) + "\n"


def _text(words: str) -> str:
    """Plain text as Markdown: a line break stays one."""
    return "  \n".join(words.translate(_MARKUP).splitlines())


def _data(turn: TurnRecord) -> dict[str, Any]:
    return {
        "id": turn.turn_id,
        "started_at": datetime.fromtimestamp(turn.started_at, UTC).isoformat(timespec="milliseconds"),
        "outcome": turn.outcome.value,
        "mode": turn.mode,
        "backend": turn.backend,
        "engines": dict(turn.engines),
        "question": turn.transcript,
        "answer": turn.reply,
        "error": turn.error,
        "note": turn.note,
        "voice_to_voice_ms": turn.timings.voice_to_voice_ms,
        "stages_ms": turn.timings.stages_ms(),
        "input_tokens": turn.input_tokens,
        "output_tokens": turn.output_tokens,
        "cost_usd": turn.cost_usd,
        "context": unpacked(turn.context),
    }
