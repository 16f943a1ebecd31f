"""One websocket: what it sends, what it makes of whatever comes back, and how it ends."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from sovereign_desktop.app.bench.faults.proxy import Direction, Fault, FaultProxy, Kind
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.realtime import outbox
from sovereign_desktop.realtime.client_events import InputAudioAppend, InputAudioClear, ResponseCreate
from sovereign_desktop.realtime.connection import Connection
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.server_events import ErrorEvent, OutputAudioDelta, ServerEvent, SessionCreated, Unknown
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession
from tests.fakes.virtual_time import in_virtual_time

Behaviour = Callable[[FakeSession], Awaitable[None]]


@asynccontextmanager
async def connected(behave: Behaviour | None = None) -> AsyncIterator[tuple[Connection, FakeSession]]:
    async with FakeRealtimeServer() as server:
        if behave is not None:
            server.behave = behave
        connection = await Connection.open(Endpoint(server.url, "gpt-realtime-2.1", "sk-hush"))
        try:
            yield connection, await server.session()
        finally:
            await connection.close()


async def all_of(connection: Connection) -> tuple[list[ServerEvent], SovereignError | None]:
    """The events up to the end, and how it ended."""
    events: list[ServerEvent] = []
    try:
        async with asyncio.timeout(10):
            async for event in connection:
                events.append(event)  # noqa: PERF401 - what came before a loss counts
    except SovereignError as error:
        return events, error
    return events, None


async def test_it_comes_with_a_key_and_a_model_and_without_the_beta() -> None:
    async with FakeRealtimeServer() as server:
        connection = await Connection.open(Endpoint(server.url + "?deployment=mine", "gpt-realtime-2.1", "sk-hush"))
        await connection.close()
    (request,) = server.requests
    assert request.path == "/v1/realtime?deployment=mine&model=gpt-realtime-2.1"
    assert request.headers["Authorization"] == "Bearer sk-hush"
    assert "OpenAI-Beta" not in request.headers


@pytest.mark.parametrize(
    ("url", "model", "leads_to"),
    [
        ("wss://api.openai.com/v1/realtime", "m", "wss://api.openai.com/v1/realtime?model=m"),
        ("https://here/v1/realtime?model=old", "a b", "wss://here/v1/realtime?model=a+b"),
        ("http://127.0.0.1:9/x", "", "ws://127.0.0.1:9/x"),
    ],
)
def test_addresses_of_all_kinds_lead_to_a_websocket(url: str, model: str, leads_to: str) -> None:
    assert Endpoint(url, model).websocket_url == leads_to


@pytest.mark.parametrize("url", ["", "api.openai.com", "ftp://x", "ws://", "ws://x:99999", "ws://x:0", "ws://[::1"])
async def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(EngineUnavailable, match=r"realtime_api\.url") as raised:
        await Connection.open(Endpoint(url, "m"))
    assert not raised.value.retryable


@pytest.mark.parametrize("key", ["sk-ключ", "sk-\r\nX: y"])
async def test_a_key_that_no_header_can_hold_is_not_sent(key: str) -> None:
    with pytest.raises(Unauthorized):
        await Connection.open(Endpoint("ws://127.0.0.1:9/", "m", key))


def test_the_key_is_not_in_what_is_printed_of_an_endpoint() -> None:
    assert "hush" not in repr(Endpoint("ws://x", "m", "sk-hush"))


async def test_nobody_there_may_be_there_later() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(EngineUnavailable, match="can't be reached") as raised:
            await Connection.open(Endpoint(f"ws://127.0.0.1:{unused.getsockname()[1]}/", "m"))
    assert raised.value.retryable


async def test_something_else_that_listens_there_may_be_replaced() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(EngineUnavailable) as raised:
            await Connection.open(Endpoint(f"ws://127.0.0.1:{port}/", "m"))
    assert raised.value.retryable


async def test_a_certificate_file_that_is_none_is_told() -> None:
    with pytest.raises(EngineUnavailable, match="certificate authority"):
        await Connection.open(Endpoint("wss://127.0.0.1:9/", "m", ca_file=__file__ + ".none"))


async def test_a_certificate_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def untrusted(*_: object, **__: object) -> None:
        raise ssl.SSLCertVerificationError("self-signed")

    monkeypatch.setattr("websockets.asyncio.client.connect", untrusted)
    with pytest.raises(EngineUnavailable, match="not trusted") as raised:
        await Connection.open(Endpoint("ws://127.0.0.1:9/", "m"))
    assert not raised.value.retryable


async def test_a_refusal_is_told_with_its_wait() -> None:
    async with FakeRealtimeServer() as server:
        server.refusal = (429, {"Retry-After": "7"}, b"slow down")
        with pytest.raises(RateLimited) as raised:
            await Connection.open(Endpoint(server.url, "m"))
    assert raised.value.retry_after_s == 7


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "ws://[::1", "ws://" + "a" * 70 + ".invalid/", "wss:///"])
async def test_a_redirection_to_nowhere_is_an_error_that_can_be_told(location: str) -> None:
    async with FakeRealtimeServer() as server:
        server.refusal = (301, {"Location": location}, b"")
        with pytest.raises(EngineUnavailable, match="leads to no Realtime API") as raised:
            await Connection.open(Endpoint(server.url, "gpt-realtime-2.1"))
    assert not raised.value.retryable


async def test_a_host_name_that_no_name_can_be_is_an_error_that_can_be_told() -> None:
    with pytest.raises(EngineUnavailable, match="leads to no Realtime API"):
        await Connection.open(Endpoint(f"ws://{'a' * 70}.invalid/v1/realtime", "gpt-realtime-2.1"))


async def test_a_refusal_leaves_no_trace_of_the_key() -> None:
    async with FakeRealtimeServer() as server:
        server.refusal = (401, {}, b'{"error": {"message": "Incorrect API key provided: sk-hush"}}')
        with pytest.raises(Unauthorized) as raised:
            await Connection.open(Endpoint(server.url, "m", "sk-hush"))
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_events_go_both_ways() -> None:
    async with connected() as (connection, session):
        connection.send(ResponseCreate(event_id="mine"))
        assert isinstance(await anext(connection), SessionCreated)
        assert (await session.expect("response.create"))["event_id"] == "mine"


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1000, BrokenReply), (1001, BrokenReply), (1011, BrokenReply), (1013, BrokenReply), (3000, Unauthorized)],
)
async def test_the_end_of_the_session_is_told_by_its_close_code(code: int, kind: type[SovereignError]) -> None:
    async with connected(lambda session: session.close(code)) as (connection, _):
        assert isinstance((await all_of(connection))[1], kind)


async def test_the_end_of_the_beta_is_told() -> None:
    async def reject(session: FakeSession) -> None:
        await session.send("error", error={"code": "beta_api_shape_disabled", "message": "no longer supported"})
        await session.close(4000, "invalid_request_error.beta_api_shape_disabled")

    async with connected(reject) as (connection, _):
        events, error = await all_of(connection)
    assert isinstance(events[0], ErrorEvent)
    assert isinstance(error, EngineUnavailable)
    assert "beta" in error.user_text


async def test_a_connection_that_breaks_off_is_lost() -> None:
    async def cut(session: FakeSession) -> None:
        session.cut()

    async with connected(cut) as (connection, _):
        error = (await all_of(connection))[1]
    assert isinstance(error, BrokenReply)


async def test_what_the_server_said_last_explains_a_close_without_a_reason() -> None:
    async def expel(session: FakeSession) -> None:
        await session.send("error", error={"type": "insufficient_quota", "code": "insufficient_quota"})
        await session.close(1000)

    async with connected(expel) as (connection, _):
        error = (await all_of(connection))[1]
    assert isinstance(error, EngineUnavailable)
    assert "credit" in error.user_text


async def test_our_own_close_is_no_loss() -> None:
    async with connected() as (connection, _):
        reading = asyncio.create_task(all_of(connection))
        await asyncio.sleep(0)
        await connection.close()
        assert (await reading)[1] is None
        connection.send(ResponseCreate())
        assert connection.waiting_events == 0


@pytest.mark.parametrize(
    "message",
    ["garbage", "", "[]", "null", '"x"', '{"type": 5}', "{}", "[" * 100_000, b"\xff\xfe", '{"type": "error"}', "nan"],
)
async def test_a_message_that_is_no_event_is_passed_over(message: str | bytes) -> None:
    async def babble(session: FakeSession) -> None:
        await session.send_raw(message)
        await session.greet()
        await session.close()

    async with connected(babble) as (connection, _):
        events, _ = await all_of(connection)
    assert [event.type for event in events if not isinstance(event, Unknown)] == ["session.created"]


async def test_a_server_that_only_babbles_is_left() -> None:
    async def babble(session: FakeSession) -> None:
        for _ in range(100):
            await session.send_raw("garbage")
        await session.socket.wait_closed()

    async with connected(babble) as (connection, _):
        events, error = await all_of(connection)
    assert not events
    assert isinstance(error, BrokenReply)
    assert "something else" in error.user_text


async def test_a_frame_of_15_mb_is_refused_before_it_is_read() -> None:
    async def flood(session: FakeSession) -> None:
        delta = base64.b64encode(bytes(11 * 2**20)).decode()
        await session.send("response.output_audio.delta", response_id="r", item_id="i", delta=delta)

    async with connected(flood) as (connection, _):
        events, error = await all_of(connection)
    assert not events
    assert isinstance(error, BrokenReply)
    assert "too long" in error.user_text


async def test_half_a_minute_of_sound_in_one_delta_is_taken() -> None:
    async def flood(session: FakeSession) -> None:
        delta = base64.b64encode(bytes(48 * 30_000)).decode()
        await session.send("response.output_audio.delta", response_id="r", item_id="i", delta=delta)
        await session.close()

    async with connected(flood) as (connection, _):
        events, _ = await all_of(connection)
    assert isinstance(events[0], OutputAudioDelta)


async def test_round_trips_are_measured() -> None:
    async with connected() as (connection, _):
        reading = asyncio.create_task(all_of(connection))
        for known in range(3):
            connection.check()
            async with asyncio.timeout(5):
                while len(connection.pings_ms) <= known:
                    await asyncio.sleep(0)
        assert all(0 < ping < 1000 for ping in connection.pings_ms)
        await connection.close()
        await reading


def test_a_server_that_vanished_without_a_word_is_noticed() -> None:
    async def stalled() -> tuple[SovereignError | None, float]:
        loop = asyncio.get_running_loop()
        async with FakeRealtimeServer() as server, FaultProxy(server.port) as proxy:
            connection = await Connection.open(Endpoint(f"ws://127.0.0.1:{proxy.port}/", "m"))
            began = loop.time()
            proxy.arm(Fault(Kind.STALL, Direction.DOWN))
            try:
                async for _ in connection:
                    pass
            except SovereignError as error:
                return error, loop.time() - began
            finally:
                await connection.close()
        return None, 0.0

    error, after_s = in_virtual_time(stalled())
    assert isinstance(error, EngineTimeout)
    assert after_s <= 20.5


@pytest.mark.parametrize("before_s", [0.0, 3.0, 30.0])
def test_while_it_is_watched_a_connection_that_died_is_known_within_two_seconds(before_s: float) -> None:
    """However long ago the last ping at leisure left, and whether or not it is still waited for."""

    async def watched() -> float:
        loop = asyncio.get_running_loop()
        async with FakeRealtimeServer() as server, FaultProxy(server.port) as proxy:
            connection = await Connection.open(Endpoint(f"ws://127.0.0.1:{proxy.port}/", "m"))
            reading = asyncio.create_task(all_of_forever(connection))
            await asyncio.sleep(before_s)
            connection.watch(True)
            await asyncio.sleep(1.0)
            proxy.go_dark()
            died = loop.time()
            assert isinstance(await reading, EngineTimeout)
            await connection.close()
            return loop.time() - died

    assert in_virtual_time(watched()) <= 2.0


def test_a_turn_that_begins_on_a_dead_connection_does_not_wait_for_a_ping_at_leisure() -> None:
    async def begun_late() -> float:
        loop = asyncio.get_running_loop()
        async with FakeRealtimeServer() as server, FaultProxy(server.port) as proxy:
            connection = await Connection.open(Endpoint(f"ws://127.0.0.1:{proxy.port}/", "m"))
            reading = asyncio.create_task(all_of_forever(connection))
            await asyncio.sleep(1.0)
            proxy.go_dark()
            connection.check()
            await asyncio.sleep(1.0)
            began = loop.time()
            connection.watch(True)
            assert isinstance(await reading, EngineTimeout)
            await connection.close()
            return loop.time() - began

    assert in_virtual_time(begun_late()) <= 2.0


def test_an_owner_that_is_slow_to_read_is_not_taken_for_a_server_that_is_gone() -> None:
    async def slow() -> bool:
        async def chatter(session: FakeSession) -> None:
            for _ in range(200):
                await session.greet()
            await session.socket.wait_closed()

        async with connected(chatter) as (connection, _):
            read = 0
            async for _ in connection:
                await asyncio.sleep(25.0)
                read += 1
                if read == 30:
                    return connection.is_open
        return False

    assert in_virtual_time(slow())


def test_a_server_that_takes_no_more_sound_is_given_up_before_it_fills_the_memory() -> None:
    async def stalled() -> tuple[SovereignError | None, int, float]:
        loop = asyncio.get_running_loop()
        async with FakeRealtimeServer() as server, FaultProxy(server.port) as proxy:
            connection = await Connection.open(
                Endpoint(f"ws://127.0.0.1:{proxy.port}/", "m"), ping_every_s=1e6, pong_within_s=1e6
            )
            reading = asyncio.create_task(all_of_forever(connection))
            proxy.arm(Fault(Kind.STALL, Direction.UP))
            began, most = loop.time(), 0
            sound = base64.b64encode(bytes(48 * 1000)).decode()
            while connection.is_open and loop.time() - began < 300:
                connection.send(InputAudioAppend(audio=sound))
                most = max(most, connection.waiting_events)
                await asyncio.sleep(1.0)
            ended_s = loop.time() - began
            await connection.close()
            return await reading, most, ended_s

    error, most, after_s = in_virtual_time(stalled())
    assert isinstance(error, EngineTimeout)
    assert most <= outbox.OLDEST_S + 2
    assert after_s < 200  # what the system's buffers swallow comes first


async def all_of_forever(connection: Connection) -> SovereignError | None:
    try:
        async for _ in connection:
            pass
    except SovereignError as error:
        return error
    return None


async def test_sending_never_waits_even_when_nobody_reads() -> None:
    async with FakeRealtimeServer() as server, FaultProxy(server.port) as proxy:
        connection = await Connection.open(Endpoint(f"ws://127.0.0.1:{proxy.port}/", "m"))
        proxy.arm(Fault(Kind.STALL, Direction.UP))
        sound = base64.b64encode(bytes(48 * 2000)).decode()
        for _ in range(100):
            connection.send(InputAudioAppend(audio=sound))
        assert connection.is_open
        for _ in range(100):
            connection.send(InputAudioAppend(audio=sound))
        assert not connection.is_open  # more than 16 MiB wait
        await connection.close()


async def test_sound_that_a_clear_throws_away_is_not_sent_before_it() -> None:
    async with connected() as (connection, session):
        for _ in range(50):
            connection.send(InputAudioAppend(audio="AAAA"))
        connection.send(InputAudioClear(), InputAudioAppend(audio="BBBB"), ResponseCreate())
        await session.expect("response.create")
        assert session.kinds() == ["input_audio_buffer.clear", "input_audio_buffer.append", "response.create"]
        assert session.received[1]["audio"] == "BBBB"


async def test_what_is_said_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("websockets.server").setLevel(logging.WARNING)
        async with connected() as (connection, session):
            connection.send(InputAudioAppend(audio="c2VjcmV0"), ResponseCreate(response={"instructions": "a secret"}))
            await session.expect("response.create")
            await session.send_raw("no JSON but a secret")
            await session.close(1011, "a secret")
            await all_of(connection)
    said = json.dumps([record.getMessage() + repr(record.__dict__) for record in caplog.records])
    assert "c2VjcmV0" not in said
    assert "secret" not in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("wss://api.openai.com/v1/realtime", "api.openai.com"),
        ("ws://somebody:hush@127.0.0.1:8765/v1/realtime", "127.0.0.1:8765"),
        ("ws://[::1/v1", "ws://[::1/v1"),
        ("x", "x"),
    ],
)
def test_a_server_is_named_without_what_gets_us_in_and_even_when_it_has_no_address(url: str, host: str) -> None:
    assert Endpoint(url, "gpt-realtime-2.1").host == host
