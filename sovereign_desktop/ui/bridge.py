"""Between the program and Qt: events become signals, clicks become intents. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.events import (
    EventBus,
    MicrophoneLevel,
    ModeChanged,
    MutedChanged,
    Notice,
    NoticeCleared,
    QuitRequested,
    ReplySpoken,
    Severity,
    SpeechRecognised,
    SpendLimitChanged,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    UnansweredChanged,
    WindowRequested,
)
from sovereign_desktop.ui.situation import Situation, hotkey_name

if TYPE_CHECKING:  # neither is needed before the icon stands there
    from asyncio import Future

    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.metrics.turns import TurnRecord


class Transcripts(Protocol):
    """The records of past turns."""

    async def recent(self, limit: int) -> Sequence[TurnRecord]:
        """The latest turns."""
        ...


class Program(Protocol):
    """What the windows need of the program. All methods are called on the event loop's thread."""

    @property
    def bus(self) -> EventBus: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def transcripts(self) -> Transcripts: ...

    def toggle(self) -> None: ...

    def cancel(self) -> None: ...

    def set_muted(self, muted: bool) -> None: ...

    def answer_pending(self) -> None: ...

    def discard_pending(self) -> None: ...

    def lift_limit(self, period: str) -> None: ...

    def judge(self, turn_id: str, was_good: bool) -> bool: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


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

    def __init__(self) -> None:
        super().__init__()
        self.situation = Situation()
        self.program: Program | None = None
        self._subscriptions: list[Callable[[], None]] = []
        self.recalling: Future[None] | None = None
        self._errors: dict[str, str] = {}

    def attach(self, program: Program) -> None:
        """Show this program from now on."""
        self.program = program
        receivers: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
            (TurnStateChanged, self._turn_state_changed),
            (ModeChanged, lambda event: self._change(mode=event.mode)),
            (MutedChanged, lambda event: self._change(muted=event.muted)),
            (UnansweredChanged, lambda event: self._change(unanswered=event.count)),
            (SpendLimitChanged, lambda event: self._change(limit=event.period)),
            (Notice, self.notice),
            (NoticeCleared, lambda event: self.clear(event.key)),
            (TurnEnded, self._turn_ended),
            (TurnAmended, self.turn_amended.emit),
            (SpeechRecognised, self.heard.emit),
            (ReplySpoken, self.said.emit),
            (MicrophoneLevel, lambda event: self.level_changed.emit(event.dbfs)),
            (WindowRequested, lambda event: self.window_requested.emit(event.window)),
            (QuitRequested, lambda _event: self.quit_requested.emit()),
        )
        self._subscriptions = [program.bus.subscribe(kind, receiver) for kind, receiver in receivers]
        settings = program.settings
        self._change(mode=settings.app.mode.value, hotkey=hotkey_name(settings.activation.hotkey))

    def detach(self) -> None:
        """Hear no more of the program; it is about to end."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()
        if self.recalling is not None:
            self.recalling.cancel()
            self.recalling = None
        self.program = None
        self._change(ready=False)

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

    def click(self) -> None:
        """What a click on the icon means now."""
        if self.situation.click_stops:
            self.stop()
        else:
            self.talk()

    def recall(self, limit: int) -> None:
        """Fetch the latest turns; `recalled` brings them."""
        import asyncio  # loaded long since; at the top it would delay the icon

        if self.program is not None:
            self.recalling = asyncio.ensure_future(self._recall(self.program, limit))

    async def _recall(self, program: Program, limit: int) -> None:
        self.recalled.emit(list(await program.transcripts.recent(limit)))

    def mute(self, muted: bool) -> None:
        """Close or reopen the program's ear."""
        if self.program is not None:
            self.program.set_muted(muted)

    def answer_pending(self) -> None:
        """Answer the oldest question that an earlier run left."""
        if self.program is not None and self.situation.can_answer_pending:
            self.program.answer_pending()

    def discard_pending(self) -> None:
        """Forget it."""
        if self.program is not None:
            self.program.discard_pending()

    def lift_limit(self) -> None:
        """Spend beyond the limit that is reached, until its day or month is over."""
        if self.program is not None and self.situation.limit:
            self.program.lift_limit(self.situation.limit)

    def judge(self, turn_id: str, was_good: bool) -> None:
        """Thumbs up or down for the answer of a turn."""
        if self.program is not None:
            self.program.judge(turn_id, was_good)

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
