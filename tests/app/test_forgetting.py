"""What was to be forgotten is in no later request, byte for byte: of a language model, or of the Realtime API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sovereign_desktop.app import second_start
from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.host.verbs import Verb
from sovereign_desktop.memory.records import Selection
from tests.app.talk import Talk, talking
from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession

pytestmark = pytest.mark.usefixtures("home")

TOLD = "my locker has the code 4711"
WISH = "forget that my locker has the code 4711"
LATER = "who wrote faust"
NO_VECTORS = {"embeddings": {"provider": "none"}}


@pytest.fixture
async def model() -> AsyncIterator[FakeOpenAIServer]:
    async with FakeOpenAIServer(reply="It is kept: 4711.") as server:
        yield server


def local(model: FakeOpenAIServer, **memory: Any) -> dict[str, Any]:
    return {
        "app": {"mode": "traditional"},
        "llm": {"base_url": model.base_url, "model": "small"},
        "memory_context": NO_VECTORS | memory,
    }


def latest(model: FakeOpenAIServer) -> bytes:
    """The last request as it stood on the wire."""
    return model.requests[-1].body


async def remembered(talk: Talk) -> list[str]:
    assert talk.assistant.memories is not None
    return [one.text for one in await talk.assistant.memories.store.select(Selection(everything=True))]


async def kept(talk: Talk, text: str) -> None:
    """Wait until the exchange is a memory."""
    while not any(text in one for one in await remembered(talk)):
        pass


async def test_a_language_model_is_told_nothing_of_it_any_more(
    model: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, local(model)) as talk:
        await talk.ask(TOLD)
        await kept(talk, "4711")
        model.reply = "Goethe."
        await talk.ask(LATER)
        assert b"4711" in latest(model), "otherwise there is nothing to forget"
        told = await talk.ask(WISH)
        assert told.reply.startswith("Forgotten: 1 memory. This talk begins anew.")
        await talk.ask(LATER)
        assert b"faust" in latest(model)
        assert b"4711" not in latest(model)
        assert not any("4711" in one for one in await remembered(talk))


async def test_a_request_to_forget_that_is_interrupted_has_forgotten_all_the_same(
    model: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, local(model)) as talk:
        await talk.ask(TOLD)
        talk.assistant.tts.open_gate.clear()  # type: ignore[attr-defined]
        talk.turns.ask(WISH)
        await talk.until(lambda: talk.turns.turn is not None and talk.turns.turn.answer.text)
        talk.assistant.tts.open_gate.set()  # type: ignore[attr-defined]
        await talk.ask(LATER)
        assert [event.outcome for event in talk.ended] == [Outcome.ANSWERED, Outcome.INTERRUPTED, Outcome.ANSWERED]
        assert b"4711" not in latest(model)


async def test_what_the_memory_never_had_is_taken_out_of_the_conversation_too(
    model: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, local(model, keep_exchanges=False)) as talk:
        await talk.ask(TOLD)
        told = await talk.ask(WISH)
        assert told.reply.startswith("I remember nothing about")
        assert "This talk begins anew." in told.reply
        await talk.ask(LATER)
        assert b"4711" not in latest(model)
    async with talking(monkeypatch, local(model, enabled=False)) as talk:
        await talk.ask(TOLD)
        assert (await talk.ask(WISH)).reply == "The memory is switched off in the settings. This talk begins anew."
        await talk.ask(LATER)
        assert b"4711" not in latest(model)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeRealtimeServer]:
    """A Realtime API whose model calls `forget` when it is asked to, and keeps its call in the conversation."""
    usual = FakeSession.respond

    async def respond(session: FakeSession, request: dict[str, Any]) -> None:
        if not session.texts[-1].startswith("wipe") or any(one["type"] == "function_call" for one in calls(session)):
            await usual(session, request)
            return
        await session.begin((request.get("response") or {}).get("metadata"))
        call = {"type": "function_call", "call_id": "call_1", "name": "forget", "status": "completed"}
        call |= {"id": session.id("item"), "arguments": json.dumps({"topic": "locker 4711"})}
        session.items[call["id"]] = call
        response = {"response_id": session._response, "output_index": 0, "item": call}
        await session.send("response.output_item.done", **response)
        await session.done("completed", output=[call])

    monkeypatch.setattr(FakeSession, "respond", respond)
    async with FakeRealtimeServer() as server:
        yield server


def calls(session: FakeSession) -> list[dict[str, Any]]:
    return [item for item in session.items.values() if item["type"] == "function_call"]


def cloud(server: FakeRealtimeServer) -> dict[str, Any]:
    return {"realtime_api": {"url": server.url}, "memory_context": NO_VECTORS}


async def test_the_realtime_api_answers_in_a_session_that_never_heard_of_it(
    server: FakeRealtimeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, cloud(server)) as talk:
        await talk.ask(TOLD)
        await kept(talk, "4711")
        told = await talk.ask("wipe 4711 from your memory please")
        assert (told.backend, told.outcome) == ("realtime", Outcome.ANSWERED)
        assert calls(server.sessions[0]), "what the model wrote into its call stays there, whatever is deleted"
        assert "4711" in "".join(server.sessions[0].messages)
        sent_before = len(server.sessions[0].messages)
        later = await talk.ask(LATER)
        assert (later.backend, later.reply) == ("realtime", f"You said: {LATER}")
        assert "4711" not in "".join(server.sessions[1].messages)
        assert not any("4711" in text for text in server.sessions[1].texts)
        assert not any("question" in one or LATER in one for one in server.sessions[0].messages[sent_before:])
        await talk.until(lambda: server.open_sessions == [server.sessions[1]])
        assert not any("4711" in one for one in await remembered(talk)), "the wish itself is no memory either"
        assert later.note == "", "another conversation is no news of the connection"


async def test_a_question_into_the_answer_to_the_wish_goes_to_a_new_session_already(
    server: FakeRealtimeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, cloud(server)) as talk:
        await talk.ask(TOLD)
        talk.turns.ask("wipe 4711 from your memory please")
        await talk.until(lambda: talk.assistant.history.number)
        later = await talk.ask(LATER)
        assert later.reply == f"You said: {LATER}"
        assert "4711" not in "".join(server.sessions[1].messages)
        assert talk.assistant.history.messages[0].text == LATER


async def test_a_command_has_the_running_program_forget_its_conversation_too(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Verb] = []

    def tell(verb: Verb) -> str:
        told.append(verb)
        return "The conversation in the running program begins anew."

    monkeypatch.setattr(second_start, "tell_running", tell)
    answer = await ask(Question(text=WISH))
    assert told == [Verb("forget")]
    assert "The conversation in the running program begins anew." in answer.note
