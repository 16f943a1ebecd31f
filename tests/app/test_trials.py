"""A key and a server are tried for real: a session is opened, a model is asked."""

from __future__ import annotations

import pytest

from sovereign_desktop.app.trials import try_key, try_server
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SovereignError
from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.realtime_server import FakeRealtimeServer


async def test_a_key_is_tried_by_opening_a_session_in_which_nothing_is_said() -> None:
    async with FakeRealtimeServer() as server:
        await try_key(Settings.model_validate({"realtime_api": {"url": server.url}}), " sk-1\n")
        assert server.requests[0].headers["Authorization"] == "Bearer sk-1"
        assert server.sessions[0].kinds() == ["session.update"]


async def test_a_key_that_the_server_refuses_is_told_without_it() -> None:
    async with FakeRealtimeServer() as server:
        server.refusal = (401, {}, b'{"error": {"code": "invalid_api_key", "message": "Incorrect API key: sk-1"}}')
        with pytest.raises(SovereignError) as refused:
            await try_key(Settings.model_validate({"realtime_api": {"url": server.url}}), "sk-1")
    assert "key" in refused.value.sentence
    assert "sk-1" not in refused.value.sentence


async def test_a_model_that_answers_is_heard() -> None:
    async with FakeOpenAIServer(reply="Hello, I am here.") as server:
        assert await try_server(Settings(), f" {server.base_url} ", "m", "") == "Hello, I am here."


async def test_a_server_that_wants_another_key_is_told() -> None:
    async with FakeOpenAIServer(key="the right one") as server:
        with pytest.raises(SovereignError, match="key"):
            await try_server(Settings(), server.base_url, "m", "wrong")


async def test_a_server_without_a_model_is_told_before_it_is_asked() -> None:
    with pytest.raises(SovereignError, match="No model is set"):
        await try_server(Settings(), "http://127.0.0.1:9/v1", " ", "")


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(SovereignError, match="can't be reached"):
        await try_server(Settings(), "http://127.0.0.1:9/v1", "m", "")
