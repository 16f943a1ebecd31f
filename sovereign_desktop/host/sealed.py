"""Records in a file that nobody else can read, reorder or add to: AES-GCM, each bound to its place and its file.

A record is its length (4 bytes), a nonce of its own (12 bytes) and the encrypted content with its tag (16 bytes). The
associated data is the file's purpose, its name and the record's number. What a crash or a power loss tears off at the
end is dropped, as it must be; a record that was changed, moved or taken from another file makes the file damaged.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
MOST_CONTENT_BYTES = 1 << 17
_LENGTH = struct.Struct(">I")
_NONCE_BYTES, _TAG_BYTES = 12, 16
OVERHEAD_BYTES = _LENGTH.size + _NONCE_BYTES + _TAG_BYTES


class DamagedError(Exception):
    """The file is not what was written, or was written with another key."""


class Sealer:
    """Makes and opens the records of one file. `purpose` keeps files of one kind apart from those of another."""

    def __init__(self, key: bytes, name: str, *, purpose: str = "unanswered 1") -> None:
        self._cipher = _cipher(key)
        self._name = f"{purpose} {name}".encode()

    def seal(self, number: int, content: bytes) -> bytes:
        """The record of that number, as it stands in the file."""
        nonce = os.urandom(_NONCE_BYTES)  # 96 random bits: enough for 2**32 records, a century of talking
        sealed = nonce + self._cipher.encrypt(nonce, content, self._place(number))
        return _LENGTH.pack(len(sealed)) + sealed

    def unseal(self, data: bytes) -> list[bytes]:
        """The contents of all whole records, in order. Raises DamagedError."""
        from cryptography.exceptions import InvalidTag

        contents: list[bytes] = []
        for sealed, is_last in _records(data):
            try:
                contents.append(
                    self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._place(len(contents)))
                )
            except InvalidTag as error:
                if contents and is_last:  # a power loss may leave the length without the rest
                    break
                raise DamagedError from error
        return contents

    def _place(self, number: int) -> bytes:
        return self._name + number.to_bytes(8, "big")


def _records(data: bytes) -> Iterator[tuple[memoryview, bool]]:
    """Each whole record without its length, and whether nothing but zeros follows it. Raises DamagedError."""
    view, at = memoryview(data), 0
    while at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        begin, at = at + _LENGTH.size, at + _LENGTH.size + length
        if length == 0 and not any(view[begin:]):
            return  # the file grew, but its content did not reach the disk
        if not _NONCE_BYTES + _TAG_BYTES <= length <= MOST_CONTENT_BYTES + _NONCE_BYTES + _TAG_BYTES:
            raise DamagedError
        if at > len(data):
            return
        yield view[begin:at], not any(view[at:])


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
