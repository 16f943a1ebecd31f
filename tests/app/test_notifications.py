"""Troubles become notifications, as urgent as they are, and are taken back when they are over."""

from __future__ import annotations

import asyncio

from sovereign_desktop.app.notifications import Notifications
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity
from sovereign_desktop.host.notifications import Urgency
from tests.fakes.virtual_time import in_virtual_time


class PlayedDesktop:
    def __init__(self, *, hangs: bool = False) -> None:
        self.told: list[tuple[object, ...]] = []
        self._hangs = hangs

    async def show(self, matter: str, title: str, text: str, urgency: Urgency) -> None:
        self.told.append((matter, title, text, urgency))
        if self._hangs:
            await asyncio.Event().wait()

    async def withdraw(self, matter: str) -> None:
        self.told.append(("withdraw", matter))

    async def close(self) -> None:
        self.told.append(("close",))


BROKEN = Notice("microphone", "There is no microphone.", Severity.ERROR, "Plug one in.")
DEAR = Notice("spend", "A dollar was spent.", Severity.WARNING)
AGAIN = Notice("way", "The Realtime API answers again.")
GOOD_TO_KNOW = Notice("judged", "The model is told.")
UNHEARD = Notice("turn", "I heard nothing.", Severity.WARNING)


async def told_of(*events: object, desktop: PlayedDesktop) -> list[tuple[object, ...]]:
    bus = EventBus()
    async with Notifications(bus, desktop):
        for event in events:
            bus.publish(event)
            await asyncio.sleep(5)
    bus.publish(BROKEN)
    return desktop.told


def test_what_is_wrong_is_urgent_and_what_is_good_to_know_is_no_notification() -> None:
    assert in_virtual_time(told_of(BROKEN, DEAR, AGAIN, GOOD_TO_KNOW, UNHEARD, desktop=PlayedDesktop())) == [
        ("microphone", "There is no microphone.", "Plug one in.", Urgency.CRITICAL),
        ("spend", "A dollar was spent.", "", Urgency.NORMAL),
        ("way", "The Realtime API answers again.", "", Urgency.LOW),
        ("withdraw", "judged"),
        ("withdraw", "turn"),
        ("close",),
    ]


def test_what_is_over_is_taken_back() -> None:
    told = in_virtual_time(told_of(BROKEN, NoticeCleared("microphone"), desktop=PlayedDesktop()))
    assert told[1] == ("withdraw", "microphone")


def test_a_desktop_that_hangs_holds_up_nobody() -> None:
    told = in_virtual_time(told_of(BROKEN, DEAR, desktop=PlayedDesktop(hangs=True)))
    assert [matter for matter, *_ in told] == ["microphone", "spend", "close"]


def test_of_very_many_the_latest_are_told() -> None:
    async def flood() -> list[object]:
        bus, desktop = EventBus(), PlayedDesktop()
        async with Notifications(bus, desktop):
            for number in range(1000):
                bus.publish(Notice(f"matter {number}", "Again.", Severity.WARNING))
            await asyncio.sleep(1)
        return [matter for matter, *_ in desktop.told]

    told = in_virtual_time(flood())
    assert len(told) < 40
    assert told[-2:] == ["matter 999", "close"]
