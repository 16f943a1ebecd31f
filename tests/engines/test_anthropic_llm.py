"""Anthropic's Messages API, over real HTTP to a server on loopback that behaves well, badly, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.core.dialogue import Message, Role, ToolCall
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    Unauthorized,
)
from sovereign_desktop.engines.base import CutOff, LanguageModel, ReplyOptions, Tool, ToolChoice, Usage
from sovereign_desktop.engines.llm.anthropic import AnthropicLanguageModel, as_sent
from tests.fakes.anthropic_server import FakeAnthropicServer, said
from tests.fakes.openai_server import words_of

KEY = "sk-ant-secret"
QUESTION = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "my cat is called Minka"))


@pytest.fixture
async def server() -> AsyncIterator[FakeAnthropicServer]:
    async with FakeAnthropicServer("It ", "is ", "noon.", key=KEY) as server:
        yield server


@pytest.fixture
async def model(server: FakeAnthropicServer) -> AsyncIterator[AnthropicLanguageModel]:
    made = asking(server.base_url)
    yield made
    await made.close()


def asking(base_url: str, key: str = KEY, timeout_s: float = 5.0, stall_s: float = 5.0) -> AnthropicLanguageModel:
    settings = LanguageModelSettings(
        base_url=base_url, model="claude", key="anthropic", timeout_s=timeout_s, stall_s=stall_s, max_tokens=99
    )
    return AnthropicLanguageModel(settings, key)


async def test_a_reply_comes_in_pieces_and_its_usage_last(
    server: FakeAnthropicServer, model: AnthropicLanguageModel
) -> None:
    assert isinstance(model, LanguageModel)
    assert [piece async for piece in model.reply(QUESTION)] == ["It ", "is ", "noon.", Usage(25, 7)]
    [request] = server.requests
    assert request == {
        "model": "claude",
        "max_tokens": 99,
        "stream": True,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "my cat is called Minka"}]}],
    }
    assert "anthropic-version: 2026-10-21" in server.heads[0].lower()
    assert server.heads[0].startswith("POST /v1/messages ")


async def test_tools_are_offered_and_their_calls_come_whole(
    server: FakeAnthropicServer, model: AnthropicLanguageModel
) -> None:
    block = {"id": "toolu_1", "name": "timer", "input": {"minutes": 4}}
    server.events = said("Sure. ", reason="tool_use", blocks=(block,))
    options = ReplyOptions(tools=(Tool("timer"),), tool_choice=ToolChoice.REQUIRED, parallel_calls=False)
    pieces = [piece async for piece in model.reply(QUESTION, options)]
    assert pieces[:2] == ["Sure. ", ToolCall("toolu_1", "timer", '{"minutes": 4}')]
    assert server.requests[0]["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    assert server.requests[0]["tools"][0]["input_schema"] == {"type": "object", "properties": {}}


async def test_a_reply_at_its_length_is_cut_off(server: FakeAnthropicServer, model: AnthropicLanguageModel) -> None:
    server.events = said("One ", reason="max_tokens")
    assert [piece async for piece in model.reply(QUESTION)] == ["One ", CutOff(), Usage(25, 7)]


def test_a_conversation_becomes_turns_that_begin_and_end_with_the_user() -> None:
    system, turns = as_sent((
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.ASSISTANT, "Good morning."),
        Message(Role.USER, "Set a timer."),
        Message(Role.ASSISTANT, "", calls=(ToolCall("1", "timer", "{broken"),)),
        Message(Role.TOOL, "done", call_id="1"),
        Message(Role.ASSISTANT, "It is"),
        Message(Role.SYSTEM, "Go on from that word."),
    ))  # fmt: skip
    assert system == "Be brief."
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user", "assistant", "user", "assistant", "user"]
    assert turns[3]["content"] == [{"type": "tool_use", "id": "1", "name": "timer", "input": {}}]
    assert turns[4]["content"] == [{"type": "tool_result", "tool_use_id": "1", "content": "done"}]


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (401, Unauthorized, False),
        (403, Unauthorized, False),
        (404, EngineUnavailable, False),
        (400, EngineError, False),
        (429, RateLimited, True),
        (500, BrokenReply, True),
        (529, BrokenReply, True),
        (302, BrokenReply, True),
    ],
)
async def test_every_refusal_has_its_kind_and_a_sentence(
    server: FakeAnthropicServer, model: AnthropicLanguageModel, status: int, kind: type[EngineError], retryable: bool
) -> None:
    server.status, server.headers = status, {"retry-after": "7"}
    error = await failure(model, kind)
    assert error.retryable is retryable
    assert error.retry_after_s == (7 if status == 429 else None)


async def failure(model: AnthropicLanguageModel, kind: type[EngineError]) -> EngineError:
    with pytest.raises(kind) as caught:
        await words_of(model.reply(QUESTION))
    assert KEY not in caught.value.sentence
    assert "Minka" not in caught.value.sentence
    return caught.value


@pytest.mark.parametrize(
    "events",
    [
        [],
        said("It ")[:-1],
        said(),
        [{"type": "error", "error": {"type": "overloaded_error"}}],
        [{"type": "error", "error": None}],
        [{"type": "message_start"}],
        [{"type": "content_block_delta", "index": "x", "delta": {}}],
        ["no object"],
    ],
)
async def test_what_is_no_whole_answer_is_broken(
    server: FakeAnthropicServer, model: AnthropicLanguageModel, events: list[object]
) -> None:
    server.events = [one if isinstance(one, dict) else _Nonsense() for one in events]
    await failure(model, BrokenReply)


class _Nonsense(dict):  # type: ignore[type-arg]
    """An event that is sent as a list."""

    def __init__(self) -> None:
        super().__init__(type="x")

    def items(self):  # type: ignore[no-untyped-def]
        return [("type", ["x"])]


async def test_events_and_blocks_of_other_kinds_are_passed_over(
    server: FakeAnthropicServer, model: AnthropicLanguageModel
) -> None:
    more = [
        {"type": "content_block_start", "index": 9, "content_block": {"type": "thinking"}},
        {"type": "content_block_delta", "index": 9, "delta": {"type": "thinking_delta", "thinking": "hm"}},
        {"type": "tomorrow"},
    ]
    server.events = [*server.events[:2], *more, *server.events[2:]]
    assert await words_of(model.reply(QUESTION)) == "It is noon."


async def test_a_refusal_of_the_model_is_told_as_one(
    server: FakeAnthropicServer, model: AnthropicLanguageModel
) -> None:
    server.events = said(reason="refusal")
    assert "declines" in (await failure(model, EngineError)).sentence


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(server: FakeAnthropicServer) -> None:
    for at in (0, 5):
        server.hangs_after = at
        model = asking(server.base_url, timeout_s=0.2, stall_s=0.2)
        await failure(model, EngineTimeout)
        await model.close()


async def test_nobody_at_the_address_and_no_address_are_told() -> None:
    assert (await failure(asking("http://127.0.0.1:9"), EngineUnavailable)).retryable
    assert "no web address" in (await failure(asking("ftp:/x"), EngineUnavailable)).sentence
    state = await asking("", key="").availability()
    assert (bool(state), state.remedy) == (False, "Run `sovereign-desktop keys set anthropic`.")


async def test_closing_the_reply_ends_the_request(server: FakeAnthropicServer, model: AnthropicLanguageModel) -> None:
    server.hangs_after = 5
    async with aclosing(model.reply(QUESTION)) as reply:  # type: ignore[type-var]
        assert await anext(reply) == "It "
    async with asyncio.timeout(5):
        await server.hung_up.wait()
