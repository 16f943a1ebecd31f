"""Remembering and recalling with a real index in a real child process."""

from __future__ import annotations

from pathlib import Path

from tests.memory.stage import BagOfWords, notes, remembering


async def test_what_is_remembered_is_recalled_by_words_and_by_meaning(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memories:
        await memories.remember(*notes("My sister Anna lives in Oslo.", "The boiler was serviced in May."))
        assert await memories.settled(60)
        recall = await memories.recall("where does my sister live")
    assert recall.by_meaning
    assert recall.found[0].memory.text == "My sister Anna lives in Oslo."
    assert recall.found[0].by_words
    assert recall.found[0].similarity is not None


async def test_an_embedder_that_holds_connections_is_closed_with_the_memory(tmp_path: Path) -> None:
    embedder = BagOfWords()
    async with remembering(tmp_path, embedder, flag=lambda: 0):
        assert not embedder.closed
    assert embedder.closed
