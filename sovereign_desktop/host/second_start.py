"""How a second start of the program talks to the first: quick, blocking, without asyncio."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.verbs import MOST_LINE_BYTES, Answer, Verb, decode_answer, encode_request

_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class Address:
    """Where the running instance listens: a socket's path, or a port on loopback; and what it wants to be shown."""

    path: str
    port: int
    token: str


def ask_running(folder: Path, verbs: Sequence[Verb], timeout_s: float = 5.0) -> tuple[Answer, ...]:
    """The running instance's answers, one for each verb. Raises SovereignError when it gives none.

    An instance that is just starting is waited for; no verb is ever sent twice.
    """
    deadline = time.monotonic() + timeout_s
    try:
        connection, token = _connected(folder, deadline)
        with connection:
            return _converse(connection, token, verbs, deadline)
    except (OSError, ValueError) as error:
        raise SovereignError(
            "The program is running but does not answer.", remedy="End it in the list of processes and start it again."
        ) from error


def address_file(folder: Path) -> Path:
    """The file that says where the running instance listens."""
    return folder / "instance.json"


def _connected(folder: Path, deadline: float) -> tuple[socket.socket, str]:
    while True:
        try:
            address = _read_address(folder)
            return _connect(address), address.token
        except (FileNotFoundError, ConnectionRefusedError):
            # Not listening yet; or the address is what a crashed instance has left.
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)


def _converse(connection: socket.socket, token: str, verbs: Sequence[Verb], deadline: float) -> tuple[Answer, ...]:
    with connection.makefile("rb") as answers:
        done: list[Answer] = []
        for verb in verbs:
            connection.settimeout(max(_PAUSE_S, deadline - time.monotonic()))
            connection.sendall(encode_request(token, verb))
            done.append(decode_answer(answers.readline(MOST_LINE_BYTES)))
        return tuple(done)


def _connect(address: Address) -> socket.socket:
    if not address.path:
        return socket.create_connection(("127.0.0.1", address.port), timeout=1.0)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(1.0)
        connection.connect(address.path)
    except BaseException:
        connection.close()
        raise
    return connection


def _read_address(folder: Path) -> Address:
    """Where the running instance listens. Raises FileNotFoundError, or ValueError for a file that says nothing."""
    said = json.loads(address_file(folder).read_bytes())
    if not isinstance(said, list) or [type(part) for part in said] != [str, int, str]:
        raise ValueError("not an address")
    return Address(*said)
