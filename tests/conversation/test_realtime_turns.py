"""Whole turns: the controller, the Realtime backend and its client, against a scripted server on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sovereign_desktop.audio.port import PlaybackEnded, PlaybackProgress, PlaybackStarted
from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.conversation.backends.base import Heard, Replying, TurnRequest
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend, SessionNotes
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.dialogue import Message, Outcome, Role, Transcript
from sovereign_desktop.core.events import EventBus, TurnAmended, TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.endpoint import Endpoint
from tests.conversation.stage import ScriptedAudio, ScriptedBackend, events_of
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession, marked_sound

USAGE = {
    "total_tokens": 150,
    "input_tokens": 100,
    "output_tokens": 50,
    "input_token_details": {"text_tokens": 60, "audio_tokens": 40, "cached_tokens": 0},
    "output_token_details": {"text_tokens": 10, "audio_tokens": 40},
}
COST_USD = (60 * 4 + 40 * 32 + 10 * 24 + 40 * 64) / 1e6


class Stage:
    """The controller with its two backends, a microphone and a loudspeaker of the test's."""

    def __init__(self, url: str) -> None:
        api = RealtimeApi.model_validate({"transcription": {"model": ""}})
        notes = SessionNotes()
        self.history = History()
        self.audio = ScriptedAudio()
        self.bus = EventBus()
        self.ended: list[TurnEnded] = events_of(self.bus, TurnEnded)
        self.amended: list[TurnAmended] = events_of(self.bus, TurnAmended)
        self.client = RealtimeClient(
            Endpoint(url, "gpt-realtime-2.1"),
            lambda: {"type": "realtime"},
            conversation=lambda: self.history.messages,
            attempts=Attempts(Backoff(first_s=0.01, longest_s=0.05)),
            on_change=notes.changed,
            on_late=lambda decision: self.realtime.late(decision),
        )
        tools = ToolBox(SkillBook())
        self.realtime = RealtimeBackend(self.client, api, tools, lambda _: SkillContext(datetime.now(UTC)), notes=notes)
        self.second = ScriptedBackend("second", _answers)
        self.turns = TurnController(self.audio, Line((self.realtime, self.second)), self.bus, history=self.history)

    def begin(self, number: int, frames: int = 10) -> str:
        """Hold the key and speak: sound whose samples are all `number`."""
        turn_id = self.turns.listen()
        self.audio.speak(turn_id, frames, AudioFrame(marked_sound(number, 20), 24_000))
        return turn_id

    def let_go(self, turn_id: str) -> None:
        self.turns.stop_listening()
        self.audio.end(turn_id)

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.001)

    async def ask(self, number: int) -> TurnRecord:
        """A whole turn, spoken and heard."""
        turn_id = self.begin(number)
        self.let_go(turn_id)
        return await self.hear_out(turn_id)

    async def hear_out(self, turn_id: str) -> TurnRecord:
        """The answer is played to its end, if it has sound."""
        await self.until(lambda: ("finish", turn_id) in self.audio.did or self.over(turn_id))
        if not self.over(turn_id):
            self.audio.tell(PlaybackStarted(turn_id, 2.0))
            self.audio.tell(PlaybackEnded(turn_id, 100.0, completed=True))
        await self.until(lambda: self.over(turn_id))
        record: TurnRecord = next(event.turn for event in self.ended if event.turn_id == turn_id)
        return record

    def over(self, turn_id: str) -> bool:
        return any(event.turn_id == turn_id for event in self.ended)


def _answers(request: TurnRequest, emit: Callable[[Any], None]) -> None:
    emit(Heard(Transcript("as the second heard it", is_final=True)))
    emit(Replying("The second answers."))


@asynccontextmanager
async def on_stage() -> AsyncIterator[tuple[Stage, FakeRealtimeServer]]:
    async with FakeRealtimeServer() as server:
        stage = Stage(server.url)
        try:
            async with stage.turns:
                yield stage, server
        finally:
            await stage.client.close()


def bills(session: FakeSession) -> None:
    """Every response of the session has used the same."""
    send = session.send

    async def with_usage(kind: str, **fields: Any) -> None:
        if kind == "response.done":
            fields["response"] = fields["response"] | {"usage": USAGE}
        await send(kind, **fields)

    session.send = with_usage  # type: ignore[method-assign]


async def test_a_spoken_turn_is_answered_and_its_price_stands_in_the_record() -> None:
    async def behave(session: FakeSession) -> None:
        bills(session)
        await session.greet()
        await session.serve()

    async with on_stage() as (stage, server):
        server.behave = behave
        record = await stage.ask(1)
    assert (record.outcome, record.backend, record.reply) == (Outcome.ANSWERED, "realtime", "You said: turn 1 (200 ms)")
    assert abs(record.cost_usd - COST_USD) < 1e-9
    assert (record.input_tokens, record.output_tokens, record.note) == (100, 50, "")


async def test_an_interrupted_answer_is_cut_at_the_server_to_what_was_heard_and_still_has_its_price() -> None:
    async def behave(session: FakeSession) -> None:
        bills(session)

        async def endless(request: dict[str, Any]) -> None:
            await session.begin((request.get("response") or {}).get("metadata"))
            await session.say("A very long story about a lighthouse by the sea.", marked_sound(7, 4_000))

        if session.number == 0:
            session.respond = endless  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with on_stage() as (stage, server):
        server.behave = behave
        turn_id = stage.begin(1)
        stage.let_go(turn_id)
        await stage.until(lambda: stage.audio.count("play") >= 2)
        stage.audio.tell(PlaybackStarted(turn_id, 2.0))
        stage.audio.tell(PlaybackProgress(turn_id, 1_000.0))
        stage.begin(2)
        stage.audio.tell(PlaybackEnded(turn_id, 1_040.0, completed=False))
        cut = await server.sessions[0].expect("conversation.item.truncate")
        await stage.until(lambda: stage.amended)
        stage.turns.cancel()
    record = stage.amended[-1].turn
    assert (record.turn_id, record.outcome) == (turn_id, Outcome.INTERRUPTED)
    assert abs(record.cost_usd - COST_USD) < 1e-9
    assert cut["audio_end_ms"] == 1040
    assert record.reply == "A very"
    assert "response.cancel" in server.sessions[0].kinds()


async def test_a_connection_lost_while_the_user_speaks_costs_nothing_but_a_note() -> None:
    async with on_stage() as (stage, server):
        turn_id = stage.begin(1)
        await stage.until(lambda: server.sessions and len(server.sessions[0].sound) >= 2 * 24 * 100)
        server.sessions[0].cut()
        stage.audio.speak(turn_id, 5, AudioFrame(marked_sound(1, 20), 24_000))
        stage.let_go(turn_id)
        record = await stage.hear_out(turn_id)
    assert (record.outcome, record.backend, record.reply) == (Outcome.ANSWERED, "realtime", "You said: turn 1 (300 ms)")
    assert "is back" in record.note
    assert record.error == ""


async def test_a_server_that_fails_leaves_the_whole_question_to_the_next_and_knows_the_answer_later() -> None:
    async def behave(session: FakeSession) -> None:
        respond = session.respond

        async def first_fails(request: dict[str, Any]) -> None:
            if len(stage.ended) == 0:
                response_id = await session.begin((request.get("response") or {}).get("metadata"))
                error = {"type": "server_error", "code": "server_error"}
                details = {"type": "failed", "error": error}
                await session.send(
                    "response.done", response={"id": response_id, "status": "failed", "status_details": details}
                )
            else:
                await respond(request)

        session.respond = first_fails  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with on_stage() as (stage, server):
        server.behave = behave
        first = await stage.ask(1)
        request = stage.second.requests[0]
        second = await stage.ask(2)
        texts = server.sessions[-1].texts
    assert (first.backend, first.reply) == ("second", "The second answers.")
    assert request.utterance is not None
    assert request.utterance.duration_ms == 200
    assert second.backend == "realtime"
    assert texts[:2] == ["as the second heard it", "The second answers."], json.dumps(texts)


async def test_the_conversation_of_a_turn_without_written_words_holds_its_answer() -> None:
    async with on_stage() as (stage, _server):
        turn_id = stage.begin(1)
        stage.let_go(turn_id)
        await stage.hear_out(turn_id)
    assert stage.history.messages == (Message(Role.ASSISTANT, "You said: turn 1 (200 ms)", turn_id),)
