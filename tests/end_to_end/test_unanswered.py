"""A crash while the user speaks: the next start has the words, and nothing of them can be read on the disk."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import START_S, Running, running

pytestmark = pytest.mark.desktop


def test_killed_while_the_user_speaks_it_offers_the_question_at_the_next_start(desktop: Desktop) -> None:
    first = Running(desktop, desktop.start([sys.executable, "-m", "sovereign_desktop"]))
    first.wait_for_log("program ready", timeout_s=START_S)
    with desktop.hold("ctrl+alt+space"):
        first.wait_for_log("listening")
        desktop.say("what time is it now")
        os.kill(first.pid, signal.SIGKILL)
        first.program.wait(5)
    (kept,) = first.home.rglob("unanswered/*")
    assert kept.stat().st_size > 20_000
    with running(desktop) as second:
        wait_until(lambda: second.logged("unanswered speech is offered"), 10, "the offer")
        assert second.logged("unanswered speech is offered")[-1]["questions"] == 1
        assert second.turns() == []
    assert kept.exists()


def test_an_answered_question_leaves_nothing_on_the_disk(desktop: Desktop) -> None:
    with running(desktop) as app:
        with desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening")
            wait_until(lambda: list(app.home.rglob("unanswered/*")), 5, "the file of what is being said")
            desktop.say("what time is it now")
        (turn,) = app.wait_for_turns(1)
        assert turn["outcome"] == "answered"
        assert list(app.home.rglob("unanswered/*")) == []
