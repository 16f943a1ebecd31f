"""The vectors of one profile and one embedding model: kept in SQLite, searched with Chroma. Only in the child process.

The file of vectors is what a segment is filled from, so that a segment can be thrown away at any time: when something
was forgotten, when it is broken, when the two do not agree after a crash.
"""

from __future__ import annotations

import logging
import random
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.segments import Segment, Segments

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

PORTION = 1_000
CHECKED = 16
SAME = 1e-3
"""A vector finds itself at this distance at most."""
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS segment (number INTEGER NOT NULL);
    INSERT INTO segment SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM segment);
"""


class VectorIndex:
    """Adds, finds and erases vectors. `query` may be called beside everything else, which is one thread's work."""

    def __init__(self, folder: Path, dimensions: int, segments: Segments) -> None:
        self._path = folder / "vectors.sqlite"
        self._folder = folder
        self._dimensions = dimensions
        self._segments = segments
        self._querying = Lock()
        self._segment: Segment | None = None
        self._vectors: sqlite3.Connection | None = None
        self.repaired = ""
        """What was found broken and made again, as half a sentence."""

    def open(self) -> None:
        """Open both and make them agree. Raises SovereignError, OSError or sqlite3.Error."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._vectors = self._open_file()
        number = self._number()
        try:
            self._segment = self._opened(number)
        except SovereignError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever Chroma raises for files that it can't use
            logger.warning("the segment of vectors is broken", extra={"error": type(error).__name__})
            self.repaired = "the search by meaning was damaged and has been made again"
            self._segments.set_aside(number)
            self._rebuild()
            return
        self._segments.drop_others(number)

    def close(self) -> None:
        """Let go of both files. Idempotent."""
        with self._querying:
            segment, self._segment = self._segment, None
        if segment is not None:
            segment.close()
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None

    def ids(self) -> bytes:
        """Which memories have a vector: 64-bit integers."""
        return array("q", (row[0] for row in self._file.execute("SELECT id FROM vectors"))).tobytes()

    def add(self, ids: Sequence[int], vectors: bytes) -> None:
        """Keep vectors, and find them from now on."""
        size = 4 * self._dimensions
        rows = [(one, vectors[at * size : (at + 1) * size]) for at, one in enumerate(ids)]
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        self._current.put(ids, matrix(vectors, self._dimensions))

    def query(self, vector: bytes, limit: int) -> list[tuple[int, float]]:
        """The nearest memories, with their distance."""
        with self._querying:
            return self._current.query(matrix(vector, self._dimensions)[0], limit)

    def erase(self, ids: Sequence[int]) -> None:
        """Take vectors out of every file: the segment is made anew without them, and the old one deleted."""
        with self._file:
            gone = sum(self._file.execute("DELETE FROM vectors WHERE id = ?", (one,)).rowcount for one in ids)
        self._empty_log()
        if gone:
            self._rebuild()

    def check(self) -> str:
        """What is wrong with the answers, as half a sentence; some vectors are asked for themselves."""
        known = [row[0] for row in self._file.execute("SELECT id FROM vectors")]
        if (there := self._current.count()) != len(known):
            return f"it holds {there} of {len(known)} memories"
        for one in random.sample(known, min(CHECKED, len(known))):
            vector = self._file.execute("SELECT vector FROM vectors WHERE id = ?", (one,)).fetchone()[0]
            if not any(distance <= SAME for _, distance in self.query(vector, 3)):
                return "it does not find what it holds"
        return ""

    def make_anew(self) -> None:
        """Throw the segment away and fill another from the file."""
        number = self._number()
        with self._querying:
            segment, self._segment = self._segment, None
        if segment is not None:
            segment.close()
        self._segments.set_aside(number)
        self._rebuild()

    @property
    def _file(self) -> sqlite3.Connection:
        assert self._vectors is not None
        return self._vectors

    @property
    def _current(self) -> Segment:
        if self._segment is None:
            raise SovereignError("The search by meaning is being made again.")
        return self._segment

    def _open_file(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
                raise
        # Nothing is lost: the memories themselves are elsewhere, and get new vectors.
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self.repaired = "the file of vectors was damaged; they are made anew"
        return self._connected()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            connection.execute("SELECT count(*) FROM vectors").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _opened(self, number: int) -> Segment:
        """The segment, with exactly what the file has."""
        segment = self._segments.open(number)
        there, known = segment.ids(), {row[0] for row in self._file.execute("SELECT id FROM vectors")}
        for _, vectors in self._portions(sorted(there & known)[:1]):
            segment.query(vectors[0], 1)  # only now Chroma reads its graph
        self._segments.opened(number)
        if stray := sorted(there - known):
            segment.remove(stray)
        for ids, vectors in self._portions(sorted(known - there)):
            segment.put(ids, vectors)
        return segment

    def _rebuild(self) -> None:
        """Fill a new segment beside the old one, then ask that one, and delete the old."""
        number = self._number() + 1
        self._segments.drop_others(number - 1)  # what a rebuild left behind that did not come to its end
        fresh = self._opened(number)
        with self._file:
            self._file.execute("UPDATE segment SET number = ?", (number,))
        with self._querying:
            old, self._segment = self._segment, fresh
        if old is not None:
            old.close()
        self._segments.drop_others(number)
        self._empty_log()

    def _number(self) -> int:
        return int(self._file.execute("SELECT number FROM segment").fetchone()[0])

    def _portions(self, ids: Sequence[int]) -> Iterator[tuple[list[int], np.ndarray[Any, Any]]]:
        for start in range(0, len(ids), PORTION):
            some = list(ids[start : start + PORTION])
            blobs = [
                self._file.execute("SELECT vector FROM vectors WHERE id = ?", (one,)).fetchone()[0] for one in some
            ]
            yield some, matrix(b"".join(blobs), self._dimensions)

    def _empty_log(self) -> None:
        with closing(self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")) as checkpoint:
            checkpoint.fetchone()


def matrix(vectors: bytes, dimensions: int) -> np.ndarray[Any, Any]:
    """The vectors as rows."""
    import numpy as np

    return np.frombuffer(vectors, dtype=np.float32).reshape(-1, dimensions)
