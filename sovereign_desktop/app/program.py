"""The running program without its windows: turns, devices, hotkeys, timers, and what a second start may ask of it."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from sovereign_desktop.app.assembly import Assistant, mode_notices
from sovereign_desktop.app.device_notices import DeviceNotices
from sovereign_desktop.app.facts import MODE_NAMES
from sovereign_desktop.app.hotkeys import Hotkeys
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.app.unanswered import UnansweredSpeech
from sovereign_desktop.audio.port import AudioPort, Earcon, ListenStyle
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.conversation.announcement import Announcement
from sovereign_desktop.conversation.journal import Journal
from sovereign_desktop.conversation.skills.timers import Timer
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import (
    EventBus,
    ModeChanged,
    MutedChanged,
    Notice,
    NoticeCleared,
    QuitRequested,
    Severity,
    SpendLimitChanged,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    Window,
    WindowRequested,
)
from sovereign_desktop.host.verbs import Verb
from sovereign_desktop.metrics.loop_watch import LoopWatch
from sovereign_desktop.metrics.spend import Period

if TYPE_CHECKING:
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.host.single_instance import SingleInstance
    from sovereign_desktop.metrics.turns import TurnRecord

logger = logging.getLogger(__name__)

VOLUME_STEP = 0.2
NO_SCREEN_AWARENESS = "Screen awareness is not part of this version yet; nothing looks at your screen."


class Program:
    """Everything that runs while the icon is there. All intents are called on the event loop's thread."""

    def __init__(
        self,
        assistant: Assistant,
        audio: AudioPort,
        transcripts: TranscriptStore,
        instance: SingleInstance,
        *,
        spending: Spending,
        journal: Journal | None = None,
        wishes: Sequence[tuple[str, str]] = (),
        notices: Sequence[Notice] = (),
    ) -> None:
        self.transcripts = transcripts
        self.spending = spending
        self._instance = instance
        self._wishes = wishes
        self._notices = notices
        self._assistant = assistant
        self._audio = audio
        self._muted = False
        self._leaving = False
        self._volume = assistant.settings.audio.volume
        self._watch = LoopWatch()
        self._closing = AsyncExitStack()
        self._turns = TurnController(
            audio,
            assistant.line,
            assistant.bus,
            history=assistant.history,
            mode=assistant.mode_name,
            on_command=self._carry_out,
        )
        self._unanswered = UnansweredSpeech(journal, audio, self._turns, assistant.bus) if journal is not None else None
        self._entering_mode: asyncio.Task[None] | None = None
        self._timers: TimerService = assistant.timers
        self._records: set[asyncio.Task[None]] = set()
        self._hotkeys = Hotkeys(assistant.settings.activation, assistant.bus, self)

    @property
    def bus(self) -> EventBus:
        return self._assistant.bus

    @property
    def settings(self) -> Settings:
        return self._assistant.settings

    @property
    def muted(self) -> bool:
        return self._muted

    async def start(self) -> None:
        """Start everything; the hotkey last, because a press must find the rest ready. Raises SovereignError."""
        closing = self._closing
        closing.callback(self._instance.release)
        await closing.enter_async_context(self._assistant)
        closing.push_async_callback(self.transcripts.close)
        problem = await self.transcripts.open()
        closing.push_async_callback(self._records_kept)
        closing.callback(self.bus.subscribe(SpendLimitChanged, self._spend_limit_changed))
        await closing.enter_async_context(self.spending)
        closing.push_async_callback(self._audio.close)  # first: a start that is given up half-way is closed too
        await self._audio.start()
        closing.callback(self.bus.subscribe(TurnStateChanged, self._watch_the_loop))
        closing.callback(self.bus.subscribe(TurnEnded, self._turn_ended))
        closing.callback(self.bus.subscribe(TurnAmended, lambda event: self._keep(event.turn)))
        closing.callback(self._audio.subscribe(DeviceNotices(self.bus).on_audio))
        await closing.enter_async_context(self._turns)
        if self._unanswered is not None:
            await closing.enter_async_context(self._unanswered)
        closing.push_async_callback(self._mode_entered)
        self._audio.set_volume(self._volume)
        self._timers.start(self._timer_is_due)
        closing.callback(self._timers.stop)
        self._audio.arm_hands_free(self.settings.activation.hands_free)
        await closing.enter_async_context(self._instance.serving(self._on_verb))
        closing.push_async_callback(self._hotkeys.stop)
        await self._hotkeys.start()
        warming = asyncio.get_running_loop().create_task(self._warm())
        closing.push_async_callback(_ended, warming)
        for notice in (*self._notices, *([Notice("transcripts", problem, Severity.WARNING)] if problem else [])):
            self.bus.publish(notice)
        logger.info("program ready")
        for name, value in self._wishes:
            self._on_verb(Verb(name, value))

    async def _warm(self) -> None:
        await self._assistant.warm()
        # What is loaded now stays. A full collection of it takes 40 ms with a model's SDK, 90 on a busy machine.
        gc.freeze()

    async def stop(self) -> None:
        """Stop everything, in the opposite order. Idempotent."""
        self._watch.stop()
        await self._closing.aclose()

    # Intents

    def press(self) -> None:
        """The user wants to speak: listen, and stop whatever is being said."""
        if self._muted:
            self.bus.publish(Notice("muted", "The microphone is muted.", Severity.WARNING, "Unmute it in the menu."))
            return
        self._turns.listen(ListenStyle.HOLD)

    def tapped(self) -> None:
        """The press was a tap: keep listening."""
        self._turns.keep_listening()

    def release(self) -> None:
        """The user has spoken."""
        self._turns.stop_listening()

    def toggle(self) -> None:
        """Begin to listen, or stop and answer."""
        if self._turns.listening:
            self.release()
        else:
            self.press()
            self.tapped()

    def cancel(self) -> None:
        """Stop listening, thinking and speaking."""
        if self._turns.turn is not None:
            self._turns.cancel()
            self._audio.earcon(Earcon.CANCELLED)

    def answer_pending(self) -> None:
        """Answer the oldest question that an earlier run left unanswered."""
        if self._unanswered is not None:
            self._unanswered.answer()

    def discard_pending(self) -> None:
        """Forget it."""
        if self._unanswered is not None:
            self._unanswered.discard()

    def lift_limit(self, period: str) -> None:
        """Let money be spent beyond the limit of the `day` or `month` until that is over."""
        lifting = asyncio.get_running_loop().create_task(self.spending.lift(Period(period)))
        self._records.add(lifting)
        lifting.add_done_callback(self._records.discard)

    def judge(self, turn_id: str, was_good: bool) -> bool:
        """Thumbs up or down for the answer of a turn; False when there is nobody to learn from it."""
        orchestrator = self._assistant.orchestrator
        known = orchestrator is not None and orchestrator.new.feedback(turn_id, was_good)
        text = "Noted: whom to ask is learned from that." if known else "Nothing can be learned from that answer."
        self.bus.publish(Notice("judged", text))
        return known

    def use_orchestrator(self, on: bool) -> str:
        """Ask several models as one from the next question on, or the single one, until the program ends."""
        orchestrator = self._assistant.orchestrator
        if orchestrator is None:
            return "No models that answer as one are named in the settings."
        orchestrator.change(orchestrator.new.settings, on=on)
        return "Several models answer as one." if on else "The single language model answers."

    @property
    def listening(self) -> bool:
        """Whether an utterance is being recorded."""
        return self._turns.listening

    def set_muted(self, muted: bool) -> None:
        """Close or reopen the microphone. What was said before is still answered."""
        self._muted = muted
        self._audio.mute(muted)
        self.bus.publish(MutedChanged(muted))
        if not muted:
            self.bus.publish(NoticeCleared("muted"))

    def set_screen_awareness(self, on: bool) -> None:
        """There is no screen awareness in this version: say so."""
        del on
        self.bus.publish(Notice("screen", NO_SCREEN_AWARENESS))

    def set_mode(self, mode: Mode) -> str:
        """Change who answers until the program ends, and say so; the settings keep theirs."""
        if self._entering_mode is not None:
            self._entering_mode.cancel()
        self._entering_mode = asyncio.get_running_loop().create_task(self._enter_mode(mode))
        self.bus.publish(ModeChanged(mode.value))
        return f"The mode is {MODE_NAMES[mode]} until the program ends."

    async def _enter_mode(self, mode: Mode) -> None:
        standing = await self._assistant.enter_mode(mode)
        self.bus.publish(NoticeCleared("mode"))
        for notice in mode_notices(mode, standing):
            self.bus.publish(notice)
        await self._assistant.warm()

    async def _mode_entered(self) -> None:
        if self._entering_mode is not None:
            await _ended(self._entering_mode)

    def _on_verb(self, verb: Verb) -> str:
        """Carry out what a second start asks for; the sentence to answer with."""
        match verb.name:
            case "talk":
                self.press()
            case "release":
                self.release()
            case "toggle":
                self.toggle()
            case "cancel":
                self.cancel()
            case "screen":
                self.set_screen_awareness(verb.value == "on")
                return NO_SCREEN_AWARENESS
            case "mode":
                return self.set_mode(Mode(verb.value))
            case "show":
                self.bus.publish(WindowRequested(Window(verb.value or Window.CONTROL)))
            case "quit":
                self.quit()
        return ""

    def _spend_limit_changed(self, event: SpendLimitChanged) -> None:
        limit = {"day": "today's", "month": "this month's"}.get(event.period, "")
        self._assistant.line.rule_out("spend", f"{limit} limit of spending is reached" if limit else "")

    def quit(self) -> None:
        """End the program."""
        self.bus.publish(QuitRequested())

    # What happens by itself

    def _carry_out(self, command: str) -> None:
        """A command that a skill understood."""
        name, _, value = command.partition(":")
        commands: dict[str, Callable[[], None]] = {
            "louder": partial(self._set_volume, self._volume + VOLUME_STEP),
            "quieter": partial(self._set_volume, self._volume - VOLUME_STEP),
            "volume": lambda: self._set_volume(float(value)),
            "mute": partial(self.set_muted, True),
            "timers": self._timers.changed,
            "quit": self._quit_when_said,
            "stop": lambda: None,  # asking has already stopped what was being said
            "cancel": lambda: None,
            "repeat": lambda: None,  # the reply itself is the repetition
        }
        commands[name]()

    def _quit_when_said(self) -> None:
        self._leaving = True

    def _set_volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        self._audio.set_volume(self._volume)

    def _timer_is_due(self, timer: Timer) -> None:
        self._audio.earcon(Earcon.TIMER)
        self.bus.publish(Notice(f"timer-{timer.number}", timer.announcement))
        self._turns.announce(Announcement(timer.announcement, self._assistant.tts, self._assistant.style))

    def _watch_the_loop(self, event: TurnStateChanged) -> None:
        if event.state is TurnState.IDLE:
            longest_ms = self._watch.stop()
            logger.info("turn over", extra={"longest_stall_ms": round(longest_ms, 1)})
        else:
            self._watch.start()

    def _turn_ended(self, event: TurnEnded) -> None:
        self._keep(event.turn)
        if self._leaving:
            self.quit()

    def _keep(self, turn: TurnRecord) -> None:
        """Store it; the same turn replaces its record from before."""
        if turn.is_worth_keeping:
            task = asyncio.get_running_loop().create_task(self._keep_record(turn))
            self._records.add(task)
            task.add_done_callback(self._records.discard)

    async def _keep_record(self, turn: TurnRecord) -> None:
        try:
            await self.transcripts.add(turn)
        except SovereignError as error:
            self.bus.publish(Notice("transcripts", error.user_text, Severity.WARNING, error.remedy))

    async def _records_kept(self) -> None:
        await asyncio.gather(*self._records, return_exceptions=True)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
