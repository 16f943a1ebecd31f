"""A language model that falls silent in the middle of its answer, and what the user hears of it."""

from __future__ import annotations

from datetime import datetime

from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.app.single_turn import single_turn
from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.conversation.backends.base import TurnRequest
from sovereign_desktop.conversation.backends.pipeline import ModelResponder
from sovereign_desktop.conversation.backends.skills import SkillsResponder
from sovereign_desktop.conversation.backends.spoken import SpokenBackend
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills import SkillBook, SkillContext
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.events import EventBus
from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech
from tests.fakes.openai_server import FakeOpenAIServer, Fault


def context(request: TurnRequest) -> SkillContext:
    now = datetime.now().astimezone()
    return SkillContext(now, failure=request.failure, already_said=request.already_said)


async def test_what_was_said_is_kept_and_one_sentence_says_what_happened() -> None:
    skills, stt, tts = SkillBook(), FakeSpeechToText(), FakeTextToSpeech()
    async with FakeOpenAIServer(reply="There was a king. He had three sons and no daughter") as server:
        server.fault = Fault.STALLS
        settings = LanguageModelSettings(base_url=server.base_url, model="fake", timeout_s=60, stall_s=0.1)
        model = OpenAICompatibleLanguageModel(settings)
        backends = (
            SpokenBackend("pipeline", stt, ModelResponder(model, skills, context, lambda: "Be brief."), tts),
            SpokenBackend("skills", stt, SkillsResponder(skills, context), tts),
        )
        turn = await single_turn(FileAudio(), Line(backends), EventBus(), text="tell me a story about a king")
        await model.close()
    assert (turn.outcome, turn.backend) == (Outcome.FAILED, "skills"), "half an answer is none: it can be retried"
    assert turn.reply.startswith("There was a king.")
    assert turn.reply.endswith(
        "The answer broke off there. The server at 127.0.0.1 stopped in the middle of its answer for 0.1 seconds."
    )
