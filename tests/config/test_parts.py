"""Settings with parts of their own, as lines that somebody types."""

from __future__ import annotations

import pytest

from sovereign_desktop.config.parts import as_lines, from_lines
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SettingsError

KEY = "orchestrator.models"
MODELS = [
    {"model": "gpt-5-mini", "provider": "openai", "cost_per_1m_tokens": 2.0},
    {"model": "a: strange, {name}", "role": "local", "base_url": "http://127.0.0.1:1/v1", "enabled": False},
]


def test_what_is_shown_is_what_differs_from_the_defaults_and_reads_as_it_was() -> None:
    whole = Settings.model_validate({"orchestrator": {"models": MODELS}})
    text = as_lines(KEY, whole.model_dump(mode="json")["orchestrator"]["models"])
    assert text.splitlines()[0] == "{model: gpt-5-mini, provider: openai, cost_per_1m_tokens: 2.0}"
    assert Settings.model_validate({"orchestrator": {"models": from_lines(KEY, text)}}) == whole


@pytest.mark.parametrize(
    "text", ["{model", "plain words", "- model", "{1: 2}", "!!python/object:os.system {}", "{\x00}", "a" * 10_000]
)
def test_a_line_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="Line 2 is not understood"):
        from_lines(KEY, f"{{model: a}}\n{text}")


def test_a_part_that_nobody_knows_is_named_with_those_that_are_known() -> None:
    with pytest.raises(SettingsError, match="modle is not known") as refused:
        from_lines(KEY, "{modle: a}")
    assert "model, role, provider" in refused.value.remedy


def test_empty_lines_are_no_parts() -> None:
    assert from_lines(KEY, " \n\n") == []
