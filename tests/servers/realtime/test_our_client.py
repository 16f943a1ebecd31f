"""Our own client and our own server, over a real websocket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from sovereign_desktop.core.dialogue import Message, Role, ToolCall
from sovereign_desktop.core.errors import Unauthorized
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.decisions import Decision, Recognised, ReplyEnded, ReplySound, ReplyText
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.turn import RealtimeTurn
from tests.servers.realtime.stage import PUSH_TO_TALK, TOKEN, Stage, loud

TOOLS = {"tools": [{"type": "function", "name": "lamp"}], "tool_choice": "auto"}


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[RealtimeClient]:
    async with open_client(stage) as client:
        yield client


@asynccontextmanager
async def open_client(stage: Stage, **options: Any) -> AsyncIterator[RealtimeClient]:
    client = talking_to(stage, **options)
    try:
        yield client
    finally:
        await client.close()


def talking_to(stage: Stage, key: str = TOKEN, said: Sequence[Message] = (), **session: Any) -> RealtimeClient:
    audio = {"input": {"turn_detection": None, "transcription": {"model": "local"}}}
    settings = PUSH_TO_TALK | {"audio": audio} | session
    return RealtimeClient(Endpoint(stage.url, "gpt-realtime-2.1", key), lambda: settings, conversation=lambda: said)


async def decisions(turn: RealtimeTurn) -> list[Decision]:
    """Everything up to the end of the answer."""
    seen: list[Decision] = []
    async for decision in turn:
        seen.append(decision)
        if isinstance(decision, ReplyEnded):
            break
    return seen


def text_of(seen: list[Decision]) -> str:
    return "".join(decision.text for decision in seen if isinstance(decision, ReplyText))


async def test_a_spoken_turn(stage: Stage, client: RealtimeClient) -> None:
    async with client.turn("1") as turn:
        turn.hear(loud(500))
        turn.commit()
        turn.respond()
        seen = await decisions(turn)
    assert text_of(seen).startswith("It is ")
    assert "".join(d.text for d in seen if isinstance(d, Recognised) and d.is_final) == "what time is it now"
    sound = b"".join(decision.pcm for decision in seen if isinstance(decision, ReplySound))
    assert abs(len(sound) / 48 - 10 * len(text_of(seen))) < 5  # the fake voice takes 10 ms a character
    assert (seen[-1].status, client.last_error) == ("completed", None)  # type: ignore[union-attr]


async def test_calls_of_tools_are_answered_and_the_model_goes_on(stage: Stage) -> None:
    stage.model.pieces = (ToolCall("call_a", "lamp", '{"room": "hall"}'), ToolCall("call_b", "lamp", "{}"))
    async with open_client(stage, output_modalities=["text"], **TOOLS) as client, client.turn("1") as turn:
        turn.say("light, please")
        turn.respond()
        calls = (await decisions(turn))[-1].calls  # type: ignore[union-attr]
        assert [(call.call_id, call.name, call.arguments) for call in calls] == [
            ("call_a", "lamp", '{"room": "hall"}'),
            ("call_b", "lamp", "{}"),
        ]
        stage.model.pieces = ("There is light.",)
        turn.answer_tools({"call_a": "lit", "call_b": "broken"})
        assert text_of(await decisions(turn)) == "There is light."
    told, _ = stage.model.asked[-1]
    assert [message.text for message in told if message.role is Role.TOOL] == ["lit", "broken"]


async def test_what_was_said_before_is_known_and_what_was_not_heard_is_not(stage: Stage) -> None:
    stage.model.pieces = ("Once upon a time there was a king.",)
    said = [Message(Role.USER, "My cat is called Minka.", "0"), Message(Role.ASSISTANT, "A fine name.", "0")]
    async with open_client(stage, said=said) as client:
        async with client.turn("1") as turn:
            turn.say("tell me a story")
            turn.respond()
            await decisions(turn)
        client.heard("1", 170.0)  # half of it
        said += [Message(Role.USER, "tell me a story", "1"), Message(Role.ASSISTANT, "as we keep it", "1")]
        async with client.turn("2") as turn:
            turn.say("go on")
            turn.respond()
            await decisions(turn)
    told, _ = stage.model.asked[-1]
    assert [message.text for message in told[1:]] == [
        "My cat is called Minka.",
        "A fine name.",
        "tell me a story",
        "Once upon a time",
        "go on",
    ]


async def test_a_wrong_token_is_no_matter_of_trying_again(stage: Stage) -> None:
    async with open_client(stage, key="wrong") as client:
        with pytest.raises(Unauthorized) as refused:
            await client.open()
    assert not refused.value.retryable


async def test_what_a_response_costs_is_told_to_who_pays_for_it(stage: Stage, client: RealtimeClient) -> None:
    stage.model.pieces = ("Yes.", Usage(3, 4, "small", Decimal("0.01")))
    async with client.turn("1") as turn:
        turn.say("hello")
        turn.respond()
        await decisions(turn)
    assert [(one.model, one.cost.usd) for one in stage.spent] == [("small", Decimal("0.01"))]
