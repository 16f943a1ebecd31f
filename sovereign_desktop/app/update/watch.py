"""Asks once a day while the program runs, tells of a newer version, and fetches it when the user says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from platformdirs import user_downloads_path

from sovereign_desktop.app.update.updater import Standing, Updater
from sovereign_desktop.config.sections.updates import Updates
from sovereign_desktop.core.errors import UpdateError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, UpdateOffered
from sovereign_desktop.host.opening import open_file

logger = logging.getLogger(__name__)

FIRST_AFTER_S = 120.0
"""The start belongs to other things."""
EVERY_S = 24 * 3600.0
KEY = "update"


class UpdateWatch:
    """Lives with one program. `settings` gives those of this moment: what is switched off is over at once."""

    def __init__(
        self,
        updater: Updater,
        bus: EventBus,
        settings: Callable[[], Updates],
        *,
        downloads: Callable[[], Path] = user_downloads_path,
        first_after_s: float = FIRST_AFTER_S,
        hand_over: Callable[[Path], bool] = open_file,
    ) -> None:
        self._updater = updater
        self._bus = bus
        self._settings = settings
        self._downloads = downloads
        self._first_after_s = first_after_s
        self._hand_over = hand_over
        self._asking: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        """Both, and what was broken off and is about to end."""
        self._offered: Standing | None = None

    def start(self) -> None:
        """Ask from now on, if that is wanted and this build knows whom."""
        if self._settings().check and self._asking is None:
            self._asking = self._spawn(self._ask_daily())

    def settings_changed(self) -> None:
        """Follow the switch: what is being asked is broken off."""
        if self._settings().check:
            self.start()
        elif self._asking is not None:
            self._asking.cancel()
            self._asking = None
            self._withdraw()

    def get(self) -> None:
        """Fetch the version that was offered and hand it to the system. Nothing while that is going on."""
        if self._offered is not None and (self._fetching is None or self._fetching.done()):
            self._fetching = self._spawn(self._get(self._offered))

    async def close(self) -> None:
        """Break off what is going on. Idempotent."""
        self._asking = self._fetching = None
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _ask_daily(self) -> None:
        url = self._settings().url
        try:
            remembered = await asyncio.to_thread(self._updater.remembered, url)
        except UpdateError as error:
            logger.info("no update source", extra={"reason": error.user_text})
            return
        if remembered is not None:
            self._offer(remembered)
        wait_s = max(self._first_after_s, self._updater.due_in_s(EVERY_S))
        while True:
            await asyncio.sleep(wait_s)
            wait_s = EVERY_S
            try:
                self._offer(await self._updater.check(url))
            except UpdateError as error:
                # Nobody asked, so nobody is told; `update check` says it to who does.
                logger.warning("no news of versions", extra={"reason": error.user_text})

    def _offer(self, standing: Standing) -> None:
        if not standing.is_newer:
            self._withdraw()
            return
        self._offered = standing
        first_line = standing.release.notes.strip().partition("\n")[0]
        self._bus.publish(Notice(KEY, f"{standing.text} {first_line}".strip(), Severity.INFO, standing.advice))
        if standing.fits and standing.installation.fetches:
            self._bus.publish(UpdateOffered(str(standing.release.version)))

    def _withdraw(self) -> None:
        if self._offered is not None:
            self._offered = None
            self._bus.publish(NoticeCleared(KEY))
            self._bus.publish(UpdateOffered(""))

    async def _get(self, standing: Standing) -> None:
        self._bus.publish(Notice(KEY, f"Sovereign Desktop {standing.release.version} is being fetched."))
        try:
            file = await self._updater.fetch(standing, self._downloads())
        except UpdateError as error:
            self._bus.publish(Notice(KEY, error.user_text, Severity.WARNING, error.remedy))
            return
        opened = await asyncio.to_thread(self._hand_over, file)
        done = "The system installs it from here." if opened else "The system does not open it by itself."
        self._bus.publish(
            Notice(KEY, f"{file.name} is fetched and checked. {done}", remedy=standing.installation.hint(file))
        )
