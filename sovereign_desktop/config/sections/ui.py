"""What the windows are like."""

from __future__ import annotations

from enum import StrEnum

from sovereign_desktop.config.sections.section import Section


class Language(StrEnum):
    """The language of the windows. `system`: the system's, or English where there is no translation."""

    SYSTEM = "system"
    ENGLISH = "en"
    GERMAN = "de"
    CHINESE = "zh_CN"


class Ui(Section):
    language: Language = Language.SYSTEM
    """The language of the windows: `system`, `en` (English), `de` (Deutsch) or `zh_CN` (简体中文).
    Spoken answers and messages about faults are in English."""
    notifications: bool = True
    """Tell what is wrong as a notification of the desktop too, where it can be read later."""
