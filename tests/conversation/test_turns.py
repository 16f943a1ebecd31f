"""A turn from press to last sample: nothing that was said is lost, whatever fails and whoever interrupts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioRestarted,
    Earcon,
    ListenStyle,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    SpeechStarted,
)
from sovereign_desktop.audio.trouble import silenced
from sovereign_desktop.conversation import answer
from sovereign_desktop.conversation.backends.base import (
    Consumed,
    Emit,
    Endpointing,
    Excused,
    Heard,
    Replying,
    Sound,
    SpeechOver,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message, Outcome, Role, Transcript, TurnState
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable, Unauthorized
from sovereign_desktop.core.events import (
    EventBus,
    Notice,
    ReplySpoken,
    TurnAmended,
    TurnEnded,
    TurnStateChanged,
    UsageReported,
)
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.metrics.prices import Cost
from sovereign_desktop.metrics.turns import TurnRecord
from tests.conversation.stage import FRAME, ScriptedAudio, ScriptedBackend, events_of, settle


def answers(text: str = "It is noon.", heard: str = "what time is it") -> ScriptedBackend:
    def script(request: TurnRequest, emit: Emit) -> None:
        if request.transcript is None:
            emit(Heard(Transcript(heard, is_final=True)))
        emit(Replying(text))
        for begins in (text, "", "", "", ""):
            emit(Sound(FRAME, begins))

    return ScriptedBackend("answers", script)


def fails(error: Exception, after: str = "", heard: str = "what time is it") -> ScriptedBackend:
    def script(request: TurnRequest, emit: Emit) -> None:
        if heard:
            emit(Heard(Transcript(heard, is_final=True)))
        if after:
            emit(Replying(after))
            emit(Sound(FRAME, after))
        raise error

    return ScriptedBackend("fails", script)


class Endless(ScriptedBackend):
    """Answers while the utterance still runs."""

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        self.requests.append(request)
        self.emit = emit
        emit(Endpointing())
        await self.finished.wait()
        if self.error is not None:
            raise self.error

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__("endless", lambda *_: None)
        self.error = error
        self.finished = asyncio.Event()


class Stage:
    """A controller on scripted audio, and what came of it."""

    def __init__(self, *backends: ScriptedBackend) -> None:
        self.audio = ScriptedAudio()
        self.bus = EventBus()
        self.states = events_of(self.bus, TurnStateChanged)
        self.notices = events_of(self.bus, Notice)
        self.ended = events_of(self.bus, TurnEnded)
        self.captions = events_of(self.bus, ReplySpoken)
        self.turns = TurnController(self.audio, Line(backends), self.bus)

    async def question(self) -> str:
        turn_id = self.turns.listen()
        self.audio.speak(turn_id)
        self.turns.stop_listening()
        self.audio.end(turn_id)
        await settle()
        return turn_id

    async def play_all(self, turn_id: str, played_ms: float = 100) -> TurnRecord:
        self.audio.tell(PlaybackStarted(turn_id, 2.0))
        self.audio.tell(PlaybackEnded(turn_id, played_ms, completed=True))
        await settle()
        return self.record

    @property
    def record(self) -> TurnRecord:
        return self.ended[-1].turn


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    stage = Stage(*request.param)
    async with stage.turns:
        yield stage


def on(*backends: ScriptedBackend) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", [backends], indirect=True, ids=["-"])


@on(answers())
async def test_a_turn_goes_from_listening_through_thinking_and_speaking_back_to_idle(stage: Stage) -> None:
    turn_id = await stage.question()
    record = await stage.play_all(turn_id)
    states = [event.state for event in stage.states]
    assert states == [TurnState.LISTENING, TurnState.THINKING, TurnState.SPEAKING, TurnState.IDLE]
    assert (record.outcome, record.transcript, record.reply) == (Outcome.ANSWERED, "what time is it", "It is noon.")
    assert record.timings.voice_to_voice_ms == pytest.approx(1000)
    assert stage.turns.history.messages == (
        Message(Role.USER, "what time is it", turn_id),
        Message(Role.ASSISTANT, "It is noon.", turn_id),
    )


@on(answers())
async def test_the_state_is_listening_only_when_samples_arrive(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    await settle()
    assert stage.states == []
    stage.audio.speak(turn_id, 1)
    assert [event.state for event in stage.states] == [TurnState.LISTENING]


@on(fails(Unauthorized("The server refused the key.")), answers())
async def test_when_a_backend_fails_before_any_sound_the_next_one_gets_the_whole_utterance(stage: Stage) -> None:
    turn_id = await stage.question()
    record = await stage.play_all(turn_id)
    request = stage.turns.line.backends[1].requests[0]
    assert request.utterance is not None
    assert request.utterance.duration_ms == 100
    assert request.transcript == Transcript("what time is it", is_final=True)
    assert isinstance(request.failure, Unauthorized)
    assert record.outcome is Outcome.ANSWERED
    assert ("earcon", Earcon.SEAM) not in stage.audio.did


@on(fails(BrokenReply("It broke off."), after="First sentence."), answers("Second."))
async def test_a_failure_after_sound_is_marked_and_the_next_backend_knows_what_was_said(stage: Stage) -> None:
    turn_id = await stage.question()
    record = await stage.play_all(turn_id)
    assert ("earcon", Earcon.SEAM) in stage.audio.did
    assert stage.turns.line.backends[1].requests[0].already_said == "First sentence."
    assert record.reply == "First sentence. Second."


@on(fails(EngineUnavailable("No recogniser."), heard=""), fails(Unauthorized("Refused.", remedy="Check the key.")))
async def test_when_everything_fails_the_user_is_told_why_and_what_to_do(stage: Stage) -> None:
    await stage.question()
    assert stage.record.outcome is Outcome.FAILED
    assert (stage.notices[-1].text, stage.notices[-1].remedy) == ("Refused.", "Check the key.")
    assert stage.record.transcript == "what time is it"


@on(fails(BrokenReply("It broke off.")), answers())
async def test_a_backend_that_fails_three_times_in_a_row_is_not_waited_for_again(stage: Stage) -> None:
    for _ in range(4):
        await stage.play_all(await stage.question())
    assert len(stage.turns.line.backends[0].requests) == 3
    assert [event.turn.outcome for event in stage.ended] == [Outcome.ANSWERED] * 4


@on(ScriptedBackend("away", lambda *_: None, Availability(False, "no key")), answers())
async def test_a_backend_that_is_not_available_is_not_asked(stage: Stage) -> None:
    turn_id = await stage.question()
    await stage.play_all(turn_id)
    assert stage.turns.line.backends[0].requests == []
    assert stage.record.backend == "answers"


@on(answers())
async def test_speech_into_an_answer_stops_it_and_keeps_only_what_was_heard(stage: Stage) -> None:
    turn_id = await stage.question()
    stage.audio.tell(PlaybackStarted(turn_id, 2.0))
    stage.audio.tell(PlaybackProgress(turn_id, 70.0))
    stage.audio.tell(SpeechStarted(3.0))
    await settle()
    assert stage.audio.did.index(("flush",)) < len(stage.audio.did)
    assert stage.record.outcome is Outcome.INTERRUPTED
    assert stage.record.reply == "It is"
    assert stage.audio.did[-1][0] == "listen"
    assert stage.audio.did[-1][2] is ListenStyle.HANDS_FREE


@on(ScriptedBackend("slow", lambda _request, _emit: asyncio.Event().wait()))
async def test_cancelling_ends_the_work_of_the_backend_and_is_no_error(stage: Stage) -> None:
    await stage.question()
    stage.turns.cancel()
    await settle()
    assert stage.turns.line.backends[0].cancelled
    assert stage.record.outcome is Outcome.CANCELLED
    assert stage.notices == []
    assert stage.turns.history.messages == ()


@on(ScriptedBackend("slow", lambda _request, emit: _hears_then_waits(emit)), answers())
async def test_a_question_that_is_superseded_while_thinking_stays_in_the_conversation(stage: Stage) -> None:
    superseded = await stage.question()
    stage.turns.line.backends = stage.turns.line.backends[1:]
    turn_id = await stage.question()
    assert Message(Role.USER, "first question", superseded) in stage.turns.line.backends[0].requests[0].history
    await stage.play_all(turn_id)


def _hears_then_waits(emit: Emit) -> object:
    emit(Heard(Transcript("first question", is_final=True)))
    return asyncio.Event().wait()


@on(answers())
async def test_silence_is_never_sent_for_an_answer(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    stage.audio.speak(turn_id)
    stage.audio.end(turn_id, speech_ms=0)
    await settle()
    assert stage.record.outcome is Outcome.NOTHING_HEARD
    assert stage.audio.count("play") == 0
    assert stage.notices[-1].text == "I heard nothing."


@on(answers())
async def test_a_key_let_go_before_the_microphone_was_open_is_told_as_that(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    stage.audio.end(turn_id, speech_ms=0)
    await settle()
    told = (stage.notices[-1].text, stage.notices[-1].remedy)
    assert told == ("The microphone was not open yet when you let go.", "Say it again.")


@on(answers())
async def test_a_microphone_that_gives_nothing_is_why_nothing_was_heard(stage: Stage) -> None:
    for event in (MicrophoneLost("mic", "It is gone.", "Plug it in."), MicrophoneZeros("mic")):
        turn_id = stage.turns.listen()
        stage.audio.tell(event)
        stage.audio.end(turn_id, speech_ms=0)
        await settle()
        assert (stage.notices[-1].text, stage.notices[-1].remedy) == ("It is gone.", "Plug it in.")
    stage.audio.tell(MicrophoneOpened("mic", 48_000, 20.0))
    stage.audio.end(stage.turns.listen(), speech_ms=0)
    await settle()
    assert stage.notices[-1].text == silenced().user_text, "it was told of in another turn"
    stage.audio.tell(MicrophoneSounds("mic"))
    stage.audio.end(stage.turns.listen(), speech_ms=0)
    await settle()
    assert stage.notices[-1].text.startswith("The microphone was not open yet")


@pytest.mark.expected_errors
@on(fails(ZeroDivisionError("a fault")), answers())
async def test_a_fault_of_a_backend_costs_its_answer_and_not_the_question(
    stage: Stage, expected_errors: list[logging.LogRecord]
) -> None:
    record = await stage.play_all(await stage.question())
    assert (record.outcome, record.reply) == (Outcome.ANSWERED, "It is noon.")
    assert [record.getMessage() for record in expected_errors] == ["a backend has a fault"]


@on(Endless())
async def test_words_that_silence_became_are_not_kept(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    stage.audio.speak(turn_id)
    await settle()
    (backend,) = stage.turns.line.backends
    assert isinstance(backend, Endless)
    emit = backend.emit
    stage.audio.end(turn_id, speech_ms=0)
    emit(Heard(Transcript("depth up up", is_final=True)))
    assert (stage.record.transcript, stage.turns.history.messages) == ("", ())


def excuses() -> ScriptedBackend:
    """What the skills do when they know nothing either."""

    def script(request: TurnRequest, emit: Emit) -> None:
        assert request.failure is not None
        emit(Heard(Transcript("what time is it", is_final=True)))
        emit(Excused(request.failure))
        emit(Replying("I can't answer that now."))
        emit(Sound(FRAME, "I can't answer that now."))

    return ScriptedBackend("skills", script)


@on(fails(BrokenReply("It broke off.", remedy="Try again.")), excuses())
async def test_an_excuse_is_no_answer_and_the_question_can_be_asked_again(stage: Stage) -> None:
    record = await stage.play_all(await stage.question())
    assert (record.outcome, record.reply) == (Outcome.FAILED, "I can't answer that now.")
    assert record.error == "It broke off. Try again."
    assert record.can_be_retried
    assert stage.turns.history.messages == (), "nobody is told of a question without an answer"
    assert ("earcon", Earcon.ERROR) not in stage.audio.did, "it was said"
    assert stage.turns.retry(record.turn_id)


@on(fails(BrokenReply("It broke off."), after="There was a king."), excuses())
async def test_what_was_heard_of_an_answer_that_nobody_could_finish_stays_in_the_conversation(stage: Stage) -> None:
    record = await stage.play_all(await stage.question())
    assert record.outcome is Outcome.FAILED
    assert [message.text for message in stage.turns.history.messages] == [
        "what time is it",
        "There was a king. I can't answer that now.",
    ]


@on(fails(BrokenReply("It broke off.")), excuses())
async def test_who_is_left_alone_for_a_while_is_why_there_is_no_answer(stage: Stage) -> None:
    for _ in range(4):
        record = await stage.play_all(await stage.question())
    assert len(stage.turns.line.backends[0].requests) == 3
    assert (record.outcome, record.error) == (Outcome.FAILED, "It broke off.")


@on(fails(BrokenReply("It broke off.")), excuses())
async def test_an_excuse_that_is_interrupted_leaves_the_question_unanswered(stage: Stage) -> None:
    turn_id = await stage.question()
    stage.audio.tell(PlaybackStarted(turn_id, 2.0))
    stage.turns.listen()
    await settle()
    assert stage.ended[0].outcome is Outcome.FAILED
    assert stage.turns.retry(turn_id)


async def test_a_turn_says_why_the_realtime_api_did_not_answer_it() -> None:
    realtime, skills = answers(), answers()
    realtime.name = "realtime"
    stage = Stage(realtime, skills)
    async with stage.turns:
        stage.turns.line.rule_out("connection", "the key was refused")
        record = await stage.play_all(await stage.question())
    assert record.note == "Answered without the Realtime API: the key was refused."


@on(ScriptedBackend("deaf", lambda _request, emit: emit(Heard(Transcript("", is_final=True)))), answers())
async def test_speech_without_words_gets_no_answer_and_no_second_opinion(stage: Stage) -> None:
    await stage.question()
    assert stage.record.outcome is Outcome.NOTHING_HEARD
    assert stage.turns.line.backends[1].requests == []


@on(answers())
async def test_a_cancelled_recording_ends_the_turn(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    stage.audio.end(turn_id, reason=EndReason.CANCELLED)
    await settle()
    assert stage.record.outcome is Outcome.CANCELLED


@on(answers())
async def test_a_tap_turns_the_running_utterance_into_one_that_ends_by_itself(stage: Stage) -> None:
    turn_id = stage.turns.listen()
    stage.turns.keep_listening()
    assert stage.audio.did == [("listen", turn_id, ListenStyle.HOLD), ("listen", turn_id, ListenStyle.TAP)]


@on(answers("The whole answer."))
async def test_an_answer_that_nobody_plays_is_shown_and_the_reason_given(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "SOUND_WITHIN_S", 0.0)
    await stage.question()
    await settle()
    assert stage.captions[-1].text == "The whole answer."
    assert stage.notices[-1].text == "The answer can't be played."
    assert stage.record.outcome is Outcome.ANSWERED


@on(answers("The whole answer."))
async def test_without_a_loudspeaker_the_caption_says_all_of_it(stage: Stage) -> None:
    turn_id = await stage.question()
    stage.audio.tell(LoudspeakerLost("speaker", "unplugged"))
    assert stage.captions[-1].text == "The whole answer."
    stage.audio.tell(PlaybackEnded(turn_id, 0.0, completed=False))
    await settle()
    assert stage.record.outcome is Outcome.ANSWERED


@on(answers("The whole answer."))
@pytest.mark.parametrize(
    "back", [LoudspeakerReturned("speaker"), AudioRestarted("killed")], ids=lambda one: type(one).__name__
)
async def test_as_long_as_there_is_no_loudspeaker_every_answer_is_shown(stage: Stage, back: AudioEvent) -> None:
    stage.audio.tell(LoudspeakerLost("speaker", "unplugged"))  # told once, in a turn that is over
    await _answered(stage)
    assert stage.captions[-1].text == "The whole answer."
    stage.audio.tell(back)
    stage.captions.clear()
    await _answered(stage)
    assert stage.captions == []


async def _answered(stage: Stage) -> None:
    stage.audio.tell(PlaybackEnded(await stage.question(), 0.0, completed=False))
    await settle()


def _speechless(request: TurnRequest, emit: Emit) -> None:
    emit(Heard(Transcript("hello", is_final=True)))
    emit(Replying("Good day."))
    emit(Unspoken(EngineUnavailable("There is no voice.", remedy="Install one.")))


@on(ScriptedBackend("mute", _speechless))
async def test_without_a_voice_the_answer_is_shown_and_the_reason_given(stage: Stage) -> None:
    await stage.question()
    assert stage.captions[-1].text == "Good day."
    assert stage.record.outcome is Outcome.ANSWERED
    assert stage.notices[-1].remedy == "Install one."


@on(answers("I am ready."))
async def test_typed_words_are_answered_like_spoken_ones(stage: Stage) -> None:
    turn_id = stage.turns.ask("are you there")
    await settle()
    record = await stage.play_all(turn_id)
    assert (record.transcript, record.reply) == ("are you there", "I am ready.")


@on(answers())
async def test_an_announcement_waits_until_nobody_speaks(stage: Stage) -> None:
    turn_id = await stage.question()
    timer = answers("Time is up.")
    stage.turns.announce(timer)
    await settle()
    assert timer.requests == []
    await stage.play_all(turn_id)
    await settle()
    assert len(timer.requests) == 1
    assert stage.turns.turn is not None
    await stage.play_all(stage.turns.turn.id)


@on(answers())
async def test_leaving_the_controller_ends_the_turn_that_runs(stage: Stage) -> None:
    stage.turns.listen()
    await stage.turns.__aexit__(None, None, None)
    assert stage.record.outcome is Outcome.CANCELLED


# A backend that finds the end of speech itself, keeps the conversation elsewhere, and costs money


async def hands_free(stage: Stage) -> str:
    stage.audio.tell(SpeechStarted(1.0))
    turn_id = str(stage.audio.did[-1][1])
    stage.audio.speak(turn_id)
    await settle()
    return turn_id


@on(Endless())
async def test_while_a_backend_finds_the_end_the_program_is_patient_and_then_stops_recording(stage: Stage) -> None:
    turn_id = await hands_free(stage)
    (backend,) = stage.turns.line.backends
    assert isinstance(backend, Endless)
    assert backend.requests[0].hands_free
    assert stage.audio.did[-1] == ("listen", turn_id, ListenStyle.PATIENT)
    backend.emit(SpeechOver())
    assert stage.audio.did[-1] == ("stop_listening", turn_id)


@on(Endless())
async def test_an_answer_that_begins_before_the_recording_has_ended_goes_on_sounding(stage: Stage) -> None:
    turn_id = await hands_free(stage)
    (backend,) = stage.turns.line.backends
    assert isinstance(backend, Endless)
    backend.emit(SpeechOver())
    backend.emit(Sound(FRAME, "Yes."))
    stage.audio.tell(PlaybackStarted(turn_id, 2.0))
    stage.audio.end(turn_id)
    assert [event.state for event in stage.states] == [TurnState.LISTENING, TurnState.SPEAKING]


@on(Endless(BrokenReply("It broke off.")), answers())
async def test_when_the_backend_that_listens_fails_the_program_finds_the_end_again(stage: Stage) -> None:
    turn_id = await hands_free(stage)
    failing = stage.turns.line.backends[0]
    assert isinstance(failing, Endless)
    failing.finished.set()
    await settle()
    assert stage.audio.did[-1] == ("listen", turn_id, ListenStyle.HANDS_FREE)
    stage.audio.end(turn_id)
    await settle()
    record = await stage.play_all(turn_id)
    assert record.reply == "It is noon."


@on(Endless())
async def test_a_key_that_is_held_keeps_the_end_with_the_user(stage: Stage) -> None:
    turn_id = stage.turns.listen(ListenStyle.HOLD)
    stage.audio.speak(turn_id)
    await settle()
    assert not stage.turns.line.backends[0].requests[0].hands_free  # type: ignore[attr-defined]
    assert stage.audio.did[0] == ("listen", turn_id, ListenStyle.HOLD)
    assert ("listen", turn_id, ListenStyle.PATIENT) not in stage.audio.did


@on(answers())
async def test_a_backend_is_told_how_much_of_its_sound_was_heard(stage: Stage) -> None:
    turn_id = await stage.question()
    await stage.play_all(turn_id, played_ms=100)
    assert stage.turns.line.backends[0].told_heard == [(turn_id, 100.0)]  # type: ignore[attr-defined]


@on(answers())
async def test_a_backend_is_told_what_was_heard_of_an_interrupted_turn_once_the_sound_has_stopped(stage: Stage) -> None:
    turn_id = await stage.question()
    stage.audio.tell(PlaybackStarted(turn_id, 2.0))
    stage.turns.listen()
    assert stage.turns.line.backends[0].told_heard == []  # type: ignore[attr-defined]
    stage.audio.tell(PlaybackEnded(turn_id, 60.0, completed=False))
    stage.audio.tell(PlaybackEnded(turn_id, 60.0, completed=False))
    assert stage.turns.line.backends[0].told_heard == [(turn_id, 60.0)]  # type: ignore[attr-defined]


@on(fails(BrokenReply("It broke off."), after="First sentence."), answers("Second."))
async def test_each_of_two_backends_is_told_of_its_own_sound_only(stage: Stage) -> None:
    turn_id = await stage.question()
    await stage.play_all(turn_id, played_ms=50)  # the first frame is the first backend's 20 ms
    assert [backend.told_heard for backend in stage.turns.line.backends] == [[(turn_id, 20.0)], [(turn_id, 30.0)]]  # type: ignore[attr-defined]


def _bills(request: TurnRequest, emit: Emit) -> None:
    emit(Heard(Transcript("what time is it", is_final=True)))
    emit(Replying("Noon."))
    emit(Consumed(Usage(100, 10), "gpt-realtime-2.1", Cost(Decimal("0.002"))))
    emit(Consumed(Usage(120, 20), "gpt-realtime-2.1", Cost(Decimal("0.003"))))


@on(ScriptedBackend("paid", _bills))
async def test_the_record_adds_up_what_the_parts_of_an_answer_cost(stage: Stage) -> None:
    reported = events_of(stage.bus, UsageReported)
    turn_id = await stage.question()
    assert [(event.turn_id, event.consumed.use.input) for event in reported] == [
        (turn_id, {"text": 100}),
        (turn_id, {"text": 120}),
    ]
    assert (stage.record.input_tokens, stage.record.output_tokens) == (220, 30)
    assert stage.record.cost_usd == pytest.approx(0.005)


@on(fails(BrokenReply("It broke off."), heard=""), answers())
async def test_speech_from_before_is_answered_like_speech_that_just_ended(stage: Stage) -> None:
    utterance = Utterance.of([FRAME] * 5, UtteranceEnd(EndReason.FILE, 1.0, 100))
    turn_id = stage.turns.ask_again(utterance)
    assert [event.state for event in stage.states] == [TurnState.THINKING]
    await settle()
    record = await stage.play_all(turn_id)
    assert (record.outcome, record.transcript, record.reply) == (Outcome.ANSWERED, "what time is it", "It is noon.")
    asked = [request.utterance for backend in stage.turns.line.backends for request in backend.requests]  # type: ignore[attr-defined]
    assert asked == [utterance, utterance]
    assert stage.audio.count("listen") == 0


@on(Endless())
async def test_what_comes_to_light_after_the_end_amends_the_record_and_the_conversation(stage: Stage) -> None:
    amended = events_of(stage.bus, TurnAmended)
    reported = events_of(stage.bus, UsageReported)
    turn_id = await stage.question()
    (backend,) = stage.turns.line.backends
    assert isinstance(backend, Endless)
    backend.emit(Replying("It is noon."))
    backend.emit(Sound(FRAME, "It is noon."))
    stage.audio.tell(PlaybackProgress(turn_id, 20.0))
    emit = backend.emit
    stage.turns.listen()
    assert (stage.record.transcript, stage.record.cost_usd) == ("", 0)
    emit(Consumed(Usage(100, 10), "gpt-realtime-2.1", Cost(Decimal("0.002"))))
    emit(Heard(Transcript("what time is it", is_final=True)))
    emit(Replying("too late"))
    assert [event.turn.cost_usd for event in amended] == [0.002, 0.002]
    assert [(event.turn_id, event.consumed.cost.usd) for event in reported] == [(turn_id, Decimal("0.002"))]
    assert (amended[-1].turn.transcript, amended[-1].turn.reply) == ("what time is it", "It is noon.")
    assert stage.turns.history.messages == (
        Message(Role.USER, "what time is it", turn_id),
        Message(Role.ASSISTANT, "It is noon.", turn_id),
    )


@on(ScriptedBackend("unwritten", lambda _request, emit: emit(Replying("It is noon."))))
async def test_an_answer_to_words_that_nobody_wrote_down_is_an_answer(stage: Stage) -> None:
    await stage.question()
    assert (stage.record.outcome, stage.record.transcript) == (Outcome.ANSWERED, "")


async def test_who_takes_over_is_not_told_what_was_forgotten_and_the_wish_is_no_part_of_what_follows() -> None:
    def forgets_and_fails(_request: TurnRequest, _emit: Emit) -> None:
        stage.turns.history.clear()
        raise BrokenReply("It broke off.")

    first = ScriptedBackend("first", forgets_and_fails)
    second = ScriptedBackend("second", lambda _request, emit: emit(Replying("It is forgotten.")))
    stage = Stage(first, second)
    stage.turns.history.add(Role.USER, "my code is 4711", "earlier")
    async with stage.turns:
        turn_id = stage.turns.ask("forget that my code is 4711")
        await settle()
        await stage.play_all(turn_id)
        assert [message.text for message in first.requests[0].history] == ["my code is 4711"]
        assert second.requests[0].history == ()
        assert (stage.record.outcome, stage.record.reply) == (Outcome.ANSWERED, "It is forgotten.")
        assert stage.turns.history.messages == ()
