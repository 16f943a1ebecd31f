"""Asks for the newest version, compares, remembers, and fetches it when told to.

What was announced last is kept as it came, signature and all: nothing older is believed afterwards, and what was
announced can be offered again without asking.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop import __version__
from sovereign_desktop.app.update.fetching import fetch_announcement, fetch_file
from sovereign_desktop.app.update.installation import Installation, find_installation
from sovereign_desktop.app.update.release import Release, read_release
from sovereign_desktop.app.update.source import Source, find_source
from sovereign_desktop.app.update.version import Version
from sovereign_desktop.core.errors import UpdateError

NOTHING_NEWER = "There is nothing newer to fetch."


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest version that its makers have signed, beside the running one."""

    running: Version
    release: Release
    announced_at: str
    installation: Installation

    @property
    def is_newer(self) -> bool:
        """Whether it is to be offered. A preview is offered to those who run one, an older version to nobody."""
        version = self.release.version
        return version > self.running and (self.running.is_preview or not version.is_preview)

    @property
    def fits(self) -> bool:
        """Whether the release has something for this system."""
        return not self.installation.fetches or self.installation.file_in(self.release) is not None

    @property
    def text(self) -> str:
        """What there is, in a sentence."""
        if not self.is_newer:
            return f"Sovereign Desktop {self.running} is the newest version."
        return f"Sovereign Desktop {self.release.version} of {self.release.day} is there; this is {self.running}."

    @property
    def notes_if_newer(self) -> str:
        """What is new, without what would command a terminal."""
        kept = (c for c in self.release.notes if c == "\n" or c.isprintable())
        return "".join(kept).strip() if self.is_newer else ""

    @property
    def advice(self) -> str:
        """What to do; empty when there is nothing to do."""
        if not self.is_newer:
            return ""
        if not self.fits:
            return "It has no file for this system yet."
        if self.installation.fetches:
            return "`sovereign-desktop update get` fetches it and says how to install it; the icon's menu does both."
        line = self.installation.command(self.release, self.announced_at)
        return f"Run: {line}" if line else "It has no wheel; install it from where this one came from."

    def as_json(self) -> dict[str, Any]:
        file = self.installation.file_in(self.release)
        return {
            "newer": self.is_newer,
            "running": str(self.running),
            "latest": str(self.release.version),
            "date": self.release.day.isoformat(),
            "notes": self.release.notes,
            "installed_as": self.installation.way.value,
            "file": file.name if file is not None else None,
            "advice": self.advice,
        }


class Updater:
    """For one program on one computer. `folder` is where it remembers, `url` the user's own address."""

    def __init__(
        self,
        folder: Path,
        *,
        running: str = __version__,
        source: Callable[[str], Source] = find_source,
        installation: Callable[[], Installation] = find_installation,
    ) -> None:
        self._kept = folder / "release.json"
        self._running = Version.parse(running)
        self._find_source = source
        self._find_installation = installation

    def source(self, url: str = "") -> Source:
        """Where news come from. Raises UpdateError when this build has no source."""
        return self._find_source(url)

    async def check(self, url: str = "") -> Standing:
        """Ask, whatever the settings say of asking by itself. Raises UpdateError."""
        source = self.source(url)
        data = await fetch_announcement(source.url)
        release = read_release(data, source.keys)
        before = self._last(source)
        if before is not None and release.age_key < before.age_key:
            raise UpdateError(
                f"The update server speaks of {release.version} of {release.day}, which is older than the "
                f"{before.version} of {before.day} that it spoke of before, so nothing is offered.",
                remedy="If this stays so, tell the makers.",
            )
        self._keep(data)
        return self._standing(source, release)

    def remembered(self, url: str = "") -> Standing | None:
        """What was announced last, as far as it is still believed; asks nobody. Raises UpdateError without a source."""
        source = self.source(url)
        release = self._last(source)
        return self._standing(source, release) if release is not None else None

    def due_in_s(self, every_s: float) -> float:
        """How long until the next time to ask. A stamp from the future counts for nothing."""
        try:
            since_s = time.time() - self._kept.stat().st_mtime
        except OSError:
            return 0.0
        return max(0.0, every_s - since_s) if since_s >= 0 else 0.0

    async def fetch(self, standing: Standing, folder: Path) -> Path:
        """The file of a newer version, checked, in a folder. Raises UpdateError."""
        if not standing.is_newer:
            raise UpdateError(NOTHING_NEWER)
        file = standing.installation.file_in(standing.release)
        if file is None or not standing.installation.fetches:
            raise UpdateError("Of the new version there is no file to fetch for this system.", remedy=standing.advice)
        return await fetch_file(file, standing.announced_at, folder)

    def _standing(self, source: Source, release: Release) -> Standing:
        return Standing(self._running, release, source.url, self._find_installation())

    def _last(self, source: Source) -> Release | None:
        try:
            return read_release(self._kept.read_bytes(), source.keys)
        except (OSError, UpdateError):  # nothing was announced yet, or by keys that don't count any more
            return None

    def _keep(self, data: bytes) -> None:
        partial = self._kept.with_suffix(".partial")
        try:
            self._kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.write_bytes(data)
            partial.replace(self._kept)
        except OSError as error:
            # Unremembered, an older announcement would be believed next time.
            raise UpdateError(
                "What the update server says can't be kept.", remedy="Check that the disk is not full or protected."
            ) from error
