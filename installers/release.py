#!/usr/bin/env python3
"""Tell running programs of a release: `sign FOLDER` writes release.json beside its files, `key FILE` makes a key.

The secret key is a PEM file (`--key`), or the text of one in SOVEREIGN_RELEASE_KEY.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from installers.pack import announcement  # noqa: E402 - the line above finds it
from installers.pack.cli import ROOT, write_sums  # noqa: E402
from installers.pack.source import Source  # noqa: E402
from installers.prepare.errors import SetupError  # noqa: E402


def main(arguments: list[str]) -> int:
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="release.py", description="Tells running programs of a release.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    signing = verbs.add_parser("sign", help="write release.json into a folder of files, and its checksums anew")
    signing.add_argument("folder", type=Path)
    signing.add_argument("--key", type=Path, help=f"the secret key; otherwise the text in {announcement.KEY}")
    verbs.add_parser("key", help="make a key").add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    try:
        if options.verb == "key":
            public = announcement.make_key(options.file)
            print(f"{options.file} is the secret half. The public one belongs into resources/updates.toml:\n{public}")
            return 0
        return _sign(options.folder, options.key)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1


def _sign(folder: Path, key: Path | None) -> int:
    source = Source.read(ROOT)
    with tempfile.TemporaryDirectory() as secret:
        if key is None:
            text = os.environ.get(announcement.KEY, "")
            if not text.strip():
                raise SetupError(f"There is no key: give --key, or set {announcement.KEY}")
            key = Path(secret) / "key.pem"
            key.touch(mode=0o600)
            key.write_text(text.strip() + "\n", "utf-8")
        written = announcement.announce(source, folder, key)
    write_sums(folder)
    print(f"{written} tells of {source.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
