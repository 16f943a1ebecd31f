"""What was forgotten is in no file any more: neither its text nor the numbers of its vector."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_desktop.memory.records import NewMemory, Selection
from tests.memory.stage import BagOfWords, remembering

WORDS = ("boat", "garden", "violin", "winter", "station", "bread", "letter", "mountain", "window", "river", "coffee")


def texts(count: int) -> dict[str, str]:
    """Memories by their markers, each of which is one word that no other has."""
    chance = random.Random(20_261)
    made = {}
    for number in range(count):
        marker = f"zq{number:05d}x{chance.randrange(10**9):09d}"
        made[marker] = f"{' '.join(chance.choices(WORDS, k=6))} {marker} {' '.join(chance.choices(WORDS, k=3))}"
    return made


def found_in(folder: Path, needles: list[bytes]) -> list[str]:
    """Every file below the folder that has one of them, and which."""
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            hits += [f"{path.relative_to(folder)}: {needle!r}" for needle in needles if needle.lower() in content]
    return hits


@pytest.fixture
def count(times: Callable[[int, int], int]) -> int:
    return times(1_000, 5_000)


async def test_of_all_memories_nothing_is_left_on_disk(home: Path, count: int) -> None:
    embedder = BagOfWords()
    made = texts(count)
    async with remembering(home / "data" / "memory", embedder) as memories:
        await memories.remember(*(NewMemory(text, 1e9 + at) for at, text in enumerate(made.values())))
        assert await memories.settled(120)
        assert found_in(home, [marker.encode() for marker in list(made)[:3]])
        vectors = [embedder.vector(text).tobytes() for text in list(made.values())[:50]]
        assert found_in(home, vectors[:1])
        forgotten = await memories.forget(Selection(everything=True))
        assert len(forgotten.memories) == count
        assert forgotten.vectors_gone, forgotten.reason
        left = found_in(home, [marker.encode() for marker in made] + vectors)
    assert not left
    assert not found_in(home, [marker.encode() for marker in made] + vectors)


async def test_of_a_single_memory_among_many_nothing_is_left_on_disk_and_the_others_are_still_found(
    home: Path, count: int
) -> None:
    embedder = BagOfWords()
    made = texts(count)
    marker = list(made)[count // 3]
    async with remembering(home / "data" / "memory", embedder) as memories:
        ids = await memories.remember(*(NewMemory(text, 1e9 + at) for at, text in enumerate(made.values())))
        assert await memories.settled(120)
        vector = embedder.vector(made[marker]).tobytes()
        assert found_in(home, [marker.encode()])
        assert found_in(home, [vector])
        forgotten = await memories.forget(Selection(ids=(ids[count // 3],)))
        assert [one.text for one in forgotten.memories] == [made[marker]]
        assert forgotten.vectors_gone, forgotten.reason
        assert not found_in(home, [marker.encode(), vector])
        for other in (next(iter(made)), list(made)[-1]):
            recall = await memories.recall(made[other])
            assert recall.by_meaning
            assert recall.found[0].memory.text == made[other]


async def test_an_index_of_another_model_does_not_keep_what_was_forgotten(tmp_path: Path) -> None:
    class Another(BagOfWords):
        model = "another"

    embedder = BagOfWords()
    async with remembering(tmp_path, embedder) as memories:
        ids = await memories.remember(NewMemory("the marker zq77x stands here", 1e9))
        assert await memories.settled(60)
    async with remembering(tmp_path, Another()) as memories:
        await memories.forget(Selection(ids=ids))
    assert not found_in(tmp_path, [embedder.vector("the marker zq77x stands here").tobytes(), b"zq77x"])
