"""A file of our own: kept private, brought up to date, replaced when it is broken, and named in every sentence."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from sovereign_desktop.core.database import Database, Wording, erase_log
from sovereign_desktop.core.errors import SovereignError

BOOKS = ("CREATE TABLE books (title TEXT NOT NULL)",)
WORDING = Wording("The catalogue", "books")


def add(title: str, connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("INSERT INTO books VALUES (?)", (title,))


def titles(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT title FROM books ORDER BY rowid")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "catalogue.sqlite"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = Database(path, BOOKS, WORDING)
    yield database
    await database.close()


async def test_work_runs_in_order_on_a_thread_of_the_files_own(database: Database) -> None:
    for title in ("Faust", "Emma"):
        await database.run(lambda connection, title=title: add(title, connection))
    assert await database.run(titles) == ["Faust", "Emma"]
    assert (await database.run(lambda _connection: threading.current_thread().name)).startswith("catalogue")


@pytest.mark.parametrize(("outlives_power_loss", "level"), [(False, 1), (True, 2)])
async def test_a_commit_waits_for_the_disk_where_it_must(path: Path, outlives_power_loss: bool, level: int) -> None:
    database = Database(path, BOOKS, WORDING, outlives_power_loss=outlives_power_loss)
    assert await database.run(lambda one: one.execute("PRAGMA synchronous").fetchone()[0]) == level
    await database.close()


async def test_sentences_call_the_file_by_its_name(database: Database, path: Path) -> None:
    await database.open()
    await database.close()
    with pytest.raises(SovereignError, match="The catalogue is closed"):
        await database.run(titles)
    with closing(sqlite3.connect(path)) as later:
        later.execute("PRAGMA user_version = 9")
    newer = Database(path, BOOKS, WORDING)
    assert "The catalogue was made by a later version" in (problem := await newer.open())
    assert "books are not kept on disk" in problem
    await newer.close()


async def test_broken_work_is_done_once_more_on_a_new_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 400)
    database = Database(path, BOOKS, WORDING)
    await database.run(lambda connection: add("Faust", connection))
    assert await database.run(titles) == ["Faust"]
    assert database.problem.startswith("The catalogue was damaged. It was moved to ")
    await database.close()


async def test_an_error_of_the_work_is_no_damage(database: Database) -> None:
    await database.run(lambda connection: add("Faust", connection))
    with pytest.raises(SovereignError, match="can't be read or written"):
        await database.run(lambda connection: connection.execute("SELECT * FROM nowhere"))
    assert await database.run(titles) == ["Faust"]
    assert database.problem == ""


async def test_an_erased_log_keeps_nothing(database: Database, path: Path) -> None:
    await database.run(lambda connection: add("a secret title", connection))
    log = path.with_name(path.name + "-wal")
    assert b"a secret title" in log.read_bytes()
    await database.run(erase_log)
    assert log.read_bytes() == b""


async def test_a_log_that_another_program_reads_is_not_called_erased(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sovereign_desktop.core.database._BUSY_TIMEOUT_S", 0.05)
    await database.run(lambda connection: add("a secret title", connection))
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM books").fetchall()
        await database.run(lambda connection: add("another title", connection))
        with pytest.raises(SovereignError, match="still stands there"):
            await database.run(erase_log)
