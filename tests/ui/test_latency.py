"""The latency graph: the figures behind it, and a window that draws only while it is seen."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QTimer
from PySide6.QtTest import QTest

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.metrics.turns import TurnTimings
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.latency_figures import as_csv, in_words, summary, switches, waits
from sovereign_desktop.ui.windows.latency import MOST_TURNS, LatencyWindow
from tests.ui.stage import PlayedProgram, turn, waited_for


def test_the_parts_of_a_wait_are_the_whole_of_it() -> None:
    for wait in waits(waited_for()):
        assert sum(wait.parts_ms) == pytest.approx(wait.total_ms)


def test_turns_that_were_not_answered_aloud_are_no_waits() -> None:
    silent = replace(turn(1), timings=TurnTimings())
    failed = replace(turn(2), outcome=Outcome.FAILED)
    assert [wait.total_ms for wait in waits([silent, failed, turn(3)])] == [pytest.approx(640)]


def test_half_and_95_of_100_are_those_of_the_ranks() -> None:
    some = waits([turn(number) for number in range(20)])
    slow = [replace(wait, total_ms=100.0 * (number + 1)) for number, wait in enumerate(some)]
    figures = summary(slow)
    assert figures is not None
    assert (figures.count, figures.p50_ms, figures.p95_ms) == (20, 1050.0, 1900.0)
    assert summary([]) is None


def test_a_switch_lies_between_two_turns_that_others_answered() -> None:
    assert switches(waits(waited_for(12))) == [3.5, 5.5]


def test_the_table_has_a_line_a_turn() -> None:
    lines = list(csv.DictReader(as_csv(waits(waited_for(12))).splitlines()))
    assert len(lines) == 12
    assert lines[4]["answered_by"] == "pipeline"
    parts = sum(
        float(value) for name, value in lines[4].items() if name.endswith("_ms") and name != "voice_to_voice_ms"
    )
    assert parts == pytest.approx(float(lines[4]["voice_to_voice_ms"]), abs=0.5)
    assert lines[0]["time"].endswith("+00:00")


def test_the_figures_are_said_in_words() -> None:
    assert in_words([], []) == "No answer has been spoken yet."
    said = in_words(waits([turn(1)]), [20.0, 24.0])
    assert said.startswith("One answer: 640 ms, from the end of your speech")
    assert in_words(waits([turn(1), turn(2)]), []).startswith("2 answers: half within 640 ms, 95 of 100 within 640 ms,")
    assert "Connection to the Realtime API: 22 ms, jitter 2 ms." in said


@pytest.fixture
def window(bridge: Bridge) -> LatencyWindow:
    return LatencyWindow(bridge)


def settle(window: LatencyWindow) -> None:
    """Wait until nothing is left to draw."""
    while window._stepping.isActive():
        QTest.qWait(5)


def drawn(window: LatencyWindow) -> int:
    """How many dots there are, once all is drawn that is known."""
    settle(window)
    return drawn_now(window)


def drawn_now(window: LatencyWindow) -> int:
    curves = window.over_time.getPlotItem().listDataItems()
    return sum(len(xs) for xs, _ in (curve.getData() for curve in curves) if xs is not None)


def test_the_turns_of_before_and_those_that_end_are_drawn(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    assert drawn(window) == 10
    firsts = [curve.getData()[0] for curve in window.over_time.getPlotItem().listDataItems()]
    assert min(xs.min() for xs in firsts if xs is not None and len(xs)) == 1  # people count turns from one
    bridge.turn_ended.emit(TurnEnded("11", Outcome.ANSWERED, turn(11)))
    assert drawn(window) == 11


def test_a_line_stands_at_what_answers_should_stay_below_and_goes_where_it_is_set(
    window: LatencyWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    settle(window)
    line, (_, top) = window.over_time._target, window.over_time.getPlotItem().viewRange()[1]
    assert line.value() == program.settings.performance.targets.voice_to_voice_ms / 1000 < top
    asyncio.run(program.change_settings({"performance.targets.voice_to_voice_ms": 900.0}))
    bridge.settings_changed.emit()
    settle(window)
    assert line.value() == pytest.approx(0.9)


def test_nothing_is_drawn_while_it_is_hidden_and_everything_when_it_is_shown(
    window: LatencyWindow, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws: list[int] = []
    redraw = window.redraw
    monkeypatch.setattr(window, "redraw", lambda: (draws.append(1), redraw()))
    bridge.recalled.emit(waited_for(10))
    for number in range(5):
        bridge.turn_ended.emit(TurnEnded(str(number), Outcome.ANSWERED, turn(number)))
    assert not draws
    assert not window._ping.isActive()
    window.show()
    assert len(draws) == 1
    assert drawn(window) == 15
    window.hide()
    assert not window._ping.isActive()


def test_a_paused_graph_stands_still_and_catches_up(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    window.pause.click()
    assert not window._stepping.isActive()
    assert drawn(window) == 10
    bridge.turn_ended.emit(TurnEnded("11", Outcome.ANSWERED, turn(11)))
    assert drawn(window) == 10
    window.pause.click()
    assert drawn(window) == 11


def test_a_new_turn_is_drawn_piece_by_piece_and_others_get_their_say_between(
    window: LatencyWindow, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show()
    seen: list[str] = []

    def over_time(*_: object) -> None:
        seen.append("over time")
        QTimer.singleShot(0, lambda: seen.append("somebody else"))

    monkeypatch.setattr(window.over_time, "show_waits", over_time)
    monkeypatch.setattr(window.by_part, "show_waits", lambda *_: seen.append("by part"))
    bridge.recalled.emit(waited_for(10))
    assert not seen
    settle(window)
    assert seen == ["over time", "somebody else", "by part"]


def test_news_that_come_without_a_pause_are_drawn_all_the_same(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    deadline = QDeadlineTimer(5_000)
    while not drawn_now(window):
        bridge.settings_changed.emit()
        QTest.qWait(5)
        assert not deadline.hasExpired()


def test_a_picture_that_is_saved_meanwhile_has_all_of_it(window: LatencyWindow, bridge: Bridge, tmp_path: Path) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    assert window.write_picture(tmp_path / "latency.png")
    assert not window._stepping.isActive()
    assert drawn(window) == 10


def test_what_is_hidden_meanwhile_is_drawn_when_it_is_shown_again(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    window.hide()
    assert not window._stepping.isActive()
    assert drawn(window) == 0
    window.show()
    assert drawn(window) == 10


def test_no_more_turns_are_kept_than_can_be_looked_at(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(MOST_TURNS + 20))
    assert drawn(window) == MOST_TURNS


def test_what_another_window_recalled_takes_nothing_away(window: LatencyWindow, bridge: Bridge) -> None:
    window.show()
    bridge.recalled.emit(waited_for(30))
    bridge.recalled.emit(waited_for(10))
    assert drawn(window) == 30


def test_picture_and_table_are_written_or_said_not_to_be(
    window: LatencyWindow, bridge: Bridge, program: PlayedProgram, tmp_path: Path
) -> None:
    window.show()
    bridge.recalled.emit(waited_for(10))
    assert window.write_picture(tmp_path / "latency.png")
    assert window.write_table(tmp_path / "latency.csv")
    assert (tmp_path / "latency.png").read_bytes().startswith(b"\x89PNG")
    assert len((tmp_path / "latency.csv").read_text().splitlines()) == 11
    assert not window.write_table(tmp_path / "nowhere" / "latency.csv")
