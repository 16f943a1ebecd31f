"""Settings to several models as one: what is built, which keys it reads, and that it goes out again at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.assembly import Assistant, assemble
from sovereign_desktop.app.orchestration import is_on, keys_of_models, language_model
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.orchestrator import MemberModel
from sovereign_desktop.config.store import load
from sovereign_desktop.conversation.backends.base import Consumed, TurnRequest
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.core.events import Notice
from sovereign_desktop.engines.llm.anthropic import AnthropicLanguageModel
from sovereign_desktop.orchestrator.learned import Learned
from sovereign_desktop.orchestrator.providers import PROVIDERS, engine_of
from sovereign_desktop.orchestrator.switch import OrchestratorSwitch
from tests.app.keyrings import MemoryKeyring, in_use
from tests.app.stage import Keyboard, Stage, running
from tests.fakes.anthropic_server import FakeAnthropicServer
from tests.fakes.openai_server import FakeOpenAIServer
from tests.orchestrator.models import Writer, asking, member, together

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
async def servers() -> AsyncIterator[tuple[FakeOpenAIServer, FakeAnthropicServer]]:
    async with FakeOpenAIServer(reply="Quick.") as fast, FakeAnthropicServer("Deep.") as deep:
        yield fast, deep


def settings(servers: tuple[FakeOpenAIServer, FakeAnthropicServer], **more: Any) -> Settings:
    fast, deep = servers
    models = [
        {"model": "small", "base_url": fast.base_url, "cost_per_1m_tokens": 100.0},
        {"model": "claude", "role": "deep", "provider": "anthropic", "base_url": deep.base_url},
    ]
    # A busy machine may need seconds to load the SDK; company for a late model has tests of its own.
    orchestrator = {"models": models, "hedge_after_s": 60, **more.pop("orchestrator", {})}
    return Settings.model_validate({"orchestrator": orchestrator, **more})


async def steps_of(made: Assistant, text: str) -> list[Any]:
    request = TurnRequest("turn-1", None)
    return [step async for step in made.responder().respond(Transcript(text, is_final=True), request)]


async def test_the_router_asks_a_fast_model_or_a_deep_one_and_says_what_it_cost(
    servers: tuple[FakeOpenAIServer, FakeAnthropicServer],
) -> None:
    made = await assemble(settings(servers, llm={"provider": "orchestrator"}), find_paths())
    assert [backend.name for backend in made.backends] == ["pipeline", "skills"]
    said = await steps_of(made, "tell me something")
    assert said[0] == "Quick."
    assert isinstance(said[-1], Consumed)
    assert (said[-1].model, said[-1].cost_usd) == ("small", pytest.approx(0.0012))
    assert made.backends[0].engines["llm"] == "orchestrator:fast, small"
    assert (await steps_of(made, "explain tides"))[0] == "Deep."
    assert made.backends[0].engines["llm"] == "orchestrator:deep, claude"
    assert made.orchestrator is not None
    assert made.orchestrator.new.feedback("turn-1", was_good=True)
    await made.orchestrator.close()


async def test_without_models_nothing_changes_and_it_is_said_what_is_missing() -> None:
    single = {"base_url": "http://127.0.0.1:9/v1", "model": "m"}
    choice = await language_model(Settings.model_validate({"llm": single}), {}, find_paths())
    assert not isinstance(choice.engine, OrchestratorSwitch)
    asked_for = await language_model(Settings.model_validate({"llm": {"provider": "orchestrator"}}), {}, find_paths())
    assert (asked_for.engine, asked_for.remedy != "") == (None, True)
    both = await language_model(
        Settings.model_validate({"llm": single, "orchestrator": {"enabled": True}}), {}, find_paths()
    )
    assert both.engine is not None
    assert "no models" in both.reason


async def test_models_that_are_named_but_off_stand_by_and_the_single_one_answers(
    servers: tuple[FakeOpenAIServer, FakeAnthropicServer],
) -> None:
    single = {"base_url": servers[0].base_url, "model": "single"}
    made = await assemble(settings(servers, llm=single), find_paths())
    await steps_of(made, "tell me something")
    assert made.backends[0].engines["llm"] == "openai_compatible:single"
    assert made.orchestrator is not None
    made.orchestrator.change(made.settings.orchestrator, on=True)
    await steps_of(made, "tell me something")
    assert made.backends[0].engines["llm"] == "orchestrator:fast, small"
    made.orchestrator.change(made.settings.orchestrator, on=False)
    await steps_of(made, "tell me something")
    assert made.backends[0].engines["llm"] == "openai_compatible:single"
    await made.orchestrator.close()


async def test_models_in_the_cloud_count_as_other_computers_although_no_single_one_is_set() -> None:
    models = [{"model": "large", "provider": "anthropic"}, {"model": "small", "provider": "ollama"}]
    named = Settings.model_validate({"orchestrator": {"enabled": True, "models": models}})
    made = await assemble(named, find_paths())
    assert made.orchestrator is not None
    assert made.orchestrator.hosts == ("api.anthropic.com",)
    await made.orchestrator.close()


def test_only_keys_of_models_that_are_named_are_read(home: Path) -> None:
    named = Settings.model_validate(
        {
            "orchestrator": {
                "models": [
                    {"model": "a", "provider": "Perplexity"},
                    {"model": "b", "provider": "anthropic", "key": "mine"},
                    {"model": "c", "provider": "ollama"},
                    {"model": "d", "provider": "openrouter", "enabled": False},
                ]
            }
        }
    )
    assert keys_of_models(named) == {"perplexity", "mine"}


async def test_a_key_reaches_its_server_alone(servers: tuple[FakeOpenAIServer, FakeAnthropicServer]) -> None:
    servers[1].key = "secret-of-anthropic"
    keyring = MemoryKeyring()
    keyring.set_password("sovereign-desktop", "anthropic", "secret-of-anthropic")
    with in_use(keyring):
        made = await assemble(settings(servers, orchestrator={"enabled": True}), find_paths())
    assert (await steps_of(made, "explain tides"))[0] == "Deep."
    await steps_of(made, "tell me something")
    assert all("secret-of-anthropic" not in str(one.headers) for one in servers[0].requests)
    assert made.orchestrator is not None
    await made.orchestrator.close()


@pytest.mark.parametrize("provider", [*PROVIDERS, "Kimi", "unheard of"])
async def test_every_provider_has_an_engine(provider: str) -> None:
    engine = engine_of(MemberModel(model="m", provider=provider), "a key")
    assert isinstance(engine, AnthropicLanguageModel) is (provider == "anthropic")
    needs_address = provider in ("openai_compatible", "unheard of")
    assert bool(await engine.availability()) is not needs_address
    await engine.close()


def test_settings_in_a_file_become_models(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(
        "orchestrator:\n  enabled: true\n  daily_cost_limit: none\n  models:\n"
        "    - {model: small, provider: ollama}\n    - {model: large, role: deep, quality: 0.9}\n"
    )
    loaded = load(file, {})
    assert loaded.problems == ()
    assert [(one.model, one.role.value) for one in loaded.settings.orchestrator.models] == [
        ("small", "fast"),
        ("large", "deep"),
    ]
    file.write_text("orchestrator:\n  models:\n    - {model: small, role: quick}\n")
    [problem] = load(file, {}).problems
    assert problem.text == "orchestrator.models, number 1: role must be one of fast, deep, local."


async def test_thumbs_and_the_switch_are_intents_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, Keyboard().plug_in(monkeypatch))
    async with running(stage):
        assert not stage.program.judge("turn-1", was_good=True)
        assert await stage.program.models.look() == Learned()
        model = together(member(Writer("small")))
        stage.assistant.orchestrator = OrchestratorSwitch(Writer("old"), model, on=False)
        async for _ in model.reply(asking("hello")):
            pass
        assert stage.program.judge("turn-1", was_good=False)
        assert [notice.text for notice in stage.notices if isinstance(notice, Notice)][-1].startswith("Noted")
        assert model.history.calls[-1].quality == 0.0
        [row] = (await stage.program.models.look()).rows
        assert (row.model, row.asked, row.right) == ("small", 1, 0.0)
        await stage.program.models.use(True)
        assert stage.assistant.orchestrator.on
        assert stage.program.desk.settings.orchestrator.enabled
        await stage.program.models.use(False)
        assert not stage.assistant.orchestrator.on
        assert not stage.program.desk.settings.orchestrator.enabled


async def test_a_switch_that_can_not_be_kept_counts_until_the_program_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, Keyboard().plug_in(monkeypatch))
    async with running(stage):
        stage.assistant.orchestrator = OrchestratorSwitch(Writer("old"), together(member(Writer("small"))), on=True)

        async def full(_changes: Mapping[str, Any]) -> None:
            raise SettingsError("settings.yaml can't be written.", remedy="Make room.")

        monkeypatch.setattr(stage.program.desk, "change", full)
        with pytest.raises(SettingsError, match="until the program ends") as refused:
            await stage.program.models.use(False)
        assert refused.value.remedy == "Make room."
        assert not stage.assistant.orchestrator.on


async def test_switched_off_it_is_off_however_the_settings_had_said_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, Keyboard().plug_in(monkeypatch))
    async with running(stage):
        await stage.program.change_settings({"llm.provider": "orchestrator"})
        await stage.program.models.use(False)
        assert not is_on(stage.program.desk.settings)
        await asyncio.sleep(0)
