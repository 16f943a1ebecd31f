"""Whatever is remembered or asked: it is kept as it is, found again, and harms nobody."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import EngineError, SovereignError
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import LONGEST_CHARACTERS, NewMemory, Selection
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from tests.memory.stage import BagOfWords, notes, remembering

SYNTAX = [
    "'; DROP TABLE memories; --",
    '" OR 1=1 --',
    "memory_words MATCH 'a' NEAR(b, 2) AND NOT c*",
    "text:oslo ^sister {col}: -",
    '{"$or": [{"$ne": 1}]}',
    '{"where_document": {"$contains": "a"}}',
    "*", '"', "()", "NEAR", "AND OR NOT", "%_%",
]  # fmt: skip
STRANGE = [
    "هذا تذكير بموعد الطبيب", "👩‍👩‍👧 birthday 🎂 party", "e\u0301tude and étude", "\ufeffzero\u200bwidth", "𝔉𝔯𝔞𝔨𝔱𝔲𝔯",
    "line one\nline two\ttabbed", "日本語のメモ",
]  # fmt: skip


@pytest.fixture
async def memories(tmp_path: Path) -> AsyncIterator[Memories]:
    async with Memories(MemoryStore(profile_folder(tmp_path, "default"))) as memories:
        yield memories


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01\x02", "\ud800"])
async def test_what_says_nothing_is_refused(memories: Memories, text: str) -> None:
    with pytest.raises(SovereignError, match="nothing in it to remember"):
        await memories.remember(NewMemory(text, 1.0))
    assert not (await memories.recall(text)).found


async def test_a_megabyte_is_kept_and_found_and_more_is_refused(memories: Memories) -> None:
    text = "zebra " + "word " * ((LONGEST_CHARACTERS - 6) // 5)
    await memories.remember(NewMemory(text, 1.0))
    assert (await memories.recall("zebra")).found[0].memory.text == text.strip()
    with pytest.raises(SovereignError, match="too long"):
        await memories.remember(NewMemory("a" * (LONGEST_CHARACTERS + 1), 1.0))


async def test_binary_is_kept_without_what_no_text_can_hold(memories: Memories) -> None:
    await memories.remember(NewMemory("before\x00after\ud8ff end", 1.0))
    assert (await memories.recall("after")).found[0].memory.text == "before\ufffdafter\ufffd end"


@pytest.mark.parametrize("text", STRANGE)
async def test_every_script_is_kept_as_it_is_and_found(memories: Memories, text: str) -> None:
    await memories.remember(NewMemory(text, 1.0), *notes("something else", "another thing"))
    assert (await memories.recall(text)).found[0].memory.text == text.strip()


@pytest.mark.parametrize("query", SYNTAX)
async def test_a_query_is_words_and_never_a_language(memories: Memories, query: str) -> None:
    await memories.remember(*notes("My sister lives in Oslo.", "The boiler was serviced."))
    await memories.recall(query)
    await memories.remember(NewMemory(query, 5.0))
    assert await memories.store.count() == 3
    assert [one.text for one in await memories.store.select(Selection(session=query))] == []


async def test_ten_thousand_times_the_same_is_one_memory(memories: Memories) -> None:
    ids = await memories.remember(*(NewMemory("The key is under the mat.", float(at)) for at in range(10_000)))
    assert len(set(ids)) == 1
    recall = await memories.recall("where is the key")
    assert [(one.memory.text, one.memory.time) for one in recall.found] == [("The key is under the mat.", 9_999.0)]


async def test_the_same_in_two_sessions_is_recalled_once_and_forgotten_each_for_itself(memories: Memories) -> None:
    for session in ("monday", "tuesday"):
        await memories.remember(NewMemory("The key is under the mat.", 1.0, session))
    assert len((await memories.recall("key")).found) == 1
    await memories.forget(Selection(session="monday"))
    assert [one.memory.session for one in (await memories.recall("key")).found] == ["tuesday"]


async def test_a_clock_that_was_set_back_changes_no_answer(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path)
    async with Memories(store, wall=lambda: 0.0) as memories:
        await memories.remember(NewMemory("from the future", 4e9), NewMemory("the future of the past", 1.0))
        assert {one.memory.time for one in (await memories.recall("future")).found} == {4e9, 1.0}
        assert all(0 <= one.score <= 1 for one in (await memories.recall("future")).found)


async def test_an_empty_choice_forgets_nothing(memories: Memories) -> None:
    await memories.remember(*notes("one thing", "another thing"))
    assert not (await memories.forget(Selection())).memories
    assert await memories.store.count() == 2


async def test_a_time_range_is_forgotten_and_nothing_around_it(memories: Memories) -> None:
    await memories.remember(*notes("first", "second", "third", start=100.0))
    await memories.forget(Selection(since=101.0, until=101.5))
    assert [one.text for one in await memories.store.select(Selection())] == ["first", "third"]


PROFILES = ["anna", "anna-2", "ann", "../anna", "anna/../bob", "' OR '1'='1", '{"$ne": ""}', "%", "", "ANNA", "a" * 300]


async def test_profiles_share_nothing_whatever_their_names_are(tmp_path: Path) -> None:
    for at, profile in enumerate(PROFILES):
        async with Memories(MemoryStore(profile_folder(tmp_path, profile))) as memories:
            await memories.remember(NewMemory(f"the secret number {at}", 1.0, profile))
    for at, profile in enumerate(PROFILES):
        async with Memories(MemoryStore(profile_folder(tmp_path, profile))) as memories:
            recall = await memories.recall("secret number", 50)
            assert [one.memory.text for one in recall.found] == [f"the secret number {at}"]
            assert await memories.store.count() == 1
    assert {path.parent for path in tmp_path.iterdir()} == {tmp_path}
    assert len(list(tmp_path.iterdir())) == len(PROFILES)


async def test_profiles_share_no_vectors_either(tmp_path: Path) -> None:
    for profile in ("anna", "anna-2"):
        async with remembering(tmp_path, profile=profile) as memories:
            await memories.remember(NewMemory(f"the secret of {profile}", 1.0))
            assert await memories.settled(60)
            recall = await memories.recall("what secret is there", 50)
            assert recall.by_meaning
            assert [one.memory.text for one in recall.found] == [f"the secret of {profile}"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the rights of folders do not bind everybody")
async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    async with Memories(MemoryStore(tmp_path / "memory")) as memories:
        with pytest.raises(SovereignError, match="can't be read or written"):
            await memories.remember(NewMemory("a thing", 1.0))
    tmp_path.chmod(0o700)


async def test_a_full_disk_costs_what_was_to_be_written_and_nothing_before_it(
    memories: Memories, monkeypatch: pytest.MonkeyPatch
) -> None:
    await memories.remember(NewMemory("kept before", 1.0))

    def limit(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says what a full disk makes it say

    await memories.store._database.run(limit)
    with pytest.raises(SovereignError, match="can't be read or written") as refused:
        await memories.remember(NewMemory("too much " * 50_000, 2.0))
    assert "room" in refused.value.remedy
    assert [one.memory.text for one in (await memories.recall("kept")).found] == ["kept before"]


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (lambda texts: [[0.1] * 7 for _ in texts], "vectors of 7 numbers"),
        (lambda texts: [[float("nan")] * 32 for _ in texts], "without a direction"),
        (lambda texts: [[0.0] * 32 for _ in texts], "without a direction"),
        (lambda texts: [], "gave 0 vectors"),
        (lambda texts: [["a"] * 32 for _ in texts], "no vector"),
    ],
)
async def test_an_embedder_that_gives_no_vectors_costs_the_search_by_meaning_alone(
    tmp_path: Path, give: object, said: str
) -> None:
    embedder = BagOfWords()
    embedder.give = give  # type: ignore[assignment]
    async with remembering(tmp_path, embedder) as memories:
        await memories.remember(*notes("My sister lives in Oslo."))
        await trouble(memories)
        recall = await memories.recall("sister")
        assert not recall.by_meaning
        assert said in recall.reason
        assert recall.found[0].memory.text == "My sister lives in Oslo."
        assert said in await memories.standing()


@pytest.mark.parametrize("place", [0, 1, 199])
async def test_a_text_that_the_embedder_can_t_take_costs_no_other_its_vector(tmp_path: Path, place: int) -> None:
    embedder = BagOfWords()

    def give(texts: Sequence[str]) -> Sequence[Sequence[float]]:
        if any("poison" in text for text in texts):
            raise EngineError("The server refused the request (HTTP 400).")
        return embedder.vectors(texts)

    embedder.give = give
    texts = [f"thing {number} of the list" for number in range(200)]
    texts[place] = "poison"
    async with remembering(tmp_path, embedder) as memories:
        await memories.remember(*notes(*texts))
        assert await memories.settled(60)
        for other in (texts[5], texts[150]):
            assert (found := (await memories.recall(other)).found)[0].memory.text == other
            assert found[0].similarity is not None
        assert (await memories.store.ranked("poison", 1))[0][0].text == "poison"
        assert len(embedder.embedded) < 1_500


async def test_what_is_forgotten_does_not_wait_for_an_embedder_that_fails(tmp_path: Path) -> None:
    embedder = BagOfWords()
    async with remembering(tmp_path, embedder) as memories:
        old, _ = await memories.remember(*notes("My sister lives in Oslo.", "The boiler was serviced."))
        assert await memories.settled(60)
        embedder.give = lambda _texts: []
        await memories.remember(*notes("The door is green."))
        async with asyncio.timeout(40):
            await trouble(memories)
            forgotten = await memories.forget(Selection(ids=(old,)))
        assert forgotten.vectors_gone


async def test_where_a_memory_was_used_is_known(memories: Memories) -> None:
    await memories.remember(*notes("My sister lives in Oslo."))
    recall = await memories.recall("sister")
    await memories.used(recall.found, "turn-7")
    await memories.used(recall.found, "turn-7")
    used = (await memories.recall("sister")).found[0].memory
    assert used.uses == 1
    assert [one.used_for for one in await memories.store.uses_of(used.id)] == ["turn-7"]


async def trouble(memories: Memories) -> None:
    """Wait until the vectors have met with it."""
    assert memories.vectors is not None
    async with asyncio.timeout(60):
        while not memories.vectors.upkeep.problem:
            assert not await memories.settled(0.2)
