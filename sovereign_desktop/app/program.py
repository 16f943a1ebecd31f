"""The running program without its windows: turns, devices, hotkeys, timers, and what a second start may ask of it."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from sovereign_desktop.app.assembly import Assistant, mode_notices
from sovereign_desktop.app.choices import Choices
from sovereign_desktop.app.device_notices import DeviceNotices
from sovereign_desktop.app.facts import MODE_NAMES
from sovereign_desktop.app.hotkeys import Hotkeys
from sovereign_desktop.app.key_desk import KeyDesk, KeyRing
from sovereign_desktop.app.locked_keyring import KEYRING, KeyringReturn, Way
from sovereign_desktop.app.models_desk import ModelsDesk
from sovereign_desktop.app.newcomer import Newcomer
from sovereign_desktop.app.notifications import Notifications, desktop_notifications
from sovereign_desktop.app.past_turns import PastTurns
from sovereign_desktop.app.retry import Retry
from sovereign_desktop.app.screen import screen_sentence, tell_of_screen
from sovereign_desktop.app.settings_desk import SettingsDesk
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.app.surroundings import Surroundings
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.app.trials import try_key, try_server
from sovereign_desktop.app.unanswered import UnansweredSpeech
from sovereign_desktop.audio.port import AudioPort, Earcon, ListenStyle
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.conversation.announcement import Announcement
from sovereign_desktop.conversation.journal import Journal
from sovereign_desktop.conversation.skills.timers import Timer
from sovereign_desktop.conversation.transcripts import Switch, TranscriptStore
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
    RestartRequested,
    Severity,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    WayChanged,
    Window,
    WindowRequested,
)
from sovereign_desktop.host.autostart.base import Autostart
from sovereign_desktop.host.away.base import Away, AwayWatch
from sovereign_desktop.host.verbs import Verb
from sovereign_desktop.metrics.loop_watch import LoopWatch
from sovereign_desktop.metrics.spend import Period

if TYPE_CHECKING:
    from sovereign_desktop.app.memory_desk import MemoryDesk
    from sovereign_desktop.app.update.watch import UpdateWatch
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.config.store import SettingsStore
    from sovereign_desktop.conversation.history import History
    from sovereign_desktop.host.single_instance import SingleInstance
    from sovereign_desktop.metrics.turns import TurnRecord

logger = logging.getLogger(__name__)

VOLUME_STEP = 0.2


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
        store: SettingsStore,
        keys: KeyDesk,
        newcomer: Newcomer,
        journal: Journal | None = None,
        updates: UpdateWatch | None = None,
        wishes: Sequence[tuple[str, str]] = (),
        notices: Sequence[Notice] = (),
        grabs_keys: bool = True,
        muted: bool = False,
        autostart: Autostart | None = None,
        away_watch: AwayWatch | None = None,
        keyring_ways: Sequence[Way] = (),
    ) -> None:
        self.transcripts = transcripts
        self.spending = spending
        self.desk = SettingsDesk(store, assistant.bus, lambda: self._turns.turn is not None)
        self.models = ModelsDesk(self.desk, lambda: assistant.orchestrator)
        self.keys = keys
        self.newcomer = newcomer
        self._instance = instance
        self._wishes = wishes
        self._notices = notices
        self._grabs_keys = grabs_keys
        self._assistant = assistant
        self._audio = audio
        self._muted = muted
        self._away: Away | None = None
        self._surroundings = Surroundings(
            assistant.bus,
            self.set_away,
            autostart=autostart,
            starts_with_session=assistant.settings.app.autostart,
            watch=away_watch,
        )
        self._keyring = KeyringReturn(keyring_ways, self._keyring_returned)
        self._leaving = False
        self._chosen: Choices | None = None
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
            briefer=assistant.context.briefer,
        )
        self._unanswered: UnansweredSpeech | None = None
        if journal is not None:
            self._unanswered = UnansweredSpeech(journal, audio, self._turns, assistant.bus, self._answered_later)
        self.past = PastTurns(
            transcripts, assistant.history, assistant.memories, self._drop_speech, assistant.conversation_cut
        )
        self._updates = updates
        self._retrying = Retry(self._turns, transcripts, assistant.bus)
        self._retrying.unanswered = self._unanswered
        self._entering_mode: asyncio.Task[None] | None = None
        self._timers: TimerService = assistant.timers
        self._records: set[asyncio.Task[None]] = set()
        pause_key = assistant.settings.screen_context.pause_hotkey
        self._hotkeys = Hotkeys(assistant.settings.activation, assistant.bus, self, pause_key=pause_key)

    @property
    def bus(self) -> EventBus:
        return self._assistant.bus

    @property
    def settings(self) -> Settings:
        """Those that this program was built from; `desk.settings` may be ahead of them for a moment."""
        return self._assistant.settings

    @property
    def history(self) -> History:
        """The conversation, for the program that follows this one."""
        return self._assistant.history

    @property
    def memory(self) -> MemoryDesk:
        """What a window may do with what is remembered."""
        from sovereign_desktop.app.memory_desk import MemoryDesk  # loaded when that window is first opened

        return MemoryDesk(
            self._assistant.memories,
            self.transcripts,
            find_paths(),
            forget_conversation=self._assistant.forget_conversation,
        )

    @property
    def choices(self) -> Choices:
        """What the user chose until the program ends, for the same one; after the stop, as it was before."""
        if self._chosen is not None:
            return self._chosen
        screen = self._assistant.screen
        return Choices(self._assistant.mode, self._muted, self._volume, screen.is_on, screen.is_paused)

    @property
    def pings_ms(self) -> Sequence[float]:
        """The latest round trips to the Realtime API, oldest first; none without a connection."""
        way = self._assistant.realtime
        return way.client.pings_ms if way is not None else ()

    def spent_usd(self) -> tuple[float, float]:
        """What was spent today, and in this month."""
        return float(self.spending.usd(Period.DAY)), float(self.spending.usd(Period.MONTH))

    @property
    def muted(self) -> bool:
        return self._muted

    async def start(self) -> None:
        """Start everything; the hotkey last, because a press must find the rest ready. Raises SovereignError."""
        closing = self._closing
        closing.callback(self._instance.release)
        await closing.enter_async_context(self.spending)  # first: at a limit nothing that costs money may be asked
        await closing.enter_async_context(self._assistant)
        closing.push_async_callback(self.transcripts.close)
        problem = await self.transcripts.open()
        closing.push_async_callback(self.records_kept)
        closing.push_async_callback(self._audio.close)  # first: a start that is given up half-way is closed too
        await self._audio.start()
        if self._muted:
            self.set_muted(True)  # before anything may listen
        closing.callback(self.bus.subscribe(RestartRequested, lambda _: self._hand_on()))
        closing.callback(self.desk.close)
        self.desk.open()
        closing.callback(self.bus.subscribe(TurnStateChanged, self._watch_the_loop))
        closing.callback(self.bus.subscribe(TurnEnded, self._turn_ended))
        closing.callback(self.bus.subscribe(TurnAmended, lambda event: self._keep(event.turn)))
        closing.callback(self.bus.subscribe(WayChanged, self._way_changed))
        closing.callback(self._audio.subscribe(DeviceNotices(self.bus).on_audio))
        if self.settings.ui.notifications and (desktop := desktop_notifications()) is not None:
            await closing.enter_async_context(Notifications(self.bus, desktop))
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
        if self._grabs_keys:
            await self._hotkeys.start()
        await closing.enter_async_context(self._surroundings)
        await closing.enter_async_context(self._keyring)
        if self._updates is not None:
            closing.push_async_callback(self._updates.close)
            self._updates.start()
        warming = asyncio.get_running_loop().create_task(self._warm())
        closing.push_async_callback(_ended, warming)
        for notice in (*self._notices, *([Notice("transcripts", problem, Severity.WARNING)] if problem else [])):
            self.bus.publish(notice)
        tell_of_screen(self.bus, self._assistant.screen)
        logger.info("program ready")
        for name, value in self._wishes:
            self._on_verb(Verb(name, value))

    def _hand_on(self) -> None:
        """Another program follows in this process: nobody else may become the running one in between."""
        self._instance.is_handed_on = True

    async def _warm(self) -> None:
        await self._assistant.warm()
        # What is loaded now stays. A full collection of it takes 40 ms with a model's SDK, 90 on a busy machine.
        gc.freeze()

    async def stop(self) -> None:
        """Stop everything, in the opposite order. Idempotent."""
        self._chosen = self.choices  # what is closed looks as if it were switched off
        self._watch.stop()
        gc.unfreeze()  # another program may follow in this process, and this one is to be collected then
        await self._closing.aclose()

    # Intents

    def press(self) -> None:
        """The user wants to speak: listen, and stop whatever is being said."""
        if self._muted:
            self.bus.publish(Notice("muted", "The microphone is muted.", Severity.WARNING, "Unmute it in the menu."))
            return
        if self._away is not None:  # who comes back unlocks first
            return
        self._assistant.screen.look_soon()
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

    async def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Keep these settings, and start again with them when nobody is talking. Raises SettingsError."""
        await self.desk.change(changes)
        self._settings_changed()

    async def read_settings_again(self) -> None:
        """Take over what was changed in the file from outside."""
        await self.desk.read_again()
        self._settings_changed()

    def _settings_changed(self) -> None:
        """What is switched off there goes off now, not with the program that follows."""
        if self._updates is not None:
            self._updates.settings_changed()

    def get_update(self) -> None:
        """Fetch the new version that was told of and hand it to the system."""
        if self._updates is not None:
            self._updates.get()

    def begin_anew(self) -> None:
        """Build everything again when nobody is talking: something is there now that was not."""
        self.desk.apply_soon()

    def _keyring_returned(self) -> None:
        """The keys that were missing can be read now."""
        self.bus.publish(NoticeCleared(KEYRING))
        self.desk.apply_soon()

    async def look_at_keys(self) -> KeyRing:
        """The keys by name. Raises SovereignError."""
        return await self.keys.look(self.desk.settings)

    async def set_key(self, name: str, value: str) -> bool:
        """Keep a key and use it; False when it is in memory only. Raises SovereignError."""
        kept = await self.keys.store(name, value)
        self.desk.apply_soon()
        return kept

    async def delete_key(self, name: str) -> bool:
        """Forget a key and use it no more; False when there was none. Raises SovereignError."""
        found = await self.keys.forget(name)
        self.desk.apply_soon()
        return found

    async def try_key(self, key: str) -> None:
        """Whether the Realtime API takes this key. Raises SovereignError with why not."""
        await try_key(self.desk.settings, key)

    async def try_server(self, base_url: str, model: str) -> str:
        """What this model says to a hello. Raises SovereignError with what is wrong."""
        settings = self.desk.settings
        return await try_server(settings, base_url, model, await self.keys.reveal(settings.llm.key))

    def ask(self, text: str) -> None:
        """A question that was typed; what is being said is interrupted."""
        if text.strip():
            self._turns.ask(text.strip())

    def _drop_speech(self, turn_id: str) -> None:
        self._turns.forget(turn_id)
        if self._unanswered is not None:
            self._unanswered.forget(turn_id)

    def retry(self, turn_id: str = "") -> None:
        """Ask again what nobody could answer: in that turn, or in the latest such turn."""
        self._spawn(self._retrying.ask(turn_id))

    def forget_conversation(self) -> str:
        """Tell no model any more what was said before; what runs just now is no part of what follows."""
        self._assistant.forget_conversation()
        return "The conversation in the running program begins anew."

    def lift_limit(self, period: str) -> None:
        """Let money be spent beyond the limit of the `day` or `month` until that is over."""
        self._spawn(self.spending.lift(Period(period)))

    def judge(self, turn_id: str, was_good: bool) -> bool:
        """Thumbs up or down for the answer of a turn; False when there is nobody to learn from it."""
        orchestrator = self._assistant.orchestrator
        known = orchestrator is not None and orchestrator.new.feedback(turn_id, was_good)
        text = "Noted: whom to ask is learned from that." if known else "Nothing can be learned from that answer."
        self.bus.publish(Notice("judged", text))
        return known

    @property
    def listening(self) -> bool:
        """Whether an utterance is being recorded."""
        return self._turns.listening

    def set_muted(self, muted: bool) -> None:
        """Close or reopen the microphone. What was said before is still answered."""
        self._muted = muted
        self._audio.mute(muted or self._away is not None)
        self.bus.publish(MutedChanged(muted))
        if not muted:
            self.bus.publish(NoticeCleared("muted"))

    def set_away(self, away: Away | None) -> None:
        """Nobody is there, for this reason: close the microphone until somebody is. What was said is still answered."""
        self._away = away
        self._audio.mute(self._muted or away is not None)
        logger.info("listening is paused" if away is not None else "somebody is there", extra={"away": away})

    def set_screen_awareness(self, on: bool) -> str:
        """Look at the screen, or stop and forget it, until the program ends; the sentence that says so."""
        self._spawn(self._assistant.screen.switch(on))
        return screen_sentence(on)

    def pause_screen(self) -> None:
        """Stop looking at the screen for a while, or go on; nothing when it is not looked at."""
        self._spawn(self._assistant.screen.pause_or_resume())

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
            case "retry":
                self.retry()
            case "forget":
                return self.forget_conversation()
            case "screen":
                return self.set_screen_awareness(verb.value == "on")
            case "mode":
                return self.set_mode(Mode(verb.value))
            case "show":
                self.bus.publish(WindowRequested(Window(verb.value or Window.CONTROL)))
            case "quit":
                self.quit()
        return ""

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
        if retried := self._retrying.answered_by(event):
            self._answered_later(retried)
        if self._leaving:
            self.quit()

    def _keep(self, turn: TurnRecord) -> None:
        """Store it; the same turn replaces its record from before."""
        if turn.is_worth_keeping:
            self._spawn(self._written(self.transcripts.add(turn)))

    def _way_changed(self, event: WayChanged) -> None:
        """Keep the switch, and say it if the user wants to hear of it."""
        self._spawn(self._written(self.transcripts.add_switch(Switch(time.time(), event.way, event.reason))))
        if event.text and self.settings.mode_switching.announce_aloud:
            self._turns.announce(Announcement(event.text, self._assistant.tts, self._assistant.style))

    def _answered_later(self, turn_id: str) -> None:
        self._spawn(self._retrying.answered(turn_id))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._records.add(task)
        task.add_done_callback(self._records.discard)

    async def _written(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except SovereignError as error:
            self.bus.publish(Notice("transcripts", error.user_text, Severity.WARNING, error.remedy))

    async def records_kept(self) -> None:
        """Everything about past turns has been written, or could not be."""
        await asyncio.gather(*self._records, return_exceptions=True)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
