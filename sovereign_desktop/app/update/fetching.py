"""Gets announcements and files from the update server: no more than asked for, and stopped at once."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urljoin

from sovereign_desktop.app.update.release import ReleaseFile
from sovereign_desktop.core.errors import EngineTimeout, EngineUnavailable, SovereignError, UpdateError
from sovereign_desktop.engines.ranged_http import RangedHttp

LARGEST_ANNOUNCEMENT_BYTES = 256 * 1024
ANNOUNCEMENT_S = 20.0
SILENCE_S = 5.0
BLOCK_BYTES = 256 * 1024
AGAIN = "Try again later."

T = TypeVar("T")


async def fetch_announcement(url: str, *, within_s: float = ANNOUNCEMENT_S) -> bytes:
    """The bytes at an address; not looked into yet. Raises UpdateError, also for more than an announcement is."""
    http = RangedHttp(stall_s=min(SILENCE_S, within_s))
    try:
        async with asyncio.timeout(within_s):
            return await _in_thread(http, lambda: _read(http, url))
    except TimeoutError:
        raise UpdateError(f"The update server took longer than {within_s:.0f} s.", remedy=AGAIN) from None


async def fetch_file(file: ReleaseFile, announced_at: str, folder: Path) -> Path:
    """A file of a release in a folder, under its name, whole and checked. Cancelling leaves nothing behind.

    Raises UpdateError.
    """
    http = RangedHttp()
    return await _in_thread(http, lambda: _save(http, urljoin(announced_at, file.name), file, folder))


async def _in_thread(http: RangedHttp, work: Callable[[], T]) -> T:
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        http.stop()
        while not working.done():  # at once; whoever cancels again does not leave a thread behind either
            with suppress(asyncio.CancelledError):
                await asyncio.wait([working])
        working.exception()  # that it was stopped, and nobody else will look
        raise
    except SovereignError as error:
        raise _explained(error) from error


def _read(http: RangedHttp, url: str) -> bytes:
    with http.get(url) as body:
        data = body.response.read(LARGEST_ANNOUNCEMENT_BYTES + 1)
    if len(data) > LARGEST_ANNOUNCEMENT_BYTES:
        raise UpdateError("The update server sends far more than an announcement of a version is.", remedy=AGAIN)
    return data


def _save(http: RangedHttp, url: str, file: ReleaseFile, folder: Path) -> Path:
    target, digest = folder / file.name, hashlib.sha256()
    part = target.with_name(f"{file.name}.part")
    try:
        with _open(part) as out, http.get(url) as body:
            # One byte more than announced is enough to know that it is another file.
            while out.tell() <= file.size_bytes and (block := body.response.read1(BLOCK_BYTES)):
                _write(out, block)
                digest.update(block)
            size = out.tell()
        if size < file.size_bytes:
            raise UpdateError("The download of the new version broke off.", remedy=AGAIN)
        if size > file.size_bytes or digest.hexdigest() != file.sha256:
            raise UpdateError("What came is not the file that the makers signed; it was deleted.", remedy=AGAIN)
        return part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _open(part: Path) -> BinaryIO:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open("wb", buffering=0)
    except OSError as error:
        raise _unsaved() from error


def _write(out: BinaryIO, block: bytes) -> None:
    try:
        while block:
            block = block[out.write(block) :]
    except OSError as error:  # told from those of the network here, where it is still known
        raise _unsaved() from error


def _unsaved() -> UpdateError:
    return UpdateError("The new version can't be saved.", remedy="Check that the disk is not full or protected.")


def _explained(error: SovereignError) -> UpdateError:
    """The same in words that fit here: whoever reads them looks for a model otherwise."""
    if isinstance(error, UpdateError):
        return error
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return UpdateError("Who answers for the update server can't prove to be it.", remedy="Check the network.")
    if isinstance(error, EngineTimeout):
        return UpdateError("The update server stopped sending.", remedy=AGAIN)
    if isinstance(error, EngineUnavailable):
        if error.__cause__ is None:
            return UpdateError("The update server has no news of this program.", remedy=AGAIN)
        return UpdateError("The update server can't be reached.", remedy="Check the network.")
    return UpdateError("The update server's answer broke off or is none.", remedy=AGAIN)
