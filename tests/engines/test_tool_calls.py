"""Tools and their calls, over a real HTTP server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.core.dialogue import Message, Role, ToolCall
from sovereign_desktop.engines.base import CutOff, ReplyOptions, Tool, ToolChoice, Usage
from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel
from tests.fakes.openai_server import FakeOpenAIServer

SCHEMA = {"type": "object", "properties": {"room": {"type": "string"}}}
LAMP = Tool("lamp", "Switches a lamp.", SCHEMA)
QUESTION = (Message(Role.USER, "Light, please."),)


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAIServer]:
    async with FakeOpenAIServer(reply="One two three four.") as server:
        yield server


@pytest.fixture
async def model(server: FakeOpenAIServer) -> AsyncIterator[OpenAICompatibleLanguageModel]:
    model = OpenAICompatibleLanguageModel(LanguageModelSettings(base_url=server.base_url, model="fake"))
    yield model
    await model.close()


@pytest.mark.parametrize("numbered", [True, False])
async def test_parallel_calls_come_whole_and_before_the_usage(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel, numbered: bool
) -> None:
    server.calls = [("lamp", '{"room": "hall"}'), ("lamp", '{"room": "attic"}')]
    server.numbers_calls = numbered  # some servers give every call the number 0
    assert [piece async for piece in model.reply(QUESTION, ReplyOptions(tools=(LAMP,)))] == [
        ToolCall("call_1_0", "lamp", '{"room": "hall"}'),
        ToolCall("call_1_1", "lamp", '{"room": "attic"}'),
        Usage(11, 0),
    ]


async def test_tools_and_what_is_wanted_of_them_arrive(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    for options in (
        ReplyOptions(tools=(LAMP,)),
        ReplyOptions(tools=(LAMP,), tool_choice=ToolChoice.REQUIRED, parallel_calls=False),
        ReplyOptions(tools=(Tool("stop"),), must_call="stop"),
    ):
        assert [piece async for piece in model.reply(QUESTION, options)]
    plain, required, named = (request.json for request in server.requests)
    function = {"name": "lamp", "description": "Switches a lamp.", "parameters": SCHEMA}
    assert plain["tools"] == [{"type": "function", "function": function}]
    assert not {"tool_choice", "parallel_tool_calls"}.intersection(plain)
    assert (required["tool_choice"], required["parallel_tool_calls"]) == ("required", False)
    assert named["tool_choice"] == {"type": "function", "function": {"name": "stop"}}
    assert named["tools"][0]["function"]["parameters"]["type"] == "object"


async def test_calls_and_what_came_of_them_are_told_to_the_model(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    asked = Message(Role.ASSISTANT, "", calls=(ToolCall("call_7", "lamp", "{}"),))
    result = Message(Role.TOOL, "done", call_id="call_7")
    assert [piece async for piece in model.reply((*QUESTION, asked, result))]
    function = {"name": "lamp", "arguments": "{}"}
    assert server.requests[0].json["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "call_7", "type": "function", "function": function}],
        },
        {"role": "tool", "content": "done", "tool_call_id": "call_7"},
    ]


async def test_a_reply_that_reached_the_wanted_length_says_so(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    pieces = [piece async for piece in model.reply(QUESTION, ReplyOptions(max_tokens=2))]
    assert pieces[:3] == ["One", " two", CutOff()]


async def test_a_server_without_tools_is_asked_without_them(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.refused = {"tools"}
    pieces = [piece async for piece in model.reply(QUESTION, ReplyOptions(tools=(LAMP,)))]
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == server.reply
    assert "tools" not in server.requests[-1].json
