"""Whether somebody starts the program for the first time, and is to be shown around."""

from __future__ import annotations

from sovereign_desktop.config.paths import Paths

STAMP = "welcomed"


class Newcomer:
    """A newcomer has neither settings nor been welcomed before. Touches the disk; it is a file of no length."""

    def __init__(self, paths: Paths) -> None:
        self._stamp = paths.data / STAMP
        self._settings = paths.settings_file

    @property
    def is_here(self) -> bool:
        """Whether the welcome is still due."""
        return not self._stamp.exists() and not self._settings.exists()

    def welcomed(self) -> None:
        """The welcome was seen. A folder that can't be written costs no more than seeing it again."""
        try:
            self._stamp.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._stamp.touch(mode=0o600)
        except OSError:
            return
