"""What was spent is known after a restart, a crash, a full disk, and beside another process that spends too."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.prices import Cost, TokenUse
from sovereign_desktop.metrics.spend import Expense, Period

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOON.date()
ROOT = Path(__file__).resolve().parents[2]
SPENDER = """
import asyncio, sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.prices import Cost, TokenUse
from sovereign_desktop.metrics.spend import Expense

async def main():
    ledger = SpendLedger(Path(sys.argv[1]))
    for number in range(int(sys.argv[2]), 10**9):
        print(number, flush=True)
        at = datetime(2026, 11, 21, tzinfo=UTC)
        await ledger.add(Expense(str(number), "turn", at, "m", TokenUse(), Cost(Decimal("0.01"))))

asyncio.run(main())
"""


def expense(usd: str, name: str, at: datetime = NOON, model: str = "gpt-realtime-2.1") -> Expense:
    use = TokenUse(input={"text": 3, "audio": 40}, cached={"text": 1}, output={"audio": 7})
    return Expense(name, "turn-1", at, model, use, Cost(Decimal(usd), is_guess=True))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spend.sqlite"


@pytest.fixture
async def ledger(path: Path) -> AsyncIterator[SpendLedger]:
    ledger = SpendLedger(path)
    assert await ledger.open() == ""
    yield ledger
    await ledger.close()


async def test_what_was_spent_is_known_after_a_restart(ledger: SpendLedger, path: Path) -> None:
    await ledger.add(expense("0.02508", "a"))
    await ledger.add(expense("0.007354", "b", model="mini"))
    await ledger.add(expense("1", "c", at=datetime(2026, 11, 2, tzinfo=UTC)))
    await ledger.close()
    again = SpendLedger(path)
    assert again.totals.by_day_and_model == {}
    await again.open()
    assert again.totals.usd(Period.DAY, TODAY) == Decimal("0.032434")
    assert again.totals.usd(Period.MONTH, TODAY) == Decimal("1.032434")
    assert again.totals.by_model(Period.DAY, TODAY) == {
        "gpt-realtime-2.1": Decimal("0.02508"),
        "mini": Decimal("0.007354"),
    }
    await again.close()


async def test_the_tokens_are_kept_by_kind_beside_the_money(ledger: SpendLedger, path: Path) -> None:
    await ledger.add(expense("0.02508", "a"))
    with closing(sqlite3.connect(path)) as file:
        (row,) = file.execute("SELECT turn_id, at, tokens, picodollars, is_guess FROM expenses").fetchall()
    tokens = '{"input": {"text": 3, "audio": 40}, "cached": {"text": 1}, "output": {"audio": 7}}'
    assert row == ("turn-1", "2026-11-21T12:00:00+00:00", tokens, 25_080_000_000, 1)


async def test_an_expense_counts_at_once_and_only_once(ledger: SpendLedger) -> None:
    adding = asyncio.ensure_future(ledger.add(expense("1", "a")))
    await asyncio.sleep(0)
    assert ledger.totals.usd(Period.DAY, TODAY) == 1
    adding.cancel()
    await ledger.add(expense("1", "a"))
    assert ledger.totals.usd(Period.DAY, TODAY) == 1


async def test_what_could_not_be_written_counts_and_is_written_with_the_next(path: Path) -> None:
    path.mkdir(parents=True)  # a folder stands in its place
    ledger = SpendLedger(path)
    with pytest.raises(SovereignError, match="The list of expenses can't be read or written"):
        await ledger.add(expense("1", "a"))
    assert ledger.totals.usd(Period.DAY, TODAY) == 1
    path.rmdir()
    await ledger.add(expense("0.5", "b"))
    await ledger.close()
    again = SpendLedger(path)
    await again.open()
    assert again.totals.usd(Period.DAY, TODAY) == Decimal("1.5")
    await again.close()


async def test_two_processes_share_one_ledger(ledger: SpendLedger, path: Path) -> None:
    other = SpendLedger(path)
    await other.add(expense("2", "theirs"))
    await other.close()
    await ledger.add(expense("1", "ours"))
    assert ledger.totals.usd(Period.DAY, TODAY) == 3


async def test_a_lift_is_kept_and_ends_with_its_period(ledger: SpendLedger, path: Path) -> None:
    assert ledger.lifted(TODAY) == ()
    await ledger.lift(Period.DAY, TODAY)
    await ledger.lift(Period.MONTH, TODAY)
    await ledger.close()
    again = SpendLedger(path)
    await again.open()
    assert again.lifted(TODAY) == (Period.DAY, Period.MONTH)
    assert again.lifted(date(2026, 11, 22)) == (Period.MONTH,)
    assert again.lifted(date(2026, 12, 1)) == ()
    await again.close()


async def test_a_damaged_ledger_is_set_aside_and_said_so(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 400)
    ledger = SpendLedger(path)
    assert "The list of expenses was damaged" in await ledger.open()
    await ledger.add(expense("1", "a"))
    assert ledger.totals.usd(Period.DAY, TODAY) == 1
    await ledger.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
async def test_a_crash_costs_at_most_the_response_that_was_being_written(path: Path) -> None:
    chance, begun = random.Random(7), 0
    for _ in range(6):
        command = [sys.executable, "-c", SPENDER, str(path), str(begun)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0, 0.15))  # the crash comes at any moment, and only the wall clock has those
            os.kill(child.pid, signal.SIGKILL)
            last = [int(line) for line in child.stdout.read().splitlines() if line]
        begun = max([begun, *last])  # that one may be lost, and is spent again
        ledger = SpendLedger(path)
        assert await ledger.open() == ""
        kept = ledger.totals.usd(Period.DAY, TODAY)
        await ledger.close()
        assert kept in (Decimal(begun) / 100, Decimal(begun + 1) / 100)
    assert begun > 6
