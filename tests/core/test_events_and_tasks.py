"""Events reach every subscriber; work side by side fails as itself."""

import asyncio
import logging

import pytest

from sovereign_desktop.core.errors import RateLimited, SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared
from sovereign_desktop.core.tasks import side_by_side


def test_an_event_reaches_subscribers_of_its_type_in_order_until_they_leave() -> None:
    bus, seen = EventBus(), []
    bus.subscribe(Notice, lambda notice: seen.append(("first", notice.key)))
    leave = bus.subscribe(Notice, lambda notice: seen.append(("second", notice.key)))
    bus.subscribe(NoticeCleared, lambda _cleared: seen.append(("wrong", "")))
    bus.publish(Notice("a", "text"))
    leave()
    leave()
    bus.publish(Notice("b", "text"))
    assert seen == [("first", "a"), ("second", "a"), ("first", "b")]


def test_a_subscriber_that_raises_keeps_nobody_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    bus, seen = EventBus(), []

    def broken(_notice: Notice) -> None:
        raise ValueError("planted")

    bus.subscribe(Notice, broken)
    bus.subscribe(Notice, seen.append)
    with caplog.at_level(logging.CRITICAL):
        bus.publish(Notice("a", "text"))
    assert len(seen) == 1


async def test_the_first_explained_error_comes_out_as_itself_and_the_other_work_is_cancelled() -> None:
    cancelled = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def fails() -> None:
        await asyncio.sleep(0)
        raise RateLimited("Too many.", retry_after_s=3)

    with pytest.raises(RateLimited) as raised:
        await side_by_side(waits(), fails())
    assert raised.value.retry_after_s == 3
    assert cancelled.is_set()


async def test_an_unexplained_error_stays_in_its_group() -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        await side_by_side(fails())


def test_a_sentence_is_what_happened_and_what_to_do() -> None:
    assert SovereignError("No key.", remedy="Add one.").sentence == "No key. Add one."
    assert SovereignError("No key.").sentence == "No key."
    assert RateLimited("x").retryable
    assert not SovereignError("x").retryable
