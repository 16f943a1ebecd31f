"""The records of past turns, in SQLite. Every call works on a thread of the store's own, never on the event loop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

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
)
"""Each leads from the version before it to the next; append, never change."""

_COLUMNS = (
    "turn_id, started_at, outcome, transcript, reply, backend, mode, timings, engines, input_tokens, output_tokens,"
    " cost_usd, error, note"
)
_CORRUPT = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
_BUSY_TIMEOUT_S = 5.0


class _TooNewError(Exception):
    """A later version of the program made the file."""


class TranscriptStore:
    """Keeps, lists and forgets turns. `problem` is a sentence for the user when the file could not be used.

    The file is readable by its owner only. Deleted text is overwritten, in the file and in its log. `migrations`
    is there for tests of the next version.
    """

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self._path = path
        self._migrations = tuple(migrations)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcripts")
        self._database: sqlite3.Connection | None = None
        self.problem = ""

    async def open(self) -> str:
        """Open the file now instead of at the first use; returns `problem`. Never raises."""
        try:
            await self._run(lambda database: database.total_changes)
        except SovereignError as error:
            self.problem = error.user_text
        return self.problem

    async def add(self, turn: TurnRecord) -> None:
        """Keep a turn; the same id replaces the record before it. Cancelling does not take it back."""
        await self._run(lambda database: _insert(database, turn))

    async def recent(self, limit: int) -> tuple[TurnRecord, ...]:
        """The latest turns, oldest first."""
        query = f"SELECT {_COLUMNS} FROM turns ORDER BY started_at DESC, rowid DESC LIMIT ?"  # noqa: S608 - constants
        rows = await self._run(lambda database: database.execute(query, (limit,)).fetchall())
        return tuple(_record(row) for row in reversed(rows))

    async def get(self, turn_id: str) -> TurnRecord | None:
        """The turn of that id."""
        query = f"SELECT {_COLUMNS} FROM turns WHERE turn_id = ?"  # noqa: S608 - constants
        row = await self._run(lambda database: database.execute(query, (turn_id,)).fetchone())
        return None if row is None else _record(row)

    async def delete(self, turn_id: str) -> bool:
        """Forget a turn for good; False when there was none of that id."""
        return await self._run(lambda database: _delete(database, "WHERE turn_id = ?", turn_id)) > 0

    async def clear(self) -> int:
        """Forget all turns for good; returns how many there were."""
        return await self._run(lambda database: _delete(database, ""))

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent; later calls raise SovereignError."""
        try:
            await asyncio.wrap_future(self._thread.submit(self._disconnect))
        except RuntimeError:  # closed already
            return
        self._thread.shutdown()

    async def _run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            # Shielded: cancelling the caller must not take a record out of the queue.
            return await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._work, work)))
        except RuntimeError as error:
            raise SovereignError("The list of past turns is closed.") from error
        except (sqlite3.Error, OSError) as error:
            raise SovereignError(
                "The list of past turns can't be read or written.",
                remedy=f"Look whether {self._path} is writable and its disk has room.",
            ) from error

    def _work(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """On the store's thread: do it, and once more on a fresh file when this one proves to be broken."""
        try:
            return work(self._connection())
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").partition("_INDEX")[0] not in _CORRUPT:
                raise
            self._set_aside()
            return work(self._connection())

    def _connection(self) -> sqlite3.Connection:
        if self._database is None:
            try:
                self._database = _connect(self._path, self._migrations)
            except _TooNewError:
                self.problem = (
                    "The list of past turns was made by a later version of the program. It is left as it is, and turns"
                    " are not kept on disk now."
                )
                self._database = _prepared(sqlite3.connect(":memory:"), self._migrations)
        return self._database

    def _set_aside(self) -> None:
        self._disconnect()
        aside = self._path.with_name(
            f"{self._path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1000}"
        )
        self._path.replace(aside)
        for suffix in ("-wal", "-shm"):
            beside = self._path.with_name(self._path.name + suffix)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + suffix))
        self.problem = f"The list of past turns was damaged. It was moved to {aside}, and a new one was begun."
        logger.warning("the transcripts file is damaged and was moved aside")

    def _disconnect(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            database.close()


def _connect(path: Path, migrations: tuple[str, ...]) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its own files the rights of this one, so it must be private before anything is in it.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)
    try:
        return _prepared(database, migrations)
    except BaseException:
        database.close()
        raise


def _prepared(database: sqlite3.Connection, migrations: tuple[str, ...]) -> sqlite3.Connection:
    """Check the file, set it up, and bring its tables to this version, all or nothing."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise _TooNewError
    if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise _corrupt()
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("PRAGMA secure_delete = ON")
    for number, script in enumerate(migrations[version:], start=version + 1):
        database.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
    return database


def _corrupt() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("quick_check")
    error.sqlite_errorname = "SQLITE_CORRUPT"
    return error


def _insert(database: sqlite3.Connection, turn: TurnRecord) -> None:
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
    )
    marks = ", ".join("?" * len(values))
    with database:
        database.execute(f"INSERT OR REPLACE INTO turns ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608


def _delete(database: sqlite3.Connection, where: str, *values: str) -> int:
    with database:
        gone = database.execute(f"DELETE FROM turns {where}", values).rowcount  # noqa: S608 - constants
    with closing(database.execute("PRAGMA wal_checkpoint(TRUNCATE)")) as checkpoint:  # else the log keeps the words
        checkpoint.fetchone()
    return gone


def _record(row: tuple[Any, ...]) -> TurnRecord:
    turn_id, started_at, outcome, transcript, reply, backend, mode, timings, engines, *numbers, error, note = row
    input_tokens, output_tokens, cost_usd = numbers
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
    )
