"""Chooses engines: the best that is available, which one and why, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sovereign_desktop.config.schema import LanguageModelSettings, SpeechToTextSettings, TextToSpeechSettings
from sovereign_desktop.engines.base import Engine, LanguageModel, SpeechToText, TextToSpeech

E = TypeVar("E", bound=Engine)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An engine that was not chosen, why, and what would change that."""

    name: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Choice(Generic[E]):
    """The engine to use, or None; `reason` explains either, `remedy` says what to do about None."""

    engine: E | None
    reason: str
    remedy: str = ""
    passed_over: tuple[PassedOver, ...] = ()


async def choose_stt(
    settings: SpeechToTextSettings, keys: Mapping[str, str], *, models_folder: Path
) -> Choice[SpeechToText]:
    """The recogniser: a server that is set up, else a Whisper model that is here, else pocketsphinx."""
    from sovereign_desktop.engines.stt.openai_compatible import OpenAICompatibleSpeechToText
    from sovereign_desktop.engines.stt.pocketsphinx import PocketsphinxSpeechToText

    server = settings.openai_compatible
    engines: list[SpeechToText] = [
        OpenAICompatibleSpeechToText(server, keys.get(server.key, ""), language=settings.language),
        PocketsphinxSpeechToText(),
    ]
    return await _choose(engines, settings.provider, "speech recogniser")


async def choose_tts(settings: TextToSpeechSettings, keys: Mapping[str, str]) -> Choice[TextToSpeech]:
    """The voice: a server that is set up, else the system's own."""
    from sovereign_desktop.engines.tts.openai_compatible import OpenAICompatibleTextToSpeech
    from sovereign_desktop.engines.tts.pyttsx3 import Pyttsx3TextToSpeech

    server = settings.openai_compatible
    engines: list[TextToSpeech] = [
        OpenAICompatibleTextToSpeech(server, keys.get(server.key, "")),
        Pyttsx3TextToSpeech(),
    ]
    return await _choose(engines, settings.provider, "voice")


async def choose_llm(settings: LanguageModelSettings, keys: Mapping[str, str]) -> Choice[LanguageModel]:
    """The language model, if a server is set up; none is started or downloaded."""
    from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel

    if settings.provider == "none":
        return Choice(None, "switched off in the settings")
    engines: list[LanguageModel] = [OpenAICompatibleLanguageModel(settings, keys.get(settings.key, ""))]
    return await _choose(engines, settings.provider, "language model")


async def _choose(engines: Sequence[E], provider: str, what: str) -> Choice[E]:
    known = [engine.name for engine in engines]
    if provider != "auto" and provider not in known:
        return Choice(None, f"there is no {what} called {provider}", f"Choose auto or one of {', '.join(known)}.")
    chosen: E | None = None
    reason = ""
    passed_over: list[PassedOver] = []
    for engine in engines:
        available = await engine.availability()
        if chosen is not None:
            continue
        if provider not in ("auto", engine.name):
            passed_over.append(PassedOver(engine.name, f"the settings ask for {provider}"))
        elif available:
            chosen, reason = engine, available.reason
        else:
            passed_over.append(PassedOver(engine.name, available.reason, available.remedy))
    for engine in engines:
        if engine is not chosen:
            await engine.close()
    if chosen is None:
        last = passed_over[-1] if passed_over else PassedOver("", "nothing is set up")
        return Choice(None, f"no {what}: {last.reason}", last.remedy, tuple(passed_over))
    return Choice(chosen, reason, passed_over=tuple(passed_over))
