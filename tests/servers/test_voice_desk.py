"""An engine that could not be loaded says so to everybody, and remembers nobody for it."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.registry import Choice
from sovereign_desktop.servers.voice.speech import Desk


async def failing() -> Choice[Any]:
    raise SovereignError("It is broken.")


@pytest.mark.expected_errors
async def test_an_engine_that_failed_once_tells_it_many_times_without_growing() -> None:
    desk = Desk("stt", failing)
    desk.start()
    lengths = []
    for _ in range(20):
        with pytest.raises(SovereignError) as told:
            await desk.engine()
        lengths.append(len(traceback.extract_tb(told.value.__traceback__)))
    assert lengths[-1] == lengths[1]
