"""`ask` spends the same money as the tray app: it books what the server reported, and stops at the same limit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.metrics.ledger import SpendLedger
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession

USAGE = {
    "total_tokens": 150,
    "input_tokens": 100,
    "output_tokens": 50,
    "input_token_details": {"text_tokens": 60, "audio_tokens": 40},
    "output_token_details": {"text_tokens": 10, "audio_tokens": 40},
}
USAGE_USD = Decimal(60 * 4 + 40 * 32 + 10 * 24 + 40 * 64) / 1_000_000


@pytest.fixture
async def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Realtime API on loopback that reports what its responses used; the settings name it."""
    done = FakeSession.done
    monkeypatch.setattr(FakeSession, "done", lambda self, status: done(self, status, usage=USAGE))
    async with FakeRealtimeServer() as server:
        monkeypatch.setenv("SOVEREIGN_REALTIME_API__URL", server.url)
        yield server


async def booked() -> list[tuple[str, Decimal]]:
    ledger = SpendLedger(find_paths().spend_file)
    assert await ledger.open() == ""
    await ledger.close()
    return sorted((day, Decimal(spent)) for (day, _), spent in ledger.totals.by_day_and_model.items())


async def test_what_the_server_reports_is_booked_to_the_picodollar(server: FakeRealtimeServer) -> None:
    answer = await ask(Question(text="who wrote faust"))
    assert (answer.turn.backend, answer.turn.cost_usd) == ("realtime", float(USAGE_USD))
    await ask(Question(text="who wrote emma"))
    assert [spent for _, spent in await booked()] == [2 * USAGE_USD * 10**12]


async def test_at_the_limit_this_computer_answers(server: FakeRealtimeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_SPEND__CAP_DAY_USD", str(USAGE_USD))
    assert (await ask(Question(text="what time is it"))).turn.backend == "realtime"
    local = await ask(Question(text="what time is it"))
    assert (local.turn.backend, local.turn.cost_usd) == ("skills", 0.0)
    assert "Today's limit of" in local.note
