from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.servers.realtime.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.running():
        yield stage
