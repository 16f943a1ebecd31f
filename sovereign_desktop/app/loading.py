"""Loads the program behind an icon that is there already, in slices, so that the icon answers meanwhile."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sovereign_desktop.app.options import TrayOptions
from sovereign_desktop.core.loading import import_in_slices

if TYPE_CHECKING:
    from sovereign_desktop.app.program import Program
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.core.errors import SovereignError
    from sovereign_desktop.core.events import Notice
    from sovereign_desktop.host.single_instance import SingleInstance

SLICES = (
    "logging.handlers",
    "pydantic",
    "ruamel.yaml",
    "sovereign_desktop.config.schema",
    "sovereign_desktop.config.store",
    "sqlite3",
    "cryptography.hazmat.primitives.ciphers.aead",
    "sovereign_desktop.app.update.watch",
    "websockets.asyncio.client",
    "sovereign_desktop.realtime.objects",
    "sovereign_desktop.realtime.client_events",
    "sovereign_desktop.realtime.server_events",
    "sovereign_desktop.realtime.client",
    "sovereign_desktop.audio.client",
    "sovereign_desktop.host.hotkey.choose",
    "sovereign_desktop.conversation.skills.book",
    "sovereign_desktop.app.assembly",
    "sovereign_desktop.app.program",
    *(("sovereign_desktop.host.away._linux",) if sys.platform == "linux" else ()),  # D-Bus
)
FOR_NEWCOMERS = (
    "sovereign_desktop.migration.meanings",
    "sovereign_desktop.migration.planning",
    "sovereign_desktop.migration.transaction",
    "sovereign_desktop.app.migration_desk",
)
"""What looks for an old version, at the first start alone."""


KEYRING_PATIENCE_S = 10.0
"""A keyring that asks for its password keeps nobody from the rest of the program for longer."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The program that was there before, and what the settings said when it was made."""

    program: Program
    settings: Settings


class Loader:
    """Makes the program, and makes it again after it was stopped to take over settings.

    The conversation goes along, and so does what the user chose until the program ends. A program that could not
    start is followed by one with the settings of the last that ran: its `failure` is told there.
    """

    def __init__(self, options: TrayOptions, instance: SingleInstance) -> None:
        self._options = options
        self._instance = instance
        self._made: _Before | None = None
        self._before: _Before | None = None

    async def __call__(self, failure: SovereignError | None = None) -> Program:
        """The program, not started yet; `failure` is why the one that was made last did not start.

        Releases the claim on being the only one when it does not come to that. Raises SovereignError.
        """
        self._instance.acquire()  # at the first time; a program that is followed by another hands it on
        self._instance.is_handed_on = False
        if failure is None:
            self._before, self._made = self._made, None  # it ran
        try:
            self._made = await _load(self._options, self._instance, self._before, failure)
        except BaseException:
            self._instance.release()
            raise
        self._options = TrayOptions()  # what this start was asked for is done, or the program's choice by now
        return self._made.program


async def _load(
    options: TrayOptions, instance: SingleInstance, before: _Before | None, failure: SovereignError | None
) -> _Before:
    await import_in_slices(SLICES)
    from sovereign_desktop.app.assembly import assemble, settings_notices, spending_of
    from sovereign_desktop.app.key_desk import KeyDesk
    from sovereign_desktop.app.locked_keyring import KeyReader, keyring_notice, ways_back
    from sovereign_desktop.app.logs import start_logging, stop_logging
    from sovereign_desktop.app.newcomer import Newcomer
    from sovereign_desktop.app.program import Program
    from sovereign_desktop.app.unanswered import journal_for
    from sovereign_desktop.app.update.updater import Updater
    from sovereign_desktop.app.update.watch import UpdateWatch
    from sovereign_desktop.audio.client import AudioProcess
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.config.store import SettingsStore
    from sovereign_desktop.conversation.transcripts import TranscriptStore
    from sovereign_desktop.host.autostart.choose import choose_autostart
    from sovereign_desktop.host.away.choose import choose_away_watch
    from sovereign_desktop.host.keyring_lock.choose import choose_keyring_lock
    from sovereign_desktop.host.secrets import Secrets

    paths = find_paths()
    store = SettingsStore(paths.settings_file)
    loaded = await asyncio.to_thread(store.load)
    stop_logging()  # of a program before this one
    start_logging(paths.logs, loaded.settings.logging.level)
    newcomer = Newcomer(paths)
    if newcomer.is_here:
        await import_in_slices(FOR_NEWCOMERS)
        await asyncio.to_thread(newcomer.look_for_old_versions)
    settings, history, choices = loaded.settings, None, None
    if before is not None:
        history, choices = before.program.history, before.program.choices
        settings = choices.over(settings if failure is None else before.settings, before.settings)
    reader = KeyReader(KEYRING_PATIENCE_S)
    assistant = await assemble(
        settings,
        paths,
        mode=options.mode,
        history=history,
        screen_paused=choices is not None and choices.screen_paused and settings.screen_context.enabled,
        key_reader=reader,
    )
    ways = ways_back(reader, choose_keyring_lock())
    keyring_notices = [keyring_notice(reader.problem, ways)] if reader.problem is not None else []
    audio = AudioProcess(assistant.settings.audio, unsuppressed=assistant.realtime_standing.usable)
    transcripts = TranscriptStore(paths.transcripts_file)
    program = Program(
        assistant,
        audio,
        transcripts,
        instance,
        spending=spending_of(assistant, paths),
        store=store,
        keys=KeyDesk(Secrets()),
        newcomer=newcomer,
        journal=journal_for(assistant.settings, paths.unanswered),
        updates=UpdateWatch(Updater(paths.updates), assistant.bus, lambda: store.settings.updates),
        wishes=options.verbs,
        notices=[
            *settings_notices(loaded, assistant.mode, assistant.realtime_standing),
            *keyring_notices,
            *_told(failure),
        ],
        keyring_ways=ways,
        muted=choices is not None and choices.muted,
        autostart=choose_autostart(),
        away_watch=choose_away_watch(listens_always=settings.activation.hands_free or settings.audio.always_open),
    )
    return _Before(program, loaded.settings if before is None or failure is None else before.settings)


def _told(failure: SovereignError | None) -> list[Notice]:
    """That the settings from before are in force, and why."""
    if failure is None:
        return []
    from sovereign_desktop.core.events import Notice, Severity

    text = f"The new settings can't be used, and those from before are in force. {failure.user_text}"
    return [Notice("settings", text, Severity.ERROR, failure.remedy or "Change them back in the settings window.")]
