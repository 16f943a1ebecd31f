"""Our client and our server over TLS, with a certificate authority that only this test knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.core.errors import EngineUnavailable
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.decisions import ReplyEnded, ReplyText
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.servers.loopback import Tls
from tests.fakes.certificates import Authority
from tests.servers.realtime.stage import PUSH_TO_TALK, TOKEN, Stage


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def asked(tls: Tls, ca_file: str) -> str:
    """What is answered to a typed question. Raises SovereignError when nobody is trusted."""
    async with Stage().running(tls=tls.context()) as stage:
        url = stage.url.replace("ws://", "wss://")
        client = RealtimeClient(Endpoint(url, "gpt-realtime-2.1", TOKEN, ca_file), lambda: PUSH_TO_TALK)
        words = ""
        try:
            async with client.turn("1") as turn:
                turn.say("hello")
                turn.respond()
                async for decision in turn:
                    if isinstance(decision, ReplyText):
                        words += decision.text
                    if isinstance(decision, ReplyEnded):
                        break
        finally:
            await client.close()
    return words


async def test_a_server_that_the_authority_vouches_for_answers(authority: Authority) -> None:
    assert await asked(authority.certificate(), str(authority.file)) == "This is a reply."


@pytest.mark.parametrize("who", ["nobody", "somebody else"])
async def test_a_server_for_which_nobody_vouches_is_told_nothing(
    authority: Authority, tmp_path: Path, who: str
) -> None:
    ca_file = "" if who == "nobody" else str(Authority(tmp_path, "another").file)
    with pytest.raises(EngineUnavailable, match="not trusted") as refused:
        await asked(authority.certificate(), ca_file)
    assert not refused.value.retryable
    assert "realtime_api.ca_file" in refused.value.remedy


async def test_a_certificate_of_another_host_or_of_another_time_is_not_trusted(authority: Authority) -> None:
    for certificate in (authority.certificate("127.0.0.2"), authority.certificate(is_over=True)):
        with pytest.raises(EngineUnavailable, match="not trusted"):
            await asked(certificate, str(authority.file))
