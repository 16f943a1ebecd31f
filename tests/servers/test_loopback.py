"""Who may ask a server of the program, and how much they may send."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.servers.loopback import LOOPBACK, Access, Tls, bind, bind_or_any, port_of
from tests.servers.serving import Service


def test_it_listens_on_loopback_only() -> None:
    with closing(bind(0)) as listening:
        assert listening.getsockname()[0] == LOOPBACK
        port = port_of(listening)
        with closing(socket.socket()) as caller, pytest.raises(OSError, match="refused"):
            caller.connect(("127.0.0.2", port))


def test_a_taken_port_is_told_in_a_sentence() -> None:
    with closing(bind(0)) as listening, pytest.raises(ProcessError, match=f"Port {port_of(listening)} is taken"):
        bind(port_of(listening))


def test_a_child_takes_another_port_and_tells() -> None:
    with closing(bind(0)) as listening:
        other, was_taken = bind_or_any(port_of(listening))
        with closing(other):
            assert was_taken
            assert port_of(other) != port_of(listening)


@pytest.mark.parametrize(("port", "host", "words"), [(70_000, LOOPBACK, "no port"), (0, "192.0.2.7", "no address")])
def test_what_can_not_be_bound_is_told_in_a_sentence(port: int, host: str, words: str) -> None:
    with pytest.raises(ProcessError, match=words):
        bind(port, host)


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "certificate.pem"
    file.write_text("nothing")
    with pytest.raises(ProcessError, match="certificate"):
        Tls(file, file).context()


def test_the_token_is_not_in_what_is_printed_of_it() -> None:
    assert "hush" not in repr(Access("hush"))


def refusal(**headers: str) -> int | None:
    scope = {
        "path": "/health",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    refused = Access("hush").refusal(scope)
    return refused[0] if refused else None


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]:9"])
def test_programs_on_this_computer_that_know_the_token_are_let_in(host: str) -> None:
    assert refusal(host=host, authorization="Bearer hush") is None


@pytest.mark.parametrize("host", ["evil.example:8000", "127.0.0.1.evil.example", "", "localhost.", "[::1"])
def test_another_name_for_this_computer_is_refused(host: str) -> None:
    assert refusal(host=host, authorization="Bearer hush") == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", ""])
def test_web_pages_are_refused(origin: str) -> None:
    assert refusal(host="localhost:8000", origin=origin, authorization="Bearer hush") == 403


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer hus", "Bearer hushh", "Basic hush", "Bearer \xff"])
def test_a_missing_or_wrong_token_is_refused(authorization: str) -> None:
    assert refusal(host="localhost", authorization=authorization) == 401


async def test_a_long_body_is_refused_whether_it_is_announced_or_not(client: httpx.AsyncClient) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    announced = await client.post("/synthesize", content=b" " * 300_000)
    chunked = await client.post("/synthesize", content=unannounced())
    assert (announced.status_code, chunked.status_code) == (413, 413)


async def test_the_guard_stands_before_every_door(service: Service) -> None:
    assert service.where is not None
    async with httpx.AsyncClient(base_url=service.where.url, trust_env=False) as stranger:
        answers = [await stranger.get(path) for path in ("/health", "/voices", "/openapi.json", "/nowhere")]
    assert [answer.status_code for answer in answers] == [401] * 4
    for path in ("/transcribe/stream", "/synthesize/stream"):
        with pytest.raises(InvalidStatus) as raised:
            await connect(service.where.websocket_url(path), proxy=None)
        assert raised.value.response.status_code == 403
