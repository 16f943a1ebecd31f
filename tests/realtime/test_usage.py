"""Usage as servers report it becomes tokens by kind, and never fewer than were reported."""

from __future__ import annotations

import json

import pytest

from sovereign_desktop.metrics.prices import TokenUse
from sovereign_desktop.realtime.codec import read_server_event
from sovereign_desktop.realtime.objects import ResponseUsage
from sovereign_desktop.realtime.server_events import ResponseDone, TranscriptionCompleted
from sovereign_desktop.realtime.usage import token_use, transcription_use


def test_all_details_are_taken_as_they_are() -> None:
    usage = ResponseUsage.model_validate(
        {
            "total_tokens": 380,
            "input_tokens": 300,
            "output_tokens": 80,
            "input_token_details": {
                "text_tokens": 200,
                "audio_tokens": 90,
                "image_tokens": 10,
                "cached_tokens": 64,
                "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4},
            },
            "output_token_details": {"text_tokens": 20, "audio_tokens": 60},
        }
    )
    assert token_use(usage) == TokenUse(
        input={"text": 200, "audio": 90, "image": 10},
        cached={"text": 60, "audio": 4, "image": 0},
        output={"text": 20, "audio": 60},
    )


def test_tokens_of_no_kind_are_the_dearest_and_cached_ones_the_least_discount() -> None:
    usage = ResponseUsage.model_validate(
        {"input_tokens": 100, "output_tokens": 40, "input_token_details": {"text_tokens": 70, "cached_tokens": 50}}
    )
    use = token_use(usage)
    assert (use.input["text"], use.input["audio"], use.output["audio"]) == (70, 30, 40)
    assert use.cached == {"text": 50, "audio": 0, "image": 0}


def test_no_usage_is_no_tokens() -> None:
    assert sum(token_use(ResponseUsage()).input.values()) == 0


@pytest.mark.parametrize(
    ("usage", "use"),
    [
        ({"type": "duration", "seconds": 4.2}, TokenUse(heard_ms=4_200)),
        (
            {"type": "tokens", "input_tokens": 60, "output_tokens": 9, "input_token_details": {"audio_tokens": 40}},
            TokenUse(input={"text": 0, "audio": 60}, output={"text": 9}),
        ),
        ({"type": "duration", "seconds": -1}, TokenUse(input={"text": 0, "audio": 0}, output={"text": 0})),
        ({"type": "duration", "seconds": "long"}, TokenUse(input={"text": 0, "audio": 0}, output={"text": 0})),
    ],
    ids=["by the minute", "by the token", "less than nothing", "no number"],
)
def test_what_writing_speech_down_takes_is_counted_as_its_model_is_paid(usage: object, use: TokenUse) -> None:
    completed = {
        "type": "conversation.item.input_audio_transcription.completed",
        "item_id": "i",
        "transcript": "x",
        "usage": usage,
    }
    event = read_server_event(json.dumps(completed))
    assert isinstance(event, TranscriptionCompleted)
    assert event.usage is not None
    assert transcription_use(event.usage) == use


@pytest.mark.parametrize("count", [-1, 10**18, "many"])
def test_a_count_that_no_response_can_have_is_left_out_and_the_rest_is_kept(count: object) -> None:
    """It would be booked as money: a limit would be reached by a slip, or never."""
    tokens = {"input_tokens": count, "output_tokens": 80, "output_token_details": {"text_tokens": count}}
    done = {"type": "response.done", "response": {"id": "r", "status": "completed", "usage": tokens}}
    event = read_server_event(json.dumps(done))
    assert isinstance(event, ResponseDone)
    assert event.response.usage is not None
    assert token_use(event.response.usage) == TokenUse(
        input={"text": 0, "audio": 0, "image": 0},
        cached={"text": 0, "audio": 0, "image": 0},
        output={"text": 0, "audio": 80},
    )
