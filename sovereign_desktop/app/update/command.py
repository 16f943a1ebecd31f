"""`update`: ask for the newest version, and fetch it. Both only because somebody typed it."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from platformdirs import user_downloads_path

from sovereign_desktop.app.update.updater import Standing, Updater
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load_settings
from sovereign_desktop.host.opening import open_file


def carry_out(options: argparse.Namespace) -> int:
    """Check or get; the exit status. Raises UpdateError."""
    updater, url = Updater(find_paths().updates), load_settings().settings.updates.url
    standing = asyncio.run(updater.check(url))
    if options.action == "get":
        return _get(updater, standing, Path(options.to) if options.to else user_downloads_path(), opens=options.open)
    if options.json:
        print(json.dumps(standing.as_json(), ensure_ascii=False))
    else:
        print("\n\n".join(filter(None, (standing.text, standing.notes_if_newer, standing.advice))))
    return 0


def _get(updater: Updater, standing: Standing, folder: Path, *, opens: bool) -> int:
    if not standing.is_newer:
        print(standing.text)
        return 0
    file = asyncio.run(updater.fetch(standing, folder))
    print(f"{file} is the file that the makers signed.")
    if not opens or not open_file(file):
        print(standing.installation.hint(file))
    return 0
