"""`models`: speech and embedding models on this computer. A download is only ever started by the user."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from pathlib import Path

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.store import load_settings
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.model_download import Progress, download_model
from sovereign_desktop.engines.models import (
    SENTENCE_MODEL,
    SENTENCE_REPOSITORIES,
    WHISPER_REPOSITORIES,
    installed_model,
    is_model,
    kind_of,
    model_folder,
    partial_folder,
)


def carry_out(action: str, name: str) -> int:
    """List, download or remove; the exit status. Raises SovereignError."""
    folder = find_paths().models
    if action == "download":
        asyncio.run(_download(name, folder))
    elif action == "remove":
        _remove(name, folder)
    else:
        _list(folder)
    return 0


def _list(folder: Path) -> None:
    settings = load_settings().settings
    embedding = settings.memory_context.embeddings.local_model
    used = {settings.stt.faster_whisper.model: "in the settings", embedding: "by the memory"}
    print(f"{'model':<20}{'state':<26}used")
    for name in sorted({*WHISPER_REPOSITORIES, *SENTENCE_REPOSITORIES, *used}):
        marks = f"{_state(name, folder, is_sentence=name == embedding):<26}{used.get(name, '')}"
        print(f"{name:<20}{marks}".rstrip())


def _state(name: str, folder: Path, *, is_sentence: bool) -> str:
    if installed_model(name, folder, SENTENCE_MODEL if is_sentence else kind_of(name)) is not None:
        return "here"
    partial = partial_folder(model_folder(name, folder))
    if not partial.is_dir():
        return "-"
    there = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    return f"begun, {there / 2**20:.1f} MB"


async def _download(name: str, folder: Path) -> None:
    if installed_model(name, folder, kind_of(name)) is not None:
        print(f"The model {name} is here already.")
        return
    path = await download_model(name, folder, _Line().show)
    print(f"\nThe model {name} is in {path}. The program uses it from its next start.")


def _remove(name: str, folder: Path) -> None:
    """Remove the model, or what an interrupted download has left of it."""
    target = model_folder(name, folder)
    partial = partial_folder(target)
    found = [target] if is_model(target, kind_of(name)) else []
    if partial.parent == folder and partial.is_dir():
        found.append(partial)
    if not found:
        raise SovereignError(f"There is no downloaded model {name}.", remedy="`models list` shows which there are.")
    for path in found:
        shutil.rmtree(path)
    print(f"The model {name} is gone." if target in found else f"The begun download of {name} is gone.")


class _Line:
    """One line that counts: bytes, share, and how fast; a new line each time where nobody watches."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._first_bytes: int | None = None

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._first_bytes is None:
            self._first_bytes = progress.done_bytes
        seconds = max(0.001, time.monotonic() - self._began)
        speed = (progress.done_bytes - self._first_bytes) / seconds / 2**20
        share = progress.done_bytes / max(1, progress.total_bytes)
        done, total = progress.done_bytes / 2**20, progress.total_bytes / 2**20
        text = f"{done:7.1f} of {total:.1f} MB  {share:4.0%}  {speed:.1f} MB/s"
        sys.stdout.write(f"\r{text}" if sys.stdout.isatty() else f"{text}\n")
        sys.stdout.flush()
