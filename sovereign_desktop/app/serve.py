"""`serve voice`: the speech engines as a server in the foreground, for other programs or another machine."""

from __future__ import annotations

import argparse
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load_settings
from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.host.secrets import Secrets

if TYPE_CHECKING:
    from sovereign_desktop.config.schema import Settings
    from sovereign_desktop.servers.loopback import Tls


def serve_voice(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM; the exit status. Raises SovereignError.

    The address is printed first, and the token when one was made.
    """
    from sovereign_desktop.servers.loopback import LOOPBACK_NAMES, Access, bind, is_loopback, port_of
    from sovereign_desktop.servers.voice.__main__ import log_to_stderr
    from sovereign_desktop.servers.voice.config import VoiceConfig
    from sovereign_desktop.servers.voice.hosting import VoiceHost
    from sovereign_desktop.servers.voice.service import BODY_BYTES

    tls = _tls(options)
    at_home = is_loopback(options.host)
    if not at_home and (tls is None or options.no_token):
        raise ProcessError(
            "On any address but loopback, what is said must be encrypted and asked for with a token.",
            remedy="Give --certificate and --certificate-key, and not --no-token.",
        )
    token = "" if options.no_token else options.token or secrets.token_urlsafe(32)
    listening = bind(options.port, options.host)
    settings = load_settings().settings
    log_to_stderr(settings.logging.level)
    config = VoiceConfig(stt=settings.stt, tts=settings.tts, keys=_keys(settings), models_folder=find_paths().models)

    def tell() -> None:
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"The voice service listens on {'https' if tls else 'http'}://{host}:{port_of(listening)}", flush=True)
        if token and not options.token:
            print(f"Token: {token}", flush=True)

    access = Access(token, LOOPBACK_NAMES if at_home else frozenset(), BODY_BYTES)
    host = VoiceHost(config, listening, access, tls=tls, on_ready=tell)
    with _stopped_by_signals(host.stop):
        host.run()
    return 0


def _tls(options: argparse.Namespace) -> Tls | None:
    from sovereign_desktop.servers.loopback import Tls

    if not options.certificate and not options.certificate_key:
        return None
    tls = Tls(Path(options.certificate), Path(options.certificate_key))
    tls.check()
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
