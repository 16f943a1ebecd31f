"""Where news of new versions comes from: the address and the keys of this build, or another address of the user's."""

from __future__ import annotations

import tomllib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sovereign_desktop.core.errors import UpdateError
from sovereign_desktop.core.resources import resource


@dataclass(frozen=True, slots=True)
class Source:
    """An address, and the keys whose word counts there."""

    url: str
    keys: Sequence[Ed25519PublicKey]


def find_source(url: str = "", file: Path | None = None) -> Source:
    """The source of this build; `url` is the user's own address. Raises UpdateError when there is none."""
    build = tomllib.loads((file or resource("updates.toml")).read_text("utf-8"))
    keys = tuple(Ed25519PublicKey.from_public_bytes(b64decode(key)) for key in build["keys"])
    address = url.strip() or str(build["url"])
    if not address or not keys:
        raise UpdateError(
            "This build has no update source.",
            remedy="New versions are announced where this one came from.",
        )
    if not _is_private(address):
        raise UpdateError(
            "The address for new versions has to begin with https://.", remedy="Correct `updates.url` in the settings."
        )
    return Source(address, keys)


def _is_private(url: str) -> bool:
    """Whether nobody on the way sees who asks: https, or no way at all."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
