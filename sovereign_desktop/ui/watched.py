"""The tray app with a watchdog on its event loop, for `bench desktop`: `python -m sovereign_desktop.ui.watched S WARM`.

After S seconds it writes a line of JSON and quits. What comes before WARM seconds counts for itself.
"""

from __future__ import annotations

import asyncio
import json
import sys

from sovereign_desktop.app.loading import Loader
from sovereign_desktop.app.options import TrayOptions
from sovereign_desktop.app.second_start import claim
from sovereign_desktop.ui.bridge import Program
from sovereign_desktop.ui.run import run

OPENS_AFTER_S = 5.0


def main() -> int:
    """Run until the time is over; the exit status."""
    seconds, warm_s = map(float, sys.argv[1:3])
    options = TrayOptions()
    instance = claim(options)
    if isinstance(instance, int):
        return instance
    loader = Loader(options, instance)
    watching: list[asyncio.Task[None]] = []

    async def load() -> Program:
        program = await loader()
        if not watching:  # one that was built anew with new settings is on the same loop
            watching.append(asyncio.get_running_loop().create_task(_watch(program, seconds, warm_s)))
        return program

    return run(load)


async def _watch(program: Program, seconds: float, warm_s: float) -> None:
    from sovereign_desktop.core.events import QuitRequested, Window, WindowRequested
    from sovereign_desktop.metrics.loop_watch import LoopWatch

    watch = LoopWatch()
    await asyncio.sleep(min(OPENS_AFTER_S, warm_s / 2))
    program.bus.publish(WindowRequested(Window.LATENCY))
    watch.start()
    await asyncio.sleep(warm_s)
    at_first_ms = watch.stop()
    watch.start()
    await asyncio.sleep(seconds - warm_s)
    longest_ms = watch.stop()
    sys.stdout.write(json.dumps({"longest_ms": longest_ms, "at_first_ms": at_first_ms}) + "\n")
    sys.stdout.flush()
    program.bus.publish(QuitRequested())


if __name__ == "__main__":
    sys.exit(main())
