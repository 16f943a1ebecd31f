"""The book of timers on disk, and when it is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.timers import LONGEST_SLEEP_S, TimerService
from sovereign_desktop.conversation.skills.timers import Timer


def now() -> datetime:
    return datetime.now().astimezone()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "timers.json"


def delays_asked_for(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays for which the loop is asked to wake up; none of them passes."""
    loop = asyncio.get_running_loop()
    asked: list[float] = []

    def call_later(delay_s: float, call: Callable[..., Any], *_: Any) -> asyncio.TimerHandle:
        asked.append(delay_s)
        return asyncio.TimerHandle(loop.time() + delay_s, call, (), loop)

    monkeypatch.setattr(loop, "call_later", call_later)
    return asked


async def test_a_timer_goes_off_when_its_time_comes_and_only_once(file: Path) -> None:
    service = TimerService(file)
    went_off: list[Timer] = []
    first = asyncio.Event()
    service.start(lambda timer: (went_off.append(timer), first.set())[0])
    service.book.set(timedelta(milliseconds=10), now(), "egg")
    service.changed()
    await asyncio.wait_for(first.wait(), 5)
    service.stop()
    assert [timer.name for timer in went_off] == ["egg"]
    assert TimerService(file).book.running == ()


async def test_timers_that_became_due_while_nothing_ran_go_off_at_once(file: Path) -> None:
    earlier = TimerService(file)
    earlier.book.set(timedelta(minutes=1), now() - timedelta(hours=1), "tea")
    earlier.book.set(timedelta(hours=9), now(), "roast")
    earlier.changed()
    later, went_off = TimerService(file), []
    later.start(lambda timer: went_off.append(timer.name))
    later.stop()
    assert went_off == ["tea"]
    assert [timer.name for timer in TimerService(file).book.running] == ["roast"]


async def test_a_timer_of_many_hours_is_looked_at_every_hour(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delays = delays_asked_for(monkeypatch)
    service = TimerService(file)
    service.book.set(timedelta(hours=9), now())
    service.start(lambda timer: None)
    assert delays == [LONGEST_SLEEP_S]


async def test_the_nearest_timer_decides_when_to_wake_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delays = delays_asked_for(monkeypatch)
    service = TimerService(file)
    service.start(lambda timer: None)
    assert delays == []
    service.book.set(timedelta(minutes=9), now())
    service.changed()
    service.book.set(timedelta(minutes=4), now())
    service.changed()
    service.book.cancel(service.book.running[:1])
    service.changed()
    assert [round(delay / 60, 1) for delay in delays] == [9.0, 4.0, 9.0]


def test_a_program_that_ends_soon_keeps_timers_without_waiting_for_them(file: Path) -> None:
    service = TimerService(file)
    service.book.set(timedelta(minutes=3), now(), "pasta")
    service.changed()  # no loop runs here
    assert [timer.name for timer in TimerService(file).book.running] == ["pasta"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b'{"timers": [{"number": 1}]}', b"[" * 100_000, b'{"timers": "no"}']
)
def test_a_file_of_timers_that_can_not_be_read_costs_the_timers_only(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    service = TimerService(file)
    assert service.book.running == ()
    service.book.set(timedelta(minutes=3), now(), "pasta")
    service.changed()
    assert len(TimerService(file).book.running) == 1


def test_a_disk_that_takes_nothing_costs_no_timer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    service = TimerService(tmp_path / "data" / "timers.json")
    service.book.set(timedelta(minutes=3), now(), "pasta")
    service.changed()
    assert len(service.book.running) == 1
    assert "pasta" not in caplog.text
    assert [record.message for record in caplog.records][-1] == "timers are not kept on disk"
