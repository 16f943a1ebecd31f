"""Memories of the old versions: read from a copy of their Chroma store, handed to whoever keeps them now.

Chroma 0.4 and 0.5 keep texts and metadata in `chroma.sqlite3`, which needs no Chroma to read; vectors are made anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration import rollback_alone
from sovereign_desktop.migration.looking import open_untouched

DATABASE = "chroma.sqlite3"
_BESIDE = ("", "-wal", "-journal")
_TEXT = "chroma:document"
_TIMES = ("timestamp", "time", "created_at", "date", "datetime")
_SESSIONS = ("session_id", "session", "conversation_id", "thread_id")
PORTION = 500


@dataclass(frozen=True, slots=True)
class OldMemory:
    """One memory. `time` is Unix time; `source` is the collection that it was in."""

    text: str
    time: float
    session: str
    source: str

    @property
    def digest(self) -> str:
        """The same for the same text of the same talk: a duplicate."""
        return hashlib.sha256(f"{self.session}\0{self.source}\0{self.text}".encode()).hexdigest()[:32]

    def as_line(self) -> str:
        """As `memory import` takes it."""
        told = {"text": self.text, "time": datetime.fromtimestamp(self.time, UTC).isoformat()}
        if self.session:
            told["session"] = self.session
        return json.dumps({**told, "source": self.source}, ensure_ascii=False)


class MemorySink(Protocol):
    """Whoever keeps memories now. Adding is idempotent: what is there already is recognised."""

    def add(self, memories: Sequence[OldMemory]) -> None:
        """Keep these, on the disk when this returns. Raises SovereignError."""

    def remove(self, memories: Sequence[OldMemory]) -> None:
        """Forget these, if they are there. Raises SovereignError."""

    def finds(self, memory: OldMemory) -> bool:
        """Is it found by its words?"""


class LinesSink:
    """Keeps memories in a file that `memory import` takes, for a program without a memory of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[str, None] | None = None

    def add(self, memories: Sequence[OldMemory]) -> None:
        lines = self._read()
        new = [line for line in dict.fromkeys(memory.as_line() for memory in memories) if line not in lines]
        if new:
            lines.update(dict.fromkeys(new))
            self._write(lines)

    def remove(self, memories: Sequence[OldMemory]) -> None:
        gone = {memory.as_line() for memory in memories}
        lines = {line: None for line in self._read() if line not in gone}
        self._lines = lines
        if lines:
            self._write(lines)
        else:
            self.path.unlink(missing_ok=True)

    def finds(self, memory: OldMemory) -> bool:
        return memory.as_line() in self._read()

    def _read(self) -> dict[str, None]:
        if self._lines is None:
            try:
                text = self.path.read_text(encoding="utf-8")
            except FileNotFoundError:
                text = ""
            self._lines = dict.fromkeys(line for line in text.split("\n") if line)
        return self._lines

    def _write(self, lines: dict[str, None]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        rollback_alone.put(self.path, text.encode("utf-8", "surrogatepass"), 0o600)


def store_of(folder: Path, step: dict[str, Any]) -> Path:
    """The copy of the store in the backup; it is not there when it is encrypted, for keys that somebody said."""
    copy = folder / str(step["copy"])
    return copy if (copy / DATABASE).is_file() else Path(step["store"])


def count(store: Path) -> int:
    """How many memories the store holds. Raises SovereignError when it can't be read."""
    with closing(_opened(store)) as opened, _explained(store):
        return int(opened.connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def read(store: Path) -> Iterator[OldMemory]:
    """Every memory of the store, each once; the folder is not touched. Raises SovereignError.

    Rows without a text are left out: they are no memories.
    """
    with closing(_opened(store)) as opened, _explained(store):
        seen: set[str] = set()
        for memory in _memories(opened.connection):
            if memory.digest not in seen:
                seen.add(memory.digest)
                yield memory


@contextmanager
def _explained(store: Path) -> Iterator[None]:
    """Columns that are not there, and texts that are none: what a look at the names of its tables does not see."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise SovereignError(
            f"The memories in {store} are of an unknown version of Chroma, or damaged.",
            remedy="They stay where they are; the rest can be brought over without them (--no-memories).",
        ) from error


class _Opened:
    """A copy of the database, which goes when it is closed."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._folder = folder

    def close(self) -> None:
        self.connection.close()
        self._folder.cleanup()


def _opened(store: Path) -> _Opened:
    folder = tempfile.TemporaryDirectory(prefix="old-memories-")
    try:
        for suffix in _BESIDE:
            path = store / f"{DATABASE}{suffix}"
            if path.exists():
                _copy(path, Path(folder.name) / path.name)
        connection = sqlite3.connect(Path(folder.name) / DATABASE, check_same_thread=False)
    except OSError as error:
        folder.cleanup()
        raise SovereignError(f"The memories in {store} can't be read.", remedy="Check its permissions.") from error
    if (tables := _tables(connection)) is None:
        connection.close()
        folder.cleanup()
        raise SovereignError(
            f"The memories in {store} are damaged, or half of them is being written.",
            remedy="End the old version, then try again; the rest can be brought over without them (--no-memories).",
        )
    if not {"collections", "segments", "embeddings", "embedding_metadata"} <= tables:
        connection.close()
        folder.cleanup()
        raise SovereignError(
            f"The memories in {store} are of an unknown version of Chroma.",
            remedy="They stay where they are; the rest can be brought over without them (--no-memories).",
        )
    return _Opened(folder, connection)


def _tables(connection: sqlite3.Connection) -> set[str] | None:
    """The names of its tables, or None when it is not whole."""
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return None
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return None


def _copy(path: Path, to: Path) -> None:
    with open_untouched(path) as source, to.open("wb") as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)


def _memories(connection: sqlite3.Connection) -> Iterator[OldMemory]:
    rows = connection.execute(
        "SELECT e.id, strftime('%s', e.created_at), c.name FROM embeddings e"
        " JOIN segments s ON e.segment_id = s.id JOIN collections c ON s.collection = c.id ORDER BY e.id"
    )
    while portion := rows.fetchmany(PORTION):
        told = _metadata(connection, [row[0] for row in portion])
        for number, created, collection in portion:
            metadata = told.get(number, {})
            text = metadata.get(_TEXT)
            if isinstance(text, str) and text.strip():
                time = next((one for name in _TIMES if (one := _time(metadata.get(name))) is not None), None)
                session = next((str(metadata[name]) for name in _SESSIONS if metadata.get(name) is not None), "")
                yield OldMemory(text, float(created or 0) if time is None else time, session, str(collection))


def _metadata(connection: sqlite3.Connection, numbers: list[int]) -> dict[int, dict[str, Any]]:
    marks = ",".join("?" * len(numbers))
    query = (
        "SELECT id, key, coalesce(string_value, int_value, float_value) FROM embedding_metadata"  # noqa: S608 - marks
        f" WHERE id IN ({marks})"
    )
    told: dict[int, dict[str, Any]] = {}
    for number, key, value in connection.execute(query, numbers):
        told.setdefault(number, {})[key] = value
    return told


def _time(value: Any) -> float | None:
    """Unix time, of a number (seconds or milliseconds) or of a date in ISO 8601."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        except ValueError:
            try:
                return _time(float(value))
            except ValueError:
                return None
        try:
            return moment.timestamp()
        except (ValueError, OverflowError):  # a year that this system's clock does not have
            return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > 1e11 else float(value)
        return seconds if 0 <= seconds < 32503680000 else None
    return None
