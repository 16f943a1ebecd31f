"""Settings to objects: everything that answers, without a window and without sound devices.

`assistant()` is what `ask`, `bench` and `doctor` run; `program.py` adds microphone, loudspeaker and hotkeys.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Self

from sovereign_desktop.app.facts import EnginesInUse, program_facts
from sovereign_desktop.app.logs import start_logging, stop_logging
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.app.voice_process import VoiceProcess
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.config.schema import Mode, Settings
from sovereign_desktop.config.store import LoadedSettings, load
from sovereign_desktop.conversation.backends.base import ConversationBackend, TurnRequest
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.skills import SkillsResponder
from sovereign_desktop.conversation.backends.spoken import Responder, SpokenBackend
from sovereign_desktop.conversation.skills.base import EngineFact, SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.clock import locale_has_24_hours
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, Severity
from sovereign_desktop.core.resources import resource
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, ReplyOptions, SpeakingStyle
from sovereign_desktop.engines.registry import Choice, choose_llm
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from sovereign_desktop.host.secrets import Secrets

logger = logging.getLogger(__name__)

NO_REALTIME = "The Realtime API is not part of this version yet; questions are answered without it."


class Assistant:
    """Recognises, answers and speaks. An async context: entering starts the voice service, leaving ends it."""

    def __init__(
        self, settings: Settings, paths: Paths, keys: Mapping[str, str], llm: Choice[LanguageModel], bus: EventBus
    ) -> None:
        self.settings = settings
        self.mode = settings.app.mode
        self.bus = bus
        self.llm_choice = llm
        self.style = SpeakingStyle(settings.tts.voice, settings.tts.speed)
        self.timers = TimerService(paths.data / "timers.json")
        self._skills = SkillBook()
        self._voice = VoiceProcess(settings, keys)
        self.stt = RemoteSpeechToText(self._voice.connection)
        self.tts = RemoteTextToSpeech(self._voice.connection)
        self.backends: tuple[ConversationBackend, ...] = tuple(self._backends())

    async def __aenter__(self) -> Self:
        await self._voice.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stt.close()
        await self.tts.close()
        if self.llm_choice.engine is not None:
            await self.llm_choice.engine.close()
        await self._voice.stop()

    def mode_name(self) -> str:
        """The mode in force, by its name in the settings."""
        return self.mode.value

    async def voice_health(self) -> dict[str, Any]:
        """What the voice service says of itself. Raises ProcessError."""
        return await self._voice.health()

    async def warm(self) -> None:
        """Load what a first turn would wait for. Never raises."""
        for backend in self.backends:
            await backend.prepare()

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the skills expect to be asked, for speech recognition."""
        return tuple(self._skills.phrases)

    def responder(self, instructions: str = "", options: ReplyOptions = NO_OPTIONS) -> Responder:
        """What answers text: the language model, or the skills alone. Empty instructions are the program's own."""
        if (model := self.llm_choice.engine) is None:
            return SkillsResponder(self._skills, self._skill_context)
        told = (lambda: instructions) if instructions else self._instructions
        return ModelResponder(model, self._skills, self._skill_context, told, options)

    def _backends(self) -> list[ConversationBackend]:
        """The ways to answer, best first."""
        phrases = self.phrases
        backends: list[ConversationBackend] = []
        if self.llm_choice.engine is not None:
            responder = self.responder()
            backends.append(SpokenBackend("pipeline", self.stt, responder, self.tts, style=self.style, phrases=phrases))
        offline = SkillsResponder(self._skills, self._skill_context)
        backends.append(SpokenBackend("skills", self.stt, offline, self.tts, style=self.style, phrases=phrases))
        return backends

    def _skill_context(self, request: TurnRequest) -> SkillContext:
        activation = self.settings.activation
        facts = program_facts(self.mode, activation.hotkey, self._engines_in_use())
        return SkillContext(
            now=datetime.now().astimezone(),
            program=facts,
            timers=self.timers.book,
            failure=request.failure,
            already_said=request.already_said,
            clock_24h=locale_has_24_hours(),
        )

    def _engines_in_use(self) -> EnginesInUse:
        model = self.llm_choice.engine
        return EnginesInUse(
            stt=EngineFact("speech recognition", self.stt.name),
            llm=EngineFact("language model", model.model, self.llm_choice.reason) if model else None,
            tts=EngineFact("voice", self.tts.name),
        )

    def _instructions(self) -> str:
        now = datetime.now().astimezone().strftime("%A, %d %B %Y, %H:%M")
        text = resource("prompts/assistant.txt").read_text(encoding="utf-8")
        return text.format(now=now, language=self.settings.stt.language)


async def assemble(loaded: LoadedSettings, paths: Paths, *, mode: str = "") -> Assistant:
    """The assistant of these settings; `mode` wins over theirs. Keys come from the keyring, in a thread."""
    settings = loaded.settings
    if mode:
        settings = settings.model_copy(update={"app": settings.app.model_copy(update={"mode": Mode(mode)})})
    keys = await asyncio.to_thread(_keys_needed, settings)
    return Assistant(settings, paths, keys, await choose_llm(settings.llm, keys), EventBus())


@asynccontextmanager
async def assistant(*, mode: str = "", debug: bool = False) -> AsyncIterator[Assistant]:
    """A running assistant for a command; problems in the settings are told on the log only."""
    paths = find_paths()
    loaded = await asyncio.to_thread(load, paths.settings_file)
    start_logging(paths.logs, loaded.settings.logging.level, debug=debug)
    for problem in loaded.problems:
        logger.warning("a setting is not used", extra={"setting": problem.key, "source": problem.source})
    try:
        async with await assemble(loaded, paths, mode=mode) as answering:
            yield answering
    finally:
        stop_logging()


def settings_notices(loaded: LoadedSettings, mode: Mode) -> list[Notice]:
    """What the user has to know of settings that could not be used, or not yet."""
    notices = [
        Notice(f"settings-{number}", problem.text, Severity.WARNING) for number, problem in enumerate(loaded.problems)
    ]
    if mode is Mode.REALTIME:
        notices.append(Notice("mode", NO_REALTIME, Severity.WARNING))
    return notices


def _keys_needed(settings: Settings) -> dict[str, str]:
    """The keys that these settings use, by name. A keyring that fails costs the keys, not the program."""
    wanted = {
        section.key
        for section in (settings.llm, settings.stt.openai_compatible, settings.tts.openai_compatible)
        if section.base_url
    }
    if settings.voice_service.url:
        wanted.add(settings.voice_service.key)
    secrets = Secrets()
    keys = {}
    for name in sorted(wanted):
        try:
            if (secret := secrets.get(name)) is not None:
                keys[name] = secret.reveal()
        except SovereignError:
            logger.warning("a key could not be read", extra={"key_name": name})
    return keys
