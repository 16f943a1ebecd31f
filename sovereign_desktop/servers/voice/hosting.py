"""Runs the voice service in this process: the server in a thread of its own, speech engines in the main thread."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from threading import Thread

from sovereign_desktop.core.foreground import MAIN
from sovereign_desktop.engines.voice_protocol import MAX_MESSAGE_BYTES
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.servers.loopback import Access, Listener, Tls
from sovereign_desktop.servers.voice.config import EXIT_HUNG, VoiceConfig
from sovereign_desktop.servers.voice.service import voice_app
from sovereign_desktop.servers.voice.speech import Desk, Speech

logger = logging.getLogger(__name__)

HUNG_AFTER_S = 5.0
"""A call in the main thread is one piece of a text, some 15 ms."""


class VoiceHost:
    """The service on a socket that listens already."""

    def __init__(
        self,
        config: VoiceConfig,
        listening: socket.socket,
        access: Access,
        *,
        tls: Tls | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        from sovereign_desktop.engines.registry import choose_stt, choose_tts

        self.purse = purse = Purse(config.purse)
        """Closed and opened by whoever pays, from any thread."""
        folder = config.models_folder
        self._speech = Speech(
            Desk("stt", lambda: choose_stt(config.stt, config.keys, models_folder=folder, purse=purse)),
            Desk("tts", lambda: choose_tts(config.tts, config.keys, purse)),
        )
        self._listener = Listener(
            voice_app(self._speech),
            listening,
            access,
            on_ready=on_ready,
            tls=tls,
            longest_message_bytes=MAX_MESSAGE_BYTES,
        )
        self._thread = Thread(target=self._serve, name="voice server")

    def run(self) -> None:
        """Serve until `stop`. To be called in the main thread, which lends itself to the engines meanwhile."""
        MAIN.reserve()
        self._thread.start()
        try:
            MAIN.serve()
        finally:
            self.stop()
            self._thread.join()

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._listener.should_exit = True

    def _serve(self) -> None:
        try:
            asyncio.run(self._serve_and_watch())
        finally:
            MAIN.stop()

    async def _serve_and_watch(self) -> None:
        watching = asyncio.create_task(_leave_when_hung(), name="watch the engines")
        try:
            async with self._speech:
                await self._listener.serve_until_told()
        finally:
            watching.cancel()


async def _leave_when_hung() -> None:
    """End the process when its main thread hangs in an engine: nothing else ends such a call."""
    while True:
        await asyncio.sleep(HUNG_AFTER_S / 10)
        if MAIN.busy_s > HUNG_AFTER_S:
            logger.error("speech engine hangs, the voice service ends itself")
            os._exit(EXIT_HUNG)
