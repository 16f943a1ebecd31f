"""Killed at a random moment of writing, erasing or rebuilding: nothing that was acknowledged is missing."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import Selection
from tests.memory.stage import BagOfWords, remembering

MOST_S = 4.0
"""From the start of the child to the kill; the first half of that it opens what is there."""


@pytest.mark.timeout(1_800)
async def test_nothing_acknowledged_is_missing_and_both_sides_agree_after_a_kill(
    tmp_path: Path, times: Callable[[int, int], int]
) -> None:
    chance = random.Random(61_126)
    acknowledged: dict[int, str] = {}
    forgotten: set[int] = set()
    doubtful: set[int] = set()
    for run in range(times(4, 100)):
        kill_when_it_says_so(tmp_path, run, chance.uniform(0, MOST_S), acknowledged, forgotten, doubtful)
        async with remembering(tmp_path) as memories:
            there = {memory.id: memory.text for memory in await memories.store.select(Selection())}
            missing = {one: text for one, text in acknowledged.items() if there.get(one) != text}
            assert not set(missing) - doubtful
            assert not forgotten & set(there)
            for one in missing:  # was being forgotten when it was killed
                del acknowledged[one]
            if run % 4 == 3:
                await both_agree(memories, there)


async def both_agree(memories: Memories, there: dict[int, str]) -> None:
    """Every memory is found by its own vector, and nothing else is found."""
    assert await memories.settled(60), await memories.standing()
    assert memories.vectors is not None
    index = memories.vectors.upkeep._index
    assert await index.check() == ""
    vectors = BagOfWords().vectors(list(there.values())[-50:])
    found = [await index.query(vector.tobytes(), len(there) + 50, 30.0) for vector in vectors]
    assert all({one for one, _ in nearest} <= set(there) for nearest in found)
    assert all(nearest[0][1] < 1e-3 for nearest in found)


def kill_when_it_says_so(
    root: Path, run: int, after_s: float, kept: dict[int, str], forgotten: set[int], doubtful: set[int]
) -> None:
    """Start the writer, and kill it so long after its first word."""
    doubtful.clear()
    args = [sys.executable, "-m", "tests.memory.writer", str(root), str(run)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        timer = threading.Timer(after_s, writer.kill)
        timer.start()
        for line in (first, *writer.stdout):
            word, _, rest = line.strip().partition(" ")
            if word == "kept" and rest.count(" ") >= 6:
                number, _, text = rest.partition(" ")
                kept[int(number)] = text
            elif word == "forgetting":
                doubtful.add(int(rest))
            elif word == "forgotten":
                forgotten.add(int(rest))
                kept.pop(int(rest), None)
        timer.join()
