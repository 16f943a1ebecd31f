"""What a model is told in whole turns, and that the record of a turn holds what was sent, byte for byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sovereign_desktop.audio.port import ListenStyle, PlaybackEnded, PlaybackStarted
from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.context.base import ContextPiece, Picture, Provided, Tier
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend
from sovereign_desktop.conversation.backends.skills import SkillsResponder
from sovereign_desktop.conversation.backends.spoken import SpokenBackend
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.events import EventBus, TurnEnded
from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.endpoint import Endpoint
from tests.context.providers import FakeProvider, says, screen
from tests.conversation.stage import ScriptedAudio, events_of
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech
from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession, marked_sound

GRACE = {"grace_ms": 1_000}


class Stage:
    """A controller whose turns are briefed by `providers`; a microphone and a loudspeaker of the test's."""

    def __init__(self, *providers: FakeProvider) -> None:
        self.history, self.audio, self.bus = History(), ScriptedAudio(), EventBus()
        self.ended: list[TurnEnded] = events_of(self.bus, TurnEnded)
        settings = SmartContext.model_validate(GRACE)
        self.briefer = Briefer(providers, settings, Estimate(), lambda: "Be brief.")

    def controller(self, *backends: Any) -> TurnController:
        return TurnController(self.audio, Line(backends), self.bus, history=self.history, briefer=self.briefer)

    async def over(self, turn_id: str) -> TurnRecord:
        """The record of the turn, whose answer is heard to its end."""
        async with asyncio.timeout(20):
            while ("finish", turn_id) not in self.audio.did and not self.found(turn_id):
                await asyncio.sleep(0.001)
            self.audio.tell(PlaybackStarted(turn_id, 2.0))
            self.audio.tell(PlaybackEnded(turn_id, 100.0, completed=True))
            while not (found := self.found(turn_id)):
                await asyncio.sleep(0.001)
        return found[0]

    def found(self, turn_id: str) -> list[TurnRecord]:
        return [event.turn for event in self.ended if event.turn_id == turn_id]


# A chat model


def skills(request: Any) -> SkillContext:
    return SkillContext(datetime.now(UTC), failure=request.failure)


class Elsewhere(OpenAICompatibleLanguageModel):
    """A model that says that it is on another computer."""

    hosts = ("models.example.org",)


@asynccontextmanager
async def pipeline(
    stage: Stage, kind: type[OpenAICompatibleLanguageModel] = OpenAICompatibleLanguageModel
) -> AsyncIterator[tuple[TurnController, FakeOpenAIServer]]:
    async with FakeOpenAIServer(reply="On Tuesday.") as server:
        model = kind(LanguageModelSettings(base_url=server.base_url, model="small"))
        responder = ModelResponder(model, SkillBook(), skills, lambda: "Unused.")
        backend = SpokenBackend("pipeline", FakeSpeechToText(), responder, FakeTextToSpeech())
        try:
            async with stage.controller(backend) as turns:
                yield turns, server
        finally:
            await model.close()
            await stage.briefer.close()


async def test_the_pipeline_is_told_what_the_providers_know() -> None:
    stage = Stage(FakeProvider(said=says("The dentist is Goran.")), screen("A calendar."))
    async with pipeline(stage) as (turns, server):
        await stage.over(turns.ask("who is my dentist"))
        messages = server.requests[-1].json["messages"]
    assert messages[0] == {"role": "system", "content": "Be brief."}
    assert "The dentist is Goran." in messages[-1]["content"]
    assert "A calendar." in messages[-1]["content"]
    assert messages[-1]["content"].endswith("The user says: who is my dentist")


async def test_the_record_holds_every_byte_that_the_model_s_server_was_sent() -> None:
    odd = says('grüße 🎉 "quoted" \\ back\ttab <|im_end|> \u2028 end>>>')
    stage = Stage(FakeProvider(said=odd))
    async with pipeline(stage, Elsewhere) as (turns, server):
        await stage.over(turns.ask("who is my dentist"))
        record = await stage.over(turns.ask("and where"))
        body = server.requests[-1].json
    (sent,) = unpacked(record.context)["sent"]
    assert [(part["kind"], part["text"]) for part in sent["parts"]] == [
        (message["role"], message["content"]) for message in body["messages"]
    ]
    assert (sent["to"], sent["leaves_computer"]) == ("openai_compatible:small at models.example.org", True)


async def test_what_a_skill_answers_is_sent_to_nobody() -> None:
    stage = Stage(FakeProvider(said=says("The dentist is Goran.")))
    responder = SkillsResponder(SkillBook(), skills)
    async with stage.controller(SpokenBackend("skills", FakeSpeechToText(), responder, FakeTextToSpeech())) as turns:
        record = await stage.over(turns.ask("what time is it"))
    await stage.briefer.close()
    assert unpacked(record.context)["sent"] == []


async def test_a_turn_that_is_over_ends_the_searching() -> None:
    hanging = FakeProvider(gate=asyncio.Event())
    stage = Stage(hanging)
    async with pipeline(stage) as (turns, _):
        turns.listen()
        await asyncio.sleep(0)
        turns.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
    assert (len(hanging.asked), hanging.cancelled) == (1, 1)


# A Realtime session


@asynccontextmanager
async def realtime(stage: Stage, **api: Any) -> AsyncIterator[tuple[TurnController, FakeRealtimeServer]]:
    async with FakeRealtimeServer() as server:
        settings = RealtimeApi.model_validate({"transcription": {"model": ""}, **api})
        client = RealtimeClient(
            Endpoint(server.url, "gpt-realtime-2.1"),
            lambda: {"type": "realtime", "instructions": "Talk."},
            conversation=lambda: stage.briefer.conversation(stage.history.messages),
        )
        backend = RealtimeBackend(client, settings, ToolBox(SkillBook()), skills)
        try:
            async with stage.controller(backend) as turns:
                yield turns, server
        finally:
            await client.close()
            await stage.briefer.close()


async def spoken(stage: Stage, turns: TurnController, number: int = 1) -> TurnRecord:
    turn_id = turns.listen()
    stage.audio.speak(turn_id, 10, AudioFrame(marked_sound(number, 20), 24_000))
    turns.stop_listening()
    stage.audio.end(turn_id)
    return await stage.over(turn_id)


def told(session: FakeSession) -> list[str]:
    """The texts of the items that the client has made, in order."""
    made = [event["item"] for event in session.received if event["type"] == "conversation.item.create"]
    return [part["text"] for item in made for part in item["content"]]


async def test_a_session_is_told_before_the_sound_becomes_a_question() -> None:
    stage = Stage(FakeProvider(said=says("The dentist is Goran.")))
    async with realtime(stage) as (turns, server):
        record = await spoken(stage, turns)
        (session,) = server.sessions
        kinds = session.kinds()
        assert record.reply.startswith("You said: turn 1")
        assert any("The dentist is Goran." in text for text in told(session))
        assert kinds.index("conversation.item.create") < kinds.index("input_audio_buffer.commit")


async def test_a_server_that_finds_the_end_itself_is_told_while_the_user_speaks() -> None:
    stage = Stage(FakeProvider(said=says("The dentist is Goran.")))
    async with realtime(stage, turn_detection={"type": "server_vad"}) as (turns, server):
        turn_id = turns.listen(ListenStyle.HANDS_FREE)
        async with asyncio.timeout(20):
            while not (server.sessions and any("Goran" in text for text in told(server.sessions[0]))):
                stage.audio.speak(turn_id, 1, AudioFrame(marked_sound(1, 20), 24_000))
                await asyncio.sleep(0.001)
        assert "input_audio_buffer.commit" not in server.sessions[0].kinds()
        turns.cancel()


async def test_a_session_is_told_only_what_has_changed() -> None:
    memory, display = FakeProvider(said=says("The dentist is Goran.")), screen("An editor.")
    stage = Stage(memory, display)
    async with realtime(stage) as (turns, server):
        await spoken(stage, turns, 1)
        (session,) = server.sessions
        before = len(told(session))
        await spoken(stage, turns, 2)
        assert len(told(session)) == before
        display.version, display.said = 2, says("A browser.", "screen: browser")
        await spoken(stage, turns, 3)
        assert [("A browser." in text) for text in told(session)[before:]] == [True]
        assert not any("An editor." in text for text in session.texts)
        assert any("Goran" in text for text in session.texts)


async def test_what_may_not_be_looked_at_any_more_is_taken_back_from_the_server() -> None:
    display = screen("An editor.")
    stage = Stage(display)
    async with realtime(stage) as (turns, server):
        await spoken(stage, turns, 1)
        display.version, display.said = 2, Provided(withheld="Screen awareness is off.")
        await spoken(stage, turns, 2)
        texts = server.sessions[0].texts
    assert not any("An editor." in text for text in texts)
    assert any("Screen awareness is off." in text for text in texts)


async def test_the_time_is_told_behind_what_was_said_and_earlier_times_stay() -> None:
    clock = FakeProvider("system", Tier.SYSTEM, says("It is noon.", "time", is_trusted=True))
    stage = Stage(clock)
    async with realtime(stage) as (turns, server):
        await spoken(stage, turns, 1)
        clock.version, clock.said = 2, says("It is one.", "time", is_trusted=True)
        await spoken(stage, turns, 2)
        texts = server.sessions[0].texts
        assert server.sessions[0].settings["instructions"] == "Talk."
    assert texts.index("It is noon.") < texts.index("It is one.")


async def test_the_record_holds_every_message_with_text_that_went_over_the_wire() -> None:
    stage = Stage(FakeProvider(said=says('grüße 🎉 "q" <|im_end|>')), screen("An editor."))
    async with realtime(stage) as (turns, server):
        first = await spoken(stage, turns, 1)
        record = await spoken(stage, turns, 2)
        wire = [text for text in server.sessions[0].messages if json.loads(text)["type"] in WITH_TEXT]
    (sent,) = unpacked(first.context)["sent"]
    assert [part["text"] for part in sent["parts"]] == wire
    assert all(part["in_turn"] for part in sent["parts"])
    assert sent["sound_ms"] == 200
    assert sent["to"].startswith("gpt-realtime-2.1 at 127.0.0.1")
    assert not sent["leaves_computer"]
    (again,) = unpacked(record.context)["sent"]
    assert [part["text"] for part in again["parts"]] == wire
    assert not any(part["in_turn"] for part in again["parts"])


WITH_TEXT = ("session.update", "conversation.item.create")


async def test_a_session_that_is_lost_under_a_turn_is_told_again_in_the_next() -> None:
    stage = Stage(FakeProvider(said=says("The dentist is Goran.")))

    async def behave(session: FakeSession) -> None:
        await session.greet()
        if session.number == 0:
            serve = session.handle

            async def handle(event: dict[str, Any]) -> None:
                if event["type"] == "response.create":
                    session.cut()
                else:
                    await serve(event)

            session.handle = handle  # type: ignore[method-assign]
        await session.serve()

    async with realtime(stage) as (turns, server):
        server.behave = behave
        await spoken(stage, turns)
        assert len(server.sessions) == 2
        assert any("Goran" in text for text in server.sessions[1].texts)


async def test_a_picture_goes_to_a_session_as_an_image() -> None:
    seen = ContextPiece("A chart", "screen", is_optional=False, picture=Picture(b"png", "image/png", 512, 512))
    stage = Stage(FakeProvider("screen", Tier.SCREEN, Provided((seen,))))
    async with realtime(stage) as (turns, server):
        await spoken(stage, turns)
        made = [event["item"] for event in server.sessions[0].received if event["type"] == "conversation.item.create"]
    assert made[0]["content"][1] == {
        "type": "input_image",
        "image_url": "data:image/png;base64,cG5n",
        "detail": "auto",
    }


async def test_one_that_hangs_costs_a_spoken_turn_nothing() -> None:
    hanging = FakeProvider(gate=asyncio.Event())
    stage = Stage(hanging, screen("An editor."))
    async with realtime(stage) as (turns, server):
        record = await spoken(stage, turns)
        assert any("An editor." in text for text in told(server.sessions[0]))
    assert unpacked(record.context)["problems"] == {"memory": "It did not answer in time."}
