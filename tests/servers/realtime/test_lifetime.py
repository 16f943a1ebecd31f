"""How long a session may live, and how much it may ask at once: told to its client before it matters."""

from __future__ import annotations

from functools import partial

import pytest

from sovereign_desktop.servers.realtime import hosting
from sovereign_desktop.servers.realtime.connection import RealtimeConnection
from tests.servers.realtime.stage import EXPIRES_AT, PUSH_TO_TALK, Stage, Talk


def test_a_client_is_told_when_its_session_ends() -> None:
    talk = Talk()
    talk.send("session.update", session=PUSH_TO_TALK)
    assert talk.last("session.updated")["session"]["expires_at"] == EXPIRES_AT


def test_with_each_response_it_is_told_how_many_more_it_may_ask_for() -> None:
    talk = Talk(PUSH_TO_TALK)
    left = []
    for conversation in ("auto", "none", "none", "none"):
        talk.respond(conversation=conversation)
        (limit,) = talk.last("rate_limits.updated")["rate_limits"]
        left.append((limit["name"], limit["limit"], limit["remaining"]))
    assert left == [("requests", 4, 3), ("requests", 4, 2), ("requests", 4, 1), ("requests", 4, 0)]


async def test_a_session_that_has_lived_its_time_is_closed_with_the_reason(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "RealtimeConnection", partial(RealtimeConnection, lives_s=0.05))
    async with stage.raw() as raw:
        assert await raw.closing() == 1001
        assert "60 minutes" in (raw.socket.close_reason or "")
