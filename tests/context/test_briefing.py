"""Asked when the user starts to speak, ready when they stop; nobody is waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.base import ContextQuery, Provided, Tier
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.gathering import FAILED, TOO_LATE
from sovereign_desktop.context.manifest import Disclosure, Sent, unpacked
from sovereign_desktop.context.prompt import Prompt
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.core.errors import SovereignError
from tests.context.providers import FakeProvider, says, screen
from tests.conversation.stage import settle

QUICK = {"deadline_s": 0.05, "grace_ms": 20}


def briefer(*providers: FakeProvider, **settings: object) -> Briefer:
    return Briefer(providers, SmartContext.model_validate(settings), Estimate(), lambda: "Be brief.")


def told(prompt: Prompt) -> str:
    return prompt.messages()[-1].text


async def turn(made: Briefer, question: str = "", history: Sequence[Message] = ()) -> Prompt:
    """A whole turn: the press, speech, and what is told at its end."""
    briefing = made.begin("1", history)
    await settle()
    prompt = await briefing.prompt(question, history) if question else briefing.prompt_now("", history)
    briefing.close()
    await settle()
    return prompt


async def test_everybody_is_asked_at_the_press() -> None:
    memory, display = FakeProvider(said=says("The dentist.")), screen("An editor.")
    briefing = briefer(memory, display).begin("7", (Message(Role.USER, "before"),))
    await settle()
    assert briefing.is_complete
    (query,) = memory.asked
    assert (query.turn_id, query.text, query.is_final, query.recent) == ("7", "", False, ("before",))
    assert query.deadline > time.monotonic()
    assert len(display.asked) == 1


async def test_at_the_end_of_speech_everything_is_there_and_nothing_is_waited_for() -> None:
    briefing = briefer(FakeProvider(said=says("The dentist."))).begin("1", ())
    await settle()
    assert "The dentist." in briefing.prompt_now("", ()).background[0].text


async def test_who_searches_by_words_is_asked_again_when_they_are_known_and_nobody_else() -> None:
    memory = FakeProvider(by_words=True, answers=lambda query: says(f"about {query.text}"))
    display = screen("An editor.")
    prompt = await turn(briefer(memory, display), "the dentist")
    assert [query.text for query in memory.asked] == ["", "the dentist"]
    assert len(display.asked) == 1
    assert "about the dentist" in told(prompt)
    assert "An editor." in told(prompt)


async def test_a_typed_question_is_asked_once_and_with_its_words() -> None:
    memory = FakeProvider(by_words=True)
    made = briefer(memory)
    briefing = made.begin("1", (), "the dentist")
    await briefing.prompt("the dentist", ())
    assert [(query.text, query.is_final) for query in memory.asked] == [("the dentist", True)]


async def test_a_question_about_the_screen_says_so_to_the_screen() -> None:
    display, memory = screen("An editor.", by_words=True), FakeProvider(by_words=True)
    await turn(briefer(display, memory), "what is on my screen")
    assert [query.is_asked_for for query in display.asked] == [False, True]
    assert [query.is_asked_for for query in memory.asked] == [False, False]


async def test_one_that_hangs_is_left_out_and_named_and_ended() -> None:
    hanging = FakeProvider(gate=asyncio.Event())
    made = briefer(hanging, screen("An editor."), **QUICK)
    prompt = await turn(made, "who wrote Faust")
    assert "An editor." in told(prompt)
    assert prompt.manifest.problems == {"memory": TOO_LATE}
    assert hanging.cancelled == 1


async def test_one_that_was_late_is_not_waited_for_in_the_next_turn() -> None:
    hanging = FakeProvider(gate=asyncio.Event())
    made = briefer(hanging, grace_ms=2_000, deadline_s=0.2)

    async def waited() -> float:
        began = time.monotonic()
        assert (await turn(made, "who wrote Faust")).manifest.problems == {"memory": TOO_LATE}
        return time.monotonic() - began

    first, second = await waited(), await waited()
    assert second < first / 2
    hanging.gate = None
    assert (await turn(made, "who wrote Faust")).manifest.problems == {}


async def test_what_is_asked_about_by_name_has_its_whole_time() -> None:
    gate = asyncio.Event()
    display = screen("An editor.", gate=gate)
    made = briefer(display, grace_ms=0, deadline_s=5.0)
    briefing = made.begin("1", (), "what is on my screen")
    waiting = asyncio.create_task(briefing.prompt("what is on my screen", ()))
    await settle()
    assert not waiting.done()
    gate.set()
    assert "An editor." in told(await waiting)


async def test_what_fails_is_left_out_and_named() -> None:
    failing = FakeProvider(fails=ValueError("a secret"))
    explained = screen("", fails=SovereignError("The screen can't be read."))
    prompt = await turn(briefer(failing, explained), "who wrote Faust")
    assert prompt.manifest.problems == {"memory": FAILED, "screen": "The screen can't be read."}
    assert "secret" not in str(prompt.manifest.as_json())
    assert told(prompt) == "who wrote Faust"


async def test_one_that_fails_to_say_its_state_is_left_out_too() -> None:
    class Broken(FakeProvider):
        def state(self, query: ContextQuery) -> None:
            raise KeyError(query.text)

    prompt = await turn(briefer(Broken(), screen("An editor.")), "who wrote Faust")
    assert prompt.manifest.problems == {"memory": FAILED}
    assert "An editor." in told(prompt)


async def test_an_answer_is_used_again_while_nothing_has_changed() -> None:
    display = screen("An editor.")
    made = briefer(display)
    await turn(made)
    assert "An editor." in (await turn(made)).background[0].text
    assert len(display.asked) == 1
    display.version, display.said = 2, says("A browser.")
    assert "A browser." in (await turn(made)).background[0].text
    assert len(display.asked) == 2


async def test_what_may_not_look_any_more_is_in_no_cache_and_the_model_is_told_why() -> None:
    display = screen("The word is xylophone.")
    made = briefer(display)
    await turn(made)
    display.version, display.said = 2, Provided(withheld="Screen awareness is off.")
    prompt = await turn(made, "what is on my screen")
    assert "You have nothing from the screen: Screen awareness is off." in told(prompt)
    assert prompt.manifest.problems == {"screen": "Screen awareness is off."}
    display.version = 1
    assert "xylophone" not in told(await turn(made, "what is on my screen"))


async def test_one_whose_state_nobody_knows_is_asked_every_time() -> None:
    memory = FakeProvider(version=None)
    made = briefer(memory)
    await turn(made, "the dentist")
    await turn(made, "the dentist")
    assert [query.text for query in memory.asked] == ["", "the dentist"] * 2


async def test_words_that_come_while_it_searches_replace_the_search() -> None:
    gate = asyncio.Event()
    memory = FakeProvider(by_words=True, gate=gate, answers=lambda query: says(f"about {query.text}"))
    briefing = briefer(memory).begin("1", ())
    await settle()
    briefing.hear("the dent", is_final=False)
    briefing.hear("the dentist", is_final=True)
    await settle()
    assert memory.cancelled == 1
    gate.set()
    assert "about the dentist" in told(await briefing.prompt("the dentist", ()))


async def test_the_record_holds_the_manifest_and_what_was_sent() -> None:
    briefing = briefer(FakeProvider(said=says("The dentist."))).begin("1", (), "when")
    await briefing.prompt("when", ())
    briefing.sent(Disclosure("a model at example.org", True, (Sent("user", "grüße 🎉"),), 120.0))
    record = unpacked(briefing.record())
    assert record["sent"] == [
        {
            "to": "a model at example.org",
            "leaves_computer": True,
            "sound_ms": 120,
            "parts": [{"kind": "user", "text": "grüße 🎉", "in_turn": True}],
        }
    ]
    assert {piece["source"] for piece in record["pieces"]} == {"question", "instructions", "a memory"}


async def test_a_turn_that_nobody_was_briefed_for_has_no_record() -> None:
    assert briefer().begin("1", ()).record() == b""


def test_a_damaged_record_is_an_empty_one() -> None:
    assert unpacked(b"damaged")["sent"] == unpacked(b"")["sent"] == []


async def test_a_session_is_told_the_part_of_the_conversation_that_fits() -> None:
    said = tuple(Message((Role.USER, Role.ASSISTANT)[at % 2], "word " * 50, f"{at // 2}") for at in range(100))
    made = briefer(priorities={"conversation": 1_000})
    kept = made.conversation(said)
    assert 0 < len(kept) < 30
    assert kept == said[-len(kept) :]
    assert made.conversation(said[:4]) == said[:4]


async def test_closing_ends_all_searching() -> None:
    hanging = FakeProvider(gate=asyncio.Event())
    made = briefer(hanging)
    made.begin("1", ())
    await settle()
    await made.close()
    assert hanging.cancelled == 1


async def test_the_tiers_of_the_providers_are_those_of_the_manifest() -> None:
    prompt = await turn(briefer(screen("An editor.")), "what is on my screen")
    assert prompt.manifest.tiers[Tier.SCREEN] > 0
