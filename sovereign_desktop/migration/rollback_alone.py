"""Take a migration back. Needs only Python: run this file where it lies, in the folder of the backup.

    python3 rollback.py            undo the migration whose backup this is
    python3 rollback.py --check    say what would be done, and change nothing

A copy stands in every backup, so that it works when the program does not start any more. Keys that the migration put
into the system's keyring are taken out if Python's `keyring` is installed here, and named if it is not. The program
itself uses the same functions: there is one way back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

JOURNAL, LOCK = "journal.jsonl", ".lock"
SERVICE, INDEX = "sovereign-desktop", "#names"
PURPOSE = "migration-backup 1"


class RollbackError(Exception):
    """One sentence saying what could not be undone, and what to do."""


# The journal


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """All whole records, in order; what a crash tore off at the end is no record."""
    try:
        lines = (folder / JOURNAL).read_bytes().split(b"\n")
    except (FileNotFoundError, IsADirectoryError):
        return []
    records = []
    for line in lines[:-1]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and _is_whole(record):
            records.append(record)
    return records


def _is_whole(record: dict[str, Any]) -> bool:
    """Has it what every record of its kind has? What somebody edited is no record, as what was torn off is none."""
    event = record.get("event")
    if event == "begun":
        return isinstance(record.get("root"), str) and 0 <= _number(record.get("time")) < 1e11
    if event == "step":
        return isinstance(record.get("id"), str) and record.get("kind") in ("file", "key", "memories")
    return isinstance(event, str)


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else -1


def write_journal(folder: Path, event: str, **details: Any) -> None:
    """Add a record; it is on the disk when this returns. Half a record of before is closed first."""
    # In ASCII: names of files need not be text.
    line = json.dumps({"event": event, "time": time.time(), **details}).encode() + b"\n"
    path = folder / JOURNAL
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(folder)


def steps_in_force(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every step that was begun and not undone, in the order in which it was begun."""
    steps: dict[str, dict[str, Any]] = {}
    for record in records:
        if record["event"] == "step":
            steps.setdefault(record["id"], record)
        elif record["event"] == "undone":
            steps.pop(record["id"], None)
    return list(steps.values())


# Undoing


def undo(
    folder: Path,
    forget_key: Callable[[str], object] | None = None,
    forget_memories: Callable[[dict[str, Any]], bool] | None = None,
    key_of: Callable[[str], bytes] | None = None,
) -> list[str]:
    """Undo every step that is in force, the last first; the result names what could not be undone.

    Can be broken off at any moment and called again. Raises RollbackError or OSError when files can't be put back.
    """
    steps = steps_in_force(read_journal(folder))
    left = []
    write_journal(folder, "rolling back")
    for step in reversed(steps):
        kind = step["kind"]
        if kind == "file":
            _undo_file(folder, step, key_of or _sealing_key)
        elif kind == "key":
            if not _undo_key(step["name"], forget_key or _forget_key):
                left.append(f"The key {step['name']} is still in the system's keyring, under {SERVICE}.")
                continue
        elif kind == "memories":
            if forget_memories is None:
                left.append("Memories that were brought over are still in the program: `migrate rollback` takes them.")
                continue
            if not forget_memories(step):
                left.append(f"Memories of {step['store']} are still in the program: no whole copy of them is left.")
                continue
        write_journal(folder, "undone", id=step["id"])
    write_journal(folder, "rolled back", left=left)
    return left


def _undo_file(folder: Path, step: dict[str, Any], key_of: Callable[[str], bytes]) -> None:
    path, before = Path(step["path"]), step["before"]
    if step.get("keep") and path.is_file():
        content = path.read_bytes()
        if before is None or hashlib.sha256(content).hexdigest() != before["sha256"]:
            put(folder / "after" / step["keep"], content, 0o600)
    if before is None:
        for one in (path, _temporary(path)):
            with contextlib.suppress(FileNotFoundError):
                one.unlink()
        for made in reversed(step.get("made", [])):
            with contextlib.suppress(OSError):  # somebody else uses it by now
                Path(made).rmdir()
        return
    if not _is_as_before(path, before):
        put(path, stored(folder, before, key_of), before["mode"], before["mtime_ns"])


def _is_as_before(path: Path, before: dict[str, Any]) -> bool:
    """Was it never changed? Then a folder that can't be written, or a full disk, keeps nothing from its way back."""
    try:
        status, content = path.stat(), path.read_bytes()
    except OSError:
        return False
    about = (hashlib.sha256(content).hexdigest(), status.st_mode & 0o7777, status.st_mtime_ns)
    return about == (before["sha256"], before["mode"], before["mtime_ns"])


def stored(folder: Path, entry: dict[str, Any], key_of: Callable[[str], bytes]) -> bytes:
    """What a file held, from its copy in the backup. Raises RollbackError when the copy is not what was put there."""
    copy = folder / entry["stored"]
    try:
        content: bytes = copy.read_bytes()
    except FileNotFoundError:
        raise RollbackError(f"{copy} is missing, so that file can't be put back.") from None
    if entry.get("sealed"):
        content = _unsealed(content, entry["stored"], key_of(folder.name))
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise RollbackError(f"{copy} was damaged, so that file can't be put back.")
    return content


def put(path: Path, content: bytes, mode: int, mtime_ns: int | None = None) -> None:
    """Write the file in one step: whoever reads finds the old or the new, and after a power loss too."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _temporary(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if mtime_ns is not None:
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
        os.replace(temporary, path)  # noqa: PTH105 - as the rest of what must work with any Python
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    """One name for each file, so that what a crash left is used up by the next try."""
    return path.with_name(f".{path.name[:200]}.migration")


def sync_folder(folder: Path) -> None:
    """Have the names in the folder on the disk."""
    if os.name == "posix":  # elsewhere a folder can't be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# Keys


def _undo_key(name: str, forget: Callable[[str], object]) -> bool:
    try:
        forget(name)
    except Exception:  # noqa: BLE001 - keyrings raise what they like, and their text may hold what they got
        return False
    return True


def _forget_key(name: str) -> None:
    import keyring

    if keyring.get_password(SERVICE, name) is not None:
        keyring.delete_password(SERVICE, name)
    names = json.loads(keyring.get_password(SERVICE, INDEX) or "[]")
    if name in names:
        keyring.set_password(SERVICE, INDEX, json.dumps(sorted(set(names) - {name})))


def _sealing_key(name: str) -> bytes:
    try:
        import keyring

        text = keyring.get_password(SERVICE, sealing_name(name))
    except Exception:  # noqa: BLE001 - as above
        text = None
    if text is None:
        raise RollbackError(
            "A file that holds keys is kept encrypted, and the key for it is in the system's keyring, which this Python"
            " can't ask. Run this file with the program's own Python."
        )
    return key_from(text)


def key_from(text: str) -> bytes:
    """The key that the keyring's text stands for."""
    return hashlib.sha256(text.encode()).digest()


def sealing_name(name: str) -> str:
    """What the key of a backup's encrypted files is called in the keyring."""
    return f"own.{name}"


def _unsealed(data: bytes, name: str, key: bytes) -> bytes:
    """What host/sealed.py sealed."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise RollbackError(
            "A file that holds keys is kept encrypted, and this Python has no `cryptography` to open it. Run this file"
            " with the program's own Python."
        ) from None
    cipher, at = AESGCM(key), 0
    content: list[bytes] = []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        sealed = data[at + 4 : at + 4 + length]
        place = f"{PURPOSE} {name}".encode() + len(content).to_bytes(8, "big")
        try:
            content.append(cipher.decrypt(sealed[:12], sealed[12:], place))
        except Exception as error:
            raise RollbackError(f"{name} was damaged, or its key is another one.") from error
        at += 4 + length
    return b"".join(content)


# On its own


def lock(folder: Path) -> Any:
    """Hold the lock of all migrations, or nothing where the system has none. Raises RollbackError when it is held."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise RollbackError("A migration is running just now. Wait for its end, or end it, then try again.") from None
    return descriptor


def main(arguments: list[str]) -> int:
    """Undo the migration in whose folder this file lies; the exit status."""
    folder = Path(__file__).absolute().parent
    say = sys.stdout.write
    steps = steps_in_force(read_journal(folder))
    if not steps:
        say("There is nothing to undo: the old version is as it was.\n")
        return 0
    if "--check" in arguments:
        for step in reversed(steps):
            say(f"would undo: {step['kind']} {step.get('path') or step.get('name') or ''}\n")
        return 0
    try:
        held = lock(folder.parent)
        left = undo(folder)
        if held is not None:
            os.close(held)
    except (RollbackError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say("The migration is undone.\n" + "".join(f"{line}\n" for line in left))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
