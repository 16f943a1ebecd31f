"""Our client and backend against aimock, a Realtime server that others wrote: words, tools, disconnects, refusals.

It sends no sound and hears none. Its `--chaos-…` options reach HTTP only; over a websocket a fixture tells it when to
hang up.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.conversation.backends.base import Consumed, Replying
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable, Unauthorized
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.endpoint import Endpoint
from tests.realtime.others.answering import answering
from tests.realtime.others.programs import aimock, started

GREETING = "Hello! I am well, and there is more to say than fits into one piece of text."
CALLS = [
    {"name": "set_timer", "arguments": '{"seconds": 300, "name": "tea"}'},
    {"name": "calculate", "arguments": '{"expression": "6 times 7"}'},
]
DONE = "Your timer runs, and the result is forty-two."


class Aimock:
    """A running aimock."""

    def __init__(self, port: int) -> None:
        self.url = f"ws://127.0.0.1:{port}/v1/realtime"
        self._http = f"http://127.0.0.1:{port}"

    def asked(self) -> list[list[dict[str, Any]]]:
        """The messages of each answer that it was asked for."""
        with urllib.request.urlopen(f"{self._http}/__aimock/journal", timeout=5) as reply:
            journal = json.load(reply)
        entries = journal if isinstance(journal, list) else journal["entries"]
        return [entry["body"]["messages"] for entry in entries if entry["path"] == "/v1/realtime"]


@contextmanager
def answering_with(folder: Path, *fixtures: dict[str, Any], **env: str) -> Iterator[Aimock]:
    """An aimock with these fixtures, and these variables."""
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": fixtures}))
    with started(aimock(file), env) as running:
        yield Aimock(running.port)


def text_of(message: dict[str, Any]) -> str:
    """The words of a message, whether they come alone or in parts."""
    content = message["content"]
    return content if isinstance(content, str) else " ".join(part["text"] for part in content)


async def test_words_are_answered_with_words(tmp_path: Path) -> None:
    fixture = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}}
    with answering_with(tmp_path, fixture) as server:
        async with answering(server.url) as asked:
            await asked.typed("how are you")
        (messages,) = server.asked()
    assert "".join(event.text for event in asked.of(Replying)) == GREETING
    assert len(asked.of(Replying)) > 1, "it came in pieces"
    assert [message["role"] for message in messages] == ["system", "user"]


async def test_parallel_tool_calls_are_all_answered_before_the_model_is_asked_to_go_on_once(tmp_path: Path) -> None:
    calls = {"match": {"userMessage": "timer", "hasToolResult": False}, "response": {"toolCalls": CALLS}}
    after = {"match": {"hasToolResult": True}, "response": {"content": DONE}}
    with answering_with(tmp_path, calls, after) as server:
        async with answering(server.url) as asked:
            await asked.typed("set a timer and calculate")
        first, second = server.asked()
    assert "".join(event.text for event in asked.of(Replying)).strip() == DONE
    assert [timer.name for timer in asked.timers.running] == ["tea"]
    outputs = [message["content"] for message in second if message["role"] == "tool"]
    assert len(outputs) == 2
    assert any("42" in output for output in outputs)
    assert not [message for message in first if message["role"] == "tool"]


async def test_a_second_turn_knows_the_first(tmp_path: Path) -> None:
    first = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}}
    second = {"match": {"userMessage": "and now"}, "response": {"content": "Still well."}}
    with answering_with(tmp_path, first, second) as server:
        async with answering(server.url) as asked:
            await asked.typed("how are you", "1")
            await asked.typed("and now", "2")
        messages = server.asked()[-1]
    told = [(message["role"], text_of(message)) for message in messages[1:]]
    assert told == [("user", "how are you"), ("assistant", GREETING), ("user", "and now")]


async def test_a_disconnect_before_the_first_word_is_not_noticed(tmp_path: Path) -> None:
    lost = {
        "match": {"userMessage": "how are you", "sequenceIndex": 0},
        "response": {"content": GREETING},
        "latency": 200,
        "disconnectAfterMs": 50,
    }
    then = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}}
    with answering_with(tmp_path, lost, then) as server:
        async with answering(server.url) as asked:
            await asked.typed("how are you")
        assert len(server.asked()) == 2
    assert "".join(event.text for event in asked.of(Replying)) == GREETING


async def test_a_disconnect_amid_the_answer_is_for_the_next_backend(tmp_path: Path) -> None:
    lost = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}, "truncateAfterChunks": 2}
    with answering_with(tmp_path, lost) as server:
        async with answering(server.url) as asked:
            with pytest.raises(BrokenReply) as failed:
                await asked.typed("how are you")
        assert len(server.asked()) == 1, "words that were told are not asked for again"
    assert failed.value.retryable
    told = "".join(event.text for event in asked.of(Replying))
    assert told
    assert GREETING.startswith(told)


async def test_what_the_server_cannot_answer_is_told(tmp_path: Path) -> None:
    refused = {
        "match": {"userMessage": "how are you"},
        "response": {"error": {"message": "no credit", "type": "insufficient_quota", "code": "insufficient_quota"}},
    }
    with answering_with(tmp_path, refused) as server:
        async with answering(server.url) as asked:
            with pytest.raises(EngineUnavailable, match="credit") as failed:
                await asked.typed("how are you")
    assert not failed.value.retryable
    assert not asked.of(Replying)


class OldEndpoint(Endpoint):
    """One that asks for the beta, as the program before this one did."""

    @property
    def headers(self) -> dict[str, str]:
        return {"OpenAI-Beta": "realtime=v1"}


async def test_the_refusal_of_the_beta_is_understood_and_not_tried_again(tmp_path: Path) -> None:
    with answering_with(tmp_path) as server:
        async with answering(server.url) as asked:
            asked.client.endpoint = OldEndpoint(server.url, "gpt-realtime-2.1")
            with pytest.raises(EngineUnavailable, match="beta") as refused:
                await asked.client.open()
            assert asked.client.state is ClientState.BROKEN
    assert not refused.value.retryable


async def test_we_do_not_ask_for_the_beta(tmp_path: Path) -> None:
    with answering_with(tmp_path) as server:
        async with answering(server.url, key="sk-test") as asked:
            await asked.client.open()
            assert asked.client.state is ClientState.OPEN


async def test_a_wrong_key_is_told_from_everything_else(tmp_path: Path) -> None:
    with answering_with(tmp_path, AIMOCK_API_KEYS="right") as server:
        async with answering(server.url, key="wrong") as asked:
            with pytest.raises(Unauthorized):
                await asked.client.open()
        async with answering(server.url, key="right") as asked:
            await asked.client.open()


async def test_usage_is_booked(tmp_path: Path) -> None:
    fixture = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}}
    with answering_with(tmp_path, fixture) as server:
        async with answering(server.url) as asked:
            await asked.typed("how are you")
    assert all(event.cost_usd >= 0 for event in asked.of(Consumed))
