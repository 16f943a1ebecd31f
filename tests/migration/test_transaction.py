"""Migrating and the way back: all of it or nothing, twice is once, and no key where none belongs."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.host.secrets import SERVICE, Secrets
from sovereign_desktop.migration import backup, catalogue, checks, rollback_alone, transaction
from sovereign_desktop.migration.catalogue import State
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.installation import look
from tests.app.keyrings import MemoryKeyring
from tests.migration.stage import (
    DIALECTS,
    OTHER_SECRET,
    SECRET,
    Wishes,
    generated,
    installation,
    migrate,
    migrator,
    state_of,
)

INNER = "p4ssWordInside9182736450"
CLEAR = Wishes(clear_env=True)


def the_only() -> catalogue.Migration:
    (found,) = catalogue.every(find_paths().backups)
    return found


def kept_by_user(keyring: MemoryKeyring) -> dict[str, str]:
    """What is in the keyring, but for the list of names."""
    return {name: value for (_, name), value in keyring.kept.items() if name != "#names"}


def everywhere(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_it_brings_settings_and_keys_over_and_touches_nothing_of_the_old(
    keyring: MemoryKeyring, tmp_path: Path
) -> None:
    root = installation(tmp_path)
    before = state_of(root)
    outcome = migrate(root)
    assert state_of(root) == before
    assert load(find_paths().settings_file, env={}).settings.llm.model == "gpt-4o-mini"
    assert kept_by_user(keyring)["openai"] == SECRET
    assert kept_by_user(keyring)["elevenlabs"] == OTHER_SECRET
    assert the_only().state is State.APPLIED
    assert the_only().in_force == "new"
    assert outcome.id == "migration-0001"
    assert json.loads((the_only().folder / "report.json").read_text())["id"] == outcome.id


def test_a_second_time_nothing_is_done(keyring: MemoryKeyring, tmp_path: Path, home: Path) -> None:
    root = installation(tmp_path)
    migrate(root, CLEAR)
    before = (state_of(home), state_of(root), dict(keyring.kept))
    outcome = migrate(root, CLEAR)
    assert (outcome.id, outcome.done) == ("", ())
    assert (state_of(home), state_of(root), keyring.kept) == before


def test_no_key_is_in_any_file_that_is_made(keyring: MemoryKeyring, tmp_path: Path, home: Path) -> None:
    root = installation(tmp_path)
    (root / "config" / "sovereign.dev.yaml").write_text(f"api: {{openai_api_key: {OTHER_SECRET}}}\n")
    (root / "notes.txt").write_text("x" * 65_530 + SECRET + "y")
    more = f"servers: [{{url: 'http://me:{INNER}@host/'}}, 'use sk-{INNER}']\n"
    (root / "config" / "settings.yaml").write_text(more)
    migrate(root, CLEAR)
    made = everywhere(home)
    assert SECRET.encode() not in made
    assert OTHER_SECRET.encode() not in made
    assert INNER.encode() not in made
    assert SECRET not in (root / ".env").read_text()
    sealed = {file["path"]: file["sealed"] for file in backup.read_manifest(the_only().folder)["files"]}
    assert sealed[".env"]
    assert sealed["notes.txt"]
    assert sealed["config/settings.yaml"]
    assert not sealed["config/config.yaml"]


@pytest.mark.parametrize("wishes", [Wishes(), CLEAR])
def test_everything_is_as_it_was_after_a_rollback(keyring: MemoryKeyring, tmp_path: Path, wishes: Wishes) -> None:
    root = installation(tmp_path)
    config = find_paths().config
    before = (state_of(root), state_of(config), kept_by_user(keyring))
    migrate(root, wishes)
    outcome = migrator().rollback(the_only())
    assert outcome.notes == ()
    assert (state_of(root), state_of(config), kept_by_user(keyring)) == before
    assert (the_only().state, the_only().in_force) == (State.ROLLED_BACK, "old")


def test_settings_that_were_there_come_back_byte_for_byte(keyring: MemoryKeyring, tmp_path: Path) -> None:
    path = find_paths().settings_file
    path.parent.mkdir()
    path.write_bytes(b"# mine\r\naudio:\r\n  volume: 0.3\r\n")
    path.chmod(0o640)
    os.utime(path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    before = state_of(path.parent)
    migrate(installation(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert state_of(path.parent) != before
    migrator().rollback(the_only())
    assert state_of(path.parent) == before


@pytest.mark.parametrize("seed", range(5))
def test_generated_installations_come_back_as_they_were(keyring: MemoryKeyring, tmp_path: Path, seed: int) -> None:
    root = generated(tmp_path, seed)
    if seed % 2:
        Secrets(env={}).set("openai", "another-key-of-the-user")
    before = (state_of(root), state_of(find_paths().config), kept_by_user(keyring))
    migrate(root, Wishes(clear_env=seed % 3 == 0))
    migrator().rollback(the_only())
    assert (state_of(root), state_of(find_paths().config), kept_by_user(keyring)) == before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_forward_again_is_where_it_was(keyring: MemoryKeyring, tmp_path: Path, dialect: str) -> None:
    root = installation(tmp_path, dialect)
    migrate(root, CLEAR)
    path = find_paths().settings_file
    path.write_text(path.read_text() + "odd: 1  # by hand\n")
    before = (path.read_text(), kept_by_user(keyring)["openai"], (root / ".env").read_text())
    migrator().rollback(the_only())
    migrator().forward(the_only())
    assert (path.read_text(), kept_by_user(keyring)["openai"], (root / ".env").read_text()) == before
    assert the_only().state is State.APPLIED


def test_gradual_goes_one_step_at_a_time_and_forward_again(keyring: MemoryKeyring, tmp_path: Path) -> None:
    migrate(installation(tmp_path, "hybrid"))
    path = find_paths().settings_file
    assert load(path, env={}).settings.app.mode == "hybrid"
    migrator().ease(the_only())
    assert load(path, env={}).settings.app.mode == "traditional"
    assert the_only().eased == ("app.mode",)
    for _ in range(len(transaction.EASING) - 1):
        with contextlib.suppress(SovereignError):
            migrator().ease(the_only())
    with pytest.raises(SovereignError, match="switched off already"):
        migrator().ease(the_only())
    for _ in range(len(the_only().eased)):
        migrator().forward(the_only())
    assert load(path, env={}).settings.app.mode == "hybrid"
    assert the_only().eased == ()


def test_a_key_that_the_keyring_has_is_not_overwritten_nor_taken_out(keyring: MemoryKeyring, tmp_path: Path) -> None:
    Secrets(env={}).set("openai", "mine")
    root = installation(tmp_path)
    outcome = migrate(root, CLEAR)
    assert "another key called openai" in " ".join(outcome.notes)
    assert SECRET in (root / ".env").read_text()
    migrator().rollback(the_only())
    assert kept_by_user(keyring) == {"openai": "mine"}


def test_without_a_keyring_keys_stay_where_they_are_and_it_is_said(home: Path, tmp_path: Path) -> None:
    root = installation(tmp_path)
    outcome = migrate(root, CLEAR)
    assert "OPENAI_API_KEY" in " ".join(outcome.notes)
    assert SECRET in (root / ".env").read_text()
    assert SECRET.encode() not in everywhere(home)
    (env,) = (file for file in backup.read_manifest(the_only().folder)["files"] if file["path"] == ".env")
    assert (env["stored"], env["reason"]) == ("", "it holds keys, and without a keyring they are not copied")
    migrator().rollback(the_only())
    assert the_only().state is State.ROLLED_BACK


@pytest.mark.parametrize("moment", range(0, 54, 6))
def test_a_disk_that_fills_up_leaves_everything_as_it_was(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    root = installation(tmp_path)
    before = (state_of(root), state_of(find_paths().config), kept_by_user(keyring))
    count, real = 0, os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == moment:  # the disk has room again for what undoes it
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    if moment == 0:
        migrate(root, CLEAR)
        assert count > 20
        return
    try:
        migrate(root, CLEAR)
    except SovereignError as error:
        assert "No space left on device" in error.sentence  # noqa: PT017 - late moments are after the last write
        assert (state_of(root), state_of(find_paths().config), kept_by_user(keyring)) == before
    else:
        assert count < moment


def test_too_little_room_is_said_before_anything_is_written(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    root = installation(tmp_path)
    monkeypatch.setattr(backup, "SPARE_BYTES", 1 << 60)
    with pytest.raises(SovereignError, match="The backup needs"):
        migrate(root)
    assert [path.name for path in home.rglob("*") if path.is_file()] == [".lock"]


def test_two_at_once_the_second_is_refused(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    backups = find_paths().backups
    backups.mkdir(parents=True)
    first = FileLock(backups / rollback_alone.LOCK)
    assert first.acquire()
    with pytest.raises(SovereignError, match="Another migration is running"):
        migrate(root)
    first.release()
    assert migrate(root).id


def test_cancelling_undoes_what_was_done(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    before = (state_of(root), state_of(find_paths().config), kept_by_user(keyring))
    for what in ("Backing up", "Checking the backup", "Applying"):
        tool = migrator()

        def cancel(now: str, done: int, total: int, what: str = what) -> None:
            if now == what and (done > 0 or what != "Applying"):
                raise SovereignError("Cancelled.")

        tool.progress = cancel
        with pytest.raises(SovereignError, match="Cancelled"):
            migrate(root, CLEAR, tool)
        assert (state_of(root), state_of(find_paths().config), kept_by_user(keyring)) == before


def test_a_clock_that_was_set_back_does_not_confuse_their_order(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(installation(tmp_path / "one", "guide"))
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    migrate(installation(tmp_path / "two", "jarvis"))
    assert [one.id for one in catalogue.every(find_paths().backups)] == ["migration-0001", "migration-0002"]
    assert catalogue.chosen(find_paths().backups, "").root.endswith("two/old")


def test_of_two_migrations_the_later_one_is_undone_first(keyring: MemoryKeyring, tmp_path: Path) -> None:
    before = state_of(find_paths().config)
    migrate(installation(tmp_path / "one", "guide"))
    migrate(installation(tmp_path / "two", "jarvis"))
    first, second = catalogue.every(find_paths().backups)
    with pytest.raises(SovereignError, match="came after migration-0001"):
        migrator().rollback(first)
    migrator().rollback(second)
    migrator().rollback(first)
    assert state_of(find_paths().config) == before


def test_a_backup_that_was_not_finished_is_begun_anew(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    half = find_paths().backups / "migration-0001"
    half.mkdir(parents=True)
    rollback_alone.write_journal(half, "begun", root=str(root))
    (find_paths().backups / "migration-0002").mkdir()
    assert the_only().state is State.PREPARING
    assert "Start it again" in the_only().advice
    migrate(root)
    assert the_only().state is State.APPLIED


def test_a_torn_record_is_no_record_and_the_next_one_counts(tmp_path: Path) -> None:
    rollback_alone.write_journal(tmp_path, "begun", root="x")
    with (tmp_path / rollback_alone.JOURNAL).open("ab") as file:
        file.write(b'{"event": "appl')
    rollback_alone.write_journal(tmp_path, "backed up")
    assert [record["event"] for record in rollback_alone.read_journal(tmp_path)] == ["begun", "backed up"]


def test_validation_sees_what_is_missing_and_says_what_mends_it(keyring: MemoryKeyring, tmp_path: Path) -> None:
    migrate(installation(tmp_path))
    tool = migrator()

    def wrong() -> dict[str, str]:
        found = checks.after(the_only(), tool.paths, tool.secrets, tool.sink_for(the_only().folder))
        return {check.name: check.remedy for check in found if check.verdict is Verdict.WRONG}

    assert wrong() == {}
    tool.secrets.delete("openai")
    find_paths().settings_file.write_text("audio: {volume: 9}\n")
    (the_only().folder / "old" / "requirements.txt").write_text("changed")
    found = wrong()
    assert set(found) == {"key openai", "settings", "backup"}
    assert all(found.values())


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The way back without the program: any Python, nothing installed."""
    command = [sys.executable, "-I", "-S", str(folder / "rollback.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_way_back_needs_only_python_and_names_what_it_could_not_undo(
    keyring: MemoryKeyring, tmp_path: Path
) -> None:
    root = installation(tmp_path)
    before = (state_of(root), state_of(find_paths().config))
    migrate(root)
    folder = the_only().folder
    assert "would undo: file" in run_alone(folder, "--check").stdout
    assert the_only().in_force == "new"
    done = run_alone(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The key openai is still in the system's keyring" in done.stdout
    assert SECRET not in done.stdout
    assert (state_of(root), state_of(find_paths().config)) == before
    assert "migrate rollback" in the_only().advice
    migrator().rollback(the_only())
    assert kept_by_user(keyring) == {}
    assert the_only().left == ()
    assert "nothing to undo" in run_alone(folder).stdout


def test_a_cleared_env_is_not_restored_half_without_its_key(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    before = state_of(root)
    migrate(root, CLEAR)
    done = run_alone(the_only().folder)
    assert done.returncode == 1
    assert "program's own Python" in done.stderr
    assert the_only().is_unfinished
    migrator().rollback(the_only())
    assert state_of(root) == before


def test_a_damaged_copy_is_not_put_back(keyring: MemoryKeyring, tmp_path: Path) -> None:
    path = find_paths().settings_file
    path.parent.mkdir()
    path.write_text("audio: {volume: 0.3}\n")
    migrate(installation(tmp_path))
    (the_only().folder / "before" / "settings.yaml").write_text("audio: {volume: 1}\n")
    with pytest.raises(SovereignError, match="damaged"):
        migrator().rollback(the_only())


def test_a_torn_encrypted_copy_is_said_in_one_line(keyring: MemoryKeyring, tmp_path: Path) -> None:
    migrate(installation(tmp_path), CLEAR)
    copy = the_only().folder / "sealed-before" / ".env"
    copy.write_bytes(copy.read_bytes() + b"\0\0")
    with pytest.raises(SovereignError, match="damaged"):
        migrator().rollback(the_only())


def test_what_was_never_changed_needs_no_writing_to_be_undone(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = find_paths().settings_file
    path.parent.mkdir()
    path.write_text("audio: {volume: 0.3}\n")
    before = state_of(path.parent)
    put = rollback_alone.put

    def read_only(to: Path, *rest: Any) -> None:
        if to == path:
            raise OSError(errno.EROFS, "read-only")
        put(to, *rest)

    monkeypatch.setattr(rollback_alone, "put", read_only)
    with pytest.raises(SovereignError, match="Everything is as it was"):
        migrate(installation(tmp_path))
    assert (the_only().state, kept_by_user(keyring)) == (State.ROLLED_BACK, {})
    assert state_of(path.parent) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_key_behind_a_byte_order_mark_is_taken_out_too(encoding: str, keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    (root / ".env").write_bytes(f"\ufeffOPENAI_API_KEY={SECRET}\nLOG_LEVEL=INFO\n".encode(encoding))
    migrate(root, CLEAR)
    left = (root / ".env").read_bytes().decode(encoding)
    assert SECRET not in left
    assert left.endswith("LOG_LEVEL=INFO\n")


def test_a_key_in_a_section_of_keys_is_nowhere_in_the_clear(keyring: MemoryKeyring, tmp_path: Path, home: Path) -> None:
    key = "0123456789abcdef0123456789abcdef"
    root = installation(tmp_path)
    (root / "config" / "config.yaml").write_text(f"api_keys: {{elevenlabs2: {key}, groq: your_key_here}}\n")
    migrate(root)
    assert kept_by_user(keyring)["elevenlabs2"] == key
    assert key.encode() not in everywhere(home)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are text there")
def test_names_that_are_no_text_are_migrated_and_come_back(keyring: MemoryKeyring, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"o\xffld")
    folder.mkdir()
    root = installation(folder)
    (root / os.fsdecode(b"n\xff.txt")).write_text("mine")
    before = state_of(root)
    migrate(root)
    tool = migrator()
    found = checks.after(the_only(), tool.paths, tool.secrets, tool.sink_for(the_only().folder))
    assert [check.verdict for check in found if check.name == "backup"] == [Verdict.GOOD]
    tool.rollback(the_only())
    assert (state_of(root), the_only().root) == (before, str(root))


@pytest.mark.parametrize(
    "line",
    ['{"event": ["begun"]}', '{"event": "step", "id": "x"}', '{"event": "step", "kind": "file"}', '{"event": "begun"}'],
)
def test_a_record_that_is_not_whole_is_no_record(line: str, keyring: MemoryKeyring, tmp_path: Path) -> None:
    migrate(installation(tmp_path))
    journal = the_only().folder / rollback_alone.JOURNAL
    journal.write_text(f"{line}\n{journal.read_text()}{line}\n")
    assert the_only().state is State.APPLIED
    assert migrator().rollback(the_only()).notes == ()


def test_a_backup_whose_journal_is_damaged_is_not_thrown_away(keyring: MemoryKeyring, tmp_path: Path) -> None:
    root = installation(tmp_path)
    migrate(root)
    folder = the_only().folder
    (folder / rollback_alone.JOURNAL).write_text('{"event": "begun", "time": NaN}\n')
    (root / "config" / "config.yaml").write_text("audio: {volume: 0.1}\n")
    migrate(root)
    assert (folder / backup.MANIFEST).is_file()


@pytest.mark.parametrize("manifest", ["", "{}", '{"files": [{"path": "x"}]}', '{"files": [{"odd": 1}]}'])
def test_a_backup_without_a_whole_manifest_is_not_called_whole(
    manifest: str, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    migrate(installation(tmp_path))
    (the_only().folder / backup.MANIFEST).write_text(manifest)
    tool = migrator()
    found = checks.after(the_only(), tool.paths, tool.secrets, tool.sink_for(the_only().folder))
    assert [check.verdict for check in found if check.name == "backup"] == [Verdict.WRONG]


def test_a_settings_file_that_can_not_be_read_is_not_overwritten(keyring: MemoryKeyring, tmp_path: Path) -> None:
    path = find_paths().settings_file
    path.parent.mkdir()
    path.write_text("a: [\n")
    with pytest.raises(SovereignError, match="nothing can be added"):
        migrate(installation(tmp_path))
    assert catalogue.every(find_paths().backups) == ()
    assert path.read_text() == "a: [\n"


def test_a_new_file_that_would_not_load_is_not_put_in_force(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction.rendering, "new_text", lambda *_: "audio: {volume: 9}\n")
    with pytest.raises(SovereignError, match="would not load"):
        migrate(installation(tmp_path))
    assert not find_paths().settings_file.exists()


def test_a_look_leaves_no_trace(tmp_path: Path, home: Path) -> None:
    root = installation(tmp_path)

    def traces() -> dict[str, Any]:
        return {str(path): (path.stat().st_atime_ns, path.stat().st_mtime_ns) for path in (root, *root.rglob("*"))}

    long_ago = 1_500_000_000_000_000_000
    for path in root.rglob("*"):
        os.utime(path, ns=(long_ago, path.stat().st_mtime_ns))  # so that relatime would renew them
    before = (traces(), state_of(root))
    old = look(root)
    checks.before(old.root, find_paths(), Secrets(env={}))
    assert traces() == before[0]
    assert state_of(root) == before[1]
    assert list(home.rglob("*")) == []


def test_names_of_the_service_are_the_same(keyring: MemoryKeyring) -> None:
    Secrets(env={}).set("x", "1")
    assert (SERVICE, rollback_alone.INDEX) in keyring.kept
