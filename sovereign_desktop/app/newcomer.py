"""Whether somebody starts the program for the first time: to be shown around, or asked about an old version."""

from __future__ import annotations

from pathlib import Path

from sovereign_desktop.config.paths import Paths

STAMP, OFFERED = "welcomed", "migration-offered"


class Newcomer:
    """A newcomer has neither settings nor been welcomed before. Touches the disk; they are files of no length."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._stamp = paths.data / STAMP
        self._offer_stamp = paths.data / OFFERED
        self._old_versions: tuple[Path, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the welcome is still due."""
        return not self._stamp.exists() and not self._paths.settings_file.exists()

    @property
    def has_old_version(self) -> bool:
        """Whether there is an old version to bring over, and the newcomer was not asked yet."""
        return bool(self._old_versions) and self.is_here and not self._offer_stamp.exists()

    def look_for_old_versions(self) -> None:
        """Look into the usual places. Waits for the disk."""
        from sovereign_desktop.app.migration_desk import MigrationDesk

        desk = MigrationDesk(self._paths)
        if self.is_here and not self._offer_stamp.exists() and not desk.every():
            self._old_versions = desk.places()

    def offered(self) -> None:
        """The newcomer was asked; not wanting it is remembered."""
        _touch(self._offer_stamp)

    def welcomed(self) -> None:
        """The welcome was seen."""
        _touch(self._stamp)


def _touch(stamp: Path) -> None:
    """A folder that can't be written costs no more than being asked again."""
    try:
        stamp.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp.touch(mode=0o600)
    except OSError:
        return
