"""From the icon to a running program and back: load, start, run, stop, or say why not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.ui.bridge import Program
from sovereign_desktop.ui.garbage import spare_what_is_loaded
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.loop import run_to_the_end
from sovereign_desktop.ui.recent_answers import MOST
from sovereign_desktop.ui.shell import Shell

if TYPE_CHECKING:
    from sovereign_desktop.app.crash_reports import CrashReports

logger = logging.getLogger(__name__)

Load: TypeAlias = Callable[[SovereignError | None], Awaitable[Program]]
"""Makes the program. Should give the loop a turn between imports (`core.loading`): the icon answers meanwhile.

It is told why the program that it made last could not start, for one that can.
"""

T = TypeVar("T")

STOP_DEADLINE_S = 10.0


def _fault() -> SovereignError:
    return SovereignError(
        QCoreApplication.translate("Session", "Sovereign Desktop could not start because of a fault in the program."),
        remedy=QCoreApplication.translate("Session", "Run “sovereign-desktop doctor” to see what is wrong."),
    )


def run_session(
    application: QApplication,
    icon: QSystemTrayIcon,
    load: Load,
    *,
    minimized: bool,
    crashes: CrashReports | None = None,
) -> int:
    """Load the program, run it until somebody quits; the exit status."""
    application.setWindowIcon(program_icon())
    shell = Shell(icon, minimized=minimized, crashes=crashes)
    stop = asyncio.Event()
    shell.quit_requested.connect(stop.set)
    return run_to_the_end(application, _session(shell, load, stop, crashes), stop)


async def _session(shell: Shell, load: Load, stop: asyncio.Event, crashes: CrashReports | None) -> int:
    try:
        await _run(shell, load, stop)
    except SovereignError as error:
        failure = error
    except Exception as error:  # the edge of the program
        logger.exception("the program failed")
        if crashes is not None:
            crashes.note(error)
        failure = _fault()
    else:
        return 0
    await _tell(failure, stop)
    return 1


async def _run(shell: Shell, load: Load, stop: asyncio.Event) -> None:
    """One program after another, each with the settings of its time, until the user quits."""
    restart = asyncio.Event()
    shell.bridge.restart_requested.connect(restart.set)
    failure: SovereignError | None = None
    has_run = False
    try:
        while not stop.is_set():
            restart.clear()
            try:
                await _run_one(shell, load, failure, stop, restart)
            except _NotStartedError as error:
                if not has_run or failure is not None:
                    raise error.cause from None
                logger.exception("the program does not start with new settings", exc_info=error.cause)
                failure = error.cause if isinstance(error.cause, SovereignError) else _fault()
            else:
                has_run, failure = True, None
    except _StoppedError:
        logger.info("quit before the start was over")
    finally:
        await shell.bridge.errands.close()
        shell.close()


async def _run_one(
    shell: Shell, load: Load, failure: SovereignError | None, stop: asyncio.Event, restart: asyncio.Event
) -> None:
    program: Program | None = None
    try:
        try:
            program = await _before(stop, load(failure))
            shell.attach(program)
            await _before(stop, program.start())
        except _StoppedError:
            raise
        except Exception as error:
            raise _NotStartedError(error) from error
        spare_what_is_loaded()
        shell.bridge.set_ready()
        shell.bridge.recall(MOST)
        shell.welcome()
        shell.offer_reports()
        with contextlib.suppress(_StoppedError):
            await _before(stop, restart.wait())
    finally:
        shell.bridge.detach()
        if program is not None:
            await _stop(program)


class _NotStartedError(Exception):
    """A program that could not be made, or not be started."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


class _StoppedError(Exception):
    """The user quit before something was done."""


async def _before(stop: asyncio.Event, work: Awaitable[T]) -> T:
    """The result of `work`; when `stop` comes first, `work` is cancelled and _StoppedError raised."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait((working,))
    if working.cancelled():
        raise _StoppedError
    return working.result()


async def _stop(program: Program) -> None:
    try:
        async with asyncio.timeout(STOP_DEADLINE_S):
            await program.stop()
    except TimeoutError:
        logger.error("the program did not stop in time", extra={"deadline_s": STOP_DEADLINE_S})  # noqa: TRY400


async def _tell(failure: SovereignError, stop: asyncio.Event) -> None:
    """Say it in a window, and in one line for whoever started us from a terminal."""
    from sovereign_desktop.ui.windows.problem import tell_problem

    sys.stderr.write(failure.sentence + "\n")
    with contextlib.suppress(_StoppedError):
        await _before(stop, tell_problem(failure.user_text, failure.remedy))
