"""Loads the program behind an icon that is there already, in slices, so that the icon answers meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sovereign_desktop.core.loading import import_in_slices

if TYPE_CHECKING:
    from sovereign_desktop.app.options import TrayOptions
    from sovereign_desktop.app.program import Program
    from sovereign_desktop.host.single_instance import SingleInstance

SLICES = (
    "logging.handlers",
    "pydantic",
    "ruamel.yaml",
    "sovereign_desktop.config.schema",
    "sovereign_desktop.config.store",
    "sqlite3",
    "cryptography.hazmat.primitives.ciphers.aead",
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
)


async def load_program(options: TrayOptions, instance: SingleInstance) -> Program:
    """The program, not started yet. Releases the claim on being the only one when it does not come to that."""
    try:
        return await _load(options, instance)
    except BaseException:
        instance.release()
        raise


async def _load(options: TrayOptions, instance: SingleInstance) -> Program:
    await import_in_slices(SLICES)
    from sovereign_desktop.app.assembly import assemble, settings_notices
    from sovereign_desktop.app.logs import start_logging
    from sovereign_desktop.app.program import Program
    from sovereign_desktop.app.spend import Spending
    from sovereign_desktop.app.unanswered import journal_for
    from sovereign_desktop.audio.client import AudioProcess
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.config.store import load
    from sovereign_desktop.conversation.transcripts import TranscriptStore
    from sovereign_desktop.metrics.ledger import SpendLedger

    paths = find_paths()
    loaded = await asyncio.to_thread(load, paths.settings_file)
    start_logging(paths.logs, loaded.settings.logging.level)
    assistant = await assemble(loaded, paths, mode=options.mode)
    audio = AudioProcess(assistant.settings.audio)
    transcripts = TranscriptStore(paths.transcripts_file)
    return Program(
        assistant,
        audio,
        transcripts,
        instance,
        spending=Spending(SpendLedger(paths.spend_file), assistant.bus, assistant.settings.spend),
        journal=journal_for(assistant.settings, paths.unanswered),
        wishes=options.verbs,
        notices=settings_notices(loaded, assistant.mode, assistant.realtime_standing),
    )
