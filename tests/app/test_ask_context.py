"""`ask` shows what was told and what left the computer."""

from __future__ import annotations

import json

import pytest

from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.config.paths import find_paths
from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.realtime_server import FakeRealtimeServer

pytestmark = pytest.mark.usefixtures("home")


PLUGIN = """
class Books:
    def __init__(self, config_manager):
        pass

    async def get_context(self, query):
        return {"text": "Faust is old."}
"""


async def test_ask_shows_what_a_language_model_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = find_paths().plugins
    plugins.mkdir(parents=True)
    (plugins / "books.py").write_text(PLUGIN, encoding="utf-8")
    async with FakeOpenAIServer(reply="Goethe.") as server:
        monkeypatch.setenv("SOVEREIGN_LLM__BASE_URL", server.base_url)
        monkeypatch.setenv("SOVEREIGN_LLM__MODEL", "small")
        monkeypatch.setenv("SOVEREIGN_SMART_CONTEXT__PLUGINS", "books, missing")
        monkeypatch.setenv("SOVEREIGN_SMART_CONTEXT__GRACE_MS", "2000")
        answer = await ask(Question(text="who wrote faust", mode="traditional"))
        messages = server.requests[-1].json["messages"]
    told = json.loads(json.dumps(answer.as_json()))["context"]
    (sent,) = told["sent"]
    assert [part["text"] for part in sent["parts"]] == [message["content"] for message in messages]
    assert not sent["leaves_computer"]
    assert "Faust is old." in messages[-1]["content"]
    assert "It is " in messages[-1]["content"]
    assert "UTC" in messages[-1]["content"]
    assert "UTC" not in messages[0]["content"]
    assert "missing" in told["problems"]
    assert {"time", "this computer", "the program", "plugin books", "instructions"} <= {
        piece["source"] for piece in told["pieces"]
    }
    assert 0 < told["tokens"] <= told["budget"] == 32_000
    assert told["counted_by"]


async def test_ask_shows_what_a_realtime_server_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeRealtimeServer() as server:
        monkeypatch.setenv("SOVEREIGN_REALTIME_API__URL", server.url)
        answer = await ask(Question(text="who wrote faust"))
        wire = [text for text in server.sessions[0].messages if '"item"' in text or '"session"' in text]
    (sent,) = answer.as_json()["context"]["sent"]
    assert [part["text"] for part in sent["parts"]] == wire


async def test_a_skill_sends_nothing() -> None:
    answer = await ask(Question(text="what time is it", mode="traditional"))
    assert answer.as_json()["context"]["sent"] == []
