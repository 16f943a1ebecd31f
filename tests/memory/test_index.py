"""The index and its child process: damaged, killed, shared, changed; and a Chroma server in its place."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from sovereign_desktop.memory.client import ChromaServer
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import Selection
from sovereign_desktop.memory.rollout import Rollout
from sovereign_desktop.memory.segments import OPENING
from tests.memory.stage import BagOfWords, notes, remembering

TEXTS = [f"note {number} about {word}" for number, word in enumerate(("boats", "bread", "bees", "bells", "birds") * 10)]


async def filled(root: Path) -> None:
    async with remembering(root) as memories:
        await memories.remember(*notes(*TEXTS))
        assert await memories.settled(60)


def pid_of(memories: Memories) -> int:
    assert memories.vectors is not None
    pid = memories.vectors.upkeep._index.pid
    assert pid is not None
    return pid


def damage(root: Path) -> None:
    """Other bytes in every file of the segment."""
    for path in root.glob("*/vectors-*/segment-*/**/*"):
        if path.is_file():
            path.write_bytes(os.urandom(max(64, path.stat().st_size // 2)))


async def test_a_damaged_segment_is_set_aside_and_made_again_and_nothing_is_lost(tmp_path: Path) -> None:
    await filled(tmp_path)
    damage(tmp_path)
    told: list[Rollout] = []
    async with remembering(tmp_path, on_change=told.append) as memories:
        first = await memories.recall(TEXTS[7])  # in the same turn, while it is broken
        assert first.found[0].memory.text == TEXTS[7]
        assert await memories.settled(60), await memories.standing()
        assert [one.percent for one in told] == [0, 10]
        assert "damaged" in told[0].reason
        assert memories.vectors is not None
        assert await memories.vectors.upkeep._index.check() == ""
        assert await memories.store.count() == len(TEXTS)
    assert not list(tmp_path.glob("*/vectors-*/broken-*"))


async def test_an_opening_that_was_ended_from_outside_is_no_damage_and_two_are(tmp_path: Path) -> None:
    await filled(tmp_path)
    for openings, repaired in ((1, False), (2, True)):
        (folder,) = tmp_path.glob("*/vectors-*/segment-*")
        (folder / OPENING).write_bytes(b"." * openings)
        told: list[Rollout] = []
        async with remembering(tmp_path, on_change=told.append) as memories:
            assert await memories.settled(60), await memories.standing()
        assert bool(told) is repaired


async def test_a_damaged_file_of_vectors_is_made_again(tmp_path: Path) -> None:
    await filled(tmp_path)
    for path in tmp_path.glob("*/vectors-*/vectors.sqlite"):
        path.write_bytes(b"not a database" * 400)
    async with remembering(tmp_path) as memories:
        assert await memories.settled(60), await memories.standing()
        recall = await memories.recall(TEXTS[3])
        assert recall.found[0].memory.text == TEXTS[3]


async def test_a_lost_index_is_made_again(tmp_path: Path) -> None:
    await filled(tmp_path)
    for path in tmp_path.glob("*/vectors-*"):
        shutil.rmtree(path)
    async with remembering(tmp_path) as memories:
        assert await memories.settled(60)
        assert (await memories.recall(TEXTS[3])).by_meaning


async def test_a_child_that_is_killed_is_started_again_and_words_answer_meanwhile(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memories:
        await memories.remember(*notes(*TEXTS))
        assert await memories.settled(60)
        before = pid_of(memories)
        os.kill(before, signal.SIGKILL)
        recall = await memories.recall(TEXTS[5])
        assert recall.found[0].memory.text == TEXTS[5]
        assert await memories.settled(60)
        assert pid_of(memories) != before
        assert (await memories.recall(TEXTS[5])).by_meaning


async def test_a_second_program_says_that_the_first_has_the_vectors_and_uses_words(tmp_path: Path) -> None:
    async with remembering(tmp_path) as first:
        await first.remember(*notes(*TEXTS))
        assert await first.settled(60)
        async with remembering(tmp_path) as second:
            async with asyncio.timeout(60):
                while "another program" not in await second.standing():
                    await second.settled(0.2)
            recall = await second.recall(TEXTS[9])
            assert not recall.by_meaning
            assert recall.found[0].memory.text == TEXTS[9]
            forgotten = await second.store.forget(Selection(ids=(recall.found[0].memory.id,)))
            assert forgotten
        assert await first.settled(60)  # what the other forgot is erased here
        assert not await first.store.erased()
        assert TEXTS[9] not in [one.memory.text for one in (await first.recall(TEXTS[9])).found]


async def test_another_model_embeds_everything_anew_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    class Another(BagOfWords):
        model = "another"

    await filled(tmp_path)
    halting = Another()

    def some(texts: object) -> list[object]:
        if len(halting.embedded) > 20:
            raise_down()
        return list(halting.vectors(texts))  # type: ignore[arg-type]

    halting.give = some  # type: ignore[assignment]
    async with remembering(tmp_path, halting) as memories:
        recall = await memories.recall(TEXTS[2])
        assert recall.found[0].memory.text == TEXTS[2]
        async with asyncio.timeout(60):
            assert memories.vectors is not None
            while not memories.vectors.upkeep.problem:
                await memories.settled(0.2)
    going_on = Another()
    async with remembering(tmp_path, going_on) as memories:
        assert await memories.settled(60)
        assert (await memories.recall(TEXTS[2])).by_meaning
    assert len([text for text in going_on.embedded if text in TEXTS]) >= len(TEXTS) - 128


def raise_down() -> None:
    from sovereign_desktop.core.errors import EngineTimeout

    raise EngineTimeout("The server did not answer.")


# A server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def chroma_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real `chroma run` on loopback that answers."""
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        pytest.skip("THE CHROMA SERVER WAS NOT TRIED: there is no `chroma` beside this Python")
    args = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"ANONYMIZED_TELEMETRY": "False"}
    with subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as server:
        try:
            deadline = time.monotonic() + 60
            while not answers(port):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield server
        finally:
            server.kill()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=1):
            return True
    except OSError:
        return False


async def test_a_chroma_server_that_is_killed_and_comes_back_costs_no_answer(tmp_path: Path) -> None:
    port = free_port()
    told: list[Rollout] = []
    with chroma_server(tmp_path / "server", port) as server:
        async with remembering(
            tmp_path / "memory", server=ChromaServer("127.0.0.1", port), on_change=told.append
        ) as memories:
            await memories.remember(*notes(*TEXTS))
            assert await memories.settled(60), await memories.standing()
            assert (await memories.recall(TEXTS[4])).by_meaning
            questions = [asyncio.create_task(memories.recall(TEXTS[number])) for number in range(10)]
            await asyncio.sleep(0)
            server.kill()
            recalls = await asyncio.gather(*questions)
            recalls += [await memories.recall(TEXTS[number]) for number in range(10)]
            for number, recall in enumerate(recalls):
                assert recall.found[0].memory.text == TEXTS[number % 10]
            assert told
            assert told[-1].is_rolled_back
            with chroma_server(tmp_path / "server", port):
                assert memories.vectors is not None
                await memories.vectors.guarded.enable()
                asked = [text for text in TEXTS if (await memories.vectors.guarded.rollout()).takes(text, 100)]
                assert asked
                recall = await memories.recall(asked[0])
                assert recall.by_meaning, recall.reason
                assert recall.found[0].memory.text == asked[0]


async def test_a_server_that_is_not_there_is_told_and_words_do_the_work(tmp_path: Path) -> None:
    async with remembering(tmp_path, server=ChromaServer("127.0.0.1", free_port())) as memories:
        await memories.remember(*notes(*TEXTS))
        async with asyncio.timeout(60):
            while "does not answer" not in await memories.standing():
                await memories.settled(0.2)
        assert (await memories.recall(TEXTS[1])).found[0].memory.text == TEXTS[1]


async def test_a_fault_of_the_program_ends_the_search_by_meaning_for_a_moment_only(
    tmp_path: Path, expected_errors: list[logging.LogRecord]
) -> None:
    embedder = BagOfWords()

    def broken(_texts: Sequence[str]) -> Sequence[Sequence[float]]:
        embedder.give = embedder.vectors
        raise KeyError("data")

    embedder.give = broken
    async with remembering(tmp_path, embedder) as memories:
        await memories.remember(*notes(*TEXTS))
        assert await memories.settled(60), await memories.standing()
        assert (await memories.recall(TEXTS[3])).by_meaning
    assert [record.message for record in expected_errors] == ["keeping the vectors has a fault"]
