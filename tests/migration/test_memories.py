"""Memories of old versions: every one of them with text, time and session, and their folder untouched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sovereign_desktop.app.bench.migration import old_store
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration import catalogue, checks
from sovereign_desktop.migration.memories import DATABASE, LinesSink, OldMemory, count, read
from sovereign_desktop.migration.transaction import Wishes
from tests.app.keyrings import MemoryKeyring
from tests.migration.stage import installation, migrate, migrator, state_of


def changed(store: Path, *statements: str) -> None:
    with closing(sqlite3.connect(store / DATABASE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_each_memory_has_its_text_time_session_and_collection(tmp_path: Path) -> None:
    old_store(tmp_path / "chroma", 1200)
    before = state_of(tmp_path)
    found = list(read(tmp_path / "chroma"))
    assert count(tmp_path / "chroma") == len(found) == 1200
    assert found[1007] == OldMemory("memory 1007 of the garden", 1_700_001_007.0, "session-100", "conversation_history")
    assert state_of(tmp_path) == before


@pytest.mark.parametrize(
    ("column", "value", "time"),
    [
        ("string_value", "'2024-01-15T10:30:00Z'", 1705314600.0),
        ("string_value", "'1705314600.5'", 1705314600.5),
        ("int_value", "1705314600123", 1705314600.123),
        ("int_value", "1705314600", 1705314600.0),
    ],
)
def test_times_are_read_as_they_were_written(tmp_path: Path, column: str, value: str, time: float) -> None:
    old_store(tmp_path, 1)
    change = f"UPDATE embedding_metadata SET float_value = NULL, {column} = {value} WHERE key = 'timestamp'"
    changed(tmp_path, change)
    (memory,) = read(tmp_path)
    assert memory.time == time


def test_one_without_a_time_has_that_of_its_row_and_one_without_text_is_none(tmp_path: Path) -> None:
    old_store(tmp_path, 3)
    changed(
        tmp_path,
        "DELETE FROM embedding_metadata WHERE key = 'timestamp' AND id = 1",
        "UPDATE embeddings SET created_at = '2024-01-15 10:30:00' WHERE id = 1",
        "DELETE FROM embedding_metadata WHERE key = 'chroma:document' AND id = 2",
    )
    found = list(read(tmp_path))
    assert [memory.time for memory in found] == [1705314600.0, 1_700_000_002.0]


def test_a_time_that_no_clock_has_is_none(tmp_path: Path) -> None:
    old_store(tmp_path, 1)
    changed(
        tmp_path,
        "UPDATE embedding_metadata SET float_value = NULL, string_value = '0001-01-01' WHERE key = 'timestamp'",
        "UPDATE embeddings SET created_at = '2023-05-06 07:08:09'",
    )
    (memory,) = read(tmp_path)
    assert memory.time == 1683356889.0


def test_the_same_said_twice_in_one_talk_is_one_memory(tmp_path: Path) -> None:
    old_store(tmp_path, 20)
    changed(tmp_path, "UPDATE embedding_metadata SET string_value = 'again' WHERE key = 'chroma:document'")
    assert [(memory.text, memory.session) for memory in read(tmp_path)] == [
        ("again", "session-0"),
        ("again", "session-1"),
    ]


def test_what_is_no_store_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "torn").mkdir()
    old_store(tmp_path / "whole", 500)
    content = (tmp_path / "whole" / DATABASE).read_bytes()
    (tmp_path / "torn" / DATABASE).write_bytes(content[: len(content) // 2])
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / DATABASE).write_bytes(b"\x01" * 9000)
    (tmp_path / "unknown").mkdir()
    changed(tmp_path / "unknown", "CREATE TABLE something (x)")
    old_store(tmp_path / "other", 3)
    changed(tmp_path / "other", "ALTER TABLE embedding_metadata RENAME COLUMN string_value TO text_value")
    old_store(tmp_path / "no text", 3)
    changed(tmp_path / "no text", "UPDATE embedding_metadata SET string_value = CAST(x'ff' AS TEXT)")
    for name, said in (
        ("torn", "damaged"), ("noise", "damaged"), ("unknown", "unknown version"), ("other", "unknown version"),
        ("no text", "damaged"),
    ):  # fmt: skip
        with pytest.raises(SovereignError, match=said):
            list(read(tmp_path / name))


def test_a_store_that_is_being_written_is_read_as_it_was_before(tmp_path: Path) -> None:
    old_store(tmp_path, 30)
    with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("DELETE FROM embeddings")
        assert len(list(read(tmp_path))) == 30
        writer.execute("ROLLBACK")


def test_migrating_brings_them_over_once_and_a_rollback_takes_them_out(
    keyring: MemoryKeyring, tmp_path: Path, home: Path
) -> None:
    root = installation(tmp_path)
    old_store(root / "data" / "chroma", 120)
    before = state_of(root)
    migrate(root)
    (migration,) = catalogue.every(find_paths().backups)
    lines = (migration.folder / "memories.jsonl").read_text().splitlines()
    assert len(lines) == 120
    assert json.loads(lines[7]) == {
        "text": "memory 7 of the garden", "time": "2023-11-14T22:13:27+00:00", "session": "session-0",
        "source": "conversation_history",
    }  # fmt: skip
    found = checks.after(
        migration, migrator().paths, migrator().secrets, LinesSink(migration.folder / "memories.jsonl")
    )
    assert "50 of 50 samples are found" in [check.detail for check in found]
    assert migrate(root).id == ""
    migrator().rollback(migration)
    assert not (migration.folder / "memories.jsonl").exists()
    assert state_of(root) == before


@pytest.mark.parametrize("is_original_there", [True, False])
def test_a_damaged_copy_of_them_does_not_hold_up_a_rollback(
    is_original_there: bool, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    root = installation(tmp_path)
    old_store(root / "data" / "chroma", 30)
    migrate(root)
    (migration,) = catalogue.every(find_paths().backups)
    (migration.folder / "old" / "data" / "chroma" / DATABASE).write_bytes(b"\x01" * 9000)
    if not is_original_there:
        (root / "data" / "chroma" / DATABASE).unlink()
    outcome = migrator().rollback(migration)
    assert not find_paths().settings_file.exists()
    assert keyring.get_password("sovereign-desktop", "openai") is None
    assert bool(outcome.notes) is not is_original_there
    assert (migration.folder / "memories.jsonl").exists() is not is_original_there


def test_memories_that_can_not_be_read_do_not_hold_up_the_rest(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    (root / "data").mkdir()
    (root / "data" / DATABASE).write_bytes(b"no database")
    outcome = migrate(root)
    assert "damaged" in " ".join(outcome.notes)
    assert find_paths().settings_file.exists()


def test_they_can_be_left_where_they_are(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    old_store(root / "data" / "chroma", 5)
    assert not any("memories" in line for line in migrate(root, Wishes(memories=False)).done)
