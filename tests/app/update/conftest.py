"""Makers who sign, and a server with what they announce."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.app.update.stage import CONTENT, DEB, Makers, Server


@pytest.fixture
def makers() -> Makers:
    return Makers()


@pytest.fixture
async def server(makers: Makers) -> AsyncIterator[Server]:
    async with Server({"release.json": makers.announce(), DEB: CONTENT}) as server:
        yield server
