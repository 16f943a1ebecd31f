"""Who writes the answer: skills, a language model, and which of the two goes first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from sovereign_desktop.conversation.backends.base import Consumed, Did, Excused, Heard, TurnRequest
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.skills import NOTHING_TO_REPEAT, SkillsResponder
from sovereign_desktop.conversation.backends.spoken import Responder, Step
from sovereign_desktop.conversation.skills import SkillBook
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Message, Role, ToolCall, Transcript
from sovereign_desktop.core.errors import BrokenReply, Unauthorized
from sovereign_desktop.engines.base import NO_OPTIONS, Piece, ReplyOptions, Tool, Usage
from tests.conversation.skill_support import context

HISTORY = (
    Message(Role.USER, "two plus three"),
    Message(Role.ASSISTANT, "It is 5."),
    Message(Role.USER, "stop"),
)


class ScriptedModel:
    """A LanguageModel that says `pieces`; `messages` is what it was given."""

    name, model = "scripted", "small"
    hosts: tuple[str, ...] = ()

    def __init__(self, *pieces: Piece) -> None:
        self.pieces = pieces
        self.messages: list[Sequence[Message]] = []
        self.options: list[ReplyOptions] = []
        self.available = AVAILABLE
        self.closed_early = False
        self.prepared = False

    async def availability(self) -> Availability:
        return self.available

    async def prepare(self) -> None:
        self.prepared = True

    async def close(self) -> None: ...

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        self.messages.append(messages)
        self.options.append(options)
        try:
            for piece in self.pieces:
                yield piece
        except GeneratorExit:
            self.closed_early = True
            raise


def offering(model: ScriptedModel) -> ModelResponder:
    """With a tool of the caller's own."""
    options = ReplyOptions(tools=(Tool("lamp"),))
    return ModelResponder(model, SkillBook(), lambda _: context(), lambda: "Be brief.", options)


def offline() -> SkillsResponder:
    return SkillsResponder(SkillBook(), lambda request: context(failure=request.failure))


def with_model(model: ScriptedModel) -> ModelResponder:
    return ModelResponder(model, SkillBook(), lambda _: context(), lambda: "Be brief.")


async def steps(responder: Responder, text: str, alternatives: Sequence[str] = (), **request: Any) -> list[Step]:
    transcript = Transcript(text, is_final=True, alternatives=tuple(alternatives))
    return [step async for step in responder.respond(transcript, TurnRequest("1", None, **request))]


# Skills


async def test_repeating_says_the_assistant_s_last_words_again() -> None:
    assert await steps(offline(), "say that again", history=HISTORY) == [Did("repeat"), "It is 5."]


async def test_there_is_nothing_to_repeat_before_the_first_answer() -> None:
    assert await steps(offline(), "repeat that") == [Did("repeat"), NOTHING_TO_REPEAT]


async def test_a_command_that_was_read_differently_shows_the_words_that_were_understood() -> None:
    found = await steps(offline(), "set the volume too thirsty", ["set the volume to thirty percent"])
    assert found == [
        Heard(Transcript("set the volume to thirty percent", is_final=True)),
        Did("volume:0.30"),
        "Volume 30 percent.",
    ]


async def test_words_that_were_understood_as_written_are_not_told_again() -> None:
    assert await steps(offline(), "louder", ["quieter"]) == [Did("louder"), "Louder."]


async def test_a_command_that_says_nothing_has_no_text() -> None:
    assert await steps(offline(), "stop") == [Did("stop")]


async def test_the_skills_always_say_something_and_why_the_model_did_not() -> None:
    excused, text = await steps(offline(), "who wrote faust", failure=Unauthorized("The server refused the key."))
    assert isinstance(excused, Excused)
    assert isinstance(text, str)
    assert "The server refused the key." in text
    assert await offline().availability()


# A language model


async def test_a_model_gets_instructions_what_was_said_and_the_question() -> None:
    model = ScriptedModel("Goethe.")
    assert await steps(with_model(model), "who wrote faust", history=HISTORY) == ["Goethe."]
    question = Message(Role.USER, "who wrote faust", "1")
    assert model.messages == [[Message(Role.SYSTEM, "Be brief."), *HISTORY, question]]


async def test_a_model_that_takes_over_knows_what_was_said_and_is_asked_to_go_on() -> None:
    model = ScriptedModel(" wrote it.")
    await steps(with_model(model), "who wrote faust", already_said="Johann Wolfgang")
    assert [message.role for message in model.messages[0]] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.SYSTEM]
    assert model.messages[0][2].text == "Johann Wolfgang"


@pytest.mark.parametrize("text", ["what time is it", "set a timer for five minutes", "louder", "stop"])
async def test_what_this_computer_knows_better_is_not_asked_of_a_model(text: str) -> None:
    model = ScriptedModel("I don't know.")
    assert await steps(with_model(model), text)
    assert model.messages == []


async def test_a_model_greets_with_more_wit_than_a_skill() -> None:
    assert await steps(with_model(ScriptedModel("Hey!")), "hello") == ["Hey!"]


async def test_what_it_cost_is_told_with_the_name_of_the_model() -> None:
    model = ScriptedModel("Goethe.", Usage(12, 3))
    assert await steps(with_model(model), "who wrote faust") == ["Goethe.", Consumed(Usage(12, 3), "small")]


@pytest.mark.parametrize("pieces", [(), (" ", "\n"), (Usage(5, 0),)])
async def test_an_empty_answer_is_a_broken_one(pieces: tuple[str | Usage, ...]) -> None:
    with pytest.raises(BrokenReply):
        await steps(with_model(ScriptedModel(*pieces)), "who wrote faust")


async def test_who_stops_listening_ends_the_request() -> None:
    model = ScriptedModel("Johann ", "Wolfgang ", "von ", "Goethe.")
    stream = with_model(model).respond(Transcript("who wrote faust", is_final=True), TurnRequest("1", None))
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]
    assert model.closed_early


async def test_it_is_named_and_available_and_prepared_as_its_model_is() -> None:
    model = ScriptedModel()
    responder = with_model(model)
    model.available = Availability(False, "no model is set")
    await responder.prepare()
    assert (responder.name, (await responder.availability()).reason) == ("scripted:small", "no model is set")
    assert model.prepared


async def test_a_model_with_tools_of_the_callers_is_asked_even_for_the_time() -> None:
    call = ToolCall("call_1", "lamp", "{}")
    assert await steps(offering(ScriptedModel(call, Usage(3, 1))), "what time is it") == [
        call,
        Consumed(Usage(3, 1), "small"),
    ]
    plain = ScriptedModel("Noon.")
    assert await steps(with_model(plain), "what time is it")
    assert not plain.messages


async def test_where_nothing_was_said_a_model_goes_on_from_what_came_before() -> None:
    model = ScriptedModel("It is on.")
    asked = Message(Role.ASSISTANT, "", calls=(ToolCall("call_1", "lamp", "{}"),))
    result = Message(Role.TOOL, "done", call_id="call_1")
    assert await steps(offering(model), "", history=(asked, result)) == ["It is on."]
    assert model.messages == [[Message(Role.SYSTEM, "Be brief."), asked, result]]


async def test_a_model_that_asks_others_says_what_each_consumed_and_cost() -> None:
    usages = (Usage(10, 5, "small", Decimal("0.001")), Usage(10, 2, "large", Decimal("0.02")))
    said = await steps(with_model(ScriptedModel("Goethe.", *usages)), "who wrote faust")
    assert [(one.model, one.cost_usd) for one in said if isinstance(one, Consumed)] == [
        ("small", 0.001),
        ("large", 0.02),
    ]
