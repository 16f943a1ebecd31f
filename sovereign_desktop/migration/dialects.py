"""Which version wrote a file, told by names that only it had. A file may be a mixture; the plan does not ask."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.migration.old_file import OldFile

SECTIONS_OF_TODAY = frozenset(Settings.model_fields)
SECTIONS = SECTIONS_OF_TODAY | frozenset(
    [
        "features",
        "api",
        "audio",
        "stt",
        "tts",
        "llm",
        "memory",
        "screen",
        "screen_monitor",
        "code_agent",
        "router",
        "security",
        "monitoring",
        "development",
        "smart_context",
        "screen_context",
        "memory_context",
        "connection_stability",
    ]
)
"""Sections of any version."""

_MARKS = {
    "jarvis": ("stt.primary.*", "tts.primary.*", "screen_monitor.*", "memory.vector_db.*", "router.*"),
    "v3 flat": ("stt.primary_*", "tts.primary_*", "screen.*", "memory.persist_directory", "api.*_base_url"),
    "v3": ("stt.provider", "tts.provider", "llm.provider"),
    "first 4.0": ("realtime_api.*", "smart_context.*", "screen_context.*", "memory_context.*", "mode_switching.*"),
}
"""Names of the dialects, oldest first."""


def of(file: OldFile) -> tuple[str, ...]:
    """The dialects that the file speaks; empty when it has no setting that we know it by."""
    paths = [setting.path for setting in file.settings]
    return tuple(
        name for name, marks in _MARKS.items() if any(fnmatchcase(path, mark) for path in paths for mark in marks)
    )
