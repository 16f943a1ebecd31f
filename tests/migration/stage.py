"""Old installations to migrate from, and what is left of a folder to compare with."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

from sovereign_desktop.config.paths import Paths, find_paths
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.migration.installation import look
from sovereign_desktop.migration.looking import digest
from sovereign_desktop.migration.memories import LinesSink
from sovereign_desktop.migration.planning import plan
from sovereign_desktop.migration.transaction import Migrator, Outcome, Wishes

FILES = Path(__file__).parent / "files"
SECRET = "sk-proj-Zq83mD0pLw72Xv64Tn15Rb98"
OTHER_SECRET = "c0rrect-horse-battery-staple-41"
DIALECTS = ("jarvis", "flat", "guide", "hybrid")


def installation(folder: Path, dialect: str = "jarvis", *, env: str = "") -> Path:
    """An old version as it stands on a disk, with keys in its `.env`."""
    root = folder / "old"
    (root / "config").mkdir(parents=True)
    shutil.copy(FILES / f"{dialect}.yaml", root / "config" / "config.yaml")
    text = (FILES / "env.txt").read_text().replace("your_openai_api_key_here", SECRET)
    (root / ".env").write_text(env or text.replace("your_elevenlabs_api_key_here", OTHER_SECRET))
    (root / "requirements.txt").write_text("openai==1.12.0\nchromadb>=0.4.0\n# a comment\n")
    (root / "assistant").mkdir()
    (root / "assistant" / "custom_wake_word.py").write_text("print('mine')\n")
    (root / "logs").mkdir()
    (root / "logs" / "jarvis.log").write_text("latency: 912 ms\nlatency: 1033 ms\nlatency: 874 ms\n")
    return root


def migrator(paths: Paths | None = None) -> Migrator:
    return Migrator(paths or find_paths(), Secrets(env={}), lambda folder: LinesSink(folder / "memories.jsonl"))


PLAIN = Wishes()


def migrate(root: Path, wishes: Wishes = PLAIN, tool: Migrator | None = None) -> Outcome:
    old = look(root)
    return (tool or migrator()).apply(old, plan(old.material), wishes)


def state_of(folder: Path) -> dict[str, Any]:
    """Every file below with its content, permissions and times; folders with their permissions."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        status = path.lstat()
        about = (path.readlink() if path.is_symlink() else digest(path) if path.is_file() else "folder", status.st_mode)
        found[str(path.relative_to(folder))] = (*about, status.st_mtime_ns) if path.is_file() else about
    return found


def generated(folder: Path, seed: int) -> Path:
    """An installation that nobody wrote: another mixture, other odd files, each time."""
    dice = random.Random(seed)
    root = installation(folder, dice.choice(DIALECTS))
    if dice.random() < 0.5:
        shutil.copy(FILES / f"{dice.choice(DIALECTS)}.yaml", root / "config" / "sovereign.dev.yaml")
    if dice.random() < 0.3:
        (root / "config" / "config.yaml").write_text(f"app: {{mode: traditional, custom_{seed}: {dice.random()}}}\n")
    for number in range(dice.randrange(6)):
        path = root / dice.choice(("data", "assistant", "config", "notes")) / f"file{number}.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(dice.randbytes(dice.randrange(200_000)))
        path.chmod(dice.choice((0o600, 0o644, 0o755, 0o400)))
    if dice.random() < 0.4:
        (root / "assistant" / "keys_copied_here.txt").write_text(f"my key is {SECRET}\n")
    if dice.random() < 0.4:
        (root / "link").symlink_to("config/config.yaml")
    (root / ".env").chmod(dice.choice((0o600, 0o644)))
    return root
