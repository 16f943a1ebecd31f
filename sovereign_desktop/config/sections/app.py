"""Who answers, the keys that are pressed, and the log."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section


class Mode(StrEnum):
    """Who answers: the Realtime API with everything else behind it, it alone, or this computer and its servers."""

    HYBRID = "hybrid"
    REALTIME = "realtime"
    TRADITIONAL = "traditional"


class App(Section):
    mode: Mode = Mode.HYBRID
    """Who answers: `hybrid` (Automatic) the Realtime API with this computer behind it, `realtime` (Cloud) it alone,
    `traditional` (Local) this computer and the servers that you name."""
    caption: bool = True
    """Show what is heard and said in a small window."""
    autostart: bool = False
    """Start with the session, with nothing but the icon. Counts from the next log-in."""
    keep_unanswered: bool = True
    """Keep what you say until it is answered, encrypted, and offer it after a crash. Off without a system keyring."""


class Activation(Section):
    hotkey: str = "ctrl+alt+space"
    """Held: talk while it is down. Tapped: talk until tapped again, or until you stop speaking."""
    cancel_hotkey: str = "ctrl+alt+escape"
    """Stops listening and speaking."""
    hold_ms: Annotated[int, Field(ge=100, le=2000)] = 300
    """A press that lasts longer is a hold, a shorter one a tap."""
    hands_free: bool = False
    """Listen all the time and answer whoever speaks."""


class LogLevel(StrEnum):
    """How much is written to the log, in upper or lower case."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"

    @classmethod
    def _missing_(cls, value: object) -> LogLevel | None:
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


class Logging(Section):
    level: LogLevel = LogLevel.INFO
