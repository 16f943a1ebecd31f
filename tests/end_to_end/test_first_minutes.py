"""A newcomer's first minutes: started without anything, shown around, answered aloud; then a key, and through it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.end_to_end.newcomer import WELCOME, Film, locked_server, with_a_key, without_a_key
from tests.end_to_end.running import running

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(240)]


def test_a_newcomer_is_answered_first_without_a_key_and_then_through_one(desktop: Desktop, tmp_path: Path) -> None:
    film = Film(desktop)
    turn = without_a_key(film)
    assert turn["outcome"] == "answered", turn
    assert film.seconds["first-answer"] < 180, film.seconds
    with running(desktop, None) as app:
        app.wait_for_log("program ready", 2)  # the first is that of the start before
        assert WELCOME not in desktop.titles()
    try:
        with locked_server(desktop, tmp_path / "server") as port:
            turn = with_a_key(film, port)
        assert (turn["outcome"], turn["backend"]) == ("answered", "realtime"), turn
    finally:
        desktop.start([sys.executable, "-m", "sovereign_desktop", "keys", "delete", "openai"]).wait(20)
