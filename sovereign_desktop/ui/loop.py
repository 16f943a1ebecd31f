"""Where Qt meets asyncio: one loop for both, which runs until the program has closed, however it is told to."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import qasync
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from sovereign_desktop.ui.garbage import collected_on_this_thread

logger = logging.getLogger(__name__)

WORKER_THREADS = 4


def run_to_the_end(application: QApplication, main: Coroutine[Any, Any, int], stop: asyncio.Event) -> int:
    """Run `main` and return its result. SIGINT, SIGTERM, quitting and log-out only set `stop`."""
    loop = qasync.QEventLoop(application)
    # qasync's own executor starts ten threads with the first job.
    loop.set_default_executor(ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="worker"))
    loop.set_exception_handler(_log_fault)
    sys.excepthook = lambda _kind, error, _trace: _log_fault(loop, {"exception": error})  # what a slot raises
    asyncio.set_event_loop(loop)
    try:
        task = loop.create_task(main)
        _stop_on_signals(loop, stop)
        application.aboutToQuit.connect(lambda: _finish(task, stop))
        application.commitDataRequest.connect(_do_not_restore)
        with collected_on_this_thread():
            return int(loop.run_until_complete(task))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _finish(task: asyncio.Task[int], stop: asyncio.Event) -> None:
    """Let the program close although Qt's loop has ended.

    Windows ends the process as soon as this returns, so waiting for `run_until_complete` would be too late.
    """
    if task.done():
        return
    logger.info("quitting before the program has closed")
    stop.set()
    rest = QEventLoop()
    task.add_done_callback(lambda _task: rest.quit())
    rest.exec()


def _log_fault(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """A fault that nobody caught ends neither the loop nor the program. The default would log its text too."""
    logger.error("unhandled exception", exc_info=context.get("exception"))


def _do_not_restore(manager: QSessionManager) -> None:
    # Autostart is the user's choice; a session manager would start a second one besides.
    manager.setRestartHint(QSessionManager.RestartHint.RestartNever)


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows; there the handler runs with the loop's next wake-up
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
