"""An OpenAI-compatible server as its engines need it: the client, made when first used, and failures in plain words.

The SDK takes a third of a second to import and can't be imported in slices; `prepare()` of its engines does it, so
call that before a turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.core.retry_after import retry_after_s
from sovereign_desktop.metrics.purse import Purse

if TYPE_CHECKING:
    import openai

    from sovereign_desktop.config.sections.engines import OpenAICompatible

T = TypeVar("T")
CONNECT_S = 5.0
KEPT_OPEN_S = 60.0
OPENAI_HOST = "api.openai.com"
HOME_NAMES = (".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain")
"""How names in a network of one's own end; one without a dot is of such a network, too."""


class OpenAIServer:
    """One server with its key. `section` is where its settings stand, such as `llm`; sentences name it.

    A server that is not the user's own is asked only while `purse` is open.
    """

    def __init__(self, settings: OpenAICompatible, key: str, *, section: str, purse: Purse | None = None) -> None:
        self.settings = settings
        self.section = section
        self._purse = purse or Purse()
        self._key = key
        self._client: openai.AsyncOpenAI | None = None
        self._connected_until = 0.0

    @property
    def host(self) -> str:
        return host_of(self.settings.base_url)

    @property
    def is_openai(self) -> bool:
        return self.host == OPENAI_HOST

    @property
    def is_local(self) -> bool:
        """Whether it runs on this computer."""
        return not elsewhere(self.host)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The server, when it is another computer."""
        return elsewhere(self.host)

    @property
    def unaffordable(self) -> str:
        """Why it may not be asked now for want of money, as half a sentence; empty when it may."""
        return "" if is_own(self.host) else self._purse.reason

    def check_purse(self) -> None:
        """Raise Unaffordable when it may not be asked now."""
        if not is_own(self.host):
            self._purse.check()

    def availability(self) -> Availability:
        """Whether there is an address, and a key where one is certainly needed. Does not ask the server."""
        if not self.settings.base_url:
            return Availability(False, "no server is set", f"Set `{self.section}.base_url` to one.")
        if not self.host:
            return Availability(
                False,
                f"`{self.section}.base_url` is no web address",
                f"Set `{self.section}.base_url` to something like http://127.0.0.1:11434/v1.",
            )
        if self.is_openai and not self._key:
            return Availability(
                False, "there is no key for OpenAI", f"Run `sovereign-desktop keys set {self.settings.key}`."
            )
        without = "" if self._key or self.is_local else ", without a key"
        return Availability(True, f"a server is set: {self.host}{without}")

    def require(self) -> None:
        """Raise EngineUnavailable when it can't be used."""
        if not (state := self.availability()):
            raise EngineUnavailable(f"This can't be asked: {state.reason}.", remedy=state.remedy)

    @property
    def client(self) -> openai.AsyncOpenAI:
        """The SDK's client. Its own retries are off: whoever asks knows better whether waiting is worth it."""
        if self._client is None:
            import openai

            self.require()
            self._client = openai.AsyncOpenAI(
                base_url=self.settings.base_url,
                api_key=self._key or "none",  # the SDK refuses an empty one; servers that need none ignore it
                timeout=openai.Timeout(self.settings.timeout_s, connect=min(CONNECT_S, self.settings.timeout_s)),
                max_retries=0,
                http_client=_kept_open(),
            )
        return self._client

    async def connect(self) -> None:
        """Have a connection open, so that the next request finds it ready. Never raises: that one will say why not."""
        now = time.monotonic()
        if now < self._connected_until or not self.availability():
            return
        self._connected_until = now + KEPT_OPEN_S / 2
        import openai

        with contextlib.suppress(openai.OpenAIError):
            await self.client.with_options(timeout=CONNECT_S).models.list()

    async def close(self) -> None:
        """Close its connections. Idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn whatever goes wrong inside into an EngineError that holds neither content nor key.

        Raises Unaffordable, and nothing inside is done, when the server costs money and none may be spent.
        """
        self.check_purse()
        import openai

        try:
            yield
        except SovereignError:
            raise
        except openai.APIStatusError as error:
            raise self._refusal(error) from error
        except (openai.APITimeoutError, TimeoutError) as error:
            raise self._late() from error
        except openai.APIConnectionError as error:
            raise self._unreachable(error) from error
        except (openai.APIError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise self.broken() from error
        except Exception as error:
            # The SDK passes on what its HTTP library raises while a body of bytes is read, and has changed libraries
            # before (httpx, httpx2): known by the names that both use.
            names = {cls.__name__ for cls in type(error).__mro__}
            if "TimeoutException" in names:
                raise self._late() from error
            if "RequestError" in names:
                raise self._broken_off() from error
            raise

    def _late(self) -> EngineTimeout:
        return EngineTimeout(f"The server at {self.host} did not answer within {self.settings.timeout_s:g} seconds.")

    def _broken_off(self) -> BrokenReply:
        return self.broken("broke off in the middle of its answer")

    def stalled(self, after_s: float) -> EngineTimeout:
        """The error for an answer that stops coming in the middle."""
        return EngineTimeout(f"The server at {self.host} stopped in the middle of its answer for {after_s:g} seconds.")

    def broken(self, what: str = "sent an answer that makes no sense") -> BrokenReply:
        """The error for an answer that is none."""
        return BrokenReply(f"The server at {self.host} {what}.")

    def _unreachable(self, error: Exception) -> SovereignError:
        # What httpx raises for a connection that breaks later than its beginning has no part in connecting.
        if error.__cause__ is not None and "Connect" not in type(error.__cause__).__name__:
            return self._broken_off()
        unavailable = EngineUnavailable(
            f"The server at {self.host} can't be reached.",
            remedy=f"Start it, or check the network and `{self.section}.base_url`.",
        )
        unavailable.retryable = True  # it may come back by itself
        return unavailable

    def _refusal(self, error: openai.APIStatusError) -> SovereignError:
        if error.status_code == 429:
            return self._rate_limit(error)
        return refusal(error.status_code, self.host, self.settings.key, self.section)

    def _rate_limit(self, error: openai.APIStatusError) -> RateLimited:
        if error.code == "insufficient_quota":
            return RateLimited(f"The account at {self.host} has no credit left.", remedy="Add credit to it.")
        wait_s = retry_after_s(error.response.headers.get("retry-after", ""), datetime.now(UTC))
        when = f" It asks to wait {wait_s:.0f} seconds." if wait_s is not None else ""
        return RateLimited(f"The server at {self.host} gets too many requests.{when}", retry_after_s=wait_s)


def _kept_open() -> Any:
    """The SDK's own HTTP client, but that it keeps connections longer than the five seconds of a question."""
    import openai

    usual = openai.DEFAULT_CONNECTION_LIMITS
    limits = type(usual)(
        max_connections=usual.max_connections,
        max_keepalive_connections=usual.max_keepalive_connections,
        keepalive_expiry=KEPT_OPEN_S,
    )
    return openai.DefaultAsyncHttpxClient(limits=limits)


async def paced(items: AsyncIterator[T], longest_s: Callable[[], float]) -> AsyncGenerator[T, None]:
    """The items; TimeoutError when one takes longer, whatever keep-alives the server sends meanwhile.

    `longest_s` is asked before each item.
    """
    while True:
        async with asyncio.timeout(longest_s()):
            try:
                item = await anext(items)
            except StopAsyncIteration:
                return
        yield item


def refused_option(error: Any, options: dict[str, Any]) -> str:
    """The option of a request that a refusal is about, or an empty string."""
    param = getattr(error, "param", None)
    if isinstance(param, str) and param in options:
        return param
    return next((name for name in options if name in str(error)), "")


def refusal(status: int, host: str, key: str, section: str) -> EngineError:
    """What a server means by a status that is no success; who has its headers reads 429 better.

    `key` is the key's name, `section` where the server's settings stand.
    """
    if status in (401, 403):
        return Unauthorized(f"The server at {host} refused the key.", remedy=f"Run `sovereign-desktop keys set {key}`.")
    if status >= 500 or status < 400:
        return BrokenReply(f"The server at {host} failed (HTTP {status}).")
    remedy = f"Check `{section}.model` and `{section}.base_url`."
    if status == 404:
        return EngineUnavailable(f"The server at {host} does not know what it was asked for.", remedy=remedy)
    return EngineError(f"The server at {host} refused the request (HTTP {status}).", remedy=remedy)


def elsewhere(host: str) -> tuple[str, ...]:
    """The host, when it is another computer."""
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = host in ("", "localhost")
    return () if is_here else (host,)


def is_own(host: str) -> bool:
    """Whether it is this computer or one of the user's own network. Such a server asks for no money by itself."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.lower().endswith(HOME_NAMES)


def host_of(url: str) -> str:
    """The name or number of the host in a web address; empty when it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
