"""The screen process: `python -m sovereign_desktop.context.screen.process`. Orders on stdin, reports on stdout.

It alone sees pictures and text with secrets in it; they never leave its memory. It ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from threading import Thread
from typing import Any

from sovereign_desktop.config.sections.screen import ScreenContext
from sovereign_desktop.context.screen.glance import NotLooking, Report, encode
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.log_lines import JsonLines
from sovereign_desktop.core.parent_pipe import ParentPipe, die_with_parent

logger = logging.getLogger(__name__)

_NICENESS = 10
"""Speech comes first."""


def main() -> None:
    """Serve the program that started this process until it closes the pipe."""
    log = logging.StreamHandler(sys.stderr)
    log.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[log])
    die_with_parent()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with ParentPipe.take_over() as parent:
        first = next(iter(parent), None)
        if first is not None:
            asyncio.run(_serve(parent, first.header))


async def _serve(parent: ParentPipe, first: Any) -> None:
    """Look in the interval, and whenever the parent asks, until it is gone."""
    settings = ScreenContext.model_validate(first["settings"])
    loop = asyncio.get_running_loop()
    asked, ended = asyncio.Event(), asyncio.Event()

    def listen() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            for _ in parent:
                loop.call_soon_threadsafe(asked.set)
            loop.call_soon_threadsafe(ended.set)

    listener = Thread(target=listen, name="orders", daemon=True)
    listener.start()
    looking = asyncio.create_task(_look_on(parent, settings, int(first["program"]), asked), name="look at the screen")
    ending = asyncio.create_task(ended.wait(), name="wait for the end")
    await asyncio.wait((looking, ending), return_when=asyncio.FIRST_COMPLETED)
    for task in (looking, ending):
        task.cancel()
    results = await asyncio.gather(looking, ending, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _look_on(parent: ParentPipe, settings: ScreenContext, program: int, asked: asyncio.Event) -> None:
    from sovereign_desktop.context.screen.observer import Observer  # numpy: 100 ms
    from sovereign_desktop.engines.ocr.choose import choose_ocr
    from sovereign_desktop.host.screen.choose import choose_screen, is_wayland

    observer: Observer | None = None
    try:
        while True:
            asked.clear()
            try:
                if observer is None:
                    screen, recognizer = choose_screen(), await choose_ocr(settings.ocr)
                    observer = Observer(settings, screen, recognizer, own_process=program)
                report: Report = await observer.look()
            except SovereignError as error:
                report = NotLooking(error.user_text, error.remedy, is_failure=True)
            await asyncio.to_thread(_tell, parent, report)
            # A picture on Wayland is a flash on the screen, or a question: one a turn is enough.
            pause_s = None if is_wayland() else settings.capture_interval
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await asked.wait()
    finally:
        if observer is not None:
            await observer.close()


def _tell(parent: ParentPipe, report: Report) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent is gone; stdin will tell
        parent.send(PipeMessage(encode(report)))


if __name__ == "__main__":
    main()
