"""Between the program and Qt: events become signals, clicks become intents. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import (
    EventBus,
    MicrophoneLevel,
    ModeChanged,
    MutedChanged,
    Notice,
    NoticeCleared,
    QuitRequested,
    ReplySpoken,
    RestartRequested,
    ScreenChanged,
    ScreenState,
    Severity,
    SpeechRecognised,
    SpendChanged,
    SpendLimitChanged,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    UnansweredChanged,
    UpdateOffered,
    WayChanged,
    WindowRequested,
)
from sovereign_desktop.ui.archive import Archive
from sovereign_desktop.ui.devices import Devices
from sovereign_desktop.ui.errands import Errands
from sovereign_desktop.ui.remembered import Remembered
from sovereign_desktop.ui.situation import Situation, hotkey_name

if TYPE_CHECKING:  # neither is needed before the icon stands there
    from asyncio import Future
    from collections.abc import Coroutine, Mapping

    from sovereign_desktop.app.key_desk import KeyRing
    from sovereign_desktop.app.memory_desk import MemoryDesk
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.metrics.turns import TurnRecord
    from sovereign_desktop.orchestrator.learned import Learned


FALLBACK = "fallback"
"""The way of answering that needs a reason (`conversation.modes.Way`)."""


class PastTurns(Protocol):
    """The records of past turns."""

    async def recent(self, limit: int) -> Sequence[TurnRecord]:
        """The latest turns."""
        ...

    async def search(self, words: str, limit: int) -> Sequence[TurnRecord]:
        """The latest turns with all of these words."""
        ...

    async def forget(self, turns: Sequence[TurnRecord]) -> None:
        """Forget them for good."""
        ...


class Newcomer(Protocol):
    """Whether the welcome is due."""

    @property
    def is_here(self) -> bool: ...

    @property
    def has_old_version(self) -> bool:
        """One that could be brought over, which was not offered yet."""
        ...

    def offered(self) -> None: ...

    def welcomed(self) -> None: ...


class Desk(Protocol):
    """Where settings are kept."""

    @property
    def settings(self) -> Settings:
        """As they are kept: a change that is not in force yet is in them."""
        ...

    def fixed_by(self, key: str) -> str:
        """The environment variable that a setting's value comes from, whatever is kept; empty when none."""
        ...


class Models(Protocol):
    """The language models that answer as one."""

    async def use(self, on: bool) -> None: ...

    async def look(self) -> Learned: ...


class Program(Protocol):
    """What the windows need of the program. All methods are called on the event loop's thread."""

    @property
    def bus(self) -> EventBus: ...

    @property
    def settings(self) -> Settings:
        """Those that it was built from."""
        ...

    @property
    def desk(self) -> Desk: ...

    @property
    def past(self) -> PastTurns: ...

    @property
    def memory(self) -> MemoryDesk: ...

    @property
    def pings_ms(self) -> Sequence[float]: ...

    def spent_usd(self) -> tuple[float, float]: ...

    def toggle(self) -> None: ...

    def ask(self, text: str) -> None: ...

    def cancel(self) -> None: ...

    def set_muted(self, muted: bool) -> None: ...

    def answer_pending(self) -> None: ...

    def discard_pending(self) -> None: ...

    def lift_limit(self, period: str) -> None: ...

    async def change_settings(self, changes: Mapping[str, Any]) -> None: ...

    async def read_settings_again(self) -> None: ...

    def begin_anew(self) -> None: ...

    async def look_at_keys(self) -> KeyRing: ...

    async def set_key(self, name: str, value: str) -> bool: ...

    async def delete_key(self, name: str) -> bool: ...

    @property
    def newcomer(self) -> Newcomer: ...

    async def try_key(self, key: str) -> None: ...

    async def try_server(self, base_url: str, model: str) -> str: ...

    def retry(self, turn_id: str) -> None: ...

    def get_update(self) -> None: ...

    def set_screen_awareness(self, on: bool) -> str: ...

    def judge(self, turn_id: str, was_good: bool) -> bool: ...

    @property
    def models(self) -> Models: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


Work: TypeAlias = "Callable[[Program], Coroutine[Any, Any, None]]"
"""Something that is asked of a program, of whichever is there."""


async def _told(intent: Callable[[bool], object], on: bool) -> None:
    intent(on)


class Bridge(QObject):
    """One for the life of the user interface; the program is attached once it is loaded."""

    situation_changed = Signal(Situation)
    heard = Signal(SpeechRecognised)
    said = Signal(ReplySpoken)
    turn_ended = Signal(TurnEnded)
    turn_amended = Signal(TurnAmended)
    noticed = Signal(Notice)
    notice_cleared = Signal(str)
    level_changed = Signal(float)
    recalled = Signal(list)
    window_requested = Signal(object)
    quit_requested = Signal()
    restart_requested = Signal()
    settings_changed = Signal()
    setting_refused = Signal(str, str)
    """A dotted key, and why it was not changed."""
    keys_listed = Signal(object)
    key_refused = Signal(str)
    spend_changed = Signal()
    models_learned = Signal(object)
    tried = Signal(str, bool)
    """What came of a trial, in a sentence, and whether it worked."""

    def __init__(self) -> None:
        super().__init__()
        self.situation = Situation()
        self.program: Program | None = None
        self._subscriptions: list[Callable[[], None]] = []
        self.working: dict[Future[None], Work] = {}
        """What was asked of the program and is not done yet."""
        self._waiting: list[Work] = []
        """What was asked while there was none, and waits for the next."""
        self.archive = Archive(self._work)
        self.memory = Remembered(self._work)
        self._errors: dict[str, str] = {}
        self.errands = Errands()
        self.devices = Devices(self.errands)
        self._told: set[str] = set()
        """The matters that the program has told of; they go with it."""

    def attach(self, program: Program) -> None:
        """Show this program from now on."""
        self.program = program
        receivers: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
            (TurnStateChanged, self._turn_state_changed),
            (ModeChanged, lambda event: self._change(mode=event.mode)),
            (WayChanged, lambda event: self._change(reason=event.reason if event.way == FALLBACK else "")),
            (MutedChanged, lambda event: self._change(muted=event.muted)),
            (UnansweredChanged, lambda event: self._change(unanswered=event.count)),
            (ScreenChanged, lambda event: self._change(screen=event.state, screen_note=event.reason)),
            (SpendChanged, lambda _event: self.spend_changed.emit()),
            (SpendLimitChanged, lambda event: self._change(limit=event.period)),
            (UpdateOffered, lambda event: self._change(update=event.version)),
            (Notice, self._program_told),
            (NoticeCleared, lambda event: self.clear(event.key)),
            (TurnEnded, self._turn_ended),
            (TurnAmended, self.turn_amended.emit),
            (SpeechRecognised, self.heard.emit),
            (ReplySpoken, self.said.emit),
            (MicrophoneLevel, lambda event: self.level_changed.emit(event.dbfs)),
            (WindowRequested, lambda event: self.window_requested.emit(event.window)),
            (QuitRequested, lambda _event: self.quit_requested.emit()),
            (RestartRequested, lambda _event: self.restart_requested.emit()),
        )
        self._subscriptions = [program.bus.subscribe(kind, receiver) for kind, receiver in receivers]
        settings = program.settings
        self._change(mode=settings.app.mode.value, hotkey=hotkey_name(settings.activation.hotkey))
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            self._work(work)

    def detach(self) -> None:
        """Hear no more of the program; it is about to end."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()
        for future, work in self.working.items():
            future.cancel()
            self._waiting.append(work)  # the next program does it again: settings and keys can be kept twice
        self.working.clear()
        self.program = None
        for key in sorted(self._told):
            self.clear(key)
        self._told.clear()
        # Whether it is muted goes along; the rest is told anew by the program that follows, if it is so then.
        self._change(
            ready=False,
            state=TurnState.IDLE,
            turn_id="",
            unanswered=0,
            limit="",
            reason="",
            update="",
            screen=ScreenState.OFF,
            screen_note="",
        )

    def set_ready(self) -> None:
        """The program has started: clicks reach it from now on."""
        self._change(ready=True)

    def talk(self) -> None:
        """Begin to listen, or finish and have the answer."""
        if self.program is not None and self.situation.can_talk:
            self.program.toggle()

    def stop(self) -> None:
        """Give up the turn: stop listening, thinking and speaking."""
        if self.program is not None and self.situation.can_stop:
            self.program.cancel()

    def ask(self, text: str) -> None:
        """Ask what was typed."""
        if self.program is not None and self.situation.ready:
            self.program.ask(text)

    def click(self) -> None:
        """What a click on the icon means now."""
        if self.situation.click_stops:
            self.stop()
        else:
            self.talk()

    def recall(self, limit: int) -> None:
        """Fetch the latest turns; `recalled` brings them."""
        self._work(lambda program: self._recall(program, limit))

    async def _recall(self, program: Program, limit: int) -> None:
        with suppress(SovereignError):  # the program tells by itself what is wrong with the list
            self.recalled.emit(list(await program.past.recent(limit)))

    @property
    def settings(self) -> Settings | None:
        """As they are kept; None while there is no program."""
        return self.program.desk.settings if self.program is not None else None

    def fixed_by(self, key: str) -> str:
        """The environment variable that wins over this setting; empty when none does."""
        return self.program.desk.fixed_by(key) if self.program is not None else ""

    def spent_usd(self) -> tuple[float, float]:
        """What was spent today, and in this month."""
        return self.program.spent_usd() if self.program is not None else (0.0, 0.0)

    @property
    def pings_ms(self) -> Sequence[float]:
        """The latest round trips to the Realtime API, oldest first; none without a connection."""
        return self.program.pings_ms if self.program is not None else ()

    def change_setting(self, key: str, value: object) -> None:
        """Keep one setting; None takes it back to its default. `setting_refused` says why not."""
        self._work(lambda program: self._change_setting(program, key, value))

    async def _change_setting(self, program: Program, key: str, value: object) -> None:
        try:
            await program.change_settings({key: value})
        except SovereignError as error:
            self.setting_refused.emit(key, error.sentence)
        self.settings_changed.emit()

    def read_settings_again(self) -> None:
        """Somebody may have changed the file."""
        if self.program is not None:  # the next reads them anyway
            self._work(self._read_settings_again)

    async def _read_settings_again(self, program: Program) -> None:
        await program.read_settings_again()
        self.settings_changed.emit()

    def begin_anew(self) -> None:
        """Something is there now that the program takes up only when it is built: a model, settings, memories."""
        if self.program is not None:  # one that is built later takes it up anyway
            self.program.begin_anew()
            self.read_settings_again()

    def list_keys(self) -> None:
        """Ask for the names of all keys; `keys_listed` brings them."""
        self._work(self._about_keys)

    def set_key(self, name: str, value: str) -> None:
        """Keep a key; `key_refused` says why not."""
        self._work(lambda program: self._about_keys(program, lambda: program.set_key(name, value)))

    def delete_key(self, name: str) -> None:
        """Forget a key."""
        self._work(lambda program: self._about_keys(program, lambda: program.delete_key(name)))

    async def _about_keys(
        self, program: Program, change: Callable[[], Coroutine[Any, Any, bool]] | None = None
    ) -> None:
        try:
            if change is not None:
                await change()
            self.keys_listed.emit(await program.look_at_keys())
        except SovereignError as error:
            self.key_refused.emit(error.sentence)

    def use_key(self, name: str, key: str) -> None:
        """Try a key of the Realtime API, and keep it when it works; `tried` tells."""
        self._work(lambda program: self._use_key(program, name, key))

    async def _use_key(self, program: Program, name: str, key: str) -> None:
        try:
            await program.try_key(key)
            is_kept = await program.set_key(name, key)
        except SovereignError as error:
            self.tried.emit(error.sentence, False)
        else:
            if is_kept:
                self.tried.emit(self.tr("The key works. It is in the system’s keyring."), True)
            else:
                self.tried.emit(self.tr("The key works. It is kept until the program ends."), True)

    def use_server(self, base_url: str, model: str) -> None:
        """Ask a model at a server for a word, and keep both when it answers; `tried` tells."""
        self._work(lambda program: self._use_server(program, base_url, model))

    async def _use_server(self, program: Program, base_url: str, model: str) -> None:
        try:
            said = await program.try_server(base_url, model)
            await program.change_settings({"llm.base_url": base_url.strip(), "llm.model": model.strip()})
        except SovereignError as error:
            self.tried.emit(error.sentence, False)
        else:
            self.tried.emit(self.tr("It answers: “{words}”").format(words=said), True)

    def _work(self, work: Work) -> None:
        """Have the program do it on the loop, or the next one when it goes meanwhile."""
        import asyncio  # loaded long since; at the top it would delay the icon

        if self.program is None:
            self._waiting.append(work)
            return
        future = asyncio.ensure_future(work(self.program))
        self.working[future] = work
        future.add_done_callback(lambda done: self.working.pop(done, None))

    def mute(self, muted: bool) -> None:
        """Close or reopen the program's ear."""
        if self.program is not None:
            self.program.set_muted(muted)
        else:
            self._work(lambda program: _told(program.set_muted, muted))

    def look(self, on: bool) -> None:
        """Let the program look at the screen, or not."""
        if self.program is not None:
            self.program.set_screen_awareness(on)
        else:
            self._work(lambda program: _told(program.set_screen_awareness, on))

    def answer_pending(self) -> None:
        """Answer the oldest question that an earlier run left."""
        if self.program is not None and self.situation.can_answer_pending:
            self.program.answer_pending()

    def discard_pending(self) -> None:
        """Forget it."""
        if self.program is not None:
            self.program.discard_pending()

    def retry(self, turn_id: str) -> None:
        """Ask again what nobody could answer in that turn."""
        if self.program is not None and self.situation.can_talk:
            self.program.retry(turn_id)

    def lift_limit(self) -> None:
        """Spend beyond the limit that is reached, until its day or month is over."""
        if self.program is not None and self.situation.limit:
            self.program.lift_limit(self.situation.limit)

    def get_update(self) -> None:
        """Fetch the new version and hand it to the system."""
        if self.program is not None:
            self.program.get_update()

    def judge(self, turn_id: str, was_good: bool) -> None:
        """Thumbs up or down for the answer of a turn."""
        if self.program is not None:
            self.program.judge(turn_id, was_good)

    def use_models(self, on: bool) -> None:
        """Have several models answer as one from the next question on, or the single one."""
        self._work(lambda program: self._use_models(program, on))

    async def _use_models(self, program: Program, on: bool) -> None:
        try:
            await program.models.use(on)
        except SovereignError as error:
            self.setting_refused.emit("orchestrator.enabled", error.sentence)
        self.settings_changed.emit()

    def look_at_models(self) -> None:
        """Ask what was learned of the models; `models_learned` brings it. Nothing while nothing runs."""
        import asyncio

        with suppress(RuntimeError):  # windows that are only drawn have no loop
            asyncio.get_running_loop()
            if self.program is not None:
                self._work(self._look_at_models)

    async def _look_at_models(self, program: Program) -> None:
        self.models_learned.emit(await program.models.look())

    def notice(self, notice: Notice) -> None:
        """Show a notice; also for those that the user interface has itself."""
        self._errors.pop(notice.key, None)
        if notice.severity is Severity.ERROR:
            self._errors[notice.key] = f"{notice.text} {notice.remedy}".strip()
        self._show_trouble()
        self.noticed.emit(notice)

    def clear(self, key: str) -> None:
        """The matter of a notice is over."""
        self._errors.pop(key, None)
        self._show_trouble()
        self.notice_cleared.emit(key)

    def _program_told(self, notice: Notice) -> None:
        self._told.add(notice.key)
        self.notice(notice)

    def _turn_state_changed(self, event: TurnStateChanged) -> None:
        self._change(state=event.state, turn_id=event.turn_id)

    def _turn_ended(self, event: TurnEnded) -> None:
        engines = getattr(event.turn, "engines", None)  # a turn may be over before there is a record
        if engines and event.outcome is Outcome.ANSWERED:
            self._change(engines=", ".join(dict.fromkeys(engines.values())))
        self.turn_ended.emit(event)

    def _show_trouble(self) -> None:
        self._change(trouble=next(reversed(self._errors.values()), ""))

    def _change(self, **changes: Any) -> None:
        changed = replace(self.situation, **changes)
        if changed != self.situation:
            self.situation = changed
            self.situation_changed.emit(changed)
