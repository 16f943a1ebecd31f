"""Two measurements for who tunes the program: how busy it keeps this computer, and how far its server is."""

from __future__ import annotations

import os
import socket
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration.backup import Progress

COMPUTER_S = 5.0
CONNECTIONS = 10
CONNECT_S = 3.0
FEW_CORES, LITTLE_MEMORY_GIB = 2, 4.0
FAR_MS = 120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures in a sentence, and the preset that fits them; empty when the usual one does."""

    text: str
    preset: str = ""


def measure_computer(progress: Progress) -> Measured:
    """How much of a core the program used while it was looked at, and what this computer has. Takes five seconds."""
    begun, used = time.monotonic(), time.process_time()
    while (passed := time.monotonic() - begun) < COMPUTER_S:
        progress("Measuring", int(passed * 10), int(COMPUTER_S * 10))
        time.sleep(0.1)
    share = 100 * (time.process_time() - used) / passed
    cores, gib = os.cpu_count() or 1, _memory_gib()
    text = f"The program used {share:.1f} % of a core in {passed:.0f} seconds. This computer has {cores} cores"
    text += f" and {gib:.1f} GiB of memory." if gib else "."
    is_small = cores < FEW_CORES or 0 < gib < LITTLE_MEMORY_GIB
    return Measured(text, "low_resources" if is_small else "")


def measure_network(settings: Settings, progress: Progress) -> Measured:
    """How long a connection to the server of the Realtime API, or to that of `llm`, takes. Raises SovereignError."""
    parts = urlsplit(_address(settings))
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme in ("https", "wss") else 80)
    took_ms = []
    for number in range(CONNECTIONS):
        progress("Measuring", number, CONNECTIONS)
        begun = time.monotonic()
        try:
            with socket.create_connection((host, port), CONNECT_S):
                took_ms.append(1000 * (time.monotonic() - begun))
        except OSError as error:
            raise SovereignError(
                f"{host} can't be reached.", remedy="Check the network; without it this computer answers alone."
            ) from error
    middle, worst = statistics.median(took_ms), max(took_ms)
    text = f"A connection to {host} takes {middle:.0f} ms in the middle of {CONNECTIONS}, {worst:.0f} ms at worst."
    return Measured(text, "slow_network" if middle > FAR_MS else "")


def _address(settings: Settings) -> str:
    if settings.app.mode is not Mode.TRADITIONAL:
        return settings.realtime_api.url
    if not settings.llm.base_url:
        raise SovereignError("In the mode Local, without a language model at a server, nothing is asked elsewhere.")
    return settings.llm.base_url


def _memory_gib() -> float:
    """What the computer has, or nothing where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    except (AttributeError, ValueError, OSError):
        return 0.0
