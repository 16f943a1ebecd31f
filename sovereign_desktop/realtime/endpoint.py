"""Where a Realtime API is, and what it takes to get in."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sovereign_desktop.core.errors import EngineUnavailable, Unauthorized

_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`url` is that of the API without a model (`wss://api.openai.com/v1/realtime`); `key` may be empty.

    `ca_file` names the authority that signed the server's certificate, where the system does not know it.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def websocket_url(self) -> str:
        """The address to connect to. Raises EngineUnavailable when `url` is none."""
        try:
            parts = urlsplit(self.url)
            port_is_a_number = parts.port is None or parts.port > 0
        except ValueError:
            raise _no_address() from None
        if parts.scheme not in _SCHEMES or not parts.hostname or not port_is_a_number:
            raise _no_address()
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "model"]
        if self.model:
            query.append(("model", self.model))
        return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, parts.path, urlencode(query), ""))

    @property
    def headers(self) -> dict[str, str]:
        """What gets us in. Raises Unauthorized for a key that no header can hold."""
        if not self.key:
            return {}
        if not (self.key.isascii() and self.key.isprintable()):
            raise Unauthorized(
                "The key for the Realtime API holds characters that no key has.", remedy="Store it anew."
            )
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def host(self) -> str:
        """The server's name and port, for people; the address as it was written when it is none."""
        try:
            return urlsplit(self.url).netloc.rpartition("@")[2] or self.url
        except ValueError:
            return self.url

    @property
    def is_local(self) -> bool:
        """Whether it runs on this computer."""
        try:
            host = urlsplit(self.url).hostname or ""
            return ip_address(host).is_loopback
        except ValueError:
            return self.url.split("//")[-1].split("/")[0].split(":")[0] == "localhost"


def _no_address() -> EngineUnavailable:
    return EngineUnavailable(
        "`realtime_api.url` is no websocket address.",
        remedy="Set it to something like wss://api.openai.com/v1/realtime.",
    )
