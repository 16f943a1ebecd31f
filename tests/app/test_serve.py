"""`serve voice` and `serve realtime`: real servers in processes of their own, with TLS and a token."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import json
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sovereign_desktop.core.errors import EngineError, ProcessError
from sovereign_desktop.servers.loopback import bind, port_of
from tests.app.voices import each, settings_with, voice_with

pytestmark = pytest.mark.usefixtures("home")


class Server:
    """A server that was started from the command line, and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""
        self.token = ""

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode().strip()


@asynccontextmanager
async def serve(*options: str, name: str = "voice") -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sovereign_desktop", "serve", name, *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    server = Server(process)
    try:
        server.url = (await server.line()).split()[-1]
        if "--no-token" not in options and "--token" not in options:
            server.token = (await server.line()).removeprefix("Token: ")
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def refused(*options: str, name: str = "voice") -> str:
    """What a server says that does not start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sovereign_desktop", "serve", name, *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, out) == (1, b"")
    assert err.decode().count("\n") == 1
    return err.decode()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "voice service of a test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


async def test_a_service_on_another_machine_is_used_over_tls_with_its_token(certificate: tuple[Path, Path]) -> None:
    pem, key = map(str, certificate)
    async with serve("--host", "0.0.0.0", "--certificate", pem, "--certificate-key", key) as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("https://")
        there = settings_with(url=url, ca_file=pem)
        async with voice_with(there, {"voice_service": server.token}) as voice:
            assert (await voice.process.health())["tts"]["chosen"] == "pyttsx3"
            assert await voice.hear(each(await voice.say("The quick brown fox jumps over the lazy dog.")))
        async with voice_with(there, {"voice_service": "another"}) as voice:
            with pytest.raises(ProcessError, match="refused the token"):
                await voice.process.health()
            with pytest.raises(EngineError, match="refused the token"):
                await voice.say()
        async with voice_with(settings_with(url=url), {"voice_service": server.token}) as voice:
            with pytest.raises(ProcessError, match="not trusted"):
                await voice.process.health()
            with pytest.raises(EngineError, match="not trusted"):
                await voice.say()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["voice", "realtime"])
async def test_a_signal_ends_it_cleanly(name: str, number: signal.Signals) -> None:
    async with serve(name=name) as server:
        assert len(server.token) > 30
        server.process.send_signal(number)
        assert await asyncio.wait_for(server.process.wait(), 10) == 0


async def test_without_a_token_this_computer_needs_none() -> None:
    async with serve("--no-token") as server, httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert (await client.get("/health")).status_code == 200


async def test_a_realtime_client_is_let_in_over_tls_with_the_token_that_was_printed(
    certificate: tuple[Path, Path],
) -> None:
    pem, key = map(str, certificate)
    there = ("--host", "0.0.0.0", "--certificate", pem, "--certificate-key", key)
    async with serve(*there, name="realtime") as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("wss://")
        trust = ssl.create_default_context(cafile=pem)
        right = {"Authorization": f"Bearer {server.token}"}
        async with connect(url, additional_headers=right, ssl=trust, proxy=None) as socket:
            assert json.loads(await socket.recv())["type"] == "session.created"
        with pytest.raises(InvalidStatus, match="401"):
            await connect(url, ssl=trust, proxy=None)


async def test_a_realtime_server_without_a_token_lets_this_computer_in() -> None:
    async with serve("--no-token", name="realtime") as server, connect(server.url, proxy=None) as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"


@pytest.mark.parametrize("name", ["voice", "realtime"])
async def test_a_taken_port_is_one_line(name: str) -> None:
    listening = bind(0)
    try:
        assert "is taken by another program" in await refused("--port", str(port_of(listening)), name=name)
    finally:
        listening.close()


@pytest.mark.parametrize("name", ["voice", "realtime"])
async def test_other_addresses_want_encryption(name: str) -> None:
    assert "must be encrypted" in await refused("--host", "0.0.0.0", name=name)


async def test_a_certificate_that_is_none_is_one_line(tmp_path: Path) -> None:
    assert "PEM" in await refused("--certificate", str(tmp_path / "no.pem"), "--certificate-key", "no.pem")
