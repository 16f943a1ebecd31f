"""A newcomer's first minutes: started without anything, shown around, answered aloud, not shown around again."""

from __future__ import annotations

import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import running

pytestmark = pytest.mark.desktop

WELCOME = "Welcome – Sovereign Desktop"


def test_a_newcomer_is_shown_around_and_answered_and_the_next_start_is_quiet(desktop: Desktop) -> None:
    with running(desktop, None) as app:
        wait_until(lambda: WELCOME in desktop.titles(), 10, "the welcome window")
        for _ in range(6):
            desktop.press("Return")
        with desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening")
            desktop.say("what time is it now")
        (turn,) = app.wait_for_turns(1)
        assert turn["outcome"] == "answered", turn
        desktop.press("Return")
        wait_until(lambda: WELCOME not in desktop.titles(), 5, "the welcome window to close")
    with running(desktop, None) as app:
        app.wait_for_log("program ready", 2)  # the first is that of the start before
        assert WELCOME not in desktop.titles()
