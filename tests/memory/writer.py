"""A program that remembers and forgets until it is killed. What it says on stdout is done."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from sovereign_desktop.memory.records import NewMemory, Selection
from tests.memory.stage import remembering


async def main(root: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with remembering(root) as memories:
        kept = [memory.id for memory in await memories.store.select(Selection())]
        for number in range(10_000):
            if kept and chance.random() < 0.05:
                gone = kept.pop(chance.randrange(len(kept)))
                say(f"forgetting {gone}")
                await memories.forget(Selection(ids=(gone,)))
                say(f"forgotten {gone}")
                continue
            text = f"run {seed} memory {number} says {chance.randrange(10**9)}"
            ids = await memories.remember(NewMemory(text, float(number), f"run {seed}"))
            kept += ids
            say(f"kept {ids[0]} {text}")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
