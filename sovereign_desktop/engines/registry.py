"""Chooses engines: the best that is available, which one and why, and what the others lack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sovereign_desktop.config.sections.engines import LanguageModelSettings, SpeechToTextSettings, TextToSpeechSettings
from sovereign_desktop.engines.base import Engine, LanguageModel, SpeechToText, TextToSpeech
from sovereign_desktop.engines.fallback import FallbackSpeechToText, FallbackTextToSpeech
from sovereign_desktop.metrics.purse import Purse

E = TypeVar("E", bound=Engine)
SERVER = "openai_compatible"


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
    settings: SpeechToTextSettings, keys: Mapping[str, str], *, models_folder: Path, purse: Purse | None = None
) -> Choice[SpeechToText]:
    """The recogniser: a server that is set up, else a Whisper model that is here, else pocketsphinx."""
    from sovereign_desktop.engines.stt.faster_whisper import FasterWhisperSpeechToText
    from sovereign_desktop.engines.stt.openai_compatible import OpenAICompatibleSpeechToText
    from sovereign_desktop.engines.stt.pocketsphinx import PocketsphinxSpeechToText

    server = settings.openai_compatible
    engines: list[SpeechToText] = [
        OpenAICompatibleSpeechToText(server, keys.get(server.key, ""), language=settings.language, purse=purse),
        FasterWhisperSpeechToText(settings.faster_whisper, settings.language, models_folder),
        PocketsphinxSpeechToText(),
    ]
    return await _choose(engines, settings.provider, "speech recogniser", FallbackSpeechToText)


async def choose_tts(
    settings: TextToSpeechSettings, keys: Mapping[str, str], purse: Purse | None = None
) -> Choice[TextToSpeech]:
    """The voice: a server that is set up, else the system's own."""
    from sovereign_desktop.engines.tts.openai_compatible import OpenAICompatibleTextToSpeech
    from sovereign_desktop.engines.tts.pyttsx3 import Pyttsx3TextToSpeech

    server = settings.openai_compatible
    engines: list[TextToSpeech] = [
        OpenAICompatibleTextToSpeech(server, keys.get(server.key, ""), purse=purse),
        Pyttsx3TextToSpeech(),
    ]
    return await _choose(engines, settings.provider, "voice", FallbackTextToSpeech)


async def choose_llm(
    settings: LanguageModelSettings, keys: Mapping[str, str], purse: Purse | None = None
) -> Choice[LanguageModel]:
    """The language model, if a server is set up; none is started or downloaded."""
    from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel

    if settings.provider == "none":
        return Choice(None, "switched off in the settings")
    engines: list[LanguageModel] = [OpenAICompatibleLanguageModel(settings, keys.get(settings.key, ""), purse=purse)]
    return await _choose(engines, settings.provider, "language model")


async def _choose(
    engines: Sequence[E], provider: str, what: str, in_turn: Callable[[Sequence[E]], E] | None = None
) -> Choice[E]:
    """The first that is usable. A server may be down just when it is needed: what comes next stands by for it."""
    known = [engine.name for engine in engines]
    if provider != "auto" and provider not in known:
        await _close(engines)
        return Choice(None, f"there is no {what} called {provider}", f"Choose auto or one of {', '.join(known)}.")
    usable, passed_over = await _sorted_out(engines, provider)
    kept = [engine for engine, _ in usable[: 2 if in_turn and usable and usable[0][0].name == SERVER else 1]]
    await _close([engine for engine in engines if engine not in kept])
    if not kept:
        # The last engine asks for least; one that the settings do not want has no remedy and explains nothing.
        last = next((one for one in reversed(passed_over) if one.remedy), PassedOver("", "nothing is set up"))
        return Choice(None, f"no {what}: {last.reason}", last.remedy, passed_over)
    reason = usable[0][1]
    if in_turn is None or len(kept) == 1:
        return Choice(kept[0], reason, passed_over=passed_over)
    return Choice(in_turn(kept), f"{reason}; {kept[1].name} stands by", passed_over=passed_over)


async def _sorted_out(engines: Sequence[E], provider: str) -> tuple[list[tuple[E, str]], tuple[PassedOver, ...]]:
    """The usable ones with what speaks for them, and those that were better and are not usable."""
    usable: list[tuple[E, str]] = []
    passed_over: list[PassedOver] = []
    for engine in engines:
        available = await engine.availability()
        if provider not in ("auto", engine.name):
            passed_over.append(PassedOver(engine.name, f"the settings ask for {provider}"))
        elif available:
            usable.append((engine, available.reason))
        elif not usable:
            passed_over.append(PassedOver(engine.name, available.reason, available.remedy))
    return usable, tuple(passed_over)


async def _close(engines: Sequence[Engine]) -> None:
    for engine in engines:
        await engine.close()
