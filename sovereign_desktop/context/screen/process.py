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
    asked, ended = _Asked(), asyncio.Event()

    def listen() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            for order in parent:
                loop.call_soon_threadsafe(asked.ask, bool(order.header.get("picture")))
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


class _Asked:
    """What the parent has asked for since the last look."""

    def __init__(self) -> None:
        self._look = asyncio.Event()
        self._picture = False

    def ask(self, picture: bool) -> None:
        self._picture = self._picture or picture
        self._look.set()

    def take(self) -> bool:
        """All of it, from now on done; whether a picture is wanted."""
        wanted, self._picture = self._picture, False
        self._look.clear()
        return wanted

    async def wait(self, longest_s: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self._look.wait()


async def _look_on(parent: ParentPipe, settings: ScreenContext, program: int, asked: _Asked) -> None:
    from sovereign_desktop.context.screen.observer import Observer  # numpy: 100 ms
    from sovereign_desktop.engines.ocr.choose import choose_ocr
    from sovereign_desktop.host.screen.choose import choose_screen, is_wayland

    observer: Observer | None = None
    try:
        while True:
            with_picture = asked.take() and settings.pictures
            try:
                if observer is None:
                    screen, recognizer = choose_screen(), await choose_ocr(settings.ocr)
                    observer = Observer(settings, screen, recognizer, own_process=program)
                    await recognizer.prepare()
                report: Report = await observer.look(with_picture=with_picture)
            except SovereignError as error:
                report = NotLooking(error.user_text, error.remedy, is_failure=True)
            await asyncio.to_thread(_tell, parent, report)
            # A picture on Wayland is a flash on the screen, or a question: one a turn is enough.
            await asked.wait(None if is_wayland() else settings.capture_interval)
    finally:
        if observer is not None:
            await observer.close()


def _tell(parent: ParentPipe, report: Report) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent is gone; stdin will tell
        parent.send(encode(report))


if __name__ == "__main__":
    main()
