"""Loading modules without keeping the event loop from its work for long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib import import_module


async def import_in_slices(names: Iterable[str]) -> None:
    """Import modules one after another, and let the loop do what is due between any two.

    A thread would not do: imports hold the interpreter's lock and stall the loop just the same.
    """
    for name in names:
        import_module(name)
        await asyncio.sleep(0)
