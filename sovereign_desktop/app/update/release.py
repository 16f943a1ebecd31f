"""What is announced of a release, and whether its makers have signed it.

The announcement is a small JSON object: `format`, `release` (JSON once more, as text, so that there is no doubt which
bytes were signed) and `signatures` (Ed25519, base64). `installers/release.py` writes it.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sovereign_desktop.app.update.version import Version
from sovereign_desktop.core.errors import UpdateError

FORMAT = "sovereign-desktop-release/1"
"""Stands before the signed text as well: a signature for anything else is none for this."""
LARGEST_FILE_BYTES = 4 * 2**30
BROKEN = "What the update server says of new versions makes no sense, so nothing is offered."
UNSIGNED = "What the update server says of new versions is not signed by this program's makers, so nothing is offered."

_T = TypeVar("_T", bound=BaseModel)
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,199}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release. It lies beside the announcement."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """A version that its makers have signed."""

    version: Version
    day: date
    notes: str
    files: tuple[ReleaseFile, ...]

    @property
    def age_key(self) -> tuple[Version, date]:
        """What is compared to tell an older announcement from a newer one."""
        return self.version, self.day


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Announcement(_Strict):
    format: str
    release: str
    signatures: Annotated[list[str], Field(min_length=1, max_length=16)]


class _File(_Strict):
    name: str
    size: Annotated[int, Field(ge=1, le=LARGEST_FILE_BYTES)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Release(_Strict):
    version: str
    date: str
    notes: Annotated[str, Field(max_length=20_000)] = ""
    files: Annotated[list[_File], Field(max_length=200)]


def read_release(data: bytes, keys: Sequence[Ed25519PublicKey]) -> Release:
    """The release in an announcement that one of `keys` has signed; nothing unsigned is looked into.

    Raises UpdateError.
    """
    announcement = _checked(_Announcement, _parsed(data))
    if announcement.format != FORMAT:
        raise UpdateError(
            "The update server speaks of new versions in a way that this version doesn't know.",
            remedy="Install the new version by hand, from where this one came from.",
        )
    text = announcement.release.encode("utf-8", errors="surrogatepass")
    if not any(_is_signature(signature, text, key) for signature in announcement.signatures for key in keys):
        raise UpdateError(UNSIGNED, remedy="If this stays so, tell the makers.")
    return _release(_checked(_Release, _parsed(text)))


def signed_bytes(text: bytes) -> bytes:
    """What a signature is over."""
    return FORMAT.encode() + b"\n" + text


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:  # a thousand brackets are no text either
        raise UpdateError(BROKEN) from error


def _checked(kind: type[_T], value: Any) -> _T:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise UpdateError(BROKEN) from error


def _is_signature(signature: str, text: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(b64decode(signature, validate=True), signed_bytes(text))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _release(said: _Release) -> Release:
    try:
        version, day = Version.parse(said.version), date.fromisoformat(said.date)
    except ValueError as error:
        raise UpdateError(BROKEN) from error
    files = tuple(ReleaseFile(file.name, file.size, file.sha256) for file in said.files)
    if not all(_NAME.fullmatch(file.name) for file in files):
        raise UpdateError(BROKEN)
    return Release(version, day, said.notes, files)
