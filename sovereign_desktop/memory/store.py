"""The memories of one profile, in SQLite: the truth that everything else can be made from again.

Every call works on the file's own thread. What was forgotten is in no file of the store any more when `forget`
returns: pages are overwritten, the word index is written anew, the log is emptied.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from sovereign_desktop.core.database import Database, Result, Wording, erase_log
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory import keywords
from sovereign_desktop.memory.records import Memory, NewMemory, Selection, Usage, digest_of, storable

MIGRATIONS: tuple[str, ...] = (
    f"""
    CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        text TEXT NOT NULL,
        digest BLOB NOT NULL,
        time REAL NOT NULL,
        session TEXT NOT NULL,
        source TEXT NOT NULL,
        turn_id TEXT NOT NULL
    );
    CREATE UNIQUE INDEX memories_once ON memories (digest, session, source);
    CREATE INDEX memories_by_time ON memories (time);
    CREATE INDEX memories_by_session ON memories (session);
    CREATE TABLE erased (id INTEGER PRIMARY KEY);
    CREATE TABLE uses (
        memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE, used_for TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (memory_id, used_for)
    ) WITHOUT ROWID;
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    {keywords.SCHEMA}
    """,
)
"""Each leads from the version before it to the next; append, never change.

`erased` holds ids whose vectors are still to be removed; no id is used twice, so that a vector left behind by a crash
can never stand for another text.
"""
_COLUMNS = (
    "id, text, time, session, source, turn_id, (SELECT count(*) FROM uses WHERE uses.memory_id = memories.id) AS uses"
)
_ALL_AT_ONCE = 500
_PRAGMAS = ("foreign_keys = ON", "temp_store = MEMORY")
"""What is sorted or undone stands in no temporary file."""


def profile_folder(root: Path, profile: str) -> Path:
    """Where a profile's memories are. Profiles share no file, whatever their names are made of."""
    return root / hashlib.sha256(profile.encode()).hexdigest()[:16]


class MemoryStore:
    """Keeps, lists, finds by words, and forgets. One profile, one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "memories.sqlite"
        wording = Wording("The memory", "memories")
        self._database = Database(self.path, MIGRATIONS, wording, outlives_power_loss=True, pragmas=_PRAGMAS)

    @property
    def problem(self) -> str:
        """A sentence for the user when the file could not be used."""
        return self._database.problem

    async def open(self) -> str:
        """Open the file now instead of at the first use; returns `problem`. Never raises."""
        return await self._database.open()

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent."""
        await self._database.close()

    async def add(self, new: Iterable[NewMemory]) -> tuple[int, ...]:
        """Keep them all or none; their ids. The same text of the same session is one memory, with its latest time."""
        rows = [(storable(one.text), one) for one in new]
        return await self._changed(lambda connection: _add(connection, rows))

    async def ids_of(self, texts: Iterable[NewMemory]) -> tuple[int, ...]:
        """The ids of those that are kept, each known by its text, session and source."""
        rows = [(digest_of(storable(one.text)), one.session, one.source) for one in texts]
        query = "SELECT id FROM memories WHERE (digest, session, source) = (?, ?, ?)"
        return await self._database.run(
            lambda connection: tuple(found[0] for row in rows for found in connection.execute(query, row))
        )

    async def get(self, ids: Collection[int]) -> dict[int, Memory]:
        """Those of these that are still there, by id."""
        return await self._database.run(lambda connection: _get(connection, ids))

    async def select(self, selection: Selection, *, limit: int = -1, offset: int = 0) -> tuple[Memory, ...]:
        """The memories that are meant, the latest last; with a limit the latest of them."""
        return await self._database.run(lambda connection: _select(connection, selection, limit, offset))

    async def count(self) -> int:
        """How many there are."""
        return await self._database.run(lambda connection: int(_one(connection, "SELECT count(*) FROM memories")))

    async def search(self, text: str, limit: int) -> tuple[Memory, ...]:
        """The memories that have words of the text, best first."""
        return tuple(memory for memory, _ in await self.ranked(text, limit))

    async def ranked(self, text: str, limit: int) -> tuple[tuple[Memory, float], ...]:
        """The same, with how well each fits (BM25)."""

        def found(connection: sqlite3.Connection) -> tuple[tuple[Memory, float], ...]:
            strengths = keywords.search(connection, text, limit)
            there = _get(connection, strengths)
            return tuple((there[one], strength) for one, strength in strengths.items())

        return await self._database.run(found)

    async def mentioning(self, text: str, limit: int) -> tuple[Memory, ...]:
        """The memories that have all words of the text."""

        def found(connection: sqlite3.Connection) -> tuple[Memory, ...]:
            ids = keywords.mentioning(connection, text, limit)
            there = _get(connection, ids)
            return tuple(there[one] for one in ids)

        return await self._database.run(found)

    async def edit(self, memory_id: int, text: str) -> tuple[Memory, ...]:
        """Give a memory another text; what it was, if that was another text, and what it is now.

        It gets another id, because its vector is another one; the old text is erased. Raises SovereignError.
        """
        kept = storable(text)
        return await self._changed(lambda connection: _edit(connection, memory_id, kept))

    async def forget(self, selection: Selection) -> tuple[Memory, ...]:
        """Erase what is meant from the store; returns what that was. Their vectors wait in `erased`."""
        if not selection.names_something:
            return ()
        return await self._changed(lambda connection: _forget(connection, selection))

    async def must_be_kept(self) -> None:
        """Raises SovereignError while the file is a later version's: what is seen here is not what is remembered."""
        await self._changed(lambda _connection: None)

    async def _changed(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The result of work whose success is promised to the user: nothing is where it would not last."""

        def kept(connection: sqlite3.Connection) -> Result:
            if self._database.is_left_alone:
                raise SovereignError(self._database.problem, remedy="Use the later version of the program.")
            return work(connection)

        return await self._database.run(kept)

    # For whoever keeps the vectors

    async def after(self, memory_id: int, limit: int) -> tuple[Memory, ...]:
        """The next memories by id."""
        query = f"SELECT {_COLUMNS} FROM memories WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - constants
        return await self._database.run(
            lambda connection: tuple(Memory(*row) for row in connection.execute(query, (memory_id, limit)))
        )

    async def missing_from(self, ids: Collection[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Which memories are not among these ids, and which of these are no memories."""

        def compare(connection: sqlite3.Connection) -> tuple[tuple[int, ...], tuple[int, ...]]:
            there = {row[0] for row in connection.execute("SELECT id FROM memories")}
            known = set(ids)
            return tuple(sorted(there - known)), tuple(sorted(known - there))

        return await self._database.run(compare)

    async def erased(self) -> tuple[int, ...]:
        """What was forgotten and may still have a vector."""
        return await self._database.run(
            lambda connection: tuple(row[0] for row in connection.execute("SELECT id FROM erased"))
        )

    async def vectors_gone(self, ids: Collection[int]) -> None:
        """The vectors of these are erased too."""

        def clear(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("DELETE FROM erased WHERE id = ?", [(one,) for one in ids])

        await self._database.run(clear)

    # Notes beside the memories

    async def used(self, uses: Iterable[Usage]) -> None:
        """Remember where memories were used; those that are gone meanwhile are left out."""
        rows = [(one.memory_id, one.used_for, one.at, one.memory_id) for one in uses]
        query = "INSERT OR REPLACE INTO uses SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM memories WHERE memories.id = ?)"

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(query, rows)

        await self._database.run(write)

    async def uses_of(self, memory_id: int) -> tuple[Usage, ...]:
        """Where a memory was used, the latest first."""
        query = "SELECT memory_id, used_for, at FROM uses WHERE memory_id = ? ORDER BY at DESC"
        return await self._database.run(
            lambda connection: tuple(Usage(*row) for row in connection.execute(query, (memory_id,)))
        )

    async def used_for(self, ids: Collection[int]) -> frozenset[str]:
        """Where any of these was used."""

        def look(connection: sqlite3.Connection) -> frozenset[str]:
            found: set[str] = set()
            for some in _portions(list(ids)):
                marks = ",".join("?" * len(some))
                query = f"SELECT DISTINCT used_for FROM uses WHERE memory_id IN ({marks})"  # noqa: S608 - marks
                found |= {row[0] for row in connection.execute(query, some)}
            return frozenset(found)

        return await self._database.run(look)

    async def note(self, name: str) -> str:
        """A note by its name; empty when there is none."""
        query = "SELECT coalesce((SELECT value FROM notes WHERE name = ?), '')"
        return await self._database.run(lambda connection: str(connection.execute(query, (name,)).fetchone()[0]))

    async def write_note(self, name: str, value: str) -> None:
        """Keep a note; it replaces the one before it."""

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

        await self._database.run(write)


# On the file's thread


def _add(connection: sqlite3.Connection, rows: Sequence[tuple[str, NewMemory]]) -> tuple[int, ...]:
    with connection:
        return tuple(_insert(connection, text, one) for text, one in rows)


def _insert(connection: sqlite3.Connection, text: str, one: NewMemory | Memory) -> int:
    query = (
        "INSERT INTO memories (text, digest, time, session, source, turn_id) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (digest, session, source) DO UPDATE"
        " SET time = max(time, excluded.time), turn_id = excluded.turn_id"
        " RETURNING id"
    )
    values = (text, digest_of(text), one.time, one.session, one.source, one.turn_id)
    return int(connection.execute(query, values).fetchone()[0])


def _edit(connection: sqlite3.Connection, memory_id: int, text: str) -> tuple[Memory, ...]:
    before = _get(connection, [memory_id]).get(memory_id)
    if before is None:
        raise SovereignError(f"There is no memory {memory_id} any more.")
    if before.text == text:
        return (before,)
    with connection:
        made = _insert(connection, text, before)
        connection.execute("UPDATE OR IGNORE uses SET memory_id = ? WHERE memory_id = ?", (made, memory_id))
        _erase(connection, [memory_id])
    erase_log(connection)
    return before, _get(connection, [made])[made]


def _get(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Memory]:
    found: dict[int, Memory] = {}
    for some in _portions(list(ids)):
        marks = ",".join("?" * len(some))
        query = f"SELECT {_COLUMNS} FROM memories WHERE id IN ({marks})"  # noqa: S608 - constants and marks
        found |= {row[0]: Memory(*row) for row in connection.execute(query, some)}
    return found


def _select(connection: sqlite3.Connection, selection: Selection, limit: int, offset: int) -> tuple[Memory, ...]:
    if selection.ids:
        meant = filter(selection.fits, _get(connection, selection.ids).values())
        return tuple(sorted(meant, key=lambda one: (one.time, one.id)))
    where, values = _where(selection)
    query = f"SELECT {_COLUMNS} FROM memories {where} ORDER BY time DESC, id DESC LIMIT ? OFFSET ?"  # noqa: S608
    rows = connection.execute(query, (*values, limit, offset)).fetchall()
    return tuple(Memory(*row) for row in reversed(rows))


def _where(selection: Selection) -> tuple[str, list[object]]:
    terms: dict[str, object] = {}
    if selection.session is not None:
        terms["session = ?"] = selection.session
    if selection.since is not None:
        terms["time >= ?"] = selection.since
    if selection.until is not None:
        terms["time <= ?"] = selection.until
    return (f"WHERE {' AND '.join(terms)}" if terms else ""), list(terms.values())


def _forget(connection: sqlite3.Connection, selection: Selection) -> tuple[Memory, ...]:
    gone = _select(connection, selection, -1, 0)
    if gone:
        with connection:
            _erase(connection, [one.id for one in gone])
    erase_log(connection)
    return gone


def _erase(connection: sqlite3.Connection, ids: list[int]) -> None:
    for some in _portions(ids):
        marks = ",".join("?" * len(some))
        connection.execute(f"DELETE FROM memories WHERE id IN ({marks})", some)  # noqa: S608 - marks
        connection.executemany("INSERT OR IGNORE INTO erased VALUES (?)", [(one,) for one in some])
    keywords.purge(connection)


def _one(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _portions(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _ALL_AT_ONCE):
        yield ids[start : start + _ALL_AT_ONCE]
