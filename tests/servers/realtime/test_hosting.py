"""Who is let in, and how many."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sovereign_desktop.servers.realtime.hosting import MOST_SESSIONS
from tests.servers.realtime.stage import TOKEN, Stage

RIGHT = {"Authorization": f"Bearer {TOKEN}"}


async def refusal(url: str, headers: dict[str, str], **options: Any) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(url, additional_headers=headers, proxy=None, **options):
            pass
    return caught.value


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": TOKEN[:-1]}, 401),
        (RIGHT | {"Origin": "https://example.com"}, 403),
        ({"Origin": "https://example.com"}, 403),
        (RIGHT | {"Origin": "null"}, 403),
        (RIGHT | {"Host": "evil.example"}, 421),
    ],
)
async def test_strangers_are_refused_before_anything_else(stage: Stage, headers: dict[str, str], status: int) -> None:
    error = await refusal(stage.url, headers)
    assert error.response.status_code == status
    assert json.loads(error.response.body or b"")["error"]["type"] == "invalid_request_error"
    assert TOKEN not in str(error.response)


async def test_a_wrong_path_is_refused_and_not_before_the_token(stage: Stage) -> None:
    wrong = stage.url.replace("realtime", "elsewhere")
    assert (await refusal(wrong, RIGHT)).response.status_code == 404
    assert (await refusal(wrong, {})).response.status_code == 401
    assert (await refusal(f"{stage.url}?intent=transcription", RIGHT)).response.status_code == 400


async def test_any_model_may_be_asked_for(stage: Stage) -> None:
    async with connect(f"{stage.url}?model=gpt-realtime-2.1", additional_headers=RIGHT, proxy=None) as socket:
        assert json.loads(await socket.recv())["session"]["model"] == "sovereign"


async def test_a_browser_hides_the_token_in_the_subprotocol(stage: Stage) -> None:
    own = {"Origin": f"http://127.0.0.1:{stage.port}"}
    offered: Any = ["realtime", f"openai-insecure-api-key.{TOKEN}"]
    async with connect(stage.url, additional_headers=own, subprotocols=offered, proxy=None) as socket:
        assert socket.subprotocol == "realtime"
    offered = ["realtime", "openai-insecure-api-key.wrong"]
    assert (await refusal(stage.url, own, subprotocols=offered)).response.status_code == 401
    foreign = {"Origin": "https://example.com"}
    offered = ["realtime", f"openai-insecure-api-key.{TOKEN}"]
    assert (await refusal(stage.url, foreign, subprotocols=offered)).response.status_code == 403


async def test_without_a_token_this_computer_needs_none() -> None:
    async with Stage().running(token="") as stage, connect(stage.url, proxy=None) as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"


async def test_clients_of_the_beta_are_sent_away_as_by_its_provider(stage: Stage) -> None:
    headers = RIGHT | {"OpenAI-Beta": "realtime=v1"}
    async with connect(stage.url, additional_headers=headers, proxy=None) as socket:
        assert json.loads(await socket.recv())["error"]["code"] == "beta_api_shape_disabled"
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4000


async def test_of_200_connections_as_many_as_fit_work_and_the_others_are_told(stage: Stage) -> None:
    async def one(opened: AsyncExitStack) -> Any:
        socket = connect(stage.url, additional_headers=RIGHT, proxy=None)
        try:
            return await opened.enter_async_context(socket)
        except InvalidStatus as error:
            return error.response

    async with AsyncExitStack() as opened:
        results = await asyncio.gather(*(one(opened) for _ in range(200)))
        sockets = [result for result in results if not hasattr(result, "status_code")]
        refused = [result for result in results if hasattr(result, "status_code")]
        served = [json.loads(message) for message in await asyncio.gather(*(socket.recv() for socket in sockets))]
        assert len(served) == MOST_SESSIONS
        assert {(each.status_code, each.headers["Retry-After"]) for each in refused} == {(503, "5")}
        assert len(served) + len(refused) == 200
        assert (await refusal(stage.url, RIGHT)).response.status_code == 503
    for _ in range(100):
        try:
            async with connect(stage.url, additional_headers=RIGHT, proxy=None) as socket:
                assert json.loads(await socket.recv())["type"] == "session.created"
            break
        except InvalidStatus:
            await asyncio.sleep(0.02)
    else:
        pytest.fail("places were not given back")


async def test_plain_http_gets_a_plain_answer(stage: Stage) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{stage.port}"
        assert (await client.get(f"{url}/health")).status_code == 401
        assert (await client.get(f"{url}/health", headers=RIGHT)).status_code == 404
        assert (await client.get(f"{url}/v1/realtime", headers=RIGHT)).status_code == 426


async def test_a_server_that_ends_says_goodbye() -> None:
    async with AsyncExitStack() as opened:
        async with Stage().running() as stage:
            raw = await opened.enter_async_context(stage.raw())
        assert await raw.closing() == 1001
