"""How this system tells that nobody is there."""

from __future__ import annotations

import sys

from sovereign_desktop.host.away.base import AwayWatch
from sovereign_desktop.host.away.polling import PollingAwayWatch


def choose_away_watch(*, listens_always: bool) -> AwayWatch | None:
    """What to listen to; None where it could only be looked at again and again, and the microphone is closed anyway.

    Each import stands where its system is known to be there.
    """
    if sys.platform == "win32":
        from sovereign_desktop.host.screen._windows import WindowsLock

        return PollingAwayWatch(WindowsLock()) if listens_always else None
    if sys.platform == "darwin":
        from sovereign_desktop.host.screen._macos import MacosLock

        return PollingAwayWatch(MacosLock()) if listens_always else None
    from sovereign_desktop.host.away._linux import LinuxAwayWatch

    return LinuxAwayWatch()
