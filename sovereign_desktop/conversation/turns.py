"""A turn from the press to the last sample heard: `TurnController` owns it.

    idle -> listening -> thinking -> speaking -> idle

A new press while thinking or speaking interrupts; cancel ends a turn from anywhere. What the user said is kept in
the turn's `Question` until a backend has answered it: when one fails, the next gets the whole of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioPort,
    AudioRestarted,
    Captured,
    Earcon,
    ListenStyle,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneOpened,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    SpeechStarted,
    UtteranceEnded,
)
from sovereign_desktop.audio.trouble import Deafness
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.conversation.answer import Answer
from sovereign_desktop.conversation.backends.base import (
    BackendEvent,
    Consumed,
    ConversationBackend,
    Did,
    Endpointing,
    Excused,
    Heard,
    Noted,
    Replying,
    Sound,
    SpeechOver,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.question import Question
from sovereign_desktop.conversation.soundtracks import Soundtracks
from sovereign_desktop.conversation.turn import Turn
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.dialogue import Outcome, Role, Transcript, TurnState
from sovereign_desktop.core.errors import NoLoudspeaker, NoSpeech, SovereignError
from sovereign_desktop.core.events import (
    EventBus,
    Notice,
    NoticeCleared,
    Severity,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    UsageReported,
)
from sovereign_desktop.metrics.turns import Stage

logger = logging.getLogger(__name__)

END_OF_UTTERANCE_GRACE_S = 2.0
"""After the user let go, how long to wait for the audio process to say that it delivered everything."""

MOST_FAILED = 4
"""So many questions that nobody could answer are kept to be asked again; a minute of speech takes 3 MB."""

NOTHING_SAID = NoSpeech("I heard nothing.", remedy="Hold the key while you speak.")
NOTHING_CAME = NoSpeech("The microphone was not open yet when you let go.", remedy="Say it again.")


class TurnController:
    """Runs turns, one at a time: audio events and the user's intents in, sound and bus events out.

    All methods are called on the event loop's thread; intents return at once. Use it as an async context
    manager: leaving cancels the turn that runs.
    """

    def __init__(
        self,
        audio: AudioPort,
        line: Line,
        bus: EventBus,
        *,
        history: History | None = None,
        on_command: Callable[[str], None] = lambda _command: None,
        mode: Callable[[], str] = lambda: "traditional",
        clock: Callable[[], float] = time.monotonic,
        briefer: Briefer | None = None,
    ) -> None:
        self.line = line
        self.history = history or History()
        self._audio = audio
        self._bus = bus
        self._on_command = on_command
        self._mode = mode
        self._clock = clock
        self._briefer = briefer
        self._turn: Turn | None = None
        self._soundtracks = Soundtracks()
        self._deafness = Deafness()
        self._is_speechless = False
        self._announcements: list[ConversationBackend] = []
        self._failed: dict[str, Question] = {}
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
        return self._turn is not None and self._turn.question.is_open

    def listen(self, style: ListenStyle = ListenStyle.HOLD) -> str:
        """Begin a turn; whatever is being thought or said is interrupted. Returns the turn's id.

        An utterance that runs already goes on, in the new style: words of it were spoken to be answered.
        """
        if self._turn is not None and self.listening and not self._turn.question.released:
            self._turn.question.listen(style)
            return self._turn.id
        self._interrupt()
        turn = self._begin(Utterance(), style)
        turn.question.listen(style)
        self._spawn(self._prepare_backends())
        return turn.id

    def keep_listening(self) -> None:
        """The press was a tap: go on until the next one, or until the user stops speaking."""
        if self._turn is not None and self.listening:
            self._turn.question.listen(ListenStyle.TAP)

    def stop_listening(self) -> None:
        """The user is done speaking: answer."""
        if self._turn is not None and self.listening:
            self._turn.question.release()
            self._spawn(self._end_anyway(self._turn))

    def ask(self, text: str) -> str:
        """A turn with typed words."""
        self._interrupt()
        turn = self._begin(text=text)
        self._mark(turn, Stage.SPEECH_ENDED)
        self._mark(turn, Stage.TRANSCRIBED)
        self._enter(turn, TurnState.THINKING)
        turn.question.recognised(Transcript(text, is_final=True))
        return turn.id

    def ask_again(self, utterance: Utterance) -> str:
        """A turn with speech from before that is complete and was not answered."""
        self._interrupt()
        turn = self._begin(utterance)
        self._mark(turn, Stage.SPEECH_ENDED)
        self._mark(turn, Stage.UTTERANCE_ENDED)
        self._enter(turn, TurnState.THINKING)
        return turn.id

    def retry(self, turn_id: str) -> str:
        """A turn with the question of one that failed, as it was said; empty when that is not known any more."""
        question = self._failed.pop(turn_id, None)
        if question is None:
            return ""
        if question.utterance is not None:
            return self.ask_again(question.utterance)
        return self.ask(question.text)

    def forget(self, turn_id: str) -> None:
        """What could not be answered in that turn is not asked again."""
        self._failed.pop(turn_id, None)

    def cancel(self) -> None:
        """End the turn and its sound now. Cancelling is no error."""
        self._end_turn(Outcome.CANCELLED)

    def announce(self, backend: ConversationBackend) -> None:
        """Say something that nobody asked for just now (a timer), as soon as nobody speaks."""
        self._announcements.append(backend)
        self._announce_next()

    # A turn begins, is answered, and ends

    def _begin(
        self,
        utterance: Utterance | None = None,
        style: ListenStyle = ListenStyle.HOLD,
        line: Line | None = None,
        text: str = "",
    ) -> Turn:
        turn_id = uuid.uuid4().hex[:12]
        question = Question(turn_id, self._audio, self._bus, utterance, style)
        answer = Answer(turn_id, self._audio, self._bus)
        turn = Turn(turn_id, question, answer, time.time(), self.history.number)
        self._mark(turn, Stage.PRESSED)
        self._turn = turn
        if self._briefer is not None and line is None:
            turn.briefing = self._briefer.begin(turn_id, self.history.messages, text)
        for matter in ("turn", "voice"):  # what went wrong last time is over
            self._bus.publish(NoticeCleared(matter))
        if self._is_speechless:  # it is told once that there is no loudspeaker, and every answer is shown
            turn.answer.show()
        turn.task = self._spawn(self._run(turn, line or self.line))
        return turn

    async def _run(self, turn: Turn, line: Line) -> None:
        try:
            await self._answer(turn, line)
            turn.outcome = turn.outcome or Outcome.ANSWERED
        except SovereignError as error:
            self._fail(turn, error)
        except asyncio.CancelledError:
            turn.outcome = turn.outcome or Outcome.CANCELLED
            raise
        finally:
            self._close(turn)

    async def _answer(self, turn: Turn, line: Line) -> None:
        """Ask one backend after the other until one has answered the whole turn."""
        question = turn.question
        hands_free = question.style is ListenStyle.HANDS_FREE
        request = TurnRequest(
            turn.id, question.utterance, (), question.transcript, hands_free=hands_free, briefing=turn.briefing
        )
        for backend in line.order():
            if (obstacle := await line.obstacle(backend)) is not None:
                request = replace(request, failure=request.failure or obstacle)
                continue
            # Only now: whoever failed may have forgotten the conversation, because it was asked to.
            request = replace(request, history=self.history.messages, failure=request.failure or line.absence)
            failure = await self._failure_of(backend, turn, request)
            if failure is None:
                await self._play_out(turn)
                line.answered(backend, voice_to_voice_ms=turn.timings.voice_to_voice_ms)
                if turn.excuse is not None:
                    self._stays_unanswered(turn, turn.excuse)
                turn.notes += filter(None, [line.explanation, line.take_news()])
                return
            line.failed(backend, failure)
            self._mark(turn, Stage.FELL_BACK)
            turn.error = failure
            turn.answer.mark_seam()
            question.find_end()
            request = replace(request, transcript=question.final, already_said=turn.answer.spoken, failure=failure)
        raise turn.error or SovereignError("Nothing can answer.", remedy="Run `doctor` to see what is missing.")

    async def _failure_of(
        self, backend: ConversationBackend, turn: Turn, request: TurnRequest
    ) -> SovereignError | None:
        """Ask it; what went wrong, or None. A fault of the backend's own costs its answer, not the user's question."""
        try:
            await self._ask_backend(backend, turn, request)
        except SovereignError as error:
            logger.warning("backend failed", extra={"backend": backend.name, "error": type(error).__name__})
            return error
        except Exception:
            logger.exception("a backend has a fault", extra={"backend": backend.name})
            return SovereignError("Something went wrong inside the program.")
        return None

    async def _ask_backend(self, backend: ConversationBackend, turn: Turn, request: TurnRequest) -> None:
        turn.backend = backend.name
        try:
            await backend.answer(request, lambda event: self._on_backend(turn, event, backend))
        finally:
            turn.engines = backend.engines  # a remote engine knows only now what works behind it
        if turn.question.utterance is not None and turn.outcome is None and not turn.has_words:
            turn.outcome = Outcome.NOTHING_HEARD
            turn.error = NoSpeech("I heard no words.", remedy="Check the microphone, or speak closer to it.")

    async def _play_out(self, turn: Turn) -> None:
        try:
            await turn.answer.play_out()
        except NoLoudspeaker as error:
            self._unspoken(turn, error)

    def _stays_unanswered(self, turn: Turn, error: SovereignError) -> None:
        """Nobody could answer: the question is kept, to be asked again."""
        turn.error = error
        turn.outcome = Outcome.FAILED
        self._failed[turn.id] = turn.question
        for too_many in tuple(self._failed)[:-MOST_FAILED]:
            del self._failed[too_many]

    def _fail(self, turn: Turn, error: SovereignError) -> None:
        turn.was_begun = bool(turn.answer.spoken)
        self._stays_unanswered(turn, error)
        self._audio.earcon(Earcon.ERROR)
        self._bus.publish(Notice("turn", error.user_text, Severity.ERROR, error.remedy))

    def _interrupt(self) -> None:
        self._end_turn(Outcome.INTERRUPTED)

    def _end_turn(self, outcome: Outcome) -> None:
        if self._turn is not None:
            self._turn.question.drop()
            self._stop(self._turn, outcome)

    def _stop(self, turn: Turn, outcome: Outcome) -> None:
        """End a turn now: first the sound, then the work."""
        turn.answer.stop()
        if turn.excuse is not None and outcome is Outcome.INTERRUPTED:
            self._stays_unanswered(turn, turn.excuse)
        turn.outcome = turn.outcome or outcome
        if turn.task is not None:
            turn.task.cancel()
        self._close(turn)

    def _close(self, turn: Turn) -> None:
        """Write the turn's record; the first call counts."""
        if turn.is_closed:
            return
        self._mark(turn, Stage.FINISHED)
        turn.outcome = turn.outcome or Outcome.CANCELLED
        turn.question.abandon(self._clock())
        if turn.briefing is not None:
            turn.briefing.close()
        self._remember(turn)
        if self._turn is turn:
            self._turn = None
        if turn.outcome is Outcome.NOTHING_HEARD and turn.error is not None:
            self._bus.publish(Notice("turn", turn.error.user_text, Severity.WARNING, turn.error.remedy))
        self._bus.publish(TurnStateChanged(TurnState.IDLE))
        turn.mode = self._mode()
        self._bus.publish(TurnEnded(turn.id, turn.outcome, turn.record()))
        if self._turn is None:
            asyncio.get_running_loop().call_soon(self._announce_next)

    def _remember(self, turn: Turn) -> None:
        """Have it in the conversation. What nobody could answer is no part of it, unless some of an answer was heard.

        Asked again it comes in with its answer, and a model that found the same question twice would wonder. Nor is a
        turn that began before the conversation was forgotten: the request to forget says once more what is to be
        forgotten.
        """
        if turn.conversation != self.history.number:
            return
        if turn.outcome is Outcome.CANCELLED or (turn.outcome is Outcome.FAILED and not turn.was_begun):
            return
        self.history.add(Role.USER, turn.question.text, turn.id)
        self.history.add(Role.ASSISTANT, turn.reply, turn.id)

    def _announce_next(self) -> None:
        if self._turn is None and self._announcements:
            self._begin(line=Line((self._announcements.pop(0),)))

    # What comes from a backend

    def _on_backend(self, turn: Turn, event: BackendEvent, backend: ConversationBackend) -> None:
        if isinstance(event, Consumed):  # a turn that was stopped costs money all the same
            self._bus.publish(UsageReported(turn.id, event))
        if self._turn is not turn:
            self._amend(turn, event)
            return
        match event:
            case Endpointing():
                turn.question.be_patient()
            case SpeechOver():
                self.stop_listening()
            case Heard(transcript):
                if transcript.is_final:
                    self._mark(turn, Stage.TRANSCRIBED)
                turn.question.recognised(transcript)
                if turn.briefing is not None:
                    turn.briefing.hear(transcript.text, is_final=transcript.is_final)
            case Replying(text):
                self._mark(turn, Stage.FIRST_TEXT)
                turn.answer.write(text)
            case Sound():
                self._mark(turn, Stage.FIRST_AUDIO)
                turn.answer.say(event)
                self._soundtracks.add(turn.id, backend, event.frame.duration_ms)
            case Did(command):
                turn.has_acted = True
                self._on_command(command)
            case Noted(text):
                turn.notes.append(text)
            case Unspoken(error):
                self._unspoken(turn, error)
            case Excused(error):
                turn.excuse, turn.was_begun = error, bool(turn.answer.spoken)
            case Consumed():
                turn.consumed.append(event)

    def _amend(self, turn: Turn, event: BackendEvent) -> None:
        """What comes to light after the end: what it cost, and what was asked. The rest is too late."""
        match event:
            case Consumed():
                turn.consumed.append(event)
            case Heard(transcript) if turn.outcome is not Outcome.NOTHING_HEARD:  # words that silence became
                turn.question.transcript = transcript
                if turn.outcome is not Outcome.CANCELLED:
                    self.history.put_question(transcript.text, turn.id)
            case _:
                return
        self._bus.publish(TurnAmended(turn.id, turn.record()))

    def _unspoken(self, turn: Turn, error: SovereignError) -> None:
        """The answer has to be read: say why, and show it."""
        turn.error = error
        self._bus.publish(Notice("voice", error.user_text, Severity.WARNING, error.remedy))
        turn.answer.show()

    # What comes from microphone and loudspeaker

    def _on_audio(self, event: AudioEvent) -> None:
        """Audio events: of the turn that runs, of sound that ends after its turn, and those that begin a turn."""
        self._deafness.follow(event)
        match event:
            case PlaybackEnded():
                self._soundtracks.heard(event.playback_id, event.played_ms)
            case LoudspeakerLost():
                self._is_speechless = True
            case LoudspeakerReturned() | PlaybackStarted() | AudioRestarted():
                self._is_speechless = False
            case _:
                pass
        if isinstance(event, SpeechStarted) and not self.listening:
            self.listen(ListenStyle.HANDS_FREE)
        elif self._turn is not None:
            self._on_audio_of(self._turn, event)

    def _on_audio_of(self, turn: Turn, event: AudioEvent) -> None:
        match event:
            case Captured(turn.id):
                self._on_captured(turn, event)
            case UtteranceEnded(turn.id, end):
                self._on_utterance_ended(turn, end)
            case MicrophoneOpened() if turn.question.is_open:
                self._mark(turn, Stage.MICROPHONE_OPEN)
            case PlaybackStarted(turn.id, at):
                turn.timings.mark(Stage.FIRST_SOUND, at)
                self._enter(turn, TurnState.SPEAKING)
                turn.answer.sounds(0.0)
            case PlaybackProgress(turn.id, played_ms):
                turn.answer.sounds(played_ms)
            case PlaybackEnded(turn.id, played_ms):
                turn.answer.sounded(played_ms)
            case LoudspeakerLost():
                turn.answer.show()
            case _:
                pass

    def _on_captured(self, turn: Turn, captured: Captured) -> None:
        if turn.state is TurnState.IDLE:
            # Only now: an icon that says "listening" before samples arrive costs the user their first words.
            self._mark(turn, Stage.MICROPHONE_OPEN)
            self._enter(turn, TurnState.LISTENING)
            if turn.question.style is not ListenStyle.HANDS_FREE:  # there the user is already speaking
                self._audio.earcon(Earcon.LISTENING)
        turn.question.push(captured)

    def _on_utterance_ended(self, turn: Turn, end: UtteranceEnd) -> None:
        if not turn.question.is_open:
            return
        if end.reason is EndReason.CANCELLED:
            self._stop(turn, Outcome.CANCELLED)
            return
        turn.timings.mark(Stage.SPEECH_ENDED, end.speech_ended_at)
        self._mark(turn, Stage.UTTERANCE_ENDED)
        turn.question.end(end)
        if end.speech_ms <= 0:
            turn.error = self._deafness.reason or (NOTHING_CAME if turn.state is TurnState.IDLE else NOTHING_SAID)
            self._stop(turn, Outcome.NOTHING_HEARD)
            return
        if turn.state is not TurnState.SPEAKING:  # a server that found the end first may be answering already
            self._enter(turn, TurnState.THINKING)

    async def _end_anyway(self, turn: Turn) -> None:
        """Answer what is there when the audio process does not confirm the end."""
        await asyncio.sleep(END_OF_UTTERANCE_GRACE_S)
        if self._turn is turn and turn.question.utterance is not None:
            heard_ms = turn.question.utterance.duration_ms
            self._on_utterance_ended(turn, UtteranceEnd(EndReason.RELEASED, self._clock(), heard_ms))

    # Odds and ends

    def _mark(self, turn: Turn, stage: Stage) -> None:
        turn.timings.mark(stage, self._clock())

    def _enter(self, turn: Turn, state: TurnState) -> None:
        if turn.state is not state:
            turn.state = state
            self._bus.publish(TurnStateChanged(state, turn.id))

    async def _prepare_backends(self) -> None:
        await asyncio.gather(*(backend.prepare() for backend in self.line.backends))

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
