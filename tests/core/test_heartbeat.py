"""When a silent process is taken for hung."""

from __future__ import annotations

from sovereign_desktop.core.heartbeat import Heartbeat


def test_a_process_that_loads_for_long_is_not_hung() -> None:
    heartbeat = Heartbeat(most_missed=2)
    assert all(heartbeat.beat() for _ in range(100))


def test_a_process_that_falls_silent_is_hung_after_so_many_beats() -> None:
    heartbeat = Heartbeat(most_missed=2)
    heartbeat.heard()
    assert [heartbeat.beat() for _ in range(4)] == [True, True, False, False]


def test_any_word_makes_up_for_missed_beats() -> None:
    heartbeat = Heartbeat(most_missed=2)
    for _ in range(10):
        heartbeat.heard()
        assert heartbeat.beat()
        assert heartbeat.beat()
