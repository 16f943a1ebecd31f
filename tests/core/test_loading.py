from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from sovereign_desktop.core.loading import import_in_slices


async def test_the_loop_has_its_turn_between_two_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"slice_{number}" for number in range(3)]
    for name in names:
        (tmp_path / f"{name}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    loaded_at_each_turn: list[int] = []

    async def other_work() -> None:
        while len(loaded_at_each_turn) < 3:
            loaded_at_each_turn.append(sum(name in sys.modules for name in names))
            await asyncio.sleep(0)

    await asyncio.gather(import_in_slices(names), other_work())
    assert loaded_at_each_turn == [1, 2, 3]


async def test_a_module_that_is_missing_is_not_passed_over() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        await import_in_slices(["json", "no_such_module"])
