"""Names that stood in settings files of earlier versions: what they are called now, or why they do nothing."""

from __future__ import annotations

from collections.abc import Mapping

RENAMED = {
    "realtime_api.timeout": "timeout_s",
    "realtime_api.retry_delay": "retry_delay_s",
}
"""The dotted key, and its name now in the same section."""

WITHOUT_EFFECT = {
    "realtime_api.temperature": "the Realtime API has no such setting any more",
    "realtime_api.sample_rate": "the Realtime API takes 24000 samples a second, and the program converts",
    "realtime_api.channels": "the Realtime API takes one channel, and the program converts",
    "realtime_api.format": "the Realtime API takes 16-bit samples, and the program converts",
}
"""The dotted key, and why nothing follows from it."""


def todays_name(prefix: str, name: str, section: Mapping[str, object]) -> str:
    """What `name` is called now, or nothing: it is not an old name, or the new one stands beside it."""
    new = RENAMED.get(prefix + name, "")
    return "" if new in section else new


def note(prefix: str, name: str) -> str:
    """A sentence about an old name, or nothing when it is none."""
    key = prefix + name
    if key in RENAMED:
        return f"{key} is called {prefix}{RENAMED[key]} now."
    if key in WITHOUT_EFFECT:
        return f"{key} has no effect: {WITHOUT_EFFECT[key]}."
    return ""
