"""Clients that send what they should not. Each gets an error or a clean close, and the others notice nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.servers.realtime.stage import PUSH_TO_TALK, Raw, Stage, loud

HELLO = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}


async def still_answers(raw: Raw) -> None:
    """Whether the session goes on as if nothing had been."""
    await raw.send("conversation.item.create", item=HELLO)
    assert [event["type"] for event in await raw.until("conversation.item.done")][-2:] == [
        "conversation.item.added",
        "conversation.item.done",
    ]


@pytest.mark.parametrize(
    ("message", "code", "param"),
    [
        ("", "invalid_json", None),
        ("{", "invalid_json", None),
        ("null", "missing_required_parameter", "type"),
        ("[]", "missing_required_parameter", "type"),
        ("{}", "missing_required_parameter", "type"),
        ('{"type": 7}', "missing_required_parameter", "type"),
        ('{"type": "session.created"}', "invalid_value", "type"),
        ('{"type": "input_audio_buffer.append"}', "missing_required_parameter", "audio"),
        ('{"type": "input_audio_buffer.append", "audio": 7}', "invalid_value", "audio"),
        ('{"type": "input_audio_buffer.append", "audio": "no base64!"}', "invalid_value", "audio"),
        ('{"type": "input_audio_buffer.append", "audio": "AAAA"}', "invalid_value", "audio"),
        ('{"type": "conversation.item.create"}', "missing_required_parameter", "item"),
        ('{"type": "conversation.item.create", "item": {}}', "missing_required_parameter", "item.type"),
        ('{"type": "conversation.item.truncate", "item_id": "x"}', "missing_required_parameter", "audio_end_ms"),
        ('{"type": "session.update", "session": []}', "invalid_value", "session"),
        ('{"type": "response.create", "response": "now"}', "invalid_value", "response"),
        (b'{"type": "response.cancel"}', "response_cancel_not_active", None),
        (b"\x00\xff\x00\xff", "invalid_json", None),
        ("[" * 100_000, "invalid_json", None),
        ('{"type": "session.update", "session": ' + '{"a": ' * 900 + "1" + "}" * 900 + "}", "any", "any"),
    ],
    ids=repr,
)
async def test_what_is_no_event_is_an_error_and_the_session_goes_on(
    stage: Stage, message: str | bytes, code: str, param: str | None
) -> None:
    async with stage.raw() as raw:
        await raw.socket.send(message)
        error = await raw.error()
        assert error["type"] == "invalid_request_error"
        if code != "any":
            assert (error["code"], error.get("param")) == (code, param)
        await still_answers(raw)


async def test_an_error_names_the_event_that_caused_it(stage: Stage) -> None:
    async with stage.raw() as raw:
        await raw.send("input_audio_buffer.commit", event_id="mine-1")
        assert (await raw.error())["event_id"] == "mine-1"
        await raw.send("nonsense", event_id="mine-2")
        assert (await raw.error())["event_id"] == "mine-2"


async def test_fifteen_megabytes_of_sound_are_taken_and_others_do_not_wait(stage: Stage) -> None:
    sound = "A" * (15 * 2**20)
    async with stage.raw() as raw, stage.raw() as other:
        await raw.send("session.update", session=PUSH_TO_TALK)
        await raw.until("session.updated")
        sending = asyncio.create_task(raw.send("input_audio_buffer.append", audio=sound))
        longest_s = 0.0
        loop = asyncio.get_running_loop()
        for _ in range(20):
            began = loop.time()
            await still_answers(other)
            longest_s = max(longest_s, loop.time() - began)
            await asyncio.sleep(0.02)
        await sending
        await raw.send("input_audio_buffer.commit")
        assert (await raw.next())["type"] == "input_audio_buffer.committed"
        assert longest_s < 1.0


async def test_more_than_fifteen_megabytes_are_refused(stage: Stage) -> None:
    async with stage.raw() as raw:
        await raw.send("input_audio_buffer.append", audio="A" * (15 * 2**20 + 4))
        error = await raw.error()
        assert error["param"] == "audio"
        assert "15 MiB" in error["message"]
        await still_answers(raw)


async def test_a_frame_that_is_too_long_ends_the_connection_and_nothing_else(stage: Stage) -> None:
    async with stage.raw() as other:
        async with stage.raw() as raw:
            assert await raw.closing("x" * (40 * 2**20)) == 1009
        await still_answers(other)


async def test_text_that_is_no_text_ends_the_connection_cleanly(stage: Stage) -> None:
    async with stage.raw() as raw:
        assert await raw.closing(b"\xff\xfe", text=True) == 1007


async def test_a_client_that_vanishes_takes_its_work_with_it(stage: Stage) -> None:
    stage.tts.open_gate.clear()
    async with stage.raw() as raw:
        await raw.send("conversation.item.create", item=HELLO)
        await raw.send("response.create")
        await raw.until("response.output_audio_transcript.delta")
        await raw.send("session.update", session=PUSH_TO_TALK)
        await raw.send("input_audio_buffer.append", audio=base64.b64encode(loud(500)).decode())
        await raw.until("session.updated")
        raw.socket.transport.abort()
    async with asyncio.timeout(5):
        while stage.tts.running or stage.stt.running:
            await asyncio.sleep(0.01)
    assert stage.tts.stopped_early == 1


async def test_an_engine_that_breaks_unexpectedly_fails_the_response_only(
    stage: Stage, expected_errors: list[Any]
) -> None:
    class Broken:
        name, model = "broken", "broken"

        def reply(self, *_: Any) -> Any:
            raise ZeroDivisionError

    working, stage.model = stage.model, Broken()
    async with stage.raw() as raw:
        await raw.send("conversation.item.create", item=HELLO)
        await raw.send("response.create")
        done = (await raw.until("response.done"))[-1]["response"]
        assert (done["status"], done["status_details"]["error"]["message"]) == ("failed", "The pipeline failed.")
        assert len(expected_errors) == 1
        stage.model = working
        await raw.send("response.create")
        assert (await raw.until("response.done"))[-1]["response"]["status"] == "completed"


async def test_many_sessions_do_not_mix(stage: Stage) -> None:
    async def one(number: int) -> None:
        async with stage.raw() as raw:
            text = f"word {number}"
            item = {**HELLO, "content": [{"type": "input_text", "text": text}]}
            await raw.send("conversation.item.create", item=item)
            added = await raw.until("conversation.item.done")
            await raw.send("response.create", response={"output_modalities": ["text"]})
            done = (await raw.until("response.done"))[-1]["response"]
            assert added[0]["item"]["content"][0]["text"] == text
            assert done["status"] == "completed"

    await asyncio.gather(*(one(number) for number in range(20)))
    asked = {messages[-1].text for messages, _ in stage.model.asked}
    assert asked == {f"word {number}" for number in range(20)}


async def test_a_flood_of_events_that_nobody_reads_is_stopped_by_backpressure(stage: Stage) -> None:
    before = psutil.Process().memory_info().rss
    async with stage.raw(max_queue=1) as raw:
        item = {**HELLO, "content": [{"type": "input_text", "text": "x" * 100_000}]}
        await raw.send("conversation.item.create", item={**item, "id": "long"})
        message = json.dumps({"type": "conversation.item.retrieve", "item_id": "long"})
        sent = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                for sent in range(100_000):  # noqa: B007
                    await raw.socket.send(message)
        assert sent < 99_999
        assert psutil.Process().memory_info().rss - before < 100 * 2**20
        raw.socket.transport.abort()
    await stage.emptied()


async def test_an_answer_is_made_only_as_fast_as_it_is_taken() -> None:
    stage = Stage()
    made = 0
    original = stage.tts.sound_of

    def counted(text: str) -> Any:
        for frame in original(text):
            nonlocal made
            made += 1
            yield frame

    stage.tts.sound_of = counted  # type: ignore[method-assign,assignment]
    stage.model.pieces = ("A sentence of the story that is told. ",) * 600
    async with stage.running(), stage.raw(max_queue=1) as raw:
        await raw.send("response.create")
        last = -1
        while made != last:  # nobody reads: it comes to a halt
            last = made
            await asyncio.sleep(0.3)
        frames_in_all = 600 * len(list(original("A sentence of the story that is told.")))
        assert made < frames_in_all / 2
        seen = await raw.until("response.done")
        assert seen[-1]["response"]["status"] == "completed"
        assert made == frames_in_all
