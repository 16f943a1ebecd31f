"""Relevance by meaning: what a model of this computer says, and what happens when it says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.base import ContextPiece, Provided
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.manifest import Fate
from sovereign_desktop.context.meaning import MOST_TEXTS, Meaning
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.core.errors import EngineError
from tests.context.providers import FakeProvider

DIRECTIONS = {"who mends teeth": (1.0, 0.0), "Goran is a dentist.": (0.8, 0.6), "The garden is green.": (0.0, 1.0)}


class Model:
    """An embedding model that knows the directions of a few texts."""

    model = "small"
    dimensions = 2

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.asked: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self.asked.append(list(texts))
        await self.gate.wait()
        if self.fails:
            raise EngineError("The embedding model failed.")
        return [DIRECTIONS.get(text, (0.0, 1.0)) for text in texts]


def meaning(model: Model) -> Meaning:
    return Meaning(model, near=0.25, threshold=0.6)


async def test_what_is_near_is_as_relevant_as_the_threshold_and_the_rest_is_less() -> None:
    found = await meaning(Model()).relevance("who mends teeth", list(DIRECTIONS), 5)
    assert found["who mends teeth"] == pytest.approx(1)
    assert 0.6 < found["Goran is a dentist."] < 1
    assert found["The garden is green."] == 0
    barely = Meaning(Model(), near=0.8, threshold=0.6)
    assert (await barely.relevance("who mends teeth", list(DIRECTIONS), 5))["Goran is a dentist."] == pytest.approx(0.6)


async def test_a_text_is_given_to_the_model_once_and_only_a_few_are() -> None:
    model = Model()
    looking = meaning(model)
    await looking.relevance("who mends teeth", ["Goran is a dentist.", " "], 5)
    await looking.relevance("and gardens", ["Goran is a dentist."], 5)
    assert model.asked == [["who mends teeth", "Goran is a dentist."], ["and gardens"]]
    many = [f"window {number}" for number in range(50)]
    assert len(await looking.relevance("what is open", many, 5)) == MOST_TEXTS
    assert len(looking._vectors) == MOST_TEXTS + 1


async def test_a_model_that_fails_or_is_late_says_nothing() -> None:
    assert await meaning(Model(fails=True)).relevance("who mends teeth", ["Goran is a dentist."], 5) == {}
    slow = Model()
    slow.gate.clear()
    assert await meaning(slow).relevance("who mends teeth", ["Goran is a dentist."], 0) == {}


async def test_a_piece_is_told_for_its_meaning_when_its_words_say_nothing() -> None:
    pieces = tuple(ContextPiece(text, f"note {at}") for at, text in enumerate(list(DIRECTIONS)[1:]))
    for model, fates in ((Model(), [Fate.KEPT, Fate.LEFT_OUT]), (Model(fails=True), [Fate.LEFT_OUT] * 2)):
        notes = FakeProvider("notes", said=Provided(pieces))
        briefer = Briefer([notes], SmartContext(), Estimate(), lambda: "Help.", meaning=meaning(model))
        briefing = briefer.begin("turn", (), "who mends teeth")
        prompt = await briefing.prompt("who mends teeth", ())
        found = {entry.source: entry.fate for entry in prompt.manifest.entries}
        assert [found["note 0"], found["note 1"]] == fates
        briefing.close()
        await briefer.close()
