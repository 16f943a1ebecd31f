"""The backup: a copy of the old installation in one folder, with a manifest, verified after it was written.

old/…            copies, as they were
sealed/…         copies of files that hold keys, encrypted; the key for them is in the system's keyring
manifest.json    every file with size, SHA-256, permissions and times, and what was not copied and why
rollback.py      the way back, which needs only Python
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop import __version__
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.sealed import Sealer
from sovereign_desktop.migration import rollback_alone
from sovereign_desktop.migration.looking import CHUNK, Found, digest, open_untouched, walk

MANIFEST, ALONE = "manifest.json", "rollback.py"
LEFT_OUT = frozenset({"models", "logs", "cache", ".cache", "tmp", "backups"})
"""Folders of an old installation that the migration neither needs nor touches."""
SPARE_BYTES = 64 << 20
_SHORTEST_SECRET = 6

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is. May raise, to cancel."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One file of the old installation. Without `stored` there is no copy, and `reason` says why."""

    path: str
    size: int
    mode: int
    mtime_ns: int
    sha256: str = ""
    stored: str = ""
    sealed: bool = False
    reason: str = ""


def room_needed(root: Path) -> int:
    """Bytes that a backup of the folder takes."""
    return sum(found.size for found in walk(root) if found.is_file and not _left_out(found)) + SPARE_BYTES


def make(
    root: Path, folder: Path, secrets: Collection[str], key: bytes | None, progress: Progress, facts: dict[str, Any]
) -> tuple[Copied, ...]:
    """Copy the installation at `root` into `folder` and write the manifest. Raises SovereignError or OSError.

    Files in which one of the secrets stands, and all `.env` files, are sealed with `key`; without one they stay where
    they are, and the manifest says so.
    """
    needles = tuple(secret.encode() for secret in secrets if len(secret) >= _SHORTEST_SECRET)
    files = [found for found in walk(root) if found.is_file or found.is_link]
    total, done = sum(found.size for found in files), 0
    copies = []
    for found in files:
        progress("Backing up", done, total)
        copies.append(_copy(found, folder, needles, key))
        done += found.size
    alone = Path(rollback_alone.__file__).read_bytes()
    rollback_alone.put(folder / ALONE, alone, 0o600)
    manifest = {
        "format": 1,
        "program": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "root": str(root),
        **facts,
        "files": [asdict(copy) for copy in copies],
    }
    text = json.dumps(manifest, indent=1, default=str)  # in ASCII: names of files need not be text
    rollback_alone.put(folder / MANIFEST, text.encode(), 0o600)
    progress("Checking the backup", 0, len(copies))
    verify(folder, copies, key)
    return tuple(copies)


def verify(folder: Path, copies: Collection[Copied], key: bytes | None) -> None:
    """Read every copy again. Raises SovereignError when one is not what was copied."""
    for copy in copies:
        if copy.stored and not _is_whole(folder, copy, key):
            raise SovereignError(
                f"The backup of {copy.path} is not what was copied.", remedy="Check the disk, then try again."
            )


def _is_whole(folder: Path, copy: Copied, key: bytes | None) -> bool:
    if not copy.sealed:
        return digest(folder / copy.stored) == copy.sha256
    try:
        rollback_alone.stored(folder, asdict(copy), lambda _: key or b"")
    except rollback_alone.RollbackError:
        return False
    return True


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, or nothing when it is not there or not whole."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def seal(folder: Path, stored: str, content: bytes, key: bytes) -> None:
    """Put the content, encrypted, at that place in the backup."""
    sealer = Sealer(key, stored, purpose=rollback_alone.PURPOSE)
    pieces = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)] or [b""]
    sealed = b"".join(sealer.seal(number, piece) for number, piece in enumerate(pieces))
    rollback_alone.put(folder / stored, sealed, 0o600)


def _left_out(found: Found) -> bool:
    return any(part in LEFT_OUT for part in found.relative.split("/")[:-1])


def _copy(found: Found, folder: Path, needles: tuple[bytes, ...], key: bytes | None) -> Copied:
    about = (found.relative, found.size, found.mode, found.mtime_ns)
    if found.is_link:
        return Copied(*about, reason=f"a link to {found.path.readlink()}")
    if _left_out(found):
        return Copied(*about, reason="the migration does not touch it")
    try:
        is_secret = _is_env(found) or _holds_any(found.path, needles)
        if not is_secret:
            stored = f"old/{found.relative}"
            return Copied(*about, sha256=_plain_copy(found, folder / stored), stored=stored)
        if key is None:
            return Copied(*about, reason="it holds keys, and without a keyring they are not copied")
        with open_untouched(found.path) as file:
            content = file.read()
    except PermissionError:
        return Copied(*about, reason="it can't be read")
    stored = f"sealed/{found.relative}"
    seal(folder, stored, content, key)
    return Copied(*about, sha256=hashlib.sha256(content).hexdigest(), stored=stored, sealed=True)


def _is_env(found: Found) -> bool:
    name = found.path.name
    return name.startswith(".env") or name.endswith(".env")


def _holds_any(path: Path, needles: tuple[bytes, ...]) -> bool:
    """Does one of them stand in the file, wherever its pieces are cut?"""
    if not needles:
        return False
    overlap = max(map(len, needles))
    before = b""
    with open_untouched(path) as file:
        while chunk := file.read(CHUNK):
            window = before + chunk
            if any(needle in window for needle in needles):
                return True
            before = window[-overlap:]
    return False


def _plain_copy(found: Found, to: Path) -> str:
    """Copy the file in pieces; its SHA-256."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    total = hashlib.sha256()
    temporary = to.with_name(f".{to.name[:200]}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with open_untouched(found.path) as source, os.fdopen(descriptor, "wb") as target:
        while chunk := source.read(CHUNK):
            total.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    temporary.chmod(found.mode | 0o600)  # ours to read; the manifest has what it was
    os.utime(temporary, ns=(found.mtime_ns, found.mtime_ns))
    temporary.replace(to)
    rollback_alone.sync_folder(to.parent)
    return total.hexdigest()
