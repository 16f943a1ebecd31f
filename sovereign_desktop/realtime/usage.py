"""What a response consumed, in the kinds of token that prices are for."""

from __future__ import annotations

from sovereign_desktop.metrics.prices import TokenUse
from sovereign_desktop.realtime.objects import (
    CachedTokens,
    InputTokens,
    OutputTokens,
    ResponseUsage,
    TranscriptionUsage,
)

DEAREST = "audio"
"""What tokens are taken for whose kind the server did not say: nobody shall pay more than they were told."""
CHEAPEST = "text"
"""Cached tokens of no kind: there the smallest discount is the one that does not promise too much."""


def token_use(usage: ResponseUsage) -> TokenUse:
    """The tokens by kind, as far as the server told it."""
    detail = usage.input_token_details or InputTokens()
    sent = {"text": detail.text_tokens or 0, "audio": detail.audio_tokens or 0, "image": detail.image_tokens or 0}
    made = usage.output_token_details or OutputTokens()
    return TokenUse(
        input=_completed(sent, usage.input_tokens, DEAREST),
        cached=_cached(detail),
        output=_completed(
            {"text": made.text_tokens or 0, "audio": made.audio_tokens or 0}, usage.output_tokens, DEAREST
        ),
    )


def transcription_use(usage: TranscriptionUsage) -> TokenUse:
    """What writing speech down consumed: tokens, or milliseconds of speech where those are counted."""
    if usage.seconds is not None:
        return TokenUse(heard_ms=round(1000 * usage.seconds))
    detail = usage.input_token_details or InputTokens()
    sent = {"text": detail.text_tokens or 0, "audio": detail.audio_tokens or 0}
    return TokenUse(input=_completed(sent, usage.input_tokens, DEAREST), output={"text": usage.output_tokens or 0})


def _cached(detail: InputTokens) -> dict[str, int]:
    kinds = detail.cached_tokens_details or CachedTokens()
    known = {"text": kinds.text_tokens or 0, "audio": kinds.audio_tokens or 0, "image": kinds.image_tokens or 0}
    return _completed(known, detail.cached_tokens, CHEAPEST)


def _completed(kinds: dict[str, int], total: int | None, rest: str) -> dict[str, int]:
    """The kinds, and what is missing to the total as `rest`."""
    missing = (total or 0) - sum(kinds.values())
    return kinds | {rest: kinds[rest] + missing} if missing > 0 else kinds
