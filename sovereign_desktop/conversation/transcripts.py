"""The records of past turns, in SQLite. Every call works on the file's own thread, never on the event loop."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sovereign_desktop.core.database import Database, Wording, erase_log
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE turns (
        turn_id TEXT PRIMARY KEY,
        started_at REAL NOT NULL,
        outcome TEXT NOT NULL,
        transcript TEXT NOT NULL,
        reply TEXT NOT NULL,
        backend TEXT NOT NULL,
        mode TEXT NOT NULL,
        timings TEXT NOT NULL,
        engines TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cost_usd REAL NOT NULL,
        error TEXT NOT NULL
    );
    CREATE INDEX turns_by_time ON turns (started_at);
    """,
    "ALTER TABLE turns ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE turns ADD COLUMN context BLOB NOT NULL DEFAULT x''",
)
"""Each leads from the version before it to the next; append, never change."""

_COLUMNS = (
    "turn_id, started_at, outcome, transcript, reply, backend, mode, timings, engines, input_tokens, output_tokens,"
    " cost_usd, error, note, context"
)


class TranscriptStore:
    """Keeps, lists and forgets turns. `problem` is a sentence for the user when the file could not be used.

    Deleted text is overwritten, in the file and in its log. `migrations` is there for tests of the next version.
    """

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self._database = Database(path, migrations, Wording("The list of past turns", "turns"))

    @property
    def problem(self) -> str:
        return self._database.problem

    async def open(self) -> str:
        """Open the file now instead of at the first use; returns `problem`. Never raises."""
        return await self._database.open()

    async def add(self, turn: TurnRecord) -> None:
        """Keep a turn; the same id replaces the record before it. Cancelling does not take it back."""
        await self._database.run(lambda connection: _insert(connection, turn))

    async def recent(self, limit: int) -> tuple[TurnRecord, ...]:
        """The latest turns, oldest first."""
        query = f"SELECT {_COLUMNS} FROM turns ORDER BY started_at DESC, rowid DESC LIMIT ?"  # noqa: S608 - constants
        rows = await self._database.run(lambda connection: connection.execute(query, (limit,)).fetchall())
        return tuple(_record(row) for row in reversed(rows))

    async def get(self, turn_id: str) -> TurnRecord | None:
        """The turn of that id."""
        query = f"SELECT {_COLUMNS} FROM turns WHERE turn_id = ?"  # noqa: S608 - constants
        row = await self._database.run(lambda connection: connection.execute(query, (turn_id,)).fetchone())
        return None if row is None else _record(row)

    async def delete(self, turn_id: str) -> bool:
        """Forget a turn for good; False when there was none of that id."""
        return await self._database.run(lambda connection: _delete(connection, "WHERE turn_id = ?", turn_id)) > 0

    async def clear(self) -> int:
        """Forget all turns for good; returns how many there were."""
        return await self._database.run(lambda connection: _delete(connection, ""))

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent; later calls raise SovereignError."""
        await self._database.close()


def _insert(connection: sqlite3.Connection, turn: TurnRecord) -> None:
    values = (
        turn.turn_id,
        turn.started_at,
        turn.outcome.value,
        turn.transcript,
        turn.reply,
        turn.backend,
        turn.mode,
        json.dumps({stage.value: at for stage, at in turn.timings.at.items()}),
        json.dumps(dict(turn.engines)),
        turn.input_tokens,
        turn.output_tokens,
        turn.cost_usd,
        turn.error,
        turn.note,
        turn.context,
    )
    marks = ", ".join("?" * len(values))
    with connection:
        connection.execute(f"INSERT OR REPLACE INTO turns ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608


def _delete(connection: sqlite3.Connection, where: str, *values: str) -> int:
    with connection:
        gone = connection.execute(f"DELETE FROM turns {where}", values).rowcount  # noqa: S608 - constants
    erase_log(connection)
    return gone


def _record(row: tuple[Any, ...]) -> TurnRecord:
    turn_id, started_at, outcome, transcript, reply, backend, mode, timings, engines, *rest = row
    input_tokens, output_tokens, cost_usd, error, note, context = rest
    known = {stage.value for stage in Stage}
    at = {Stage(name): second for name, second in json.loads(timings).items() if name in known}
    return TurnRecord(
        turn_id,
        started_at,
        Outcome(outcome),
        transcript,
        reply,
        backend,
        mode,
        TurnTimings(at),
        json.loads(engines),
        input_tokens,
        output_tokens,
        cost_usd,
        error,
        note,
        context,
    )
