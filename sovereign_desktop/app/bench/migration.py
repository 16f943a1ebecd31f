"""`bench migration`: kill -9 at random moments between the first byte of the backup and the end of validation.

Each run migrates an installation of its own in a process that ends itself with SIGKILL at one of its file operations,
chosen by chance. Then the folders are looked at from outside: old or new settings, whole; a list that says how it
stands; and, in turns, finishing and rolling back, each compared byte by byte.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keyring
from keyring.backend import KeyringBackend

from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.migration import catalogue, checks
from sovereign_desktop.migration.catalogue import State
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.installation import look
from sovereign_desktop.migration.memories import LinesSink
from sovereign_desktop.migration.planning import plan
from sovereign_desktop.migration.transaction import Migrator, Wishes

KILLS = 200
MEMORIES = 40
_KEY = "sk-proj-Bn47Qw90Zx12Lk83Vt56"
_SETTINGS = """\
app: {mode: traditional}
stt: {primary: {provider: openai, model: whisper-1, language: en}, timeout: 10}
llm: {fast: {provider: openai, model: gpt-4o-mini, max_tokens: 150}}
my_own: {setting: 1}
"""
_OPERATIONS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.utime"})


@dataclass(frozen=True, slots=True)
class KillReport:
    """What was found after the kills. `broken` has a sentence for each run that did not end well."""

    kills: int
    operations: int
    states: dict[str, int]
    old: int
    new: int
    finished: int
    undone: int
    broken: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        lines = [
            f"killed {self.kills} times at one of {self.operations} file operations: {states}",
            f"old settings in force {self.old} times, new ones {self.new} times",
            f"finished {self.finished} times, undone {self.undone} times",
            *self.broken,
        ]
        return "\n".join([*lines, f"{len(self.broken)} ended badly."])


async def bench_migration(*, debug: bool = False) -> KillReport:
    """The whole measurement; takes some minutes."""
    del debug
    return await asyncio.to_thread(killed, KILLS, random.SystemRandom().randrange(1 << 30))


def killed(times: int, seed: int) -> KillReport:
    """Kill that many runs. Waits for all of them."""
    with tempfile.TemporaryDirectory(prefix="bench-migration-") as folder:
        return _Room(Path(folder), random.Random(seed)).run(times)  # noqa: S311 - moments, no secrets


class FileKeyring(KeyringBackend):
    """A keyring in a file: several processes see the same one, and the real one is left alone."""

    priority = 5

    def __init__(self, path: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._path = path

    def get_password(self, service: str, username: str) -> str | None:
        return self.all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self.all(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._write({name: value for name, value in self.all().items() if name != f"{service} {username}"})

    def all(self) -> dict[str, str]:
        """Everything that it keeps."""
        try:
            kept: dict[str, str] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return kept

    def _write(self, kept: dict[str, str]) -> None:
        aside = self._path.with_name("aside")
        aside.write_text(json.dumps(kept))
        aside.replace(self._path)


def old_installation(root: Path) -> None:
    """An old version with settings, a key and memories."""
    (root / "config").mkdir(parents=True)
    (root / "config" / "config.yaml").write_text(_SETTINGS)
    (root / ".env").write_text(f"# mine\nOPENAI_API_KEY={_KEY}\nLOG_LEVEL=INFO\n")
    old_store(root / "data" / "chroma", MEMORIES)


def old_store(folder: Path, count: int) -> None:
    """A store with the tables in which Chroma 0.4.24 keeps texts and metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as connection, connection:
        connection.executescript(
            "CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT, topic TEXT, dimension INTEGER);"
            "CREATE TABLE segments (id TEXT PRIMARY KEY, type TEXT, scope TEXT, topic TEXT, collection TEXT);"
            "CREATE TABLE embeddings (id INTEGER PRIMARY KEY, segment_id TEXT, embedding_id TEXT, seq_id BLOB,"
            " created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
            "CREATE TABLE embedding_metadata (id INTEGER, key TEXT, string_value TEXT, int_value INTEGER,"
            " float_value REAL, bool_value INTEGER, PRIMARY KEY (id, key));"
            "INSERT INTO collections VALUES ('c', 'conversation_history', 't', 1536);"
            "INSERT INTO segments VALUES ('s', 'sqlite', 'METADATA', 't', 'c');"
        )
        for number in range(count):
            connection.execute("INSERT INTO embeddings (segment_id, embedding_id) VALUES ('s', ?)", (f"id{number}",))
            connection.executemany(
                "INSERT INTO embedding_metadata (id, key, string_value, float_value) VALUES (?, ?, ?, ?)",
                [
                    (number + 1, "chroma:document", f"memory {number} of the garden", None),
                    (number + 1, "session_id", f"session-{number // 10}", None),
                    (number + 1, "timestamp", None, 1_700_000_000.0 + number),
                ],
            )


def _tool(home: Path) -> Migrator:
    paths: Paths = find_paths({"SOVEREIGN_HOME": str(home)})
    return Migrator(paths, Secrets(env={}), lambda folder: LinesSink(folder / "memories.jsonl"))


def _migrate(root: Path, home: Path, *, last: int = 0) -> int:
    """Migrate and validate; with `last`, end with SIGKILL at that file operation. How many there were."""
    count = 0

    def watch(event: str, _arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event in _OPERATIONS:
            count += 1
            if count == last:
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    keyring.set_keyring(FileKeyring(home / "keyring.json"))
    old = look(root)
    planned, tool = plan(old.material), _tool(home)
    sys.addaudithook(watch)
    tool.apply(old, planned, Wishes(clear_env=True))
    migration = catalogue.every(tool.backups)[-1]
    checks.record(migration, checks.after(migration, tool.paths, tool.secrets, tool.sink_for(migration.folder)))
    return count


def _child(root: Path, home: Path, last: int, told: Path) -> None:
    told.write_text(str(_migrate(root, home, last=last)))


def _contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


class _Room:
    """Makes installations, has them migrated and killed, and judges what is left."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self._folder = folder
        self._dice = dice
        # A process of which others are forked: threads of this one would not survive a fork.
        self._processes: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
        if os.name == "posix":
            self._processes.set_forkserver_preload([__name__])
        self._states: Counter[str] = Counter()
        self._broken: list[str] = []

    def run(self, times: int) -> KillReport:
        whole = self._installed("whole")
        self._start(*whole, last=0)
        operations = int((self._folder / "told").read_text())
        self._new = _contents(whole[1] / "config")
        results: Counter[str] = Counter()
        for number in range(times):
            results.update(self._one(number, self._dice.randrange(1, operations + 1)))
        return KillReport(
            times,
            operations,
            dict(self._states),
            results["old"],
            results["new"],
            results["finished"],
            results["undone"],
            tuple(self._broken),
        )

    def _installed(self, name: str) -> tuple[Path, Path]:
        root, home = self._folder / name / "old", self._folder / name / "home"
        old_installation(root)
        home.mkdir()
        return root, home

    def _start(self, root: Path, home: Path, *, last: int) -> int:
        process = self._processes.Process(target=_child, args=(root, home, last, self._folder / "told"))
        process.start()
        process.join()
        return int(process.exitcode or 0)

    def _one(self, number: int, moment: int) -> list[str]:
        root, home = self._installed(f"run{number}")
        before = _contents(root)
        if self._start(root, home, last=moment) == 0:
            self._broken.append(f"run {number} was not killed at operation {moment}")
            return []
        before_keyring = keyring.get_keyring()
        keyring.set_keyring(FileKeyring(home / "keyring.json"))
        try:
            return self._judged(number, moment, root, home, before)
        except (SovereignError, OSError) as error:
            self._broken.append(f"run {number}, operation {moment}: {error}")
            return []
        finally:
            keyring.set_keyring(before_keyring)

    def _judged(
        self, number: int, moment: int, root: Path, home: Path, before: dict[str, tuple[bytes, int]]
    ) -> list[str]:
        tool = _tool(home)
        settings = {name: one for name, one in _contents(home / "config").items() if not name.startswith(".")}
        in_force = "new" if settings == self._new else "old" if not settings else ""
        known = catalogue.every(tool.backups)
        state = known[-1].state if known else State.PREPARING
        self._states[state.value] += 1
        if not in_force or (known and known[-1].in_force != in_force):
            self._broken.append(f"run {number}, operation {moment}: neither old nor new settings, or not recognised")
            return []
        if number % 2 == 0:
            return [in_force, *self._finished(number, moment, root, home, tool)]
        return [in_force, *self._undone(number, moment, root, home, tool, before)]

    def _finished(self, number: int, moment: int, root: Path, home: Path, tool: Migrator) -> list[str]:
        old = look(root)
        tool.apply(old, plan(old.material), Wishes(clear_env=True))
        migration = catalogue.every(tool.backups)[-1]
        found = checks.after(migration, tool.paths, tool.secrets, tool.sink_for(migration.folder))
        wrong = [check.as_text() for check in found if check.verdict is Verdict.WRONG]
        key = tool.secrets.get("openai")
        is_whole = _contents(home / "config") == self._new and key is not None and key.reveal() == _KEY
        if migration.state is State.APPLIED and not wrong and is_whole and _KEY not in (root / ".env").read_text():
            return ["finished"]
        self._broken.append(f"run {number}, operation {moment}: not finished, {migration.state.value} {wrong}")
        return []

    def _undone(
        self, number: int, moment: int, root: Path, home: Path, tool: Migrator, before: dict[str, tuple[bytes, int]]
    ) -> list[str]:
        for migration in reversed(catalogue.every(tool.backups)):
            tool.rollback(migration)
        kept = {name for name in FileKeyring(home / "keyring.json").all() if not name.endswith("#names")}
        if _contents(root) == before and not _contents(home / "config") and not kept:
            return ["undone"]
        self._broken.append(f"run {number}, operation {moment}: not undone, keys left: {sorted(kept)}")
        return []
