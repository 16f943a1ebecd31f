"""Every way to be turned down means one thing, and tells whether trying again is of any use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.realtime import failures
from sovereign_desktop.realtime.objects import ErrorDetail

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FATAL = [
    ("insufficient_quota", EngineUnavailable, "credit"),
    ("credit_balance_exhausted", EngineUnavailable, "credit"),
    ("billing_hard_limit_reached", EngineUnavailable, "credit"),
    ("account_deactivated", EngineUnavailable, "deactivated"),
    ("invalid_api_key", Unauthorized, "key"),
    ("beta_api_shape_disabled", EngineUnavailable, "beta"),
    ("model_not_found", EngineUnavailable, "does not know"),
]


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (301, EngineUnavailable, False),
        (200, EngineUnavailable, False),
        (400, EngineError, False),
        (401, Unauthorized, False),
        (403, Unauthorized, False),
        (404, EngineUnavailable, False),
        (408, EngineTimeout, True),
        (429, RateLimited, True),
        (500, BrokenReply, True),
        (502, BrokenReply, True),
        (503, BrokenReply, True),
        (504, EngineTimeout, True),
    ],
)
def test_an_http_status_is_an_error_of_its_kind(status: int, kind: type[SovereignError], retryable: bool) -> None:
    error = failures.from_status(status, {}, b"", NOON)
    assert (type(error), error.retryable) == (kind, retryable)
    assert error.user_text.endswith(".")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_wants_to_be_left_alone_says_how_long(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert failures.from_status(status, headers, b"", NOON).retry_after_s == seconds


@pytest.mark.parametrize(("code", "kind", "words"), FATAL)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_the_code_in_a_refusal_counts_more_than_its_status(
    status: int, code: str, kind: type[SovereignError], words: str
) -> None:
    body = f'{{"error": {{"type": "invalid_request_error", "code": "{code}", "message": "hush"}}}}'.encode()
    error = failures.from_status(status, {"retry-after": "1"}, body, NOON)
    assert (type(error), error.retryable) == (kind, False)
    assert words in error.user_text


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b'{"error": {"code": {}}}', b"[" * 70_000])
def test_a_refusal_with_a_body_of_any_kind_is_understood(body: bytes) -> None:
    assert isinstance(failures.from_status(401, {}, body, NOON), Unauthorized)


@pytest.mark.parametrize(
    ("code", "reason", "kind", "retryable"),
    [
        (1000, "", BrokenReply, True),
        (1001, "Your session hit the maximum duration of 60 minutes.", BrokenReply, True),
        (1001, "", BrokenReply, True),
        (1002, "", BrokenReply, True),
        (1003, "", BrokenReply, True),
        (1005, "", BrokenReply, True),
        (1006, "", BrokenReply, True),
        (None, "", BrokenReply, True),
        (1007, "", BrokenReply, True),
        (1008, "", BrokenReply, True),
        (1008, "Maximum number of sessions reached", BrokenReply, True),
        (1008, "invalid_request_error.something_new", EngineError, False),
        (1008, "invalid_request_error.invalid_api_key", Unauthorized, False),
        (1009, "", BrokenReply, True),
        (1010, "", EngineError, False),
        (1011, "keepalive ping timeout", BrokenReply, True),
        (1012, "", BrokenReply, True),
        (1013, "", BrokenReply, True),
        (1014, "", BrokenReply, True),
        (1015, "", BrokenReply, True),
        (3000, "invalid_request_error.invalid_api_key", Unauthorized, False),
        (3000, "", Unauthorized, False),
        (3003, "", EngineError, False),
        (3008, "", EngineTimeout, True),
        (4000, "invalid_request_error.beta_api_shape_disabled", EngineUnavailable, False),
        (4000, "invalid_request_error.something_new", EngineError, False),
        (4001, "server_error.something_new", BrokenReply, True),
        (4002, "insufficient_quota", EngineUnavailable, False),
        (4003, "rate_limit_error.rate_limit_exceeded", RateLimited, True),
    ],
)
def test_a_close_code_is_an_error_of_its_kind(
    code: int | None, reason: str, kind: type[SovereignError], retryable: bool
) -> None:
    error = failures.from_close(code, reason)
    assert (type(error), error.retryable) == (kind, retryable)


def test_the_end_of_the_hour_is_called_by_its_name() -> None:
    assert (
        "longest duration"
        in failures.from_close(1001, "Your session hit the maximum duration of 60 minutes.").user_text
    )


@pytest.mark.parametrize(("code", "kind", "words"), FATAL)
def test_an_error_that_must_not_be_tried_again_ends_the_session(
    code: str, kind: type[SovereignError], words: str
) -> None:
    detail = ErrorDetail(type="invalid_request_error", code=code, message="hush")
    error = failures.from_error(detail)
    assert (type(error), error.retryable) == (kind, False)
    assert words in error.user_text
    assert failures.ends_the_session(detail)


@pytest.mark.parametrize(
    ("detail", "kind", "retryable", "ends"),
    [
        (ErrorDetail(type="server_error"), BrokenReply, True, False),
        (ErrorDetail(type="server_error", code="session_expired"), BrokenReply, True, True),
        (ErrorDetail(type="invalid_request_error", code="session_expired"), BrokenReply, True, True),
        (ErrorDetail(type="invalid_request_error", code="item_truncate_invalid_item_id"), EngineError, False, False),
        (ErrorDetail(type="rate_limit_error", code="rate_limit_exceeded"), RateLimited, True, False),
        (ErrorDetail(), BrokenReply, True, False),
    ],
)
def test_an_error_event_says_whether_the_session_goes_on(
    detail: ErrorDetail, kind: type[SovereignError], retryable: bool, ends: bool
) -> None:
    error = failures.from_error(detail)
    assert (type(error), error.retryable, failures.ends_the_session(detail)) == (kind, retryable, ends)


def test_a_rate_limit_without_a_header_waits_as_long_as_its_words_say() -> None:
    detail = ErrorDetail(code="rate_limit_exceeded", message="Rate limit reached. Please try again in 1m2.5s.")
    error = failures.from_error(detail)
    assert error.retry_after_s == 62.5
    assert "62 seconds" in error.user_text


@pytest.mark.parametrize("where", ["status", "close", "error"])
def test_what_the_server_says_of_key_or_speech_is_not_repeated(where: str) -> None:
    secret = "Incorrect API key provided: sk-hush. You said hello"
    if where == "status":
        body = b'{"error": {"message": "%s", "code": "sk-hush hello"}}' % secret.encode()
        error = failures.from_status(400, {}, body, NOON)
    elif where == "close":
        error = failures.from_close(4999, secret)
    else:
        error = failures.from_error(ErrorDetail(type="hello sk-hush", code="sk-hush hello", message=secret))
    assert "hush" not in error.sentence
    assert "hello" not in error.sentence
