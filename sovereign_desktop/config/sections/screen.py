"""Screen awareness: whether the program looks at the screen, how often, and what it must not see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section


class Monitors(StrEnum):
    """Which monitors are looked at: all, or the one with the window that has the keyboard."""

    ALL = "all"
    FOCUSED = "focused"


class WhenExcluded(StrEnum):
    """What happens while an excluded window is visible: nothing is looked at, or it is cut out of the picture."""

    PAUSE = "pause"
    CUT = "cut"


class Ocr(Section):
    engine: str = "auto"
    """`auto` takes the quickest that is installed: tesserocr, tesseract."""
    language: str = "eng"
    """A language of Tesseract, or several: `eng+deu`."""
    confidence_threshold: Annotated[float, Field(ge=0, le=100)] = 60.0
    """Words that are read with less certainty are left out."""
    timeout_s: Annotated[float, Field(ge=1, le=300)] = 30.0
    """Longest time for one picture."""


class ScreenPrivacy(Section):
    enabled: bool = True
    """Leave excluded windows out. Off: every window is looked at, yet the next setting still holds."""
    filter_sensitive: bool = True
    """Replace passwords, keys, numbers of cards and the like before anything else sees the text."""
    when_excluded: WhenExcluded = WhenExcluded.PAUSE
    exclude_titles: tuple[str, ...] = ()
    """Windows with one of these in their title are excluded, as are those of the built-in list."""
    exclude_programs: tuple[str, ...] = ()
    """Programs by name, such as `signal-desktop`; they need not have run before."""
    exclude_patterns: tuple[str, ...] = ()
    """Regular expressions for `program: title`."""
    own_words: tuple[str, ...] = ()
    """Names and words that nobody else is to see."""
    allow_without_window_list: bool = False
    """Look also where no program can know which windows are visible (Wayland). Excluded windows are seen there."""


class ScreenContext(Section):
    enabled: bool = False
    """Look at the screen from the start on. The tray's menu switches it until the program ends."""
    capture_interval: Annotated[float, Field(ge=1, le=3600)] = 5.0
    """Seconds between two looks. The beginning of a question brings one more."""
    monitors: Monitors = Monitors.ALL
    pictures: bool = False
    """Show a model that can see a picture of the screen when your words ask about it. Excluded windows, secrets and
    words that can't be read surely are painted over. What was sent is kept with the turn, as always."""
    pause_hotkey: str = "ctrl+alt+p"
    """Pauses the looking, and resumes it. Empty: no key."""
    ocr: Ocr = Ocr()
    privacy: ScreenPrivacy = ScreenPrivacy()
