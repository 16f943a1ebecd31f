"""`serve voice|realtime`: a server in the foreground, for other programs or another machine."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load_settings
from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.host.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sovereign_desktop.app.assembly import Assistant
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.servers.loopback import Access, Tls
    from sovereign_desktop.servers.realtime.pipeline import Pipeline


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM; the exit status. Raises SovereignError.

    The address is printed first, and the token when one was made.
    """
    if options.server == "voice":
        from sovereign_desktop.servers.voice.service import BODY_BYTES

        _serve_voice(Place.of(options, "voice service", "http", "", BODY_BYTES))
    else:
        from sovereign_desktop.servers.realtime.hosting import PATH

        asyncio.run(_serve_realtime(Place.of(options, "realtime server", "ws", PATH), debug=options.debug))
    return 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens already, and who may ask it there."""

    listening: socket.socket
    access: Access
    tls: Tls | None
    words: str
    """What is printed once it answers."""

    @classmethod
    def of(
        cls,
        options: argparse.Namespace,
        name: str,
        scheme: str,
        path: str,
        body_bytes: Mapping[str, int] | None = None,
    ) -> Place:
        """The place that the options name. Raises ProcessError."""
        from sovereign_desktop.servers.loopback import LOOPBACK_NAMES, Access, bind, is_loopback, port_of

        tls = _tls(options)
        at_home = is_loopback(options.host)
        if not at_home and (tls is None or options.no_token):
            raise ProcessError(
                "On any address but loopback, what is said must be encrypted and asked for with a token.",
                remedy="Give --certificate and --certificate-key, and not --no-token.",
            )
        token = "" if options.no_token else options.token or secrets.token_urlsafe(32)
        listening = bind(options.port, options.host)
        host = f"[{options.host}]" if ":" in options.host else options.host
        words = f"The {name} listens on {scheme}{'s' if tls else ''}://{host}:{port_of(listening)}{path}"
        if token and not options.token:
            words += f"\nToken: {token}"
        access = Access(token, LOOPBACK_NAMES if at_home else frozenset(), body_bytes or {})
        return cls(listening, access, tls, words)

    def tell(self) -> None:
        """Print where it is."""
        print(self.words, flush=True)


def _serve_voice(place: Place) -> None:
    from sovereign_desktop.servers.voice.__main__ import log_to_stderr
    from sovereign_desktop.servers.voice.config import VoiceConfig
    from sovereign_desktop.servers.voice.hosting import VoiceHost

    settings = load_settings().settings
    log_to_stderr(settings.logging.level)
    config = VoiceConfig(stt=settings.stt, tts=settings.tts, keys=_keys(settings), models_folder=find_paths().models)
    host = VoiceHost(config, place.listening, place.access, tls=place.tls, on_ready=place.tell)
    with _stopped_by_signals(host.stop):
        host.run()


async def _serve_realtime(place: Place, *, debug: bool) -> None:
    """The pipeline of the settings, whatever their mode, behind the Realtime protocol."""
    from sovereign_desktop.app.assembly import assistant
    from sovereign_desktop.config.sections.app import Mode
    from sovereign_desktop.servers.realtime.hosting import RealtimeServer

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    context = place.tls.context() if place.tls is not None else None

    def stop() -> None:
        loop.call_soon_threadsafe(stopped.set)

    with _stopped_by_signals(stop):
        async with assistant(mode=Mode.TRADITIONAL.value, debug=debug) as answering:
            pipeline = await _pipeline(answering)
            async with RealtimeServer(pipeline, place.listening, place.access, tls=context):
                place.tell()
                warming = asyncio.create_task(answering.warm(), name="warm the engines")
                await stopped.wait()
                warming.cancel()


async def _pipeline(answering: Assistant) -> Pipeline:
    from sovereign_desktop.audio.vad import SileroVad, load_model
    from sovereign_desktop.core.events import UsageReported
    from sovereign_desktop.servers.realtime.pipeline import Pipeline

    vad = await asyncio.to_thread(load_model)
    return Pipeline(
        answering.stt,
        answering.tts,
        answering.responder,
        lambda: SileroVad(vad),
        style=answering.style,
        phrases=answering.phrases,
        spent=lambda consumed: answering.bus.publish(UsageReported("", consumed)),
    )


def _tls(options: argparse.Namespace) -> Tls | None:
    from sovereign_desktop.servers.loopback import Tls

    if not options.certificate and not options.certificate_key:
        return None
    tls = Tls(Path(options.certificate), Path(options.certificate_key))
    tls.context()
    return tls


def _keys(settings: Settings) -> dict[str, str]:
    """The keys that the chosen servers may want, by name."""
    store = Secrets()
    wanted = {
        section.openai_compatible.key for section in (settings.stt, settings.tts) if section.openai_compatible.base_url
    }
    found = {name: store.get(name) for name in wanted}
    return {name: secret.reveal() for name, secret in found.items() if secret is not None}


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
