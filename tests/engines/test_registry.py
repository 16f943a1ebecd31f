"""Which engine is chosen, and what is said about the others. Real engines throughout."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.engines import (
    FasterWhisper,
    LanguageModelSettings,
    OpenAICompatible,
    SpeechToTextSettings,
    TextToSpeechSettings,
)
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.engines.registry import Choice, choose_llm, choose_stt, choose_tts
from tests.engines.tiny_whisper import write_tiny_whisper

SERVER = OpenAICompatible(base_url="http://127.0.0.1:9/v1", model="m")


@pytest.fixture(autouse=True)
def _no_models_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))


async def stt(settings: SpeechToTextSettings, models: Path) -> Choice:  # type: ignore[type-arg]
    choice = await choose_stt(settings, {}, models_folder=models)
    if choice.engine is not None:
        await choice.engine.close()
    return choice


def name(choice: Choice) -> str | None:  # type: ignore[type-arg]
    return choice.engine.name if choice.engine is not None else None


async def test_a_fresh_machine_hears_with_what_it_has_and_is_told_what_would_be_better(tmp_path: Path) -> None:
    choice = await stt(SpeechToTextSettings(), tmp_path)
    assert name(choice) == "pocketsphinx"
    assert [passed.name for passed in choice.passed_over] == ["openai_compatible", "faster_whisper"]
    assert all(passed.reason and passed.remedy for passed in choice.passed_over)


async def test_a_model_that_is_there_is_better_and_a_server_that_is_set_up_is_best(tmp_path: Path) -> None:
    write_tiny_whisper(tmp_path / "tiny.en")
    whisper = SpeechToTextSettings(faster_whisper=FasterWhisper(model="tiny.en"))
    assert name(await stt(whisper, tmp_path)) == "faster_whisper"
    without = await stt(SpeechToTextSettings(openai_compatible=SERVER), tmp_path)
    assert (name(without), without.passed_over) == ("openai_compatible", ())
    server = whisper.model_copy(update={"openai_compatible": SERVER})
    choice = await stt(server, tmp_path)
    assert (name(choice), choice.passed_over) == ("openai_compatible", ())
    assert "127.0.0.1" in choice.reason
    assert "faster_whisper stands by" in choice.reason


async def test_a_server_that_is_down_costs_no_words(tmp_path: Path) -> None:
    """Nobody listens at the address; the model that is here hears the same speech."""
    write_tiny_whisper(tmp_path / "tiny.en")
    settings = SpeechToTextSettings(faster_whisper=FasterWhisper(model="tiny.en"), openai_compatible=SERVER)
    choice = await choose_stt(settings, {}, models_folder=tmp_path)
    assert choice.engine is not None
    heard = [transcript async for transcript in choice.engine.transcribe(_noise())]
    await choice.engine.close()
    assert heard[-1].is_final
    assert name(choice) == "faster_whisper"


async def _noise() -> AsyncIterator[AudioFrame]:
    for seed in range(50):
        yield AudioFrame(random.Random(seed).randbytes(640), 16_000)


async def test_what_the_settings_name_is_used_or_nothing(tmp_path: Path) -> None:
    named = SpeechToTextSettings(provider="pocketsphinx", openai_compatible=SERVER)
    assert name(await stt(named, tmp_path)) == "pocketsphinx"
    choice = await stt(SpeechToTextSettings(provider="faster_whisper"), tmp_path)
    assert name(choice) is None
    assert "faster_whisper" in {passed.name for passed in choice.passed_over}
    assert "base.en" in choice.reason
    assert "models download base.en" in choice.remedy


async def test_a_provider_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    choice = await stt(SpeechToTextSettings(provider="wispr"), tmp_path)
    assert choice.engine is None
    assert "pocketsphinx" in choice.remedy


async def test_a_server_speaks_before_the_system_does() -> None:
    choice = await choose_tts(TextToSpeechSettings(openai_compatible=SERVER), {})
    assert name(choice) == "openai_compatible"
    assert choice.engine is not None
    await choice.engine.close()


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        (LanguageModelSettings(), None),
        (LanguageModelSettings(base_url=SERVER.base_url, model="m"), "openai_compatible"),
        (LanguageModelSettings(base_url=SERVER.base_url, model="m", provider="none"), None),
    ],
)
async def test_a_language_model_is_used_when_one_is_set_up(settings: LanguageModelSettings, chosen: str | None) -> None:
    choice = await choose_llm(settings, {})
    assert name(choice) == chosen
    assert choice.reason
