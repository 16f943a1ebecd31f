"""Downloads a model because the user asked for it: in bytes that are counted, can be stopped and taken up again."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sovereign_desktop.core.errors import BrokenReply, EngineError
from sovereign_desktop.engines.models import (
    Manifest,
    ModelFile,
    ModelKind,
    is_model,
    kind_of,
    model_folder,
    partial_folder,
    repository_of,
)
from sovereign_desktop.engines.ranged_http import RangedHttp

logger = logging.getLogger(__name__)

HUB = "https://huggingface.co"
BLOCK_BYTES = 256 * 1024
REPORT_EVERY_S = 0.1
LONGEST_DESCRIPTION_BYTES = 4 * 2**20
SPARE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is there, of how much; what an earlier attempt left counts."""

    done_bytes: int
    total_bytes: int


async def download_model(
    name: str,
    models_folder: Path,
    on_progress: Callable[[Progress], None],
    *,
    hub: str = HUB,
    stall_s: float = 30.0,
) -> Path:
    """The folder of the model, complete and checked. `on_progress` is called on the event loop.

    Cancelling stops at once and keeps what has come; the next call goes on from there. Raises EngineError.
    """
    target, kind = model_folder(name, models_folder), kind_of(name)
    if is_model(target, kind):
        return target
    loop = asyncio.get_running_loop()
    http = RangedHttp(stall_s)
    download = _Download(http, hub, target, lambda progress: loop.call_soon_threadsafe(on_progress, progress))
    working = asyncio.ensure_future(asyncio.to_thread(download.run, repository_of(name), kind))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        http.stop()
        await asyncio.wait([working])
        working.exception()  # Stopped, and nobody else will look
        raise
    except OSError as error:
        raise EngineError(
            "The model can't be saved.", remedy="Check that the disk is not full or protected."
        ) from error


class _Download:
    """The work in the thread."""

    def __init__(self, http: RangedHttp, hub: str, target: Path, report: Callable[[Progress], object]) -> None:
        self._http = http
        self._hub = hub
        self._target = target
        self._report = report
        self._partial = partial_folder(target)
        self._done_bytes = 0
        self._total_bytes = 0
        self._reported_at = 0.0

    def run(self, repository: str, kind: ModelKind) -> Path:
        manifest = Manifest.parse(repository, self._describe(repository), kind)
        # What another revision left does not belong to this one.
        folder = self._partial / manifest.revision
        for old in self._partial.glob("*"):
            if old != folder:
                shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        self._total_bytes = manifest.size_bytes
        self._done_bytes = sum(_size(path) for path in folder.iterdir())
        self._require_space()
        for file in manifest.files:
            if not (folder / file.name).exists():
                self._fetch(manifest, file, folder)
        self._tell(now=True)
        folder.rename(self._target)
        shutil.rmtree(self._partial)
        logger.info("model downloaded", extra={"model": self._target.name, "bytes": manifest.size_bytes})
        return self._target

    def _describe(self, repository: str) -> Any:
        with self._http.get(f"{self._hub}/api/models/{repository}/revision/main?blobs=true") as body:
            text = body.response.read(LONGEST_DESCRIPTION_BYTES)
        try:
            return json.loads(text)
        except ValueError as error:
            raise BrokenReply("The model server's answer makes no sense.") from error

    def _require_space(self) -> None:
        missing = self._total_bytes - self._done_bytes + SPARE_BYTES
        if shutil.disk_usage(self._partial).free < missing:
            raise EngineError(f"The disk has no room for the model ({missing // 2**20} MB).", remedy="Make some room.")

    def _fetch(self, manifest: Manifest, file: ModelFile, folder: Path) -> None:
        """Fetch what is missing of a file, check the whole, and only then give it its name."""
        part = folder / f"{file.name}.part"
        if _size(part) < file.size_bytes or not part.exists():
            self._append(f"{self._hub}/{manifest.repository}/resolve/{manifest.revision}/{file.path}", file, part)
        if not _matches(file, part):
            self._done_bytes -= _size(part)
            part.unlink()
            raise BrokenReply("The model arrived damaged.", remedy="Start the download again.")
        part.rename(folder / file.name)

    def _append(self, url: str, file: ModelFile, part: Path) -> None:
        begun = _size(part)
        with part.open("ab") as out, self._http.get(url, begun) as body:
            out.truncate(body.start)
            self._done_bytes -= begun - body.start
            # `read` waits until the block is full, `read1` gives what has come: kept, should the rest never come.
            while block := body.response.read1(BLOCK_BYTES):
                if out.tell() + len(block) > file.size_bytes:
                    break  # more than was announced: the check will say so
                _write(out, block)
                self._done_bytes += len(block)
                self._tell()
        if _size(part) < file.size_bytes:
            raise BrokenReply("The connection to the model server broke.", remedy="Start the download again to go on.")

    def _tell(self, *, now: bool = False) -> None:
        if now or time.monotonic() - self._reported_at >= REPORT_EVERY_S:
            self._reported_at = time.monotonic()
            self._report(Progress(self._done_bytes, self._total_bytes))


def _write(out: BinaryIO, block: bytes) -> None:
    try:
        out.write(block)
        out.flush()
    except OSError as error:  # told from those of the network here, where it is still known
        raise _unsaved() from error


def _unsaved() -> EngineError:
    return EngineError("The model can't be saved.", remedy="Check that the disk is not full or protected.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _matches(file: ModelFile, path: Path) -> bool:
    if _size(path) != file.size_bytes:
        return False
    digest = file.digest.start(file.size_bytes)
    with path.open("rb") as content:
        while block := content.read(BLOCK_BYTES):
            digest.update(block)
    return bool(digest.hexdigest() == file.digest.hex)
