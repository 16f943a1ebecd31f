"""One way to any OpenAI-compatible server: the client, and its failures in our words.

The SDK is imported when it is first needed: it costs half a second and 25 MiB.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sovereign_desktop.config.schema import OpenAICompatible
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    Unauthorized,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI

logger = logging.getLogger(__name__)

CONNECT_S = 5.0


class OpenAIClient:
    """A server of our settings. `what` is what it is to the user: "language model", "speech recogniser", "voice"."""

    def __init__(self, settings: OpenAICompatible, key: str, what: str) -> None:
        self.settings = settings
        self.what = what
        self._key = key
        self._client: AsyncOpenAI | None = None

    @property
    def host(self) -> str:
        """Where it is, for sentences: never the whole address, which may hold a password."""
        return urlsplit(self.settings.base_url).hostname or "the server"

    @property
    def is_local(self) -> bool:
        return self.host in ("localhost", "127.0.0.1", "::1")

    def availability(self) -> Availability:
        """Whether there is enough in the settings to ask it."""
        if not self.settings.base_url:
            return Availability(False, "no address", "Give the address of an OpenAI-compatible server in the settings.")
        if urlsplit(self.settings.base_url).scheme not in ("http", "https"):
            return Availability(False, "its address is no http or https address", "Correct base_url in the settings.")
        if not self.settings.model:
            return Availability(False, "no model named", "Name the model in the settings.")
        if not self._key and not self.is_local:
            return Availability(False, "no key", f"Store one with `keys set {self.settings.key}`.")
        return Availability(True, f"{self.settings.model} at {self.host}")

    def get(self) -> AsyncOpenAI:
        """The SDK's client. Raises EngineUnavailable when the settings do not suffice."""
        if not (available := self.availability()):
            raise EngineUnavailable(f"The {self.what} can't be used: {available.reason}.", remedy=available.remedy)
        if self._client is None:
            from httpx2 import Timeout
            from openai import AsyncOpenAI

            self._client = AsyncOpenAI(
                api_key=self._key or "none",  # servers on this computer want some text there
                base_url=self.settings.base_url,
                max_retries=0,  # a turn has a better use for the time: the next way to answer
                timeout=Timeout(self.settings.timeout_s, connect=CONNECT_S),
            )
        return self._client

    async def close(self) -> None:
        """Close its connections. Idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the SDK raises into an EngineError that names the server and says what to do."""
        import json

        import httpx2
        import openai

        try:
            yield
        except EngineError:
            raise
        except openai.APITimeoutError as error:
            raise self._timed_out() from error
        except openai.APIConnectionError as error:
            raise self._broken_or_away(error) from error
        except openai.APIStatusError as error:
            raise self._refused(error) from error
        except httpx2.TimeoutException as error:
            raise self._timed_out() from error
        except (httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError, openai.OpenAIError) as error:
            raise self._garbled() from error
        except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
            # The SDK does not validate what it gets: an answer of another shape shows up as any of these.
            raise self._garbled() from error

    def _timed_out(self) -> EngineTimeout:
        return EngineTimeout(
            f"The {self.what} at {self.host} did not answer within {self.settings.timeout_s:.0f} seconds.",
            remedy="Check that it is running and not overloaded.",
        )

    def _broken_or_away(self, error: Exception) -> EngineError:
        import httpx2

        cause = error.__cause__
        if isinstance(cause, httpx2.ConnectError | None):
            return EngineUnavailable(
                f"The {self.what} at {self.host} can't be reached.", remedy="Check that it is running."
            )
        return self._garbled()

    def _garbled(self) -> BrokenReply:
        return BrokenReply(f"The {self.what} at {self.host} sent an answer that makes no sense or broke off.")

    def _refused(self, error: Any) -> EngineError:
        status = int(error.status_code)
        if status in (401, 403):
            remedy = f"Check the key with `keys set {self.settings.key}`."
            return Unauthorized(f"The {self.what} at {self.host} refused the key.", remedy=remedy)
        if status == 429:
            wait_s = _seconds(error.response.headers.get("retry-after", ""))
            remedy = f"Try again in {wait_s:.0f} seconds." if wait_s else "Try again later, or check your plan."
            text = f"The {self.what} at {self.host} has had too many requests."
            return RateLimited(text, remedy=remedy, retry_after_s=wait_s)
        if status == 404:
            text = f"The {self.what} at {self.host} does not know the model {self.settings.model}."
            return EngineUnavailable(text, remedy="Check base_url and model in the settings.")
        text = f"The {self.what} at {self.host} failed with status {status}."
        failure = EngineError(text, remedy="Try again later." if status >= 500 else "Check its settings.")
        failure.retryable = status >= 500
        return failure


def _seconds(header: str) -> float | None:
    """The wait in a Retry-After header of seconds (RFC 9110, 10.2.3); a date is not used by these servers."""
    try:
        return max(0.0, float(header))
    except ValueError:
        return None
