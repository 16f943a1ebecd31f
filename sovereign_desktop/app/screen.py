"""Screen awareness in the program: what the user is told of it."""

from __future__ import annotations

from sovereign_desktop.context.screen.glance import NotLooking
from sovereign_desktop.context.screen.watch import NOT_YET, OFF, ScreenWatch
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, ScreenChanged, ScreenState, Severity


def tell_of_screen(bus: EventBus, watch: ScreenWatch) -> None:
    """Publish whether the screen is looked at, and what the user can do when that fails."""
    report = watch.report
    not_looking = report if isinstance(report, NotLooking) and report is not NOT_YET else None
    if not_looking is OFF:
        state = ScreenState.OFF
    else:
        state = ScreenState.PAUSED if not_looking is not None else ScreenState.LOOKING
    bus.publish(ScreenChanged(state, not_looking.reason if not_looking is not None else ""))
    if not_looking is not None and not_looking.is_failure:
        bus.publish(Notice("screen", not_looking.reason, Severity.WARNING, not_looking.remedy))
    else:
        bus.publish(NoticeCleared("screen"))


def screen_sentence(on: bool) -> str:
    """What is so now, for whoever asked for it."""
    if on:
        return "The program looks at your screen from now on, until it ends or you switch this off."
    return "Nothing looks at your screen."
