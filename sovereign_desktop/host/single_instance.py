"""One instance of the program for each user: the first holds a lock and listens, the others ask it.

    instance = SingleInstance(find_paths().runtime)
    if not instance.acquire():
        answers = ask_running(find_paths().runtime, [Verb("toggle")])
    ...
    async with instance.serving(on_verb): ...

The lock dies with its process, so nothing is ever stale. Where to connect stands in a private file beside it, with a
token: a Unix socket, or a port on loopback where there is none (Windows, very long paths). The other starts' side is
`second_start.py`.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_desktop.host.file_lock import FileLock
from sovereign_desktop.host.second_start import Address, address_file, ask_running

if TYPE_CHECKING:
    from sovereign_desktop.host.verb_desk import OnVerb

__all__ = ["SingleInstance", "ask_running"]

_LONGEST_SOCKET_PATH = 100  # bytes; 108 on Linux, 104 on macOS, with the final NUL


class SingleInstance:
    """The claim to be the one that runs, kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "instance.lock")
        self.is_handed_on = False
        """Whether the next program of this process takes over: until then no other start may be the one."""

    def acquire(self) -> bool:
        """Become the running instance; False when another one is. Quick, and safe for any number of starts at once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._lock.acquire()

    def release(self) -> None:
        """Let another start be the one. Idempotent; the end of the process does it too."""
        if not self.is_handed_on:
            self._lock.release()

    @asynccontextmanager
    async def serving(self, on_verb: OnVerb) -> AsyncIterator[None]:
        """Answer other starts while the context lasts, and be the running instance no more after it.

        `on_verb` returns the sentence to answer with, or raises SovereignError with it. Needs `acquire` first.
        """
        import secrets

        from sovereign_desktop.host.verb_desk import VerbDesk, listen

        token = secrets.token_urlsafe(24)
        desk = VerbDesk(token, on_verb)
        address = Address(_socket_path(self._folder), 0, token)
        server, address = await listen(desk, address)
        _write_private(address_file(self._folder), json.dumps([address.path, address.port, token]))
        try:
            yield
        finally:
            for path in filter(None, (str(address_file(self._folder)), address.path)):
                Path(path).unlink(missing_ok=True)
            server.close()
            await desk.close()
            await server.wait_closed()
            self.release()


def _socket_path(folder: Path) -> str:
    path = os.fspath(folder / "instance.socket")
    return (
        path if hasattr(socket, "AF_UNIX") and os.name == "posix" and len(path.encode()) <= _LONGEST_SOCKET_PATH else ""
    )


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
