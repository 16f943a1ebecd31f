"""What a screen reader is told of every window, over the real accessibility bus."""

from __future__ import annotations

import sys

import pytest

from tests.desktop import Desktop, wait_until
from tests.desktop.accessibility import SPOKEN, accessibility_bus, everything
from tests.ui.every_window import SCENES

pytestmark = pytest.mark.desktop

CONTROLS = {
    "check box",
    "combo box",
    "list",
    "list item",
    "menu item",
    "push button",
    "radio button",
    "spin button",
    "text",
    "toggle button",
    "table",
    "tree",
    "tree table",
}
VALUE_FOR_A_NAME = {"combo box"}
"""Qt on Linux gives their value as the name: only a label beside them says what they are."""


async def test_no_control_is_without_a_name(desktop: Desktop) -> None:
    with accessibility_bus(desktop):
        program = desktop.start([sys.executable, "-m", "tests.ui.every_window"], env=SPOKEN)
        wait_until(lambda: "shown" in program.output(), 30, "all windows")
        found = await everything(desktop, "every_window.py")
        program.end()
    shown = [one for one in found if one.is_showing and one.role in CONTROLS]
    windows = {one.window for one in found if one.window}
    assert len(windows) >= 7, windows
    assert len(shown) > 5 * len(SCENES), "the windows were not looked into"
    nameless = [one for one in shown if not one.label and (not one.name.strip() or one.role in VALUE_FOR_A_NAME)]
    assert nameless == []
