"""Where the program keeps its files: the platform's folders, or all below `SOVEREIGN_HOME`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

APP_NAME = "sovereign-desktop"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one user. They need not exist yet; `make` makes them."""

    config: Path
    data: Path
    cache: Path
    logs: Path
    runtime: Path
    """Sockets and locks; may be emptied by the system at log-out."""

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.yaml"

    @property
    def models(self) -> Path:
        """Downloaded speech models, a folder each."""
        return self.data / "models"

    @property
    def spend_file(self) -> Path:
        """What was spent."""
        return self.data / "spend.sqlite"

    @property
    def memory(self) -> Path:
        """What is remembered, a folder for each profile."""
        return self.data / "memory"

    @property
    def transcripts_file(self) -> Path:
        """The records of past turns."""
        return self.data / "transcripts.sqlite"

    @property
    def plugins(self) -> Path:
        """The user's own code, a file each; loaded when the settings name it."""
        return self.data / "plugins"

    @property
    def models_history(self) -> Path:
        """What was learned of the language models that answer as one."""
        return self.data / "orchestrator.sqlite"

    @property
    def unanswered(self) -> Path:
        """Speech that is still to be answered, encrypted, a file each."""
        return self.data / "unanswered"

    @property
    def updates(self) -> Path:
        """What was last announced of new versions."""
        return self.data / "updates"

    @property
    def backups(self) -> Path:
        """What stood on this computer before a migration, a folder each."""
        return self.data / "backups"

    def make(self) -> None:
        """Make every folder, readable by this user alone. Folders that are there keep their permissions."""
        for field in fields(self):
            folder: Path = getattr(self, field.name)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def find_paths(env: Mapping[str, str] = os.environ) -> Paths:
    """This user's folders; `SOVEREIGN_HOME` in `env` moves all of them below one."""
    home = env.get("SOVEREIGN_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "cache", root / "logs", root / "runtime")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP_NAME, appauthor=False)
    return Paths(
        config=dirs.user_config_path,
        data=dirs.user_data_path,
        cache=dirs.user_cache_path,
        logs=dirs.user_log_path,
        runtime=_runtime(env, dirs.user_state_path),
    )


def _runtime(env: Mapping[str, str], state: Path) -> Path:
    """The session's own folder where there is one, and never a shared temporary one."""
    session = Path(env.get("XDG_RUNTIME_DIR") or os.devnull)
    return session / APP_NAME if session.is_dir() and os.access(session, os.W_OK) else state / "runtime"
