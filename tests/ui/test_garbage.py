"""Cycles are collected on the thread of the windows, and by nobody who works beside it."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sovereign_desktop.ui import garbage


class Ring:
    """Holds itself, so that only the collector ends it; `ended_by` gets the thread that does."""

    def __init__(self, ended_by: list[int]) -> None:
        self.ring = self
        weakref.finalize(self, lambda: ended_by.append(threading.get_ident()))


def leave(count: int, ended_by: list[int]) -> None:
    for _ in range(count):
        Ring(ended_by)


def in_a_thread(work: Callable[..., Any], *args: Any) -> None:
    thread = threading.Thread(target=work, args=args)
    thread.start()
    thread.join()


def test_a_thread_that_allocates_collects_nothing_and_the_windows_thread_does(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LOOK_EVERY_MS", 1)
    ended_by: list[int] = []
    with garbage.collected_on_this_thread():
        in_a_thread(leave, 20 * gc.get_threshold()[0], ended_by)
        assert not ended_by
        QTest.qWait(20)
        assert set(ended_by) == {threading.get_ident()}
    assert gc.isenabled()


def test_without_it_a_thread_takes_apart_what_others_left() -> None:
    gc.enable()  # what the test above is there for
    ended_by: list[int] = []
    in_a_thread(leave, 20 * gc.get_threshold()[0], ended_by)
    assert ended_by
    assert threading.get_ident() not in ended_by


def test_what_is_loaded_is_spared_once_and_what_is_loaded_later_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage._Spared, "modules", 0)
    gc.unfreeze()
    try:
        garbage.spare_what_is_loaded()
        loaded = gc.get_freeze_count()
        assert loaded > 10_000
        kept = [[] for _ in range(1000)]
        garbage.spare_what_is_loaded()
        assert gc.get_freeze_count() <= loaded
        monkeypatch.setitem(sys.modules, "loaded_with_a_window", ModuleType("loaded_with_a_window"))
        garbage.spare_what_is_loaded()
        assert gc.get_freeze_count() >= loaded + len(kept)
    finally:
        gc.unfreeze()


def test_what_is_young_is_collected_alone() -> None:
    gc.collect()
    kept = [[] for _ in range(2 * gc.get_threshold()[0])]
    assert garbage.collect_what_is_due() == 0
    assert garbage.collect_what_is_due() is None
    del kept
