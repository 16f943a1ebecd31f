"""The records of past turns, in SQLite. Every call works on the file's own thread, never on the event loop."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from sovereign_desktop.context.fencing import harmless
from sovereign_desktop.context.manifest import told_in, without
from sovereign_desktop.core.database import Database, Wording, erase_log
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
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
    "CREATE TABLE switches (at REAL NOT NULL, way TEXT NOT NULL, reason TEXT NOT NULL)",
)
"""Each leads from the version before it to the next; append, never change."""

_COLUMNS = (
    "turn_id, started_at, outcome, transcript, reply, backend, mode, timings, engines, input_tokens, output_tokens,"
    " cost_usd, error, note, context"
)

MOST_UNSAVED = 256
"""So many turns wait for a disk that is full."""


SWITCHES_KEPT = 500

SHORTEST_TRACE = 8
"""Characters. Shorter words of a turn, such as a yes, are anybody's."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Another one answered from `at` (Unix time) on. `way` is the name of a `modes.Way`, the reason a clause."""

    at: float
    way: str
    reason: str


class TranscriptStore:
    """Keeps, lists and forgets turns. `problem` is a sentence for the user when the file could not be used.

    Deleted text is overwritten, in the file and in its log. `migrations` is there for tests of the next version.
    """

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self.database = Database(path, migrations, Wording("The list of past turns", "turns"))
        self._unsaved: dict[str, TurnRecord] = {}
        self._lock = Lock()

    @property
    def problem(self) -> str:
        return self.database.problem

    async def open(self) -> str:
        """Open the file now instead of at the first use; returns `problem`. Never raises."""
        return await self.database.open()

    async def add(self, turn: TurnRecord) -> None:
        """Keep a turn; the same id replaces the record before it. Cancelling does not take it back.

        What a full disk did not take is written together with the next turn.
        """
        with self._lock:
            self._unsaved.pop(turn.turn_id, None)
            self._unsaved[turn.turn_id] = turn
        try:
            await self.database.run(self._save)
        except SovereignError:
            self._give_up_the_oldest()
            raise

    def _give_up_the_oldest(self) -> None:
        """A disk that stays full must not fill the memory as well."""
        with self._lock:
            for too_many in tuple(self._unsaved)[:-MOST_UNSAVED]:
                del self._unsaved[too_many]

    def _save(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            waiting = tuple(self._unsaved.values())
        with connection:
            for turn in waiting:
                _insert(connection, turn)
        with self._lock:
            for turn in waiting:
                if self._unsaved.get(turn.turn_id) is turn:
                    del self._unsaved[turn.turn_id]

    async def recent(self, limit: int) -> tuple[TurnRecord, ...]:
        """The latest turns, oldest first."""
        query = f"SELECT {_COLUMNS} FROM turns ORDER BY started_at DESC, rowid DESC LIMIT ?"  # noqa: S608 - constants
        rows = await self.database.run(lambda connection: connection.execute(query, (limit,)).fetchall())
        return tuple(_record(row) for row in reversed(rows))

    async def search(self, words: str, limit: int) -> tuple[TurnRecord, ...]:
        """The latest turns in which all of these words were said, oldest first, whatever their case."""
        wanted = words.casefold().split()
        said = "folded(transcript || char(10) || reply || char(10) || error || char(10) || note)"
        where = " AND ".join([f"instr({said}, ?)"] * len(wanted)) or "1"
        query = f"SELECT {_COLUMNS} FROM turns WHERE {where} ORDER BY started_at DESC, rowid DESC LIMIT ?"  # noqa: S608

        def look(connection: sqlite3.Connection) -> list[Any]:
            connection.create_function("folded", 1, str.casefold, deterministic=True)
            return connection.execute(query, (*wanted, limit)).fetchall()

        return tuple(_record(row) for row in reversed(await self.database.run(look)))

    async def get(self, turn_id: str) -> TurnRecord | None:
        """The turn of that id."""
        query = f"SELECT {_COLUMNS} FROM turns WHERE turn_id = ?"  # noqa: S608 - constants
        row = await self.database.run(lambda connection: connection.execute(query, (turn_id,)).fetchone())
        return None if row is None else _record(row)

    async def add_switch(self, switch: Switch) -> None:
        """Keep that somebody else answers; of very many, the latest."""
        await self.database.run(lambda connection: _insert_switch(connection, switch))

    async def switches(self, limit: int) -> tuple[Switch, ...]:
        """The latest switches, oldest first."""
        query = "SELECT at, way, reason FROM switches ORDER BY at DESC, rowid DESC LIMIT ?"
        rows = await self.database.run(lambda connection: connection.execute(query, (limit,)).fetchall())
        return tuple(Switch(*row) for row in reversed(rows))

    async def containing(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The ids of the turns in which any of these was said, or was told to a model."""
        said = {text.strip() for text in texts if text.strip()}

        def look(connection: sqlite3.Connection) -> tuple[str, ...]:
            rows = connection.execute("SELECT turn_id, transcript, reply, context FROM turns")
            return tuple(
                turn_id
                for turn_id, *spoken, context in rows
                if any(text in place for text in said for place in (*spoken, told_in(context)))
            )

        return await self.database.run(look)

    async def delete(self, turn_id: str) -> bool:
        """Forget a turn for good; False when there was none of that id."""
        with self._lock:
            self._unsaved.pop(turn_id, None)
        return await self.database.run(lambda connection: _delete(connection, "WHERE turn_id = ?", turn_id)) > 0

    async def forget(self, turns: Sequence[TurnRecord]) -> None:
        """Forget these turns for good, and their words in what models were told in later turns.

        Words that are too short to tell whose they are stay there.
        """
        texts = _traces_of(turns)
        with self._lock:
            for turn in turns:
                self._unsaved.pop(turn.turn_id, None)
            for turn_id, turn in self._unsaved.items():
                self._unsaved[turn_id] = replace(turn, context=without(turn.context, texts))
        await self.database.run(lambda connection: _forget(connection, turns, texts))

    async def clear(self) -> int:
        """Forget all turns for good; returns how many there were."""
        with self._lock:
            self._unsaved.clear()
        return await self.database.run(lambda connection: _delete(connection, ""))

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent; later calls raise SovereignError."""
        await self.database.close()


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
    connection.execute(f"INSERT OR REPLACE INTO turns ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608


def _insert_switch(connection: sqlite3.Connection, switch: Switch) -> None:
    with connection:
        connection.execute("INSERT INTO switches VALUES (?, ?, ?)", (switch.at, switch.way, switch.reason))
        connection.execute(
            "DELETE FROM switches WHERE rowid <= (SELECT max(rowid) FROM switches) - ?", (SWITCHES_KEPT,)
        )


def _delete(connection: sqlite3.Connection, where: str, *values: str) -> int:
    with connection:
        gone = connection.execute(f"DELETE FROM turns {where}", values).rowcount  # noqa: S608 - constants
    erase_log(connection)
    return gone


def _traces_of(turns: Sequence[TurnRecord]) -> list[str]:
    """What was said in them, as it was and as models are told it."""
    said = {text.strip() for turn in turns for text in (turn.transcript, turn.reply)}
    return [text for text in {*said, *map(harmless, said)} if len(text) >= SHORTEST_TRACE]


def _forget(connection: sqlite3.Connection, turns: Sequence[TurnRecord], texts: Sequence[str]) -> None:
    with connection:
        connection.executemany("DELETE FROM turns WHERE turn_id = ?", [(turn.turn_id,) for turn in turns])
        oldest = min((turn.started_at for turn in turns), default=0.0)
        later = connection.execute("SELECT turn_id, context FROM turns WHERE started_at >= ?", (oldest,))
        cut = [(left, one) for one, context in later if (left := without(context, texts)) is not context]
        connection.executemany("UPDATE turns SET context = ? WHERE turn_id = ?", cut)
    erase_log(connection)


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
