"""What goes wrong with the Realtime API, as SovereignErrors: refused handshakes, close codes, error events.

The server's own sentences never get into ours, since they may quote what was said or a part of the key. `retryable`
tells whether the same thing may work later without anybody changing anything; when it may not, the client stops
trying (`RealtimeClient.forgive`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.core.retry_after import retry_after_in_words_s, retry_after_s
from sovereign_desktop.realtime.objects import ErrorDetail

TOO_LONG = 1009
SESSION_EXPIRED = "session_expired"

NO_KEY = "Run `sovereign-desktop keys set` with the name in `realtime_api.key`, and paste a key that the server knows."
NO_CREDIT = frozenset(
    {"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "billing_not_active"}
)
WRONG_KEY = frozenset({"invalid_api_key", "invalid_authentication", "incorrect_api_key", "missing_api_key"})
DEACTIVATED = frozenset({"account_deactivated", "organization_deactivated", "access_terminated"})
NO_MODEL = frozenset({"model_not_found", "invalid_model", "missing_model"})
TOO_MANY = frozenset({"rate_limit_exceeded", "rate_limit_error", "too_many_requests", "concurrent_session_limit"})
BETA_ENDED = frozenset({"beta_api_shape_disabled"})


def from_status(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> SovereignError:
    """Why the server answered the handshake with this HTTP status instead of 101."""
    detail = _detail_of(body)
    if (
        known := _known(_words_of(detail), detail.message or "")
    ) is not None and status != HTTPStatus.TOO_MANY_REQUESTS:
        return known
    match status:
        case 401 | 403:
            return _wrong_key()
        case 404:
            return _no_model()
        case 408 | 504:
            return _late()
        case 429:
            return known if known and not known.retryable else _too_many(_wait_s(headers, now))
    if 400 <= status < 500:
        return _refused(f"HTTP {status}")
    if status < 400:
        return EngineUnavailable(
            f"What answers there is no Realtime API (HTTP {status}).", remedy="Check `realtime_api.url`."
        )
    broken = BrokenReply(f"The Realtime API failed (HTTP {status}).")
    broken.retry_after_s = _wait_s(headers, now)
    return broken


def from_close(code: int | None, reason: str) -> SovereignError:
    """Why the server closed an open session. `reason` is `type.code` in this API, or a sentence."""
    if (known := _known(frozenset(reason.split(".")), reason)) is not None:
        return known
    match code:
        case 1001 if "maximum duration" in reason:
            return BrokenReply("The Realtime session reached its longest duration.")
        case 1010 | 3003:  # mandatory extension, forbidden
            return _refused(f"close code {code}")
        case 3000:
            return _wrong_key()
        case 3008:
            return _late()
        case 1013:
            return BrokenReply("The Realtime API is overloaded just now.")
        case 1008 if not reason.startswith("invalid_request_error"):
            # Policy violation. Servers that are full say it, others that end a session for its age or its sound; what
            # no later attempt can mend they name with a code, which is known above.
            return BrokenReply("The Realtime API does not take this session just now (close code 1008).")
        case 1009:
            return BrokenReply("A message was too long for the Realtime session.")
    if reason.startswith("invalid_request_error"):
        return _refused(f"close code {code}")
    return BrokenReply(f"The Realtime API ended the session (close code {code or 1006}).")


def from_error(detail: ErrorDetail) -> SovereignError:
    """What an `error` event or a failed response means."""
    if (known := _known(_words_of(detail), detail.message or "")) is not None:
        return known
    if detail.code == SESSION_EXPIRED:
        return BrokenReply("The Realtime session reached its longest duration.")
    if detail.type == "invalid_request_error":
        return _refused(_name(detail.code))
    return BrokenReply(f"The Realtime API failed ({_name(detail.code or detail.type)}).")


def ends_the_session(detail: ErrorDetail) -> bool:
    """Whether nothing more can come of a session after this error event."""
    error = from_error(detail)
    return detail.code == SESSION_EXPIRED or (not error.retryable and _known(_words_of(detail), "") is not None)


def _known(words: frozenset[str], message: str) -> SovereignError | None:
    """The error that one of these codes stands for, if any does."""
    if words & NO_CREDIT:
        return EngineUnavailable("The account at the Realtime API has no credit left.", remedy="Add credit to it.")
    if words & WRONG_KEY:
        return _wrong_key()
    if words & DEACTIVATED:
        return EngineUnavailable(
            "The account at the Realtime API is deactivated.", remedy="Ask its provider, or use another key."
        )
    if words & BETA_ENDED:
        return EngineUnavailable(
            "The server takes this program for a client of the Realtime API's beta, which has ended.",
            remedy="Check that `realtime_api.url` leads straight to the server.",
        )
    if words & NO_MODEL:
        return _no_model()
    if words & TOO_MANY:
        return _too_many(retry_after_in_words_s(message))
    return None


def no_key() -> Unauthorized:
    """The server asks for a key, and we have none."""
    return Unauthorized("The Realtime API wants a key, and there is none.", remedy=NO_KEY)


def _wrong_key() -> Unauthorized:
    return Unauthorized("The Realtime API refused the key.", remedy=NO_KEY)


def _no_model() -> EngineUnavailable:
    return EngineUnavailable(
        "The Realtime API does not know what it was asked for.",
        remedy="Check `realtime_api.model` and `realtime_api.url`.",
    )


def _refused(what: str) -> EngineError:
    return EngineError(
        f"The Realtime API refused the request ({what}).",
        remedy="Check the section `realtime_api` of the settings.",
    )


def _late() -> EngineTimeout:
    return EngineTimeout("The Realtime API did not answer in time.")


def _too_many(wait_s: float | None) -> RateLimited:
    when = f" It asks to wait {wait_s:.0f} seconds." if wait_s is not None and wait_s >= 1 else ""
    return RateLimited(f"The Realtime API gets too many requests.{when}", retry_after_s=wait_s)


def _wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    milliseconds = retry_after_s(headers.get("retry-after-ms", ""), now)
    return milliseconds / 1000 if milliseconds is not None else retry_after_s(headers.get("retry-after", ""), now)


def _detail_of(body: bytes) -> ErrorDetail:
    """The error in the body of a refusal: `{"error": {...}}`, if it is there."""
    try:
        said = json.loads(body[:65536])
    except (ValueError, RecursionError):
        return ErrorDetail()
    error = said.get("error") if isinstance(said, dict) else None
    texts = {name: error.get(name) for name in ("type", "code", "message")} if isinstance(error, dict) else {}
    return ErrorDetail(**{name: text for name, text in texts.items() if isinstance(text, str)})


def _words_of(detail: ErrorDetail) -> frozenset[str]:
    return frozenset({detail.type or "", detail.code or ""})


def _name(code: str | None) -> str:
    """A code as it may be shown: it is the server's text, so anything but a short word is left out."""
    return code if code and len(code) <= 60 and code.replace("_", "").isalnum() else "no code"
