"""A stall of the loop is seen; a loop that is free has none."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from sovereign_desktop.metrics.loop_watch import LoopWatch


async def test_a_call_that_blocks_the_loop_is_seen_with_its_length(caplog: pytest.LogCaptureFixture) -> None:
    watch = LoopWatch()
    watch.start()
    await asyncio.sleep(0.02)
    time.sleep(0.3)
    await asyncio.sleep(0.02)
    with caplog.at_level(logging.WARNING):
        assert 200 < watch.stop() < 3000
    assert "event loop stalled" in caplog.text


async def test_a_new_watch_starts_from_zero_and_waiting_is_no_stall() -> None:
    watch = LoopWatch()
    watch.longest_ms = 999.0
    watch.start()
    await asyncio.sleep(0.1)
    assert watch.stop() < 100
