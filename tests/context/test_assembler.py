"""What a model is told: within the budget, what matters first, and with a record of every piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sovereign_desktop.app.bench.context import counted, generated
from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.assembler import Assembler, Material
from sovereign_desktop.context.base import ContextPiece, Picture, Redaction, Tier
from sovereign_desktop.context.manifest import Entry, Fate
from sovereign_desktop.context.prompt import Prompt
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.core.dialogue import Message, Role


def assembler(**settings: Any) -> Assembler:
    return Assembler(SmartContext.model_validate(settings), Estimate())


def memory(text: str, **more: Any) -> ContextPiece:
    return ContextPiece(text, more.pop("source", "a memory"), **more)


def material(question: str = "when is the dentist", **more: Any) -> Material:
    tiers = {tier: tuple(more.pop(tier.value, ())) for tier in (Tier.SYSTEM, Tier.MEMORY, Tier.SCREEN)}
    return Material("Be brief.", question, provided=tuple(tiers.items()), **more)


def entries(prompt: Prompt, fate: Fate) -> list[Entry]:
    return [entry for entry in prompt.manifest.entries if entry.fate is fate]


def said(count: int, text: str = "word " * 20) -> tuple[Message, ...]:
    return tuple(Message((Role.USER, Role.ASSISTANT)[at % 2], f"{text}{at}", f"turn-{at // 2}") for at in range(count))


def test_instructions_come_first_then_the_conversation_then_the_question() -> None:
    messages = assembler().assemble(material(history=said(2))).messages()
    assert [message.role for message in messages] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER]
    assert messages[0].text == "Be brief."
    assert messages[-1].text == "when is the dentist"


def test_what_changes_stands_behind_what_stays() -> None:
    """A provider's cache ends at the first difference."""
    fact = ContextPiece("It is noon.", "time", is_trusted=True, is_optional=False)
    made = assembler()
    noon = made.assemble(material(history=said(4), system=[fact])).messages()
    later = made.assemble(material(history=said(4), system=[replace(fact, text="It is one.")])).messages()
    assert noon[:-1] == later[:-1]
    assert noon[-1].text == "It is noon.\n\nThe user says: when is the dentist"


def test_roles_take_turns() -> None:
    piece = memory("The dentist is on Tuesday.")
    messages = assembler().assemble(material(history=said(6), memory=[piece])).messages()
    assert [message.role for message in messages[1:]] == [Role.USER, Role.ASSISTANT] * 3 + [Role.USER]


def test_a_memory_that_has_nothing_to_do_with_the_question_is_left_out_and_named() -> None:
    near, far = memory("The dentist is on Tuesday.", source="near"), memory("Ada likes gardens.", source="far")
    prompt = assembler().assemble(material(memory=[far, near]))
    text = prompt.messages()[-1].text
    assert "Tuesday" in text
    assert "gardens" not in text
    (left,) = entries(prompt, Fate.LEFT_OUT)
    assert (left.source, left.why, left.tokens) == ("far", "too little to do with the question", 0)


def test_relevance_can_be_switched_off() -> None:
    prompt = assembler(relevance={"enabled": False}).assemble(material(memory=[memory("Ada likes gardens.")]))
    assert "gardens" in prompt.messages()[-1].text


def test_the_provider_s_own_word_counts_more_than_the_words() -> None:
    prompt = assembler().assemble(
        material(memory=[memory("molars", relevance=0.9), memory("dentist", relevance=0.2, source="b")])
    )
    assert [entry.source for entry in entries(prompt, Fate.LEFT_OUT)] == ["b"]


def test_an_embedder_s_word_counts_where_the_provider_has_none() -> None:
    prompt = assembler().assemble(replace(material(memory=[memory("molars")]), relevance={"molars": 0.8}))
    assert "molars" in prompt.messages()[-1].text


def test_what_the_words_ask_for_is_told_whatever_its_words_are() -> None:
    prompt = assembler().assemble(material("what is on my screen", screen=[memory("def main(): pass")]))
    assert "def main" in prompt.messages()[-1].text


def test_before_anybody_asks_each_tier_keeps_to_its_share() -> None:
    pieces = [memory(f"Memory {number} " + "of a long day " * 20, source=f"{number}") for number in range(100)]
    prompt = assembler().assemble(material("", memory=pieces))
    assert 3_000 < prompt.manifest.tiers[Tier.MEMORY] <= 4_000


def test_what_the_conversation_does_not_use_is_there_for_memories_that_matter() -> None:
    pieces = [memory(f"The dentist, {number}: " + "a long day " * 20, source=f"{number}") for number in range(80)]
    prompt = assembler().assemble(material(memory=pieces))
    assert prompt.manifest.tiers[Tier.MEMORY] > 6_000


def test_a_screen_that_is_too_full_is_made_shorter_and_that_is_said() -> None:
    screen = "\n".join(f"Line {number} of the text is about something else." for number in range(3_000))
    screen += "\nThe dentist moved to 14:45."
    prompt = assembler(token_budget=4_000).assemble(
        material(screen=[ContextPiece(screen, "screen: editor", is_optional=False)], history=said(200))
    )
    (shortened,) = entries(prompt, Fate.SHORTENED)
    assert (shortened.source, shortened.why) == ("screen: editor", "no room for all of it")
    assert "The dentist moved to 14:45." in prompt.messages()[-1].text


def test_the_end_of_the_conversation_is_told_and_what_was_said_before_if_it_matters() -> None:
    early = Message(Role.USER, "My dentist is called Goran.", "turn-0")
    prompt = assembler(token_budget=2_000).assemble(material("who is my dentist", history=(early, *said(200))))
    assert prompt.history[-1].text == said(200)[-1].text
    assert early not in prompt.history
    assert "User: My dentist is called Goran." in prompt.messages()[-1].text
    assert entries(prompt, Fate.LEFT_OUT)[-1].why == "no room"


def test_redactions_and_times_stand_in_the_manifest() -> None:
    piece = ContextPiece("Card [card]", "screen: shop", at=5.0, is_optional=False, redactions=(Redaction("card", 2),))
    manifest = assembler().assemble(material(screen=[piece])).manifest.as_json()
    found = next(entry for entry in manifest["pieces"] if entry["source"] == "screen: shop")
    assert (found["redactions"], found["at"], found["fate"]) == ({"card": 2}, 5.0, "kept")
    assert manifest["counted_by"] == "estimate"


def test_the_manifest_holds_no_text_of_what_was_left_out() -> None:
    prompt = assembler().assemble(material(memory=[memory("Ada likes gardens.")]))
    assert "gardens" not in str(prompt.manifest.as_json())


def test_a_picture_goes_with_its_piece_and_counts() -> None:
    seen = ContextPiece("A window", "screen", is_optional=False, picture=Picture(b"png", "image/png", 1024, 512))
    prompt = assembler().assemble(material(screen=[seen]))
    (background,) = prompt.background
    assert [image.data_url for image in background.images] == ["data:image/png;base64,cG5n"]
    assert prompt.manifest.tiers[Tier.SCREEN] > 425


def test_a_question_that_is_longer_than_the_budget_is_cut_too() -> None:
    prompt = assembler(token_budget=1_000).assemble(material("tell me of Ada. " * 2_000, history=said(10)))
    assert counted(prompt, Estimate()) <= 1_000
    assert entries(prompt, Fate.SHORTENED)[0].source == "question"


def test_the_same_material_gives_the_same_prompt_without_work() -> None:
    made, same = assembler(), material(history=said(10), memory=[memory("The dentist.")])
    assert made.assemble(same) is made.assemble(replace(same))


def test_what_is_forgotten_is_in_no_cache() -> None:
    made = assembler()
    made.assemble(material(memory=[memory("The dentist has the code word xylophone.")]))
    assert "xylophone" in held_by(made)
    made.forget()
    assert "xylophone" not in held_by(made)


def held_by(made: Assembler) -> str:
    """Everything that it keeps, as text."""
    return str([vars(value) if hasattr(value, "__dict__") else value for value in vars(made).values()])


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_the_budget_is_never_exceeded(first: int) -> None:
    for settings, prompt in generated(range(first, first + 100), Estimate()):
        assert counted(prompt, Estimate()) <= settings.token_budget
        assert prompt.manifest.tokens <= settings.token_budget
