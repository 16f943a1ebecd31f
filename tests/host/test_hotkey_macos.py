"""The permission to hear keys on macOS, on a pynput whose answers are played: no Mac has run this."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from sovereign_desktop.host.hotkey._macos import MacHotkeyListener
from sovereign_desktop.host.hotkey.base import HotkeyError
from sovereign_desktop.host.hotkey.parse import parse_hotkey

BINDINGS = {"talk": parse_hotkey("ctrl+alt+space")}


class Pynput:
    """Its keyboard: whether the user permits it, and which of its listeners run."""

    def __init__(self) -> None:
        self.permits = True
        self.running: list[Any] = []

    def listener(self, **_: Callable[[Any], None]) -> Any:
        listener = SimpleNamespace(IS_TRUSTED=self.permits, wait=lambda: None, join=lambda: None)
        listener.start = lambda: self.running.append(listener)
        listener.stop = lambda: self.running.remove(listener)
        return listener


@pytest.fixture
def pynput(monkeypatch: pytest.MonkeyPatch) -> Pynput:
    played, module = Pynput(), ModuleType("pynput")
    module.keyboard = SimpleNamespace(Listener=played.listener)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pynput", module)
    return played


async def test_without_the_permission_nothing_is_heard_and_that_is_said_with_where_it_is_given(pynput: Pynput) -> None:
    pynput.permits = False
    with pytest.raises(HotkeyError, match="not permitted to hear keys") as refused:
        await MacHotkeyListener().start(BINDINGS, print)
    assert "Input Monitoring" in refused.value.remedy
    assert pynput.running == []


async def test_with_it_the_next_start_hears(pynput: Pynput) -> None:
    listener = MacHotkeyListener()
    pynput.permits = False
    with pytest.raises(HotkeyError):
        await listener.start(BINDINGS, print)
    pynput.permits = True
    assert await listener.start(BINDINGS, print) == ()
    assert len(pynput.running) == 1
    await listener.stop()
    assert pynput.running == []
