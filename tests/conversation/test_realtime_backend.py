"""A turn over a Realtime session: what goes out when, what becomes of what comes back, when somebody else answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sovereign_desktop.config.sections.realtime_api import NoiseReduction, RealtimeApi
from sovereign_desktop.conversation.backends import exchange
from sovereign_desktop.conversation.backends.base import (
    BackendEvent,
    Consumed,
    Did,
    Endpointing,
    Heard,
    Noted,
    Replying,
    Sound,
    SpeechOver,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend, SessionNotes
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.timers import TimerBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import ImageAttachment, ToolCall, Transcript
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.decisions import (
    InputCommitted,
    Recognised,
    Refused,
    ReplyBegan,
    ReplyEnded,
    ReplySaid,
    ReplySound,
    ReplyText,
    SpeechBegan,
    SpeechEnded,
    Wasted,
)
from sovereign_desktop.realtime.objects import (
    ErrorDetail,
    InputTokens,
    OutputTokens,
    ResponseUsage,
    TranscriptionUsage,
)
from tests.conversation.stage import settle
from tests.fakes.realtime_client import FakeClient, FakeTurn

FRAME = AudioFrame(b"\x01\x00" * 480, 24_000)  # 20 ms
SOUND = b"\x02\x00" * 2_400  # 100 ms
QUIET = RealtimeApi.model_validate({"transcription": {"model": ""}})
"""Nobody writes the question down, so nobody waits for its words."""


def committed(item_id: str = "item_q") -> InputCommitted:
    return InputCommitted(item_id)


def text(words: str) -> ReplyText:
    return ReplyText("resp", "item_a", words)


def sound() -> ReplySound:
    return ReplySound("resp", "item_a", SOUND)


def ended(status: str = "completed", **more: Any) -> ReplyEnded:
    return ReplyEnded("resp", status, **more)


ANSWER = (ReplyBegan("resp"), text("It is "), sound(), text("noon."), sound(), ended())


class Stage:
    """A backend on a fake client, one turn of it, and the events that came."""

    def __init__(self, settings: RealtimeApi = QUIET) -> None:
        self.client = FakeClient()
        self.notes = SessionNotes()
        self.timers = TimerBook()
        self.backend = RealtimeBackend(
            self.client,  # type: ignore[arg-type]
            settings,
            ToolBox(SkillBook()),
            lambda _request: SkillContext(datetime(2026, 11, 21, 14, 5, tzinfo=UTC), timers=self.timers),
            notes=self.notes,
        )
        self.events: list[BackendEvent] = []
        self.utterance = Utterance()
        self.answering: asyncio.Task[None] | None = None

    @property
    def turn(self) -> FakeTurn:
        return self.client.turn_now

    async def begin(
        self,
        *,
        hands_free: bool = False,
        transcript: Transcript | None = None,
        turn_id: str = "t1",
        images: tuple[ImageAttachment, ...] = (),
    ) -> None:
        self.utterance = Utterance()
        spoken = self.utterance if transcript is None else None
        request = TurnRequest(turn_id, spoken, transcript=transcript, hands_free=hands_free, images=images)
        self.answering = asyncio.create_task(self.backend.answer(request, self.events.append))
        await settle()

    async def speak(self, frames: int = 10) -> None:
        for _ in range(frames):
            self.utterance.push(FRAME)
        await settle()

    async def finish(self, speech_ms: float = 200, reason: EndReason = EndReason.RELEASED) -> None:
        self.utterance.finish(UtteranceEnd(reason, 1.0, speech_ms))
        await settle()

    async def told(self, *decisions: Any) -> None:
        self.turn.tell(*decisions)
        await settle()

    async def answered(self) -> None:
        """The end of the answer, without time to wait for anything."""
        assert self.answering is not None
        async with asyncio.timeout(1):
            await self.answering

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> str:
        return "".join(event.text for event in self.of(Replying))


@asynccontextmanager
async def held(settings: RealtimeApi = QUIET) -> AsyncIterator[Stage]:
    """A turn that was spoken with the key held, up to the release."""
    stage = Stage(settings)
    await stage.begin()
    await stage.speak()
    await stage.finish()
    yield stage
    assert stage.answering is not None
    assert stage.answering.done(), "the backend still works"
    assert stage.turn.has_left


# The question


async def test_sound_goes_out_while_it_is_spoken_and_is_committed_when_the_key_comes_up() -> None:
    stage = Stage()
    await stage.begin()
    await stage.speak(3)
    assert stage.turn.names == ["detect_turns", "clear_input", "hear"]
    assert stage.turn.did[0] == ("detect_turns", None)
    assert stage.turn.heard_bytes() == FRAME.pcm * 3
    await stage.speak(3)
    await stage.finish()
    assert stage.turn.names[-2:] == ["commit", "respond"]
    assert stage.turn.heard_bytes() == FRAME.pcm * 6
    await stage.told(*ANSWER)
    await stage.answered()


@pytest.mark.parametrize("reduction", ["near_field", "none"])
async def test_who_takes_noise_out_gets_the_sound_with_it_and_who_does_not_without(reduction: str) -> None:
    stage = Stage(QUIET.model_copy(update={"noise_reduction": NoiseReduction(reduction)}))
    await stage.begin()
    noisy = b"\x03\x00" * 480
    for _ in range(6):
        stage.utterance.push(replace(FRAME, unsuppressed=noisy))
    await stage.finish()
    assert stage.turn.heard_bytes() == (FRAME.pcm if reduction == "none" else noisy) * 6
    await stage.told(*ANSWER)
    await stage.answered()


@pytest.mark.parametrize("transcript", [None, Transcript("what is this", True)], ids=["spoken", "typed"])
async def test_what_is_shown_comes_before_what_is_asked_about_it(transcript: Transcript | None) -> None:
    stage, picture = Stage(), ImageAttachment.of(b"png")
    await stage.begin(transcript=transcript, images=(picture,))
    await stage.speak()
    await stage.finish()
    assert stage.turn.did[0] == ("show", (picture,))
    assert stage.turn.names[-1] == "respond"
    await stage.told(*ANSWER)
    await stage.answered()


async def test_a_question_spoken_before_there_is_a_connection_is_sent_whole() -> None:
    stage = Stage()
    stage.client.opens.clear()
    await stage.begin()
    await stage.speak(7)
    stage.client.opens.set()
    await stage.speak(1)
    assert stage.turn.heard_bytes() == FRAME.pcm * 8
    await stage.finish()
    await stage.told(*ANSWER)
    await stage.answered()


@pytest.mark.parametrize(
    ("frames", "speech_ms", "reason"),
    [(10, 0, EndReason.RELEASED), (4, 80, EndReason.RELEASED), (10, 200, EndReason.CANCELLED)],
    ids=["silence", "shorter than servers take", "cancelled"],
)
async def test_what_is_no_question_is_never_committed(frames: int, speech_ms: float, reason: EndReason) -> None:
    stage = Stage()
    await stage.begin()
    await stage.speak(frames)
    await stage.finish(speech_ms, reason)
    await stage.answered()
    assert "commit" not in stage.turn.names
    assert "respond" not in stage.turn.names
    assert stage.events == []


async def test_typed_words_are_a_message() -> None:
    stage = Stage()
    await stage.begin(transcript=Transcript("what time is it", is_final=True))
    assert stage.turn.did == [("say", "what time is it"), ("respond", None)]
    await stage.told(*ANSWER)
    await stage.answered()
    assert stage.said == "It is noon."


async def test_hands_free_the_server_finds_the_end_and_answers_by_itself() -> None:
    stage = Stage()
    await stage.begin(hands_free=True)
    assert stage.turn.did[0][1]["type"] == "semantic_vad"
    await stage.speak()
    assert stage.of(Endpointing) == [], "nobody knows yet whether the server hears anything"
    await stage.told(SpeechBegan(0), SpeechEnded(200), committed())
    assert stage.of(Endpointing) == [Endpointing()]
    assert stage.of(SpeechOver) == [SpeechOver()]
    before = stage.turn.heard_bytes()
    await stage.speak(3)  # what the microphone still delivers would be taken for the next utterance
    assert stage.turn.heard_bytes() == before
    await stage.finish()
    await stage.told(*ANSWER)
    await stage.answered()
    assert "commit" not in stage.turn.names
    assert "respond" not in stage.turn.names


async def test_hands_free_the_programs_own_end_counts_when_the_server_hears_none() -> None:
    stage = Stage()
    await stage.begin(hands_free=True)
    await stage.speak()
    await stage.finish(reason=EndReason.ENDPOINT)
    assert stage.of(Endpointing) == []
    assert stage.turn.names[-2:] == ["commit", "respond"]
    await stage.told(*ANSWER)
    await stage.answered()


async def test_a_server_may_be_told_to_find_no_ends() -> None:
    stage = Stage(RealtimeApi.model_validate({"turn_detection": {"type": "none"}, "transcription": {"model": ""}}))
    await stage.begin(hands_free=True)
    assert stage.turn.did[0] == ("detect_turns", None)
    assert stage.of(Endpointing) == []
    await stage.speak()
    await stage.finish(reason=EndReason.ENDPOINT)
    await stage.told(*ANSWER)
    await stage.answered()


# The answer


async def test_every_delta_is_passed_on_at_once() -> None:
    async with held() as stage:
        await stage.told(ReplyBegan("resp"), text("It is "), sound())
        assert stage.said == "It is "
        assert [(event.frame.pcm, event.flows) for event in stage.of(Sound)] == [(SOUND, True)]
        assert not stage.answering.done()  # type: ignore[union-attr]
        await stage.told(ended())


async def test_what_an_answer_consumed_is_told_in_dollars() -> None:
    usage = ResponseUsage(
        input_tokens=100,
        output_tokens=50,
        input_token_details=InputTokens(text_tokens=60, audio_tokens=40, cached_tokens=0),
        output_token_details=OutputTokens(text_tokens=10, audio_tokens=40),
    )
    async with held() as stage:
        await stage.told(text("Yes."), ended(usage=usage))
    (consumed,) = stage.of(Consumed)
    assert (consumed.usage.input_tokens, consumed.usage.output_tokens) == (100, 50)
    assert consumed.cost_usd == pytest.approx((60 * 4 + 40 * 32 + 10 * 24 + 40 * 64) / 1e6)
    assert stage.of(Noted) == []


async def test_a_price_that_is_guessed_is_said_to_be_guessed() -> None:
    settings = RealtimeApi.model_validate({"model": "gpt-brand-new", "transcription": {"model": ""}})
    async with held(settings) as stage:
        await stage.told(text("Yes."), ended(usage=ResponseUsage(input_tokens=100, output_tokens=50)))
    assert stage.of(Consumed)[0].cost_usd > 0
    assert "gpt-brand-new" in stage.of(Noted)[0].text


async def test_cancelling_leaves_the_turn_and_so_stops_the_server() -> None:
    async with held() as stage:
        await stage.told(ReplyBegan("resp"), sound())
        assert stage.answering is not None
        stage.answering.cancel()
        await settle()
    assert stage.answering.cancelled()


async def test_how_much_was_heard_is_told_to_the_client() -> None:
    stage = Stage()
    stage.backend.heard("t1", 1230.0)
    assert stage.client.told_heard == [("t1", 1230.0)]


# Tools


async def test_all_tools_of_a_response_are_called_before_the_model_goes_on() -> None:
    calls = (
        ToolCall("c1", "get_time", "{}"),
        ToolCall("c2", "set_timer", '{"seconds": 300}'),
        ToolCall("c3", "set_timer", "{broken"),
    )
    async with held() as stage:
        await stage.told(ReplyBegan("r1"), text("Let me see."), ended(calls=calls))
        name, outputs = stage.turn.did[-1]
        assert name == "answer_tools"
        assert outputs["c1"] == "It is 2:05 PM."
        assert "set for" in outputs["c2"]
        assert outputs["c3"].startswith("Error: ")
        await stage.told(ReplyBegan("r2"), text("Done."), ended())
    assert stage.of(Did) == [Did("timers")]
    assert stage.said == "Let me see. Done."
    assert stage.turn.names.count("answer_tools") == 1


async def test_after_stop_there_is_silence() -> None:
    async with held() as stage:
        await stage.told(ReplyBegan("r1"), ended(calls=(ToolCall("c1", "stop", "{}"),)))
    assert stage.of(Did) == [Did("stop")]
    assert stage.turn.names[-2:] == ["cancel", "answer_tools"]  # the output is told, and no answer asked for


async def test_a_model_that_only_calls_tools_is_stopped() -> None:
    async with held() as stage:
        for _ in range(exchange.MOST_ROUNDS + 1):
            await stage.told(ended(calls=(ToolCall("c", "get_time", "{}"),)))
        with pytest.raises(BrokenReply):
            await stage.answered()


# The words of the question


async def test_the_words_of_the_question_become_final_when_all_of_it_is_written_down() -> None:
    async with held(RealtimeApi()) as stage:
        await stage.told(committed("q1"), Recognised("q1", "what", is_final=False))
        await stage.told(committed("q2"), Recognised("q1", "what time", is_final=True))
        await stage.told(*ANSWER, Recognised("q2", "is it", is_final=True))
        await stage.answered()
    assert [(event.transcript.text, event.transcript.is_final) for event in stage.of(Heard)] == [
        ("what", False),
        ("what time", False),
        ("what time is it", True),
    ]


async def test_words_that_come_while_the_answer_sounds_still_count() -> None:
    async with held(RealtimeApi()) as stage:
        await stage.told(committed(), *ANSWER)
        assert not stage.answering.done()  # type: ignore[union-attr]
        await stage.told(Recognised("item_q", "what time is it", is_final=True))
        await stage.answered()
    assert stage.of(Heard)[-1].transcript == Transcript("what time is it", is_final=True)


async def test_words_that_never_come_are_not_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "WORDS_WITHIN_S", 0.0)
    async with held(RealtimeApi()) as stage:
        await stage.told(committed(), text("Yes."), ended())
        await stage.answered()
    assert stage.of(Heard) == []


async def test_a_connection_lost_behind_the_answer_does_not_cost_the_answer() -> None:
    async with held(RealtimeApi()) as stage:
        await stage.told(committed(), *ANSWER, BrokenReply("The connection is gone."))
        await stage.answered()


async def two_turns(monkeypatch: pytest.MonkeyPatch, *late: Any) -> tuple[list[Any], list[Any]]:
    """The events of each of two turns; `late` comes in the stream of the second."""
    monkeypatch.setattr(exchange, "WORDS_WITHIN_S", 0.0)
    stage = Stage(RealtimeApi())
    events: list[list[BackendEvent]] = [[], []]
    for number in (0, 1):
        stage.events = events[number]
        await stage.begin(turn_id=f"t{number}")
        await stage.speak()
        await stage.finish()
        if number == 1:
            await stage.told(*late)
        await stage.told(committed(f"q{number}"), text("Yes."), ended())
        await stage.answered()
    return events[0], events[1]


async def test_words_of_an_earlier_turn_are_given_to_that_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await two_turns(monkeypatch, Recognised("q0", "the first question", is_final=True))
    assert first[-1] == Heard(Transcript("the first question", is_final=True))
    assert [event for event in second if isinstance(event, Heard)] == []


async def test_what_an_interrupted_answer_has_cost_is_told_when_the_server_tells_it() -> None:
    async with held() as stage:
        await stage.told(ReplyBegan("resp"), sound())
        assert stage.answering is not None
        stage.answering.cancel()
        await settle()
        usage = ResponseUsage(input_tokens=100, output_tokens=50)
        stage.backend.late(ReplyEnded("another", "cancelled", usage=usage))
        assert stage.of(Consumed) == []
        stage.backend.late(ReplyEnded("resp", "cancelled", usage=usage))
        assert stage.of(Consumed)[0].usage.output_tokens == 50


# When it fails


@pytest.mark.parametrize("hands_free", [False, True])
async def test_a_server_that_stays_silent_after_the_question_is_given_up(hands_free: bool) -> None:
    stage = Stage(RealtimeApi.model_validate({"first_audio_timeout_s": 0.01}))
    await stage.begin(hands_free=hands_free)
    await stage.speak()
    await asyncio.sleep(0.03)
    assert not stage.answering.done()  # type: ignore[union-attr]  # nobody owes an answer while the user speaks
    await stage.finish()
    with pytest.raises(EngineTimeout):
        await stage.answered()
    assert stage.turn.has_left


async def test_a_connection_that_is_not_there_in_time_is_given_up_too() -> None:
    stage = Stage(RealtimeApi.model_validate({"first_audio_timeout_s": 0.01}))
    stage.client.opens.clear()
    await stage.begin()
    await stage.finish()
    with pytest.raises(EngineTimeout):
        await stage.answered()


PATIENT = RealtimeApi.model_validate({"first_audio_timeout_s": 60, "transcription": {"model": ""}})


async def test_without_a_connection_nobody_waits_as_long_as_for_a_silent_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "CONNECTED_WITHIN_S", 0.01)
    stage = Stage(PATIENT)
    stage.client.opens.clear()
    await stage.begin()
    await stage.finish()
    with pytest.raises(EngineTimeout):
        await stage.answered()


async def test_a_connection_that_is_lost_and_does_not_come_back_is_given_up_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "CONNECTED_WITHIN_S", 0.0)
    monkeypatch.setattr(exchange, "RECONNECTED_WITHIN_S", 0.01)
    stage = Stage(PATIENT)
    await stage.begin()
    await stage.speak()
    await stage.finish()
    stage.turn.is_connected = False
    stage.turn.on_link()
    with pytest.raises(EngineTimeout):
        await stage.answered()


async def test_a_connection_that_is_back_in_time_has_all_the_time_of_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "CONNECTED_WITHIN_S", 0.0)
    monkeypatch.setattr(exchange, "RECONNECTED_WITHIN_S", 0.05)
    stage = Stage(PATIENT)
    await stage.begin()
    await stage.speak()
    await stage.finish()
    for is_connected in (False, True):
        stage.turn.is_connected = is_connected
        stage.turn.on_link()
    await asyncio.sleep(0.1)
    await stage.told(*ANSWER)
    await stage.answered()
    assert stage.said == "It is noon."


async def test_a_server_that_stalls_in_the_middle_of_an_answer_is_given_up() -> None:
    stage = Stage(RealtimeApi.model_validate({"response_timeout_s": 0.01}))
    await stage.begin()
    await stage.speak()
    await stage.finish()
    await stage.told(text("It is "), sound())
    with pytest.raises(EngineTimeout):
        await stage.answered()


async def test_events_without_sound_do_not_put_off_the_limit_for_the_first_sound() -> None:
    stage = Stage(RealtimeApi.model_validate({"first_audio_timeout_s": 0.05, "response_timeout_s": 60}))
    await stage.begin()
    await stage.speak()
    await stage.finish()
    telling = asyncio.create_task(chatter(stage))
    with pytest.raises(EngineTimeout):
        await stage.answered()
    telling.cancel()


async def chatter(stage: Stage) -> None:
    while True:
        await stage.told(text("and "))
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("loss", [None, BrokenReply("The connection is gone.")])
async def test_an_answer_that_is_complete_is_not_given_again_when_its_end_does_not_come(
    loss: SovereignError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "END_WITHIN_S", 0.01)
    stage = Stage()
    await stage.begin()
    await stage.speak()
    await stage.finish()
    await stage.told(ReplyBegan("resp"), text("It is noon."), sound(), ReplySaid("resp"), *([loss] if loss else []))
    await stage.answered()
    assert stage.said == "It is noon."
    assert [note.text for note in stage.of(Noted)] == ["The Realtime API did not say what this answer has cost."]


async def test_an_answer_that_goes_on_after_an_item_was_complete_may_still_break_off() -> None:
    stage = Stage(RealtimeApi.model_validate({"response_timeout_s": 0.01}))
    await stage.begin()
    await stage.speak()
    await stage.finish()
    await stage.told(ReplyBegan("resp"), text("It is"), sound(), ReplySaid("resp"), text(" noon"), sound())
    with pytest.raises(EngineTimeout):
        await stage.answered()


@pytest.mark.parametrize(
    ("ends", "error"),
    [
        (ended("failed", error=ErrorDetail(code="rate_limit_exceeded")), RateLimited),
        (ended("failed", error=ErrorDetail(code="insufficient_quota")), EngineUnavailable),
        (ended("failed"), BrokenReply),
        (ended("cancelled", reason="turn_detected"), BrokenReply),
        (ended("completed"), BrokenReply),
        (ended("incomplete", reason="content_filter"), BrokenReply),
        (BrokenReply("The connection is gone."), BrokenReply),
        (Refused(ErrorDetail(code="input_audio_buffer_commit_empty"), "input_audio_buffer.commit"), SovereignError),
    ],
)
async def test_an_answer_that_fails_says_why(ends: Any, error: type[SovereignError]) -> None:
    async with held() as stage:
        await stage.told(ends)
        with pytest.raises(error):
            await stage.answered()


async def test_an_answer_that_the_server_breaks_off_is_given_to_the_next_in_line() -> None:
    async with held() as stage:
        await stage.told(text("It is "), sound(), ended("cancelled", reason="turn_detected"))
        with pytest.raises(BrokenReply):
            await stage.answered()


async def test_a_long_answer_that_was_cut_is_an_answer() -> None:
    async with held() as stage:
        await stage.told(text("Once upon a time"), ended("incomplete", reason="max_output_tokens"))
        await stage.answered()


async def test_an_answer_without_sound_is_said_to_be_one_to_read() -> None:
    async with held() as stage:
        await stage.told(text("Only written."), ended("completed"))
        await stage.answered()
        (unspoken,) = stage.of(Unspoken)
        assert "without sound" in unspoken.error.user_text


async def test_an_answer_with_sound_is_not() -> None:
    async with held() as stage:
        await stage.told(*ANSWER)
        await stage.answered()
        assert not stage.of(Unspoken)


async def test_an_error_event_about_something_else_does_not_end_the_turn() -> None:
    async with held() as stage:
        await stage.told(Refused(ErrorDetail(code="odd"), "conversation.item.create"), *ANSWER)
        await stage.answered()


async def test_a_session_that_can_not_be_opened_fails_the_turn_at_once() -> None:
    stage = Stage()
    stage.client.refuses = Unauthorized("The Realtime API refused the key.")
    await stage.begin()
    assert stage.answering is not None
    await settle()
    assert stage.answering.done(), "it waits for the end of the question although nobody listens"
    with pytest.raises(Unauthorized):
        await stage.answered()


async def test_availability_is_the_clients_and_preparing_waits_for_nothing() -> None:
    stage = Stage()
    stage.client.available = Availability(False, "no key")
    assert not await stage.backend.availability()
    stage.client.opens.clear()
    await stage.backend.prepare()
    assert stage.client.started == 1


# Notes


def test_the_first_connection_is_no_news() -> None:
    notes = SessionNotes()
    for state in (ClientState.CONNECTING, ClientState.WAITING, ClientState.CONNECTING, ClientState.OPEN):
        notes.changed(state)
    assert notes.take() == []


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ((ClientState.RENEWING, ClientState.OPEN), "renewed"),
        ((ClientState.CONNECTING, ClientState.OPEN), "lost"),
        ((ClientState.WAITING, ClientState.CONNECTING, ClientState.OPEN), "lost"),
        ((ClientState.RENEWING, ClientState.WAITING, ClientState.CONNECTING, ClientState.OPEN), "lost"),
    ],
)
def test_a_renewal_and_a_loss_are_told_apart(states: tuple[ClientState, ...], word: str) -> None:
    notes = SessionNotes()
    for state in (ClientState.CONNECTING, ClientState.OPEN, *states):
        notes.changed(state)
    (note,) = notes.take()
    assert word in note
    assert notes.take() == []


async def test_the_next_turn_notes_what_happened_to_the_connection() -> None:
    async with held() as stage:
        for state in (ClientState.OPEN, ClientState.RENEWING, ClientState.OPEN):
            stage.notes.changed(state)
        await stage.told(*ANSWER)
        await stage.answered()
    assert len(stage.of(Noted)) == 1


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (RealtimeApi().url, "gpt-realtime-2.1"),
        ("ws://me:hush@127.0.0.1:8765/v1/realtime", "gpt-realtime-2.1 at 127.0.0.1:8765"),
        ("ws://[::1/v1", "gpt-realtime-2.1 at ws://[::1/v1"),
    ],
)
def test_the_record_names_the_server_where_it_is_not_the_providers_and_no_password(url: str, named: str) -> None:
    assert Stage(RealtimeApi(url=url)).backend.engines == {"realtime": named}


# What it costs beside the answer


async def test_writing_the_question_down_is_paid_for_once_at_the_price_of_its_model() -> None:
    usage = TranscriptionUsage(type="duration", seconds=3.0)
    async with held(RealtimeApi()) as stage:
        await stage.told(committed(), Recognised("item_q", "what time is it", is_final=True, usage=usage), *ANSWER)
        await stage.answered()
    (consumed,) = stage.of(Consumed)
    assert (consumed.model, consumed.use.heard_ms) == ("gpt-live-transcribe", 3_000)
    assert consumed.cost_usd == pytest.approx(0.017 / 20)
    assert not stage.of(Noted)


async def test_a_server_on_this_computer_asks_for_no_money_for_writing_down() -> None:
    usage = TranscriptionUsage(type="duration", seconds=3.0)
    async with held(RealtimeApi()) as stage:
        stage.client.endpoint = replace(stage.client.endpoint, url="ws://127.0.0.1:8765/v1/realtime")
        await stage.told(committed(), Recognised("item_q", "what time is it", is_final=True, usage=usage), *ANSWER)
        await stage.answered()
    assert not stage.of(Consumed)
    assert stage.of(Heard)


async def test_words_that_come_after_the_end_of_the_turn_are_paid_for_too() -> None:
    async with held() as stage:
        await stage.told(committed(), *ANSWER)
        await stage.answered()
    usage = TranscriptionUsage(type="duration", seconds=60.0)
    stage.backend.late(Recognised("item_q", "what time is it", is_final=True, usage=usage))
    (consumed,) = stage.of(Consumed)
    assert consumed.use.heard_ms == 60_000


async def test_an_answer_that_was_cancelled_before_it_began_is_paid_for_by_the_turn_that_asked_for_it() -> None:
    stage, told = Stage(), list[tuple[str, BackendEvent]]()
    for number in ("first", "second"):
        stage.events = []
        await stage.begin(turn_id=number)
        stage.turn.requests.add(f"response.create:{number}")
        await stage.speak()
        await stage.finish()
        await stage.told(*ANSWER)
        await stage.answered()
        told.append((number, stage.events))  # type: ignore[arg-type]
    usage = ResponseUsage(input_tokens=10, output_tokens=0)
    for asked_by in ("response.create:first", "of nobody"):
        stage.backend.late(Wasted(asked_by, usage))
    paid = {number: [event for event in events if isinstance(event, Consumed)] for number, events in told}  # type: ignore[attr-defined]
    assert {number: len(consumed) for number, consumed in paid.items()} == {"first": 1, "second": 1}
