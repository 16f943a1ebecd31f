"""Remembering and recalling with a real index in a real child process."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.engines import OpenAICompatible
from sovereign_desktop.engines import openai_server
from sovereign_desktop.engines.embed.openai_compatible import OpenAICompatibleEmbedder
from sovereign_desktop.memory.records import Selection
from sovereign_desktop.metrics.purse import Purse
from tests.fakes.openai_server import FakeOpenAIServer
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


async def test_at_a_limit_of_spending_no_text_is_sent_to_be_embedded_and_forgetting_does_not_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_server, "is_own", lambda _host: False)
    purse = Purse()
    async with FakeOpenAIServer() as server:
        settings = OpenAICompatible(base_url=server.base_url, model="nomic-embed-text")
        embedder = OpenAICompatibleEmbedder(settings, "", 8, purse=purse)
        async with remembering(tmp_path, embedder) as memories:
            await memories.remember(*notes("My sister Anna lives in Oslo."))
            assert await memories.settled(60)
            sent = len(server.requests)
            purse.closed = "today's limit is reached"
            await memories.remember(*notes("The boiler was serviced in May."))
            recall = await memories.recall("where does my sister live")
            assert (recall.by_meaning, len(recall.found)) == (False, 1)
            assert "today's limit is reached" in recall.reason
            assert not await memories.settled(60)
            assert "today's limit is reached" in await memories.standing()
            began = time.monotonic()
            assert (await memories.forget(Selection(ids=(recall.found[0].memory.id,)))).vectors_gone
            assert time.monotonic() - began < 30, "it is not what the erasing waits for"
            assert len(server.requests) == sent
            purse.closed = ""
            assert await memories.settled(60)
            assert (await memories.recall("when was the boiler serviced")).by_meaning
