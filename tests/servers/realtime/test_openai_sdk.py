"""The official SDK's realtime client against `serve realtime` with the engines of a fresh installation."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.desktop import tools
from tests.desktop.recording import RATE_HZ, at_rate
from tests.desktop.voices import speech
from tests.fakes.model_server import ModelServer
from tests.servers.realtime.stage import types_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not tools.on_this_system(), reason="needs flite, so Linux"),
    pytest.mark.timeout(60),
]

TOKEN = "a-token-of-the-tests"
LAMP = {"type": "function", "name": "lamp", "description": "Switches a lamp.", "parameters": {"type": "object"}}
ITEM = ["conversation.item.added", "conversation.item.done"]
BEGINS = [
    "response.created",
    "rate_limits.updated",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
]
ENDS = ["response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done"]
CALL = [
    "response.output_item.added",
    "conversation.item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
    "conversation.item.done",
]
KNOWN: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer("The answer of the model has some words.") as server:
        yield server


@pytest.fixture(scope="module")
def address(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `serve realtime` listens."""
    environment = {
        **os.environ,
        "SOVEREIGN_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "SOVEREIGN_LLM__BASE_URL": model.base_url,
        "SOVEREIGN_LLM__MODEL": "test",
    }
    command = [sys.executable, "-m", "sovereign_desktop", "serve", "realtime", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert "ws://127.0.0.1:" in line, line
            yield line.split()[-1].removesuffix("/realtime")
        finally:
            server.terminate()
            assert server.wait(10) == 0


class Client:
    """The SDK's connection; every event is one that the SDK knows, with all of its fields."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def configure(self, **session: Any) -> None:
        await self.connection.session.update(session={"type": "realtime", **session})
        await self.until("session.updated")

    async def say(self, text: str) -> str:
        content = [{"type": "input_text", "text": text}]
        await self.connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        return str((await self.until("conversation.item.done"))[0].item.id)

    async def hear(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), 1920):
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(pcm[at : at + 1920]).decode())

    async def until(self, kind: str) -> list[Any]:
        """The events up to the first of this type."""
        seen: list[Any] = []
        async for event in self.connection:
            KNOWN.validate_python(event.model_dump(exclude_unset=True))
            assert event.event_id
            seen.append(event)
            if event.type == kind:
                return seen
            if event.type == "error":
                break
        raise AssertionError(f"{kind} did not come: {types_of(seen)} {seen[-1]}")

    async def error(self) -> Any:
        """The next event's error."""
        async for event in self.connection:
            assert event.type == "error", event
            return event.error
        raise AssertionError("the connection ended")


@pytest.fixture
async def client(address: str, model: ModelServer) -> AsyncIterator[Client]:
    model.fake.calls, model.fake.tokens_per_s = [], 0.0
    async with (
        AsyncOpenAI(api_key=TOKEN, websocket_base_url=address) as sdk,
        sdk.realtime.connect(model="gpt-realtime-2.1") as connection,
    ):
        client = Client(connection)
        assert types_of(await client.until("conversation.created")) == ["session.created", "conversation.created"]
        yield client


@pytest.fixture(scope="module")
def question() -> bytes:
    """Somebody asks for the time: PCM at 24 kHz."""
    return at_rate(speech("what time is it now", "slt"), RATE_HZ, 24_000).tobytes()


def sound_of(events: list[Any]) -> bytes:
    return b"".join(base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta")


async def test_a_text_turn(client: Client) -> None:
    await client.configure(output_modalities=["text"], instructions="Be brief.")
    await client.say("Who wrote Faust?")
    await client.connection.response.create()
    seen = await client.until("response.done")
    assert types_of(seen) == [*BEGINS, "response.output_text.delta", "response.output_text.done", *ENDS]
    response = seen[-1].response
    assert response.status == "completed"
    assert response.output[0].content[0].text == "The answer of the model has some words."
    assert (response.usage.input_tokens, response.usage.output_tokens) == (11, 8)


async def test_a_push_to_talk_turn(client: Client, question: bytes) -> None:
    await client.configure(audio={"input": {"turn_detection": None, "transcription": {"model": "local"}}})
    await client.connection.input_audio_buffer.clear()
    await client.until("input_audio_buffer.cleared")
    await client.hear(question)
    await client.connection.input_audio_buffer.commit()
    await client.connection.response.create()
    seen = await client.until("response.done")
    assert types_of(seen) == [
        "input_audio_buffer.committed",
        *ITEM,
        "response.created",
        "rate_limits.updated",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        *BEGINS[2:],
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        *ENDS,
    ]
    heard = next(e for e in seen if e.type.endswith("transcription.completed"))
    assert heard.transcript == "what time is it now"
    assert seen[-1].response.output[0].content[0].transcript.startswith("It is ")
    assert len(sound_of(seen)) > 24_000


async def test_a_turn_that_the_server_finds(client: Client, question: bytes) -> None:
    await client.configure(audio={"input": {"turn_detection": {"type": "server_vad"}}})
    silence = b"\x00\x00" * 24_000
    await client.hear(silence + question + silence)
    seen = await client.until("response.done")
    assert types_of(seen)[:7] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        *ITEM,
        "response.created",
        "rate_limits.updated",
    ]
    # Somebody speaks after one second; 300 ms before that belong to it, and 500 ms of silence behind it.
    assert abs(seen[0].audio_start_ms - 700) < 150
    assert abs(seen[1].audio_end_ms - (1000 + len(question) / 48 + 500)) < 250
    assert seen[-1].response.output[0].content[0].transcript.startswith("It is ")


async def test_a_turn_that_our_endpointing_finds(client: Client, question: bytes) -> None:
    await client.configure(audio={"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}}})
    await client.hear(question + b"\x00\x00" * 24_000)
    assert (await client.until("response.done"))[-1].response.status == "completed"


async def test_tool_calls_and_what_came_of_them(client: Client, model: ModelServer) -> None:
    model.fake.calls = [("lamp", '{"room": "hall"}'), ("lamp", '{"room": "attic"}')]
    await client.configure(output_modalities=["text"], tools=[LAMP], tool_choice="auto")
    await client.say("What time is it? Light, please.")
    await client.connection.response.create()
    seen = await client.until("response.done")
    assert [event.type for event in seen] == ["response.created", "rate_limits.updated", *CALL, *CALL, "response.done"]
    calls = seen[-1].response.output
    assert [(call.name, call.arguments) for call in calls] == model.fake.calls
    for call in calls:
        item = {"type": "function_call_output", "call_id": call.call_id, "output": f"{call.arguments} is lit"}
        await client.connection.conversation.item.create(item=item)
        assert types_of(await client.until("conversation.item.done")) == ITEM
    await client.connection.response.create()
    seen = await client.until("response.done")
    assert seen[-1].response.output[0].content[0].text == model.fake.reply
    told = model.fake.requests[-1].json["messages"]
    assert [message["content"] for message in told if message["role"] == "tool"] == [
        '{"room": "hall"} is lit',
        '{"room": "attic"} is lit',
    ]


async def test_cancel(client: Client, model: ModelServer) -> None:
    model.fake.tokens_per_s = 5
    await client.configure(output_modalities=["text"])
    await client.say("Tell me a story.")
    await client.connection.response.create()
    await client.until("response.output_text.delta")
    await client.connection.response.cancel()
    seen = await client.until("response.done")
    assert types_of(seen)[-5:] == ["response.output_text.done", *ENDS]
    response = seen[-1].response
    assert (response.status, response.status_details.reason) == ("cancelled", "client_cancelled")
    assert len(response.output[0].content[0].text) < len(model.fake.reply)
    await client.connection.response.cancel(event_id="second")
    error = await client.error()
    assert (error.code, error.event_id) == ("response_cancel_not_active", "second")


async def test_a_voice_interrupts_the_answer(client: Client, model: ModelServer, question: bytes) -> None:
    model.fake.tokens_per_s = 2
    await client.say("Tell me a story.")
    await client.connection.response.create()
    await client.until("response.output_audio_transcript.delta")
    await client.hear(question)
    seen = await client.until("response.done")
    assert "input_audio_buffer.speech_started" in types_of(seen)
    assert (seen[-1].response.status, seen[-1].response.status_details.reason) == ("cancelled", "turn_detected")
    model.fake.tokens_per_s = 0
    await client.hear(b"\x00\x00" * 24_000)
    seen = await client.until("response.done")
    assert seen[-1].response.output[0].content[0].transcript.startswith("It is ")


async def test_truncate_retrieve_and_delete(client: Client) -> None:
    await client.say("Who wrote Faust?")
    await client.connection.response.create()
    seen = await client.until("response.done")
    item = seen[-1].response.output[0]
    items = client.connection.conversation.item
    await items.retrieve(item_id=item.id)
    [retrieved] = await client.until("conversation.item.retrieved")
    assert base64.b64decode(retrieved.item.content[0].audio) == sound_of(seen)
    await items.truncate(item_id=item.id, content_index=0, audio_end_ms=400)
    [truncated] = await client.until("conversation.item.truncated")
    assert (truncated.item_id, truncated.audio_end_ms) == (item.id, 400)
    await items.truncate(item_id=item.id, content_index=0, audio_end_ms=999_999)
    assert "already shorter than 999999ms" in (await client.error()).message
    await items.delete(item_id=item.id)
    assert (await client.until("conversation.item.deleted"))[0].item_id == item.id
    await items.retrieve(item_id=item.id, event_id="gone")
    error = await client.error()
    assert (error.code, error.event_id) == ("item_retrieve_invalid_item_id", "gone")


async def test_telephone_sound_both_ways(client: Client, question: bytes) -> None:
    import numpy as np

    from sovereign_desktop.servers.realtime.g711 import encode_alaw

    telephone = {"format": {"type": "audio/pcma"}}
    await client.configure(audio={"input": {**telephone, "turn_detection": None}, "output": telephone})
    at_8k = at_rate(np.frombuffer(question, np.int16), 24_000, 8_000)
    await client.hear(encode_alaw(at_8k.tobytes()))
    await client.connection.input_audio_buffer.commit()
    await client.connection.response.create()
    seen = await client.until("response.done")
    assert seen[-1].response.status == "completed"
    assert seen[-1].response.audio.output.format.type == "audio/pcma"
    assert len(sound_of(seen)) > 4_000


async def test_a_session_that_goes_on_knows_what_was_said(client: Client, model: ModelServer) -> None:
    await client.configure(output_modalities=["text"])
    for text in ("My cat is called Minka.", "Who is Minka?"):
        await client.say(text)
        await client.connection.response.create()
        await client.until("response.done")
    told = [(m["role"], m["content"]) for m in model.fake.requests[-1].json["messages"]]
    assert told[1:] == [
        ("user", "My cat is called Minka."),
        ("assistant", model.fake.reply),
        ("user", "Who is Minka?"),
    ]


def test_nothing_that_was_said_is_logged(address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    logs = [path.read_text(encoding="utf-8") for path in Path(tmp_path_factory.getbasetemp()).rglob("*.log")]
    assert any("session opened" in log for log in logs)
    assert not any(word in log for log in logs for word in ("Minka", "Faust", TOKEN, "what time is it"))
