"""The migration's promises at their full size with `--whole`: mutated files, generated installations, a real store."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sovereign_desktop.app.migrate_memories import StoreSink
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.memory.records import Selection
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.migration import catalogue, checks, rendering
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.transaction import Migrator
from tests.app.keyrings import MemoryKeyring, in_use
from tests.migration.families import family_member
from tests.migration.stage import DIALECTS, FILES, Wishes, generated, installation, migrate, migrator, state_of
from tests.migration.test_families import is_told_whole
from tests.migration.test_plan import mutated, plan_or_refusal, written

Times = Callable[[int, int], int]
PIECES = ("\t", "\n", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: *a", "!x ", "'", '"', "|", "%", "#", "\0", "é",
          "\ufeff", "yes", "null", "1e999", "- - - -", "? ", "@", "`", "~", "\x85", "\r", ".", "=")  # fmt: skip
MEMORIES = 10_000
WRITER = """
import sys, random, chromadb
from chromadb.config import Settings
client = chromadb.PersistentClient(sys.argv[1], Settings(anonymized_telemetry=False))
collection = client.create_collection("conversation_history")
count = int(sys.argv[2])
for begin in range(0, count, 500):
    numbers = range(begin, min(count, begin + 500))
    collection.add(
        ids=[f"id{n}" for n in numbers],
        documents=[f"memory {n} of the garden, row {n * 7919 % 10007}" for n in numbers],
        metadatas=[{"timestamp": 1700000000.0 + n, "session_id": f"session-{n // 20}"} for n in numbers],
        embeddings=[[random.random() for _ in range(16)] for _ in numbers],
    )
print(chromadb.__version__)
"""


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend


@pytest.mark.timeout(7200)
def test_mutated_files_are_a_plan_or_one_line(times: Times, figure: Callable[..., None], tmp_path: Path) -> None:
    dice, plans, whole = random.Random(7), 0, times(40, 10_000)
    path = tmp_path / "settings.yaml"
    for _ in range(whole):
        text = (FILES / f"{dice.choice(DIALECTS if whole > 40 else ('guide', 'hybrid'))}.yaml").read_text()
        changes = [
            (dice.randrange(10_000), dice.choice(["cut", "put", "swap", "twice"]), dice.choice(PIECES))
            for _ in range(dice.randint(1, 6))
        ]
        made = plan_or_refusal(mutated(text, changes))
        path.unlink(missing_ok=True)
        if made is not None:
            plans += 1
            assert written(made, tmp_path).problems == ()
            assert rendering.new_text(path, made) == path.read_text()
    figure(files=whole, plans=plans, refusals=whole - plans)
    assert 0 < plans < whole


@pytest.mark.timeout(7200)
def test_unseen_files_of_the_families_are_told_whole(times: Times, figure: Callable[..., None], tmp_path: Path) -> None:
    whole = times(10, 2000)
    plans = sum(is_told_whole(family_member(seed), tmp_path) for seed in range(10_000, 10_000 + whole))
    figure(files=whole, plans=plans)
    assert plans > whole // 2


@pytest.mark.timeout(1800)
def test_installations_come_back_as_they_were(
    times: Times, figure: Callable[..., None], tmp_path: Path, keyring: MemoryKeyring
) -> None:
    installations = times(3, 50)
    for seed in range(100, 100 + installations):
        root = generated(tmp_path / str(seed), seed)
        before = (state_of(root), state_of(find_paths().config))
        migrate(root, Wishes(clear_env=seed % 2 == 0))
        migrator().rollback(catalogue.chosen(find_paths().backups, ""))
        assert (state_of(root), state_of(find_paths().config)) == before
    assert {name for _, name in keyring.kept} <= {"#names"}
    figure(installations=installations)


@pytest.fixture
def old_chroma(tmp_path: Path, times: Times) -> Path:
    """A Python of its own with chromadb 0.4.24."""
    if times(0, 1) == 0:
        pytest.skip("THE STORE OF A REAL CHROMADB 0.4.24 WAS NOT READ: it takes minutes to install (--whole does)")
    venv.create(tmp_path / "chroma", with_pip=True)
    python = tmp_path / "chroma" / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "-q", "chromadb==0.4.24", "numpy<2"]
    if subprocess.run(command, check=False, capture_output=True, timeout=1800).returncode:
        pytest.skip("THE STORE OF A REAL CHROMADB 0.4.24 WAS NOT READ: it can't be installed here")
    return python


@pytest.mark.timeout(3600)
def test_every_memory_of_a_real_old_store_is_there(
    old_chroma: Path, figure: Callable[..., None], tmp_path: Path, keyring: MemoryKeyring
) -> None:
    root = installation(tmp_path)
    store = root / "data" / "chroma"
    command = [str(old_chroma), "-c", WRITER, str(store), str(MEMORIES)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800)
    assert made.stdout.split()[-1] == "0.4.24"
    before = state_of(root)
    tool = Migrator(find_paths(), Secrets(env={}), lambda folder: StoreSink(find_paths(), folder))
    begun = time.monotonic()
    migrate(root, tool=tool)
    took_s = time.monotonic() - begun
    (migration,) = catalogue.every(find_paths().backups)
    kept = asyncio.run(remembered())
    assert sorted(kept) == sorted(
        (f"memory {n} of the garden, row {n * 7919 % 10007}", 1700000000.0 + n, f"session-{n // 20}")
        for n in range(MEMORIES)
    )
    samples = checks._memories(migration, tool.sink_for(migration.folder))
    assert [(check.verdict, check.detail) for check in samples] == [(Verdict.GOOD, "50 of 50 samples are found")]
    assert state_of(root) == before
    tool.rollback(migration)
    left = asyncio.run(remembered())
    figure(memories=len(kept), seconds=took_s, left_after_rollback=len(left))
    assert left == []
    assert state_of(root) == before


async def remembered() -> list[tuple[str, float, str]]:
    """Everything in the memory of this version."""
    memory = MemoryStore(profile_folder(find_paths().memory, "default"))
    found = [(one.text, one.time, one.session) for one in await memory.select(Selection())]
    await memory.close()
    return found
