"""How long a server asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sovereign_desktop.core.retry_after import retry_after_in_words_s, retry_after_s

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_a_header_names_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after_s(header, NOON) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Rate limit reached. Please try again in 250ms.", 0.25),
        ("Please try again in 1.5s. Visit the page.", 1.5),
        ("Please try again in 1m2s.", 62.0),
        ("Please try again in 2h.", 7200.0),
        ("Please try again later.", None),
        ("", None),
    ],
)
def test_a_sentence_names_a_length_of_time(text: str, seconds: float | None) -> None:
    assert retry_after_in_words_s(text) == seconds
