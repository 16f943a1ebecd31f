"""Settings to objects: everything that answers, without a window and without sound devices.

`assistant()` is what `ask`, `bench` and `doctor` run; `program.py` adds microphone, loudspeaker and hotkeys.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sovereign_desktop.app import realtime
from sovereign_desktop.app.context import ContextWay
from sovereign_desktop.app.facts import EnginesInUse, program_facts
from sovereign_desktop.app.locked_keyring import KeyReader
from sovereign_desktop.app.logs import start_logging, stop_logging
from sovereign_desktop.app.orchestration import keys_of_models, language_model
from sovereign_desktop.app.realtime import RealtimeWay
from sovereign_desktop.app.remembering import FILE_MATTER, Keeper, keys_needed, make_memories, meaning_of
from sovereign_desktop.app.screen import tell_of_screen
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.app.switching import SwitchNotices, as_clause, limits_of
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.app.voice_process import VoiceProcess
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import LoadedSettings, load
from sovereign_desktop.config.validation import SettingProblem
from sovereign_desktop.context.base import ContextProvider
from sovereign_desktop.context.providers.memory import MemoryProvider
from sovereign_desktop.context.providers.screen import ScreenProvider
from sovereign_desktop.context.screen.watch import ScreenWatch
from sovereign_desktop.context.tokens import TokenCounter, best_counter
from sovereign_desktop.conversation.backends.base import ConversationBackend, TurnRequest
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.skills import SkillsResponder
from sovereign_desktop.conversation.backends.spoken import Responder, SpokenBackend
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills.base import EngineFact, ProgramFacts, SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.clock import locale_has_24_hours
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, Severity, SpendLimitChanged
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, ReplyOptions, SpeakingStyle
from sovereign_desktop.engines.registry import Choice
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.realtime.client import ClientState

if TYPE_CHECKING:
    from sovereign_desktop.orchestrator.switch import OrchestratorSwitch

logger = logging.getLogger(__name__)


class Assistant:
    """Recognises, answers and speaks. An async context: entering starts the voice service, leaving ends it.

    Nothing that costs money is asked while `purse` is closed; `spending_of` closes it, so enter that first.
    """

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        keys: Mapping[str, str],
        llm: Choice[LanguageModel],
        bus: EventBus,
        counter: TokenCounter,
        *,
        purse: Purse | None = None,
        key_reader: KeyReader | None = None,
        history: History | None = None,
        screen_paused: bool = False,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self._wall_clock = wall_clock
        self.mode = settings.app.mode
        self.bus = bus
        self.purse = purse or Purse()
        bus.subscribe(SpendLimitChanged, lambda _: self._purse_changed())
        self.history = history if history is not None else History()
        self._key_reader = key_reader or KeyReader()
        self.realtime: RealtimeWay | None = None
        self.realtime_standing = Availability(False, "The mode does without the Realtime API.")
        self.problems: tuple[SettingProblem, ...] = ()
        self.llm_choice = llm
        self.style = SpeakingStyle(settings.tts.voice, settings.tts.speed)
        self.timers = TimerService(paths.data / "timers.json")
        self._skills = SkillBook()
        self.session = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        remembers = settings.memory_context.enabled
        self.memories = make_memories(settings.memory_context, paths, keys, bus, self.purse) if remembers else None
        self._closing = AsyncExitStack()
        self._leaving: set[asyncio.Task[None]] = set()
        recalling = MemoryProvider(self.memories, self.session)
        self.screen = ScreenWatch(
            settings.screen_context, lambda: tell_of_screen(bus, self.screen), is_paused=screen_paused
        )
        others: list[ContextProvider] = [recalling, ScreenProvider(self.screen)]
        meaning = meaning_of(settings, self.memories)
        self.context = ContextWay(settings, paths, counter, self._program_facts, others, meaning)
        self._voice = VoiceProcess(settings, keys, self.purse)
        self.stt = RemoteSpeechToText(self._voice.connection)
        self.tts = RemoteTextToSpeech(self._voice.connection)
        self._local = tuple(self._local_backends())
        self.line = Line(
            self.backends,
            limits_of(settings),
            on_switch=SwitchNotices(bus, self._realtime_remedy).switched,
            share_ms=lambda: self.realtime.client.ping_ms if self.realtime is not None else None,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._enter()
        except BaseException:
            await self._closing.aclose()  # what was not entered is not left either
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    async def _enter(self) -> None:
        """Start everything. Each part is closed, whatever another one raises then."""
        closing = self._closing
        closing.push_async_callback(self._voice.stop)
        if self.llm_choice.engine is not None:
            closing.push_async_callback(self.llm_choice.engine.close)
        closing.push_async_callback(self.tts.close)
        closing.push_async_callback(self.stt.close)
        closing.push_async_callback(self.screen.close)
        closing.push_async_callback(self.context.close)
        closing.push_async_callback(self._leave_realtime)
        await self._voice.start()
        if self.memories is not None:
            closing.push_async_exit(self.memories)
            await self.memories.__aenter__()
            if self.settings.memory_context.keep_exchanges:
                keeper = Keeper(self.memories, self.bus, self.session, self._skills.expects)
                await closing.enter_async_context(keeper)
        for notice in (*self._file_notices(), *await self.context.prepare()):
            self.bus.publish(notice)
        await self.screen.switch(self.settings.screen_context.enabled)

    def _file_notices(self) -> list[Notice]:
        """What became of files that could not be used as they were."""
        problems = {FILE_MATTER: self.memories.store.problem if self.memories is not None else ""}
        if self.orchestrator is not None:
            problems["models-file"] = self.orchestrator.new.history.problem
        return [Notice(matter, problem, Severity.WARNING) for matter, problem in problems.items() if problem]

    @property
    def orchestrator(self) -> OrchestratorSwitch | None:
        """The models that answer as one, on or off; None when none are named in the settings."""
        if not self.settings.orchestrator.models:
            return None
        from sovereign_desktop.orchestrator.switch import OrchestratorSwitch  # only who names models pays for it

        model = self.llm_choice.engine
        return model if isinstance(model, OrchestratorSwitch) else None

    def _purse_changed(self) -> None:
        """A limit of spending is reached, or is none any more: the mode goes local, or comes back."""
        self.line.rule_out("spend", self.purse.closed)
        self._voice.purse_changed()

    def mode_name(self) -> str:
        """The mode in force, by its name in the settings."""
        return self.mode.value

    @property
    def backends(self) -> tuple[ConversationBackend, ...]:
        """The ways to answer in this mode, best first."""
        if self.realtime is None or self.mode is Mode.TRADITIONAL:
            return self._local
        return (self.realtime.backend, *self._local)

    async def enter_mode(self, mode: Mode) -> Availability:
        """Answer in this mode from now on; says whether the Realtime API can be used in it, and why not.

        Its key is read when a mode first wants it. Without it, the others answer.
        """
        self.mode = mode
        if mode is Mode.TRADITIONAL:
            self.realtime_standing = Availability(False, "The mode does without the Realtime API.")
            self.line.restart(self.backends)  # first: a turn that begins meanwhile must not open a session again
            await self._leave_realtime()
            return self.realtime_standing
        await self._left_realtime()
        self.realtime_standing = await self._find_realtime()
        self.line.restart(self.backends)
        return self.realtime_standing

    def forget_conversation(self) -> None:
        """Begin another one: no later turn's model is told what was said until now, and the turn that runs is no part
        of it. The Realtime API gets a new session.
        """
        self.history.clear()
        self.conversation_cut()

    def conversation_cut(self) -> None:
        """Something was taken out of the conversation: nothing that was told it goes on."""
        self.context.forget()
        if self.realtime is not None:
            self.realtime.begin_anew()

    async def _find_realtime(self) -> Availability:
        if self.realtime is not None:
            return AVAILABLE
        api, reader = self.settings.realtime_api, self._key_reader
        self._key_reader = KeyReader(reader.patience_s)  # who wants another mode later is asked again
        key = (await reader.read({api.key} if api.url else set())).get(api.key, "")
        if found := realtime.standing(api, key):
            self.realtime = self._realtime_way(key)
        elif reader.problem is not None:  # it may be there
            return Availability(False, reader.problem.user_text, reader.problem.remedy)
        return found

    async def _leave_realtime(self) -> None:
        """Keep nothing open to the Realtime API: a session that is renewed is told all that was said meanwhile."""
        if self.realtime is not None:
            leaving = asyncio.create_task(self.realtime.close(), name="leave the Realtime API")
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        await self._left_realtime()

    async def _left_realtime(self) -> None:
        if self._leaving:
            await asyncio.shield(asyncio.gather(*self._leaving))  # yet another mode may be wanted meanwhile

    def _realtime_way(self, key: str) -> RealtimeWay:
        return RealtimeWay(
            self.settings,
            key,
            skills=self._skills,
            facts=self._skill_context,
            instructions=lambda: self.context.instructions("realtime"),
            conversation=lambda: self.context.conversation(self.history.messages),
            on_change=self._realtime_changed,
            wall_clock=self._wall_clock,
        )

    @property
    def _hopeless(self) -> SovereignError | None:
        """Why the API will not answer before the user has changed something."""
        client = self.realtime.client if self.realtime is not None else None
        return client.last_error if client is not None and client.state is ClientState.BROKEN else None

    def _realtime_remedy(self) -> str:
        return self._hopeless.remedy if self._hopeless is not None else ""

    def _realtime_changed(self, state: ClientState) -> None:
        """Attempts to connect say how it stands too; what is broken for good is not asked any more."""
        error = self._hopeless
        self.line.rule_out("connection", as_clause(error.user_text) if error is not None else "")
        if state in (ClientState.OPEN, ClientState.WAITING):
            self.line.connected(worked=state is ClientState.OPEN)

    @property
    def voice_pid(self) -> int | None:
        """The process of the voice service, while one runs on this computer."""
        return self._voice.pid

    async def voice_health(self) -> dict[str, Any]:
        """What the voice service says of itself. Raises ProcessError."""
        return await self._voice.health()

    async def warm(self) -> None:
        """Load what a first turn would wait for. Never raises."""
        await asyncio.gather(*(backend.prepare() for backend in self.backends))

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the skills expect to be asked, for speech recognition."""
        return tuple(self._skills.phrases)

    def responder(self, instructions: str = "", options: ReplyOptions = NO_OPTIONS) -> Responder:
        """What answers text: the language model, or the skills alone. Empty instructions are the program's own."""
        if (model := self.llm_choice.engine) is None:
            return SkillsResponder(self._skills, self._skill_context)
        told = (lambda: instructions) if instructions else self.context.instructions_with_time
        return ModelResponder(model, self._skills, self._skill_context, told, options)

    def _local_backends(self) -> list[ConversationBackend]:
        """The ways to answer without the Realtime API, best first."""
        phrases = self.phrases
        backends: list[ConversationBackend] = []
        if self.llm_choice.engine is not None:
            responder = self.responder()
            backends.append(SpokenBackend("pipeline", self.stt, responder, self.tts, style=self.style, phrases=phrases))
        offline = SkillsResponder(self._skills, self._skill_context)
        backends.append(SpokenBackend("skills", self.stt, offline, self.tts, style=self.style, phrases=phrases))
        return backends

    def _skill_context(self, request: TurnRequest) -> SkillContext:
        return SkillContext(
            now=datetime.now().astimezone(),
            program=self._program_facts(),
            timers=self.timers.book,
            failure=request.failure,
            already_said=request.already_said,
            clock_24h=locale_has_24_hours(),
            memories=self.memories,
            session=self.session,
            screen=self.screen.report,
            look=self.screen.looked,
            forget_conversation=self.forget_conversation,
        )

    def _program_facts(self) -> ProgramFacts:
        return program_facts(self.mode, self.settings.activation.hotkey, self._engines_in_use())

    def _engines_in_use(self) -> EnginesInUse:
        model = self.llm_choice.engine
        cloud = self.realtime if self.mode is not Mode.TRADITIONAL else None
        return EnginesInUse(
            realtime=cloud.fact if cloud is not None else None,
            stt=EngineFact("speech recognition", self.stt.name),
            llm=EngineFact("language model", model.model, self.llm_choice.reason) if model else None,
            tts=EngineFact("voice", self.tts.name),
        )


async def assemble(
    settings: Settings,
    paths: Paths,
    *,
    mode: str = "",
    history: History | None = None,
    screen_paused: bool = False,
    key_reader: KeyReader | None = None,
) -> Assistant:
    """The assistant of these settings; `mode` wins over theirs. Keys come from the keyring, by `key_reader`."""
    if mode:
        settings = settings.model_copy(update={"app": settings.app.model_copy(update={"mode": Mode(mode)})})
    reader, purse = key_reader or KeyReader(), Purse()
    keys = await reader.read(await asyncio.to_thread(_keys_needed, settings))
    llm = await language_model(settings, keys, paths, purse)
    counter = await best_counter()
    made = Assistant(
        settings,
        paths,
        keys,
        llm,
        EventBus(),
        counter,
        purse=purse,
        key_reader=reader,
        history=history,
        screen_paused=screen_paused,
    )
    await made.enter_mode(settings.app.mode)
    return made


@asynccontextmanager
async def assistant(*, mode: str = "", debug: bool = False) -> AsyncIterator[Assistant]:
    """A running assistant for a command, which has to tell of its `problems` with the settings.

    What it spends is booked, and limited, together with what the tray app spends.
    """
    paths = find_paths()
    loaded = await asyncio.to_thread(load, paths.settings_file)
    start_logging(paths.logs, loaded.settings.logging.level, debug=debug)
    for problem in loaded.problems:
        logger.warning("a setting is not used", extra={"setting": problem.key, "source": problem.source})
    try:
        answering = await assemble(loaded.settings, paths, mode=mode)
        async with spending_of(answering, paths), answering:
            answering.problems = loaded.problems
            yield answering
    finally:
        stop_logging()


def spending_of(answering: Assistant, paths: Paths) -> Spending:
    """Books what the assistant spends, and closes its purse at a limit. To be entered before it."""
    ledger = SpendLedger(paths.spend_file)
    return Spending(ledger, answering.bus, answering.settings.spend, purse=answering.purse)


def settings_notices(loaded: LoadedSettings, mode: Mode, realtime_standing: Availability) -> list[Notice]:
    """What the user has to know of settings that could not be used, and of a mode that can't be had."""
    return [*problem_notices(loaded.problems), *mode_notices(mode, realtime_standing)]


def problem_notices(problems: Sequence[SettingProblem]) -> list[Notice]:
    """What the user has to know of settings that could not be used."""
    return [
        Notice(f"settings-{number}", problem.text, Severity.INFO if problem.is_note else Severity.WARNING)
        for number, problem in enumerate(problems)
    ]


def mode_notices(mode: Mode, realtime_standing: Availability) -> list[Notice]:
    """Who asked for the Realtime API alone is told why it does not answer. The others answer meanwhile."""
    if mode is not Mode.REALTIME or realtime_standing:
        return []
    return [Notice("mode", realtime_standing.reason, Severity.WARNING, realtime_standing.remedy)]


def _keys_needed(settings: Settings) -> set[str]:
    """The names of the keys that these settings use, but for the Realtime API's, which not every mode wants."""
    wanted = {
        section.key
        for section in (settings.llm, settings.stt.openai_compatible, settings.tts.openai_compatible)
        if section.base_url
    }
    wanted |= keys_needed(settings.memory_context)
    wanted |= keys_of_models(settings)
    if settings.voice_service.url:
        wanted.add(settings.voice_service.key)
    return wanted
