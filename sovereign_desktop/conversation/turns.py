"""A turn from the press to the last sample heard: `TurnController` owns it.

    idle -> listening -> thinking -> speaking -> idle

A new press while thinking or speaking interrupts; cancel ends a turn from anywhere. What the user said is kept in
the turn's `Utterance` until a backend has answered it: when one fails, the next gets the whole of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioPort,
    Captured,
    Earcon,
    ListenStyle,
    LoudspeakerLost,
    MicrophoneOpened,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    SpeechStarted,
    UtteranceEnded,
)
from sovereign_desktop.conversation.backends.base import (
    BackendEvent,
    Consumed,
    ConversationBackend,
    Did,
    Heard,
    Replying,
    Sound,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.spoken_reply import SpokenReply
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.dialogue import Outcome, Role, Transcript, TurnState
from sovereign_desktop.core.errors import NoLoudspeaker, NoSpeech, SovereignError
from sovereign_desktop.core.events import (
    EventBus,
    MicrophoneLevel,
    Notice,
    NoticeCleared,
    ReplySpoken,
    Severity,
    SpeechRecognised,
    TurnEnded,
    TurnStateChanged,
)
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings

logger = logging.getLogger(__name__)

END_OF_UTTERANCE_GRACE_S = 2.0
"""After the user let go, how long to wait for the audio process to say that it delivered everything."""
SOUND_WITHIN_S = 20.0
"""How long an answer may stand still while it is played: longer than it takes to replace a hung audio process."""
RESTART = "Quit the program and start it again."


@dataclass(slots=True)
class Turn:
    """A turn in progress."""

    id: str
    utterance: Utterance | None
    started_at: float
    timings: TurnTimings = field(default_factory=TurnTimings)
    spoken: SpokenReply = field(default_factory=SpokenReply)
    playback_over: asyncio.Event = field(default_factory=asyncio.Event)
    style: ListenStyle = ListenStyle.HOLD
    released: bool = False
    state: TurnState = TurnState.IDLE
    transcript: Transcript | None = None
    reply: str = ""
    backend: str = ""
    engines: dict[str, str] = field(default_factory=dict)
    played_ms: float = 0.0
    silent: bool = False
    announcement: bool = False
    consumed: Consumed | None = None
    error: SovereignError | None = None
    outcome: Outcome | None = None
    task: asyncio.Task[None] | None = None


class TurnController:
    """Runs turns, one at a time: audio events and the user's intents in, sound and bus events out.

    All methods are called on the event loop's thread; intents return at once. Use it as an async context
    manager: leaving cancels the turn that runs.
    """

    def __init__(
        self,
        audio: AudioPort,
        backends: Sequence[ConversationBackend],
        bus: EventBus,
        *,
        history: History | None = None,
        on_command: Callable[[str], None] = lambda _command: None,
        mode: Callable[[], str] = lambda: "traditional",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.backends = tuple(backends)
        self.history = history or History()
        self._audio = audio
        self._bus = bus
        self._on_command = on_command
        self._mode = mode
        self._clock = clock
        self._turn: Turn | None = None
        self._breakers: dict[str, CircuitBreaker] = {}
        self._announcements: list[ConversationBackend] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] = lambda: None

    async def __aenter__(self) -> TurnController:
        self._unsubscribe = self._audio.subscribe(self._on_audio)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._announcements.clear()
        self.cancel()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # What the user wants

    @property
    def turn(self) -> Turn | None:
        """The turn that runs, if any."""
        return self._turn

    @property
    def listening(self) -> bool:
        """Whether an utterance is being recorded."""
        return self._turn is not None and self._turn.utterance is not None and self._turn.utterance.end is None

    def listen(self, style: ListenStyle = ListenStyle.HOLD) -> str:
        """Begin a turn; whatever is being thought or said is interrupted. Returns the turn's id.

        An utterance that runs already goes on, in the new style: words of it were spoken to be answered.
        """
        if self._turn is not None and self.listening and not self._turn.released:
            self._audio.listen(self._turn.id, style)
            return self._turn.id
        self._interrupt()
        turn = self._begin(Utterance())
        turn.style = style
        self._audio.listen(turn.id, style)
        self._spawn(self._prepare_backends())
        return turn.id

    def keep_listening(self) -> None:
        """The press was a tap: go on until the next one, or until the user stops speaking."""
        if self._turn is not None and self.listening:
            self._audio.listen(self._turn.id, ListenStyle.TAP)

    def stop_listening(self) -> None:
        """The user is done speaking: answer."""
        turn = self._turn
        if turn is None or not self.listening:
            return
        turn.released = True
        self._audio.stop_listening(turn.id)
        self._spawn(self._end_anyway(turn))

    def ask(self, text: str) -> str:
        """A turn with typed words."""
        self._interrupt()
        turn = self._begin(None)
        turn.transcript = Transcript(text, is_final=True)
        turn.timings.mark(Stage.SPEECH_ENDED, self._clock())
        turn.timings.mark(Stage.TRANSCRIBED, self._clock())
        self._enter(turn, TurnState.THINKING)
        self._bus.publish(SpeechRecognised(turn.id, text, is_final=True))
        return turn.id

    def cancel(self) -> None:
        """End the turn and its sound now. Cancelling is no error."""
        if self._turn is not None:
            if self.listening:
                self._audio.cancel_listening(self._turn.id)
            self._stop(self._turn, Outcome.CANCELLED)

    def announce(self, backend: ConversationBackend) -> None:
        """Say something that nobody asked for just now (a timer), as soon as nobody speaks."""
        self._announcements.append(backend)
        self._announce_next()

    # Turns

    def _begin(self, utterance: Utterance | None, announcement: ConversationBackend | None = None) -> Turn:
        turn = Turn(uuid.uuid4().hex[:12], utterance, time.time(), announcement=announcement is not None)
        turn.timings.mark(Stage.PRESSED, self._clock())
        self._turn = turn
        for matter in ("turn", "voice"):  # what went wrong last time is over
            self._bus.publish(NoticeCleared(matter))
        backends = (announcement,) if announcement else self.backends
        turn.task = self._spawn(self._run(turn, backends))
        return turn

    async def _run(self, turn: Turn, backends: Sequence[ConversationBackend]) -> None:
        try:
            await self._answer(turn, backends)
            turn.outcome = turn.outcome or Outcome.ANSWERED
        except SovereignError as error:
            self._fail(turn, error)
        except asyncio.CancelledError:
            turn.outcome = turn.outcome or Outcome.CANCELLED
            raise
        finally:
            self._close(turn)

    async def _answer(self, turn: Turn, backends: Sequence[ConversationBackend]) -> None:
        """Ask one backend after the other until one has answered the whole turn."""
        request = TurnRequest(turn.id, turn.utterance, self.history.messages, turn.transcript)
        for backend in backends:
            breaker = self._breakers.setdefault(backend.name, CircuitBreaker())
            if not await backend.availability() or not breaker.allows(self._clock()):
                logger.info("backend not available", extra={"backend": backend.name, "failures": breaker.failures})
                continue
            try:
                await self._ask_backend(backend, turn, request)
                breaker.succeeded()
            except SovereignError as error:
                breaker.failed(self._clock())
                logger.warning("backend failed", extra={"backend": backend.name, "error": type(error).__name__})
                turn.error = error
                if turn.spoken.duration_ms:
                    self._audio.earcon(Earcon.SEAM)
                turn.reply += " " if turn.reply else ""
                heard = turn.transcript if turn.transcript and turn.transcript.is_final else None
                request = replace(request, transcript=heard, already_said=turn.spoken.text, failure=error)
                continue
            await self._play_out(turn)
            return
        raise turn.error or SovereignError("Nothing can answer.", remedy="Run `doctor` to see what is missing.")

    async def _ask_backend(self, backend: ConversationBackend, turn: Turn, request: TurnRequest) -> None:
        turn.backend = backend.name
        try:
            await backend.answer(request, lambda event: self._on_backend(turn, event))
        finally:
            turn.engines = backend.engines  # a remote engine knows only now what works behind it
        if turn.utterance is not None and turn.outcome is None and not (turn.transcript and turn.transcript.text):
            turn.outcome = Outcome.NOTHING_HEARD
            turn.error = NoSpeech("I heard no words.", remedy="Check the microphone, or speak closer to it.")

    async def _play_out(self, turn: Turn) -> None:
        """Wait until everything that was made has been heard."""
        if turn.spoken.duration_ms:
            self._audio.finish(turn.id)
            while not await self._heard_more(turn):
                pass
        elif turn.reply:
            self._bus.publish(ReplySpoken(turn.id, turn.reply))

    async def _heard_more(self, turn: Turn) -> bool:
        """Wait for the end of the sound; False when there was only some more of it. Silence for too long is the end."""
        heard_ms = turn.played_ms
        try:
            async with asyncio.timeout(SOUND_WITHIN_S):
                await turn.playback_over.wait()
        except TimeoutError:
            if turn.played_ms > heard_ms:
                return False
            self._on_backend(turn, Unspoken(NoLoudspeaker("The answer can't be played.", remedy=RESTART)))
        return True

    def _fail(self, turn: Turn, error: SovereignError) -> None:
        turn.error = error
        turn.outcome = Outcome.FAILED
        self._audio.earcon(Earcon.ERROR)
        self._bus.publish(Notice("turn", error.user_text, Severity.ERROR, error.remedy))

    def _interrupt(self) -> None:
        if self._turn is not None:
            if self.listening:
                self._audio.cancel_listening(self._turn.id)
            self._stop(self._turn, Outcome.INTERRUPTED)

    def _stop(self, turn: Turn, outcome: Outcome) -> None:
        """End a turn now: first the sound, then the work."""
        if turn.spoken.duration_ms and not turn.playback_over.is_set():
            self._audio.flush()
        turn.outcome = turn.outcome or outcome
        if turn.task is not None:
            turn.task.cancel()
        self._close(turn)

    def _close(self, turn: Turn) -> None:
        """Write the turn's record; the first call counts."""
        if turn.timings.at.get(Stage.FINISHED) is not None:
            return
        turn.timings.mark(Stage.FINISHED, self._clock())
        outcome = turn.outcome or Outcome.CANCELLED
        if turn.utterance is not None and turn.utterance.end is None:
            turn.utterance.finish(UtteranceEnd(EndReason.CANCELLED, self._clock(), 0))
        transcript = turn.transcript.text if turn.transcript else ""
        reply = turn.spoken.heard(turn.played_ms) if outcome is Outcome.INTERRUPTED else turn.reply.strip()
        if outcome is not Outcome.CANCELLED:
            self.history.add(Role.USER, transcript)
            self.history.add(Role.ASSISTANT, reply)
        if self._turn is turn:
            self._turn = None
        if outcome is Outcome.NOTHING_HEARD and turn.error is not None:
            self._bus.publish(Notice("turn", turn.error.user_text, Severity.WARNING, turn.error.remedy))
        self._bus.publish(TurnStateChanged(TurnState.IDLE))
        self._bus.publish(TurnEnded(turn.id, outcome, self._record(turn, outcome, transcript, reply)))
        if self._turn is None:
            asyncio.get_running_loop().call_soon(self._announce_next)

    def _record(self, turn: Turn, outcome: Outcome, transcript: str, reply: str) -> TurnRecord:
        usage = turn.consumed.usage if turn.consumed else None
        return TurnRecord(
            turn_id=turn.id,
            started_at=turn.started_at,
            outcome=outcome,
            transcript=transcript,
            reply=reply,
            backend=turn.backend,
            mode=self._mode(),
            timings=turn.timings,
            engines=dict(turn.engines),
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            error=turn.error.sentence if turn.error else "",
        )

    def _announce_next(self) -> None:
        if self._turn is None and self._announcements:
            self._begin(None, self._announcements.pop(0))

    # What comes back

    def _on_backend(self, turn: Turn, event: BackendEvent) -> None:
        if self._turn is not turn:
            return
        match event:
            case Heard(transcript):
                self._on_heard(turn, transcript)
            case Replying(text):
                turn.timings.mark(Stage.FIRST_TEXT, self._clock())
                turn.reply += text
            case Sound(frame, begins):
                turn.timings.mark(Stage.FIRST_AUDIO, self._clock())
                turn.spoken.add(frame.duration_ms, begins)
                self._audio.play(turn.id, frame)
            case Did(command):
                self._on_command(command)
            case Unspoken(error):
                turn.error = error
                turn.silent = True
                self._bus.publish(Notice("voice", error.user_text, Severity.WARNING, error.remedy))
            case Consumed():
                turn.consumed = event
        if turn.silent and isinstance(event, Replying | Unspoken):
            self._bus.publish(ReplySpoken(turn.id, turn.reply))

    def _on_heard(self, turn: Turn, transcript: Transcript) -> None:
        turn.transcript = transcript
        if transcript.is_final:
            turn.timings.mark(Stage.TRANSCRIBED, self._clock())
        self._bus.publish(SpeechRecognised(turn.id, transcript.text, transcript.is_final))

    def _on_audio(self, event: AudioEvent) -> None:
        """Audio events, those of the turn that runs and those that begin one."""
        turn = self._turn
        match event:
            case SpeechStarted():
                if turn is None or not self.listening:
                    self.listen(ListenStyle.HANDS_FREE)
            case Captured(listen_id=listen_id) if turn is not None and listen_id == turn.id:
                self._on_captured(turn, event)
            case UtteranceEnded(listen_id, end) if turn is not None and listen_id == turn.id:
                self._on_utterance_ended(turn, end)
            case MicrophoneOpened() if turn is not None and self.listening:
                turn.timings.mark(Stage.MICROPHONE_OPEN, self._clock())
            case PlaybackStarted(playback_id, at) if turn is not None and playback_id == turn.id:
                turn.timings.mark(Stage.FIRST_SOUND, at)
                self._enter(turn, TurnState.SPEAKING)
                self._show_spoken(turn, 0.0)
            case PlaybackProgress(playback_id, played_ms) if turn is not None and playback_id == turn.id:
                self._show_spoken(turn, played_ms)
            case PlaybackEnded(playback_id, played_ms, _) if turn is not None and playback_id == turn.id:
                turn.played_ms = played_ms
                turn.playback_over.set()
            case LoudspeakerLost() if turn is not None:
                turn.silent = True  # the caption says what the loudspeaker can't
                self._bus.publish(ReplySpoken(turn.id, turn.reply))
            case _:
                pass

    def _on_captured(self, turn: Turn, event: Captured) -> None:
        if turn.utterance is None:
            return
        if turn.state is TurnState.IDLE:
            # Only now: an icon that says "listening" before samples arrive costs the user their first words.
            turn.timings.mark(Stage.MICROPHONE_OPEN, self._clock())
            self._enter(turn, TurnState.LISTENING)
            if turn.style is not ListenStyle.HANDS_FREE:  # there the user is already speaking
                self._audio.earcon(Earcon.LISTENING)
        turn.utterance.push(event.frame)
        self._bus.publish(MicrophoneLevel(event.level_dbfs))

    def _on_utterance_ended(self, turn: Turn, end: UtteranceEnd) -> None:
        if turn.utterance is None or turn.utterance.end is not None:
            return
        if end.reason is EndReason.CANCELLED:
            self._stop(turn, Outcome.CANCELLED)
            return
        turn.timings.mark(Stage.SPEECH_ENDED, end.speech_ended_at)
        turn.timings.mark(Stage.UTTERANCE_ENDED, self._clock())
        turn.utterance.finish(end)
        if end.speech_ms <= 0:
            turn.error = NoSpeech("I heard nothing.", remedy="Hold the key while you speak.")
            self._stop(turn, Outcome.NOTHING_HEARD)
            return
        self._enter(turn, TurnState.THINKING)

    async def _end_anyway(self, turn: Turn) -> None:
        """Answer what is there when the audio process does not confirm the end."""
        await asyncio.sleep(END_OF_UTTERANCE_GRACE_S)
        if turn.utterance is not None and turn.utterance.end is None and self._turn is turn:
            heard_ms = turn.utterance.duration_ms
            self._on_utterance_ended(turn, UtteranceEnd(EndReason.RELEASED, self._clock(), heard_ms))

    def _show_spoken(self, turn: Turn, played_ms: float) -> None:
        turn.played_ms = max(turn.played_ms, played_ms)
        if not turn.silent:
            self._bus.publish(ReplySpoken(turn.id, turn.spoken.sounding(turn.played_ms)))

    def _enter(self, turn: Turn, state: TurnState) -> None:
        if turn.state is not state:
            turn.state = state
            self._bus.publish(TurnStateChanged(state, turn.id))

    async def _prepare_backends(self) -> None:
        for backend in self.backends:
            await backend.prepare()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("turn task failed", exc_info=error)
            self._bus.publish(Notice("turn", "Something went wrong inside the program.", Severity.ERROR))
