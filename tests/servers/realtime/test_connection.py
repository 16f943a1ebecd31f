"""A session and its engines: what waits for what, and what stops when nobody wants it any more."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from sovereign_desktop.core.errors import EngineTimeout
from tests.servers.realtime.stage import PUSH_TO_TALK, Raw, Stage, loud, types_of

HELLO = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}


async def ask_aloud(raw: Raw) -> None:
    await raw.send("session.update", session=PUSH_TO_TALK)
    await raw.send("input_audio_buffer.append", audio=base64.b64encode(loud(500)).decode())
    await raw.send("input_audio_buffer.commit")
    await raw.send("response.create")
    await raw.until("rate_limits.updated")


def words_of(event: dict[str, Any]) -> str:
    return "".join(item["content"][0]["transcript"] for item in event["response"]["output"])


async def test_an_answer_waits_until_it_is_known_what_was_said(stage: Stage) -> None:
    stage.stt.open_gate.clear()
    async with stage.raw() as raw:
        await ask_aloud(raw)
        await raw.send("input_audio_buffer.clear")
        assert (await raw.next())["type"] == "input_audio_buffer.cleared"
        stage.stt.open_gate.set()
        done = (await raw.until("response.done"))[-1]
        assert words_of(done).startswith("It is ")


async def test_what_could_not_be_heard_can_not_be_answered_and_may_be_said_again(stage: Stage) -> None:
    stage.stt.failure = EngineTimeout("It took too long.")
    async with stage.raw() as raw:
        await ask_aloud(raw)
        done = (await raw.until("response.done"))[-1]["response"]
        assert (done["status"], done["status_details"]["error"]["message"]) == ("failed", "It took too long.")
        stage.stt.failure = None
        await ask_aloud(raw)
        assert words_of((await raw.until("response.done"))[-1]).startswith("It is ")


async def test_a_cancelled_answer_is_no_longer_spoken(stage: Stage) -> None:
    stage.tts.frames_before_gate = 2
    stage.tts.open_gate.clear()
    async with stage.raw() as raw:
        await raw.send("conversation.item.create", item=HELLO)
        await raw.send("response.create")
        await raw.until("response.output_audio.delta")
        assert stage.tts.running == 1
        await raw.send("response.cancel")
        assert (await raw.until("response.done"))[-1]["response"]["status"] == "cancelled"
        async with asyncio.timeout(5):
            while stage.tts.running:
                await asyncio.sleep(0.01)
        assert stage.tts.stopped_early == 1
        stage.tts.open_gate.set()
        await raw.send("response.create")
        assert (await raw.until("response.done"))[-1]["response"]["status"] == "completed"


async def test_sound_that_is_cleared_is_no_longer_listened_to(stage: Stage) -> None:
    stage.stt.open_gate.clear()
    async with stage.raw() as raw:
        await raw.send("session.update", session=PUSH_TO_TALK)
        await raw.send("input_audio_buffer.append", audio=base64.b64encode(loud(500)).decode())
        await raw.send("input_audio_buffer.clear")
        assert types_of(await raw.until("input_audio_buffer.cleared")) == [
            "session.updated",
            "input_audio_buffer.cleared",
        ]
        async with asyncio.timeout(5):
            while stage.stt.running:
                await asyncio.sleep(0.01)


async def test_words_are_recognised_while_they_are_spoken(stage: Stage) -> None:
    async with stage.raw() as raw:
        await raw.send("session.update", session=PUSH_TO_TALK)
        await raw.send("input_audio_buffer.append", audio=base64.b64encode(loud(500)).decode())
        async with asyncio.timeout(5):
            while len(stage.stt.heard) < 5:
                await asyncio.sleep(0.01)
        assert stage.stt.running == 1
        await raw.until("session.updated")


async def test_whole_recordings_are_recognised_one_after_another(stage: Stage) -> None:
    stage.stt.open_gate.clear()
    sound = base64.b64encode(loud(300)).decode()
    item = {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": sound}]}
    async with stage.raw() as raw:
        for _ in range(5):
            await raw.send("conversation.item.create", item=item)
            await raw.until("conversation.item.done")
        await raw.send("response.create")
        await raw.until("rate_limits.updated")
        assert stage.stt.running == 1
        stage.stt.open_gate.set()
        assert (await raw.until("response.done"))[-1]["response"]["status"] == "completed"
