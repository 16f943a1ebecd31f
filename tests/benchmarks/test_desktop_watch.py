"""The program's loop is never kept from its work for 50 ms while it talks, looks, remembers and draws."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from tests.desktop import Desktop, wait_until

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(600)]

STALL_MS = 50.0
MEASURE = """
import asyncio, json, sys
from sovereign_desktop.app.bench.desktop import bench_desktop
print(json.dumps(asyncio.run(bench_desktop(float(sys.argv[1]), float(sys.argv[2]))).as_json()))
"""
PAGE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication(sys.argv)
page = QLabel("Shopping list for the harbour: bread, butter, cheese and a large lemon.")
page.setStyleSheet("background: white; color: black; font-size: 24px; padding: 20px")
page.setWindowTitle("Shopping")
page.show()
application.exec()
"""


def test_a_conversation_with_screen_and_memory_and_graph_never_stalls_the_loop(
    desktop: Desktop, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    seconds, warm_s = times(0, 300), times(0, 60)
    if not seconds:
        pytest.skip("a short sample says more about what else runs than about the program: run it with --whole")
    desktop.start([sys.executable, "-c", PAGE])
    wait_until(lambda: "Shopping" in desktop.titles(), 10, "something to read on the screen")
    program = desktop.start([sys.executable, "-c", MEASURE, str(seconds), str(warm_s)])
    assert program.wait(560) == 0, program.output()
    measured = json.loads(program.output().splitlines()[-1])
    figure(**{name: value for name, value in measured.items() if name != "backends"})
    assert measured["answered"] >= 2
    assert set(measured["backends"]) == {"realtime", "pipeline"}
    assert measured["with_memory"] > 0
    assert measured["with_screen"] > 0
    assert measured["longest_stall_ms"] <= STALL_MS
