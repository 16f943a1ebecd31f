"""Context from people's own code: what it takes, and that a faulty plugin costs nobody's turn."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop import api
from sovereign_desktop.app import plugins
from sovereign_desktop.app.plugins import ConfigManager, PluginProvider, plugins_of
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.base import ContextQuery, Provided
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.core.errors import SovereignError

TEMPLATE = '''
from datetime import datetime
from typing import Any, Dict

from sovereign_desktop.api import ConfigManager


class CustomContextProvider:
    """Weather for the assistant."""

    def __init__(self, config_manager: ConfigManager):
        self.config = config_manager
        self.name = "custom_provider"

    async def get_context(self, query: str) -> Dict[str, Any]:
        return {
            "provider": self.name,
            "timestamp": datetime(2026, 1, 2).isoformat(),
            "data": await self._look(query),
        }

    async def _look(self, query: str) -> Any:
        return {"asked": query, "language": self.config.get("stt.language"), "none": self.config.get("no.such", 7)}
'''


@asynccontextmanager
async def plugin(folder: Path, source: str, name: str = "weather") -> AsyncIterator[PluginProvider]:
    folder.joinpath(f"{name}.py").write_text(source, encoding="utf-8")
    made = PluginProvider(name, folder, Settings())
    try:
        yield made
    finally:
        await made.close()
        sys.modules.pop(f"sovereign_desktop_plugin_{name}", None)


def returning(expression: str) -> str:
    methods = f"def __init__(self, config_manager): pass\n    async def get_context(self, query):\n        {expression}"
    return f"class P:\n    {methods}\n"


async def ask(made: PluginProvider, text: str = "will it rain") -> Provided:
    return await made.get(ContextQuery("1", time.monotonic() + 5, text))


async def text_of(made: PluginProvider) -> str:
    (piece,) = (await ask(made)).pieces
    return piece.text


async def test_the_template_of_the_documentation_works_as_it_is(tmp_path: Path) -> None:
    async with plugin(tmp_path, TEMPLATE) as made:
        (piece,) = (await ask(made)).pieces
    assert '"asked": "will it rain", "language": "en", "none": 7' in piece.text
    assert '"timestamp": "2026-01-02T00:00:00"' in piece.text
    assert (piece.source, piece.is_trusted, piece.is_optional) == ("plugin weather", False, False)


async def test_text_is_told_as_it_is_and_an_empty_answer_is_none(tmp_path: Path) -> None:
    async with plugin(tmp_path, returning('return {"text": "Rain."} if query else {}')) as made:
        assert await text_of(made) == "Rain."
        assert (await ask(made, "")).pieces == ()


async def test_only_what_the_settings_name_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("raise RuntimeError", encoding="utf-8")
    settings = Settings.model_validate({"smart_context": {"plugins": " weather , mail,weather"}})
    assert [made.name for made in plugins_of(settings, tmp_path)] == ["weather", "mail"]
    assert plugins_of(Settings(), tmp_path) == ()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("raise RuntimeError('a secret')", "The plugin weather can't be loaded (RuntimeError)."),
        ("import sys; sys.exit(3)", "The plugin weather can't be loaded (SystemExit)."),
        ("def (", "The plugin weather can't be loaded (SyntaxError)."),
        ("x = 1", "The plugin weather holds no class"),
        (returning("raise KeyError('a secret')"), "The plugin weather failed (KeyError)."),
        (returning("raise SystemExit"), "The plugin weather failed (SystemExit)."),
        (returning("return ['no dict']"), "something else than a dict"),
        (returning("return {1: {2, 3}, 'x': object}"), ""),
    ],
)
async def test_a_faulty_plugin_is_named(tmp_path: Path, source: str, sentence: str) -> None:
    async with plugin(tmp_path, source) as made:
        if not sentence:
            assert await text_of(made)
            return
        for _ in range(2):
            with pytest.raises(SovereignError) as failed:
                await ask(made)
            assert sentence in failed.value.sentence
            assert "secret" not in failed.value.sentence


@pytest.mark.parametrize("name", ["missing", "../weather", "a b"])
async def test_a_name_without_a_plugin_is_told(tmp_path: Path, name: str) -> None:
    made = PluginProvider(name, tmp_path, Settings())
    with pytest.raises(SovereignError, match="There is no plugin"):
        await ask(made)
    await made.close()


async def test_a_plugin_that_blocks_its_thread_blocks_nobody_else(tmp_path: Path) -> None:
    """It is busy in the next turn, too, and then free again."""
    gate = threading.Event()
    sys.modules["a_gate_of_the_test"] = gate  # type: ignore[assignment]
    blocking = "import sys\n" + returning("sys.modules['a_gate_of_the_test'].wait(20); return {'text': 'Rain.'}")
    try:
        async with plugin(tmp_path, blocking) as made:
            settings = SmartContext(deadline_s=0.1, grace_ms=10)
            briefer = Briefer((made,), settings, Estimate(), lambda: "Be brief.")
            prompts = []
            for number in range(2):
                briefing = briefer.begin(str(number), (), "will it rain")
                prompts.append(await briefing.prompt("will it rain", ()))
                briefing.close()
            await briefer.close()
            assert [list(prompt.manifest.problems) for prompt in prompts] == [["weather"], ["weather"]]
            gate.set()
    finally:
        gate.set()
        del sys.modules["a_gate_of_the_test"]


async def test_an_installed_plugin_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed:
        def __init__(self, config_manager: ConfigManager) -> None:
            self.config = config_manager

        async def get_context(self, query: str) -> dict[str, Any]:
            return {"text": f"{threading.current_thread().name}: {query}"}

    class Entry:
        def load(self) -> type[Installed]:
            return Installed

    monkeypatch.setattr(plugins, "entry_points", lambda *, group, name: [Entry()] if name == "weather" else [])
    made = PluginProvider("weather", tmp_path, Settings())
    assert await text_of(made) == "plugin weather: will it rain"
    await made.close()


async def test_a_plugin_is_loaded_before_it_is_asked_and_a_faulty_one_is_told(tmp_path: Path) -> None:
    async with plugin(tmp_path, "raise RuntimeError") as made:
        assert await made.prepare() == made.problem
        assert "can't be loaded" in made.problem
    async with plugin(tmp_path, returning("return {'text': 'Rain.'}"), "other") as made:
        assert await made.prepare() == ""


def test_the_settings_can_be_read_and_not_changed() -> None:
    config = ConfigManager(Settings())
    assert config.get("smart_context")["token_budget"] == 32_000
    assert config.get("smart_context.priorities.screen") == 2_000
    assert config.get("no.such.setting", "default") == "default"


def test_the_api_names_what_a_plugin_may_import() -> None:
    assert api.__all__ == ["ConfigManager", "ContextProvider"]
    assert all(hasattr(api, name) for name in api.__all__)


async def test_plugins_end_with_the_program(tmp_path: Path) -> None:
    async with plugin(tmp_path, returning("return {'text': 'Rain.'}")) as made:
        await ask(made)
        assert any(thread.name == "plugin weather" for thread in threading.enumerate())
        await made.close()
        await asyncio.sleep(0)
    assert not any(thread.name == "plugin weather" for thread in threading.enumerate())
