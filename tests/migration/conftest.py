"""A keyring that works, for every test of this room that asks for a home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.keyrings import MemoryKeyring, in_use


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend
