"""A program whose microphone, loudspeaker and keyboard are the test's; timers, records, socket and skills are real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app import hotkeys
from sovereign_desktop.app.context import ContextWay
from sovereign_desktop.app.key_desk import KeyDesk
from sovereign_desktop.app.newcomer import Newcomer
from sovereign_desktop.app.program import Program
from sovereign_desktop.app.screen import tell_of_screen
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.audio.port import AudioEvent, PlaybackEnded, PlaybackStarted
from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import SettingsStore
from sovereign_desktop.context.providers.screen import ScreenProvider
from sovereign_desktop.context.screen.watch import ScreenWatch
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.conversation.backends.skills import SkillsResponder
from sovereign_desktop.conversation.backends.spoken import SpokenBackend
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills import SkillBook, SkillContext
from sovereign_desktop.conversation.skills.base import ProgramFacts
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, TurnEnded
from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems, nobody_asks
from sovereign_desktop.host.hotkey.choose import Choice
from sovereign_desktop.host.hotkey.parse import Hotkey
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.orchestrator.switch import OrchestratorSwitch
from tests.conversation.stage import ScriptedAudio, events_of, settle
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech


@dataclass
class Keyboard:
    """A HotkeyListener whose keys the test presses."""

    problems: tuple[HotkeyError, ...] = ()
    refuses: HotkeyError | None = None
    bindings: Mapping[str, Hotkey] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    lose: Callable[[Problems], None] = nobody_asks
    """Tells what can't be had from now on."""
    asks: asyncio.Event | None = None
    """Keys are lent once this is set: a desktop asks its user."""
    _on_event: Callable[[HotkeyEvent], None] | None = None

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        if self.refuses is not None:
            raise self.refuses
        if self.asks is not None:
            await self.asks.wait()
        self.bindings, self._on_event, self.lose = bindings, on_event, on_change
        self.order.append("keys armed")
        return self.problems

    async def stop(self) -> None:
        if self._on_event is not None:
            self.order.append("keys given back")
        self._on_event = None

    @property
    def armed(self) -> bool:
        return self._on_event is not None

    def down(self, at: float, name: str = hotkeys.TALK) -> None:
        assert self._on_event is not None
        self._on_event(HotkeyEvent(name, True, at))

    def up(self, at: float, name: str = hotkeys.TALK) -> None:
        assert self._on_event is not None
        self._on_event(HotkeyEvent(name, False, at))

    def plug_in(self, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
        monkeypatch.setattr(hotkeys, "choose", lambda: Choice(self, "a test presses"))
        return self


class Audio(ScriptedAudio):
    """ScriptedAudio that says when it is started and closed, and may refuse to start."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self.order = order
        self.refuses: SovereignError | None = None

    async def start(self) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.order.append("audio started")

    async def close(self) -> None:
        self.order.append("audio closed")

    def volumes(self) -> list[float]:
        return [round(did[1], 2) for did in self.did if did[0] == "set_volume"]


class Records(TranscriptStore):
    def __init__(self, path: Path, order: list[str]) -> None:
        super().__init__(path)
        self.order = order

    async def open(self) -> str:
        self.order.append("records opened")
        return await super().open()

    async def close(self) -> None:
        self.order.append("records closed")
        await super().close()


class OfflineAssistant:
    """`app.assembly.Assistant` with quick engines in place of the voice service; it answers from the skills."""

    def __init__(self, settings: Settings, folder: Path, order: list[str]) -> None:
        self.settings, self.order, self.mode = settings, order, settings.app.mode
        self.bus = EventBus()
        self.stt, self.tts = FakeSpeechToText(), FakeTextToSpeech()
        self.style = SpeakingStyle()
        self.timers = TimerService(folder / "data" / "timers.json")
        self.history = History()
        self.memories = None
        responder = SkillsResponder(SkillBook(), self._context)
        self.line = Line((SpokenBackend("skills", self.stt, responder, self.tts),))
        self.screen = ScreenWatch(settings.screen_context, lambda: tell_of_screen(self.bus, self.screen))
        self.context = ContextWay(
            settings, Paths(*[folder] * 5), Estimate(), ProgramFacts, [ScreenProvider(self.screen)]
        )
        self.warmed = 0
        self.orchestrator: OrchestratorSwitch | None = None

    def _context(self, request: Any) -> SkillContext:
        now = datetime.now().astimezone()
        return SkillContext(now, timers=self.timers.book, failure=request.failure, screen=self.screen.report)

    def mode_name(self) -> str:
        return self.mode.value

    async def enter_mode(self, mode: Mode) -> Availability:
        self.mode = mode
        return Availability(mode is not Mode.REALTIME, "There is no key.", "Store one.")

    def forget_conversation(self) -> None:
        self.history.clear()

    def conversation_cut(self) -> None: ...

    async def warm(self) -> None:
        self.warmed += 1

    async def __aenter__(self) -> OfflineAssistant:
        self.order.append("engines started")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.context.close()
        await self.screen.close()
        self.order.append("engines ended")


class Stage:
    """The program, and everything that it was given."""

    def __init__(self, folder: Path, keyboard: Keyboard, **options: Any) -> None:
        self.folder = folder
        self.order = keyboard.order
        self.keyboard = keyboard
        self.audio = Audio(self.order)
        settings = options.pop("settings", Settings())
        self.assistant = OfflineAssistant(settings, folder, self.order)
        self.records = Records(folder / "data" / "transcripts.sqlite", self.order)
        self.instance = SingleInstance(folder / "r")
        assert self.instance.acquire()
        self.bus = self.assistant.bus
        self.notices: list[Notice] = events_of(self.bus, Notice)
        self.cleared: list[NoticeCleared] = events_of(self.bus, NoticeCleared)
        self.ended: list[TurnEnded] = events_of(self.bus, TurnEnded)
        spending = Spending(SpendLedger(folder / "data" / "spend.sqlite"), self.bus, settings.spend)
        self.program = Program(
            self.assistant,  # type: ignore[arg-type]
            self.audio,
            self.records,
            self.instance,
            spending=spending,
            store=SettingsStore(folder / "settings.yaml", {}),
            keys=KeyDesk(Secrets({})),
            newcomer=Newcomer(find_paths({"SOVEREIGN_HOME": str(folder)})),
            **options,
        )

    @property
    def listen_id(self) -> str:
        """The utterance that the microphone was asked for last."""
        return next(str(did[1]) for did in reversed(self.audio.did) if did[0] == "listen")

    def listened(self) -> list[str]:
        return [str(did[1]) for did in self.audio.did if did[0] == "listen"]

    def tell(self, event: AudioEvent) -> None:
        self.audio.tell(event)

    async def say(self, words: str) -> TurnRecord:
        """A whole turn: held, spoken, answered, heard to its end."""
        self.program.press()
        await self.finish_saying(words)
        return await self.hear_out()

    async def finish_saying(self, words: str) -> None:
        """The words of the utterance that runs, the key let go, and the answer made."""
        self.assistant.stt.words = words.split()
        self.audio.speak(self.listen_id)
        self.program.release()
        self.audio.end(self.listen_id)
        await settle()

    async def hear_out(self) -> TurnRecord:
        playing = [str(did[1]) for did in self.audio.did if did[0] == "finish"]
        if playing:
            self.tell(PlaybackStarted(playing[-1], 2.0))
            self.tell(PlaybackEnded(playing[-1], 100.0, completed=True))
        await settle()
        turn: TurnRecord = self.ended[-1].turn
        return turn

    def playing_anything(self) -> bool:
        """Whether an answer has been made to its end."""
        return any(did[0] == "finish" for did in self.audio.did)

    def playing(self) -> str:
        return next(str(did[1]) for did in reversed(self.audio.did) if did[0] == "play")


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Stage]:
    await stage.program.start()
    try:
        yield stage
    finally:
        await stage.program.stop()
