"""Calls that one thread must carry out are carried out there, one after another."""

from __future__ import annotations

import threading

import pytest

from sovereign_desktop.core.foreground import Foreground, ForegroundThread


def test_calls_run_in_the_serving_thread_in_order() -> None:
    foreground, order = Foreground(), []
    futures = [foreground.submit(lambda n=n: order.append(n) or threading.get_ident()) for n in range(3)]  # type: ignore[misc]
    foreground.stop()
    foreground.serve()
    assert order == [0, 1, 2]
    assert {future.result(0) for future in futures} == {threading.get_ident()}
    assert not foreground.served


def test_a_call_that_fails_fails_for_its_caller_only() -> None:
    foreground = Foreground()
    failing, working = foreground.submit(lambda: 1 / 0), foreground.submit(lambda: 1)
    foreground.stop()
    foreground.serve()
    assert working.result(0) == 1
    with pytest.raises(ZeroDivisionError):
        failing.result(0)


def test_a_cancelled_call_is_not_carried_out() -> None:
    foreground, done = Foreground(), []
    foreground.submit(lambda: done.append(1)).cancel()
    foreground.stop()
    foreground.serve()
    assert done == []


def test_it_says_how_long_a_call_has_been_running() -> None:
    thread = ForegroundThread("test")
    begun, release = threading.Event(), threading.Event()
    assert thread.foreground.busy_s == 0
    call = thread.foreground.submit(lambda: begun.set() or release.wait())
    begun.wait()
    assert thread.foreground.busy_s > 0
    release.set()
    call.result(5)
    thread.close()
    assert thread.foreground.busy_s == 0
