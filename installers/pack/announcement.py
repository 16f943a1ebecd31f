"""What the running programs are told of a release: version, notes, files with their sums, signed with Ed25519.

`sovereign_desktop/app/update/release.py` is the other side. Signing is OpenSSL's, so that nothing has to be installed
where the secret key is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tempfile
import tomllib
from base64 import b64encode
from pathlib import Path
from typing import Any

from installers.pack.cli import SUMS
from installers.pack.source import Source
from installers.prepare.errors import SetupError

ANNOUNCEMENT = "release.json"
FORMAT = "sovereign-desktop-release/1"
KEY = "SOVEREIGN_RELEASE_KEY"
PUBLIC_BYTES = 32
LONGEST_NOTES = 20_000


def announce(source: Source, folder: Path, key: Path) -> Path:
    """Write the announcement of the files in a folder beside them. Raises SetupError for a key that nobody knows."""
    public = public_key(key)
    known = tomllib.loads((source.root / "resources" / "updates.toml").read_text("utf-8"))["keys"]
    if public not in known:
        raise SetupError(
            f"No program would believe this key: resources/updates.toml doesn't name {public}. Add it there before "
            "the release that is to know it is built"
        )
    text = json.dumps(describe(source, folder), ensure_ascii=False, indent=1)
    signature = sign(FORMAT.encode() + b"\n" + text.encode(), key)
    announcement = {"format": FORMAT, "release": text, "signatures": [b64encode(signature).decode()]}
    target = folder / ANNOUNCEMENT
    target.write_text(json.dumps(announcement, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return target


def describe(source: Source, folder: Path) -> dict[str, Any]:
    """The release: what is in the folder, but its lists."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name not in (ANNOUNCEMENT, SUMS))
    if not files:
        raise SetupError(f"There is nothing to release in {folder}")
    return {
        "version": source.version,
        "date": source.date,
        "notes": notes((source.root / "CHANGELOG.md").read_text("utf-8"), source.version),
        "files": [
            {
                "name": file.name,
                "size": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
            for file in files
        ],
    }


def notes(changes: str, version: str) -> str:
    """What the change log says of a version; of a preview what it says of the version to come."""
    number = re.match(r"\d+\.\d+\.\d+", version)
    for chapter in re.split(r"^## ", changes, flags=re.MULTILINE)[1:]:
        title, _, text = chapter.partition("\n")
        if number and re.search(rf"(?<![\d.]){re.escape(number[0])}(?![\d.]*\d)", title):
            return text.strip()[:LONGEST_NOTES]
    raise SetupError(f"CHANGELOG.md says nothing of {version}: whoever updates wants to know what is new")


def make_key(file: Path) -> str:
    """A new secret key in a file of its own; its public half. Raises SetupError rather than replace one."""
    if file.exists():
        raise SetupError(f"{file} is there already, and a key that is lost can't be made again")
    before = os.umask(0o077)
    try:
        _openssl("genpkey", "-algorithm", "ed25519", "-out", str(file))
    finally:
        os.umask(before)
    return public_key(file)


def public_key(file: Path) -> str:
    """The public half of a key, as `resources/updates.toml` has it."""
    encoded = _openssl("pkey", "-in", str(file), "-pubout", "-outform", "DER")
    return b64encode(encoded[-PUBLIC_BYTES:]).decode()


def sign(message: bytes, key: Path) -> bytes:
    """The signature over a message."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "message"  # OpenSSL has to know its length before it begins
        file.write_bytes(message)
        return _openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(key), "-in", str(file))


def _openssl(*words: str) -> bytes:
    try:
        done = subprocess.run(["openssl", *words], capture_output=True, check=False)
    except OSError as error:
        raise SetupError(f"Signing needs OpenSSL 3: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SetupError(f"openssl {words[0]} failed: {said[0] if said else 'it said nothing'}")
    return done.stdout
