"""Reads a URL from a given byte on, in a thread, in a way that another thread can stop at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, EngineUnavailable, SovereignError

MOST_REDIRECTS = 5
CONNECT_S = 10.0
_REDIRECTS = (301, 302, 303, 307, 308)


class Stopped(Exception):  # noqa: N818 - not a fault
    """Somebody called `stop`."""


@dataclass(frozen=True, slots=True)
class Body:
    """The answer's bytes from `start` on; 0 when the server does not give parts of files."""

    response: HTTPResponse
    start: int


class RangedHttp:
    """Blocking GET requests. `stall_s` is the longest silence. `stop` may be called from any thread, once for all."""

    def __init__(self, stall_s: float = 30.0) -> None:
        self._stall_s = stall_s
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._stopped = False

    def stop(self) -> None:
        """Break off what is being read, and refuse everything after it."""
        with self._lock:
            self._stopped = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def get(self, url: str, start: int = 0) -> Iterator[Body]:
        """The body from byte `start` on. Raises SovereignError, or Stopped."""
        connection: HTTPConnection | None = None
        try:
            for _ in range(MOST_REDIRECTS):
                connection = self._connected(urlsplit(url))
                # A response without a length owns the socket, and closing the connection does not close it.
                with _ask(connection, url, start) as response:
                    if response.status not in _REDIRECTS:
                        yield Body(response, _start(response, start))
                        return
                    url = urljoin(url, response.getheader("Location", ""))
                connection.close()
            raise BrokenReply("The model server sends from one address to the next.")
        except (OSError, HTTPException) as error:
            raise self._explained(error) from error
        finally:
            if connection is not None:
                connection.close()

    def _connected(self, address: SplitResult) -> HTTPConnection:
        connection = _connection(address, min(CONNECT_S, self._stall_s))
        connection.connect()
        connection.sock.settimeout(self._stall_s)
        with self._lock:
            if self._stopped:
                connection.close()
                raise Stopped
            self._socket = connection.sock
        return connection

    def _explained(self, error: Exception) -> Exception:
        if self._stopped:
            return Stopped()
        if isinstance(error, TimeoutError):
            return EngineTimeout("The model server stopped sending.", remedy="Start the download again to go on.")
        if isinstance(error, ConnectionRefusedError | socket.gaierror):
            return EngineUnavailable("The model server can't be reached.", remedy="Check the network.")
        return BrokenReply("The connection to the model server broke.", remedy="Start the download again to go on.")


def _connection(address: SplitResult, timeout_s: float) -> HTTPConnection:
    if address.scheme not in ("http", "https") or not address.hostname:
        raise BrokenReply("The model server sends to an address that is none.")
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    proxy = urlsplit(getproxies().get(address.scheme, ""))
    if not proxy.hostname or proxy_bypass(address.hostname):
        return kind(address.hostname, address.port, timeout=timeout_s)
    connection = kind(proxy.hostname, proxy.port, timeout=timeout_s)
    connection.set_tunnel(address.hostname, address.port)
    return connection


def _ask(connection: HTTPConnection, url: str, start: int) -> HTTPResponse:
    parts = urlsplit(url)
    headers = {"Accept-Encoding": "identity", "User-Agent": "sovereign-desktop"}
    if start:
        headers["Range"] = f"bytes={start}-"
    connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=headers)
    return connection.getresponse()


def _start(response: HTTPResponse, asked: int) -> int:
    """The byte at which the body begins; raises for an answer without one."""
    if response.status == 206 and response.getheader("Content-Range", "").startswith(f"bytes {asked}-"):
        return asked
    if response.status == 200 or (response.status == 206 and not asked):
        return 0
    raise _refusal(response.status)


def _refusal(status: int) -> SovereignError:
    if status == 416:
        return BrokenReply("The model server has less of the file than was there before.")
    if status in (401, 403, 404):
        return EngineUnavailable("The model server has no such model.", remedy="Check `stt.faster_whisper.model`.")
    return BrokenReply(f"The model server failed (HTTP {status}).", remedy="Start the download again to go on.")
