"""Settings become a session that the API's own types accept, with nothing in it that the API no longer has."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.realtime.session_config import session_config, turn_detection

TOOL = {"type": "function", "name": "time", "description": "The time.", "parameters": {"type": "object"}}


def config(language: str = "", **settings: Any) -> dict[str, Any]:
    return session_config(RealtimeApi.model_validate(settings), "Be brief.", language=language, tools=[TOOL])


def detection(**settings: Any) -> dict[str, Any] | None:
    return turn_detection(RealtimeApi.model_validate({"turn_detection": settings}))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"max_tokens": 0, "speed": 1.5, "reasoning_effort": "low", "truncation": "disabled"},
        {"truncation": "retention_ratio", "retention_ratio": 0.5, "noise_reduction": "far_field"},
        {"transcription": {"model": "gpt-transcribe", "language": "de", "prompt": "Sovereign"}},
    ],
)
def test_the_official_types_accept_the_session(settings: dict[str, Any]) -> None:
    types = pytest.importorskip("openai.types.realtime")
    session = config(**settings)
    request = TypeAdapter(types.RealtimeSessionCreateRequest).validate_python(session)
    unknown = [name for name in session if name not in types.RealtimeSessionCreateRequest.model_fields]
    assert unknown == []
    assert request.audio.output.voice == "marin"
    assert request.audio.input.format.rate == 24_000


@pytest.mark.parametrize("settings", [{"type": "semantic_vad", "eagerness": "low"}, {"type": "server_vad"}])
def test_the_official_types_accept_the_turn_detection(settings: dict[str, Any]) -> None:
    types = pytest.importorskip("openai.types.realtime")
    wanted = detection(**settings)
    parsed = TypeAdapter(types.RealtimeAudioInputTurnDetection).validate_python(wanted)
    assert parsed.model_dump(exclude_unset=True) == wanted


def test_a_session_begins_by_waiting_for_the_key_and_with_the_programs_words() -> None:
    session = config()
    assert session["audio"]["input"]["turn_detection"] is None
    assert (session["instructions"], session["tools"]) == ("Be brief.", [TOOL])
    assert "temperature" not in session
    assert "model" not in session  # it is chosen with the address, and can't be changed afterwards


def test_a_user_may_replace_the_words_and_take_the_tools_away() -> None:
    session = config(instructions="Speak like a pirate.", tools=False)
    assert (session["instructions"], session["tools"]) == ("Speak like a pirate.", [])


def test_no_limit_is_said_in_the_words_of_the_api() -> None:
    assert config(max_tokens=0)["max_output_tokens"] == "inf"


def test_what_is_off_is_a_null_or_not_said() -> None:
    session = config(transcription={"model": ""}, noise_reduction="none")
    assert session["audio"]["input"]["transcription"] is None
    assert session["audio"]["input"]["noise_reduction"] is None
    assert "reasoning" not in session  # models that do not reason refuse it


def test_the_transcription_knows_the_users_language() -> None:
    assert config("de")["audio"]["input"]["transcription"]["language"] == "de"
    assert config("de", transcription={"language": "fr"})["audio"]["input"]["transcription"]["language"] == "fr"


def test_without_turn_detection_the_program_finds_the_end_itself() -> None:
    assert detection(type="none") is None
    assert detection(type="server_vad", silence_duration_ms=800)["silence_duration_ms"] == 800  # type: ignore[index]
