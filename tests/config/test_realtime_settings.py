"""The section `realtime_api`: what older files say in it still counts, or is said to do nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.config.sections.realtime_api import TurnDetectionKind
from sovereign_desktop.config.store import LoadedSettings, load

OLDER = """\
realtime_api:
  model: gpt-realtime-1.5
  voice: alloy
  sample_rate: 24000
  channels: 1
  format: pcm16
  max_tokens: 2048
  temperature: 0.8
  timeout: 30.0
  max_retries: 3
  retry_delay: 2.0
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def loaded(path: Path, content: str) -> LoadedSettings:
    path.write_text(content, encoding="utf-8")
    return load(path, {})


def test_an_older_file_sets_what_still_exists(path: Path) -> None:
    settings = loaded(path, OLDER).settings.realtime_api
    assert (settings.model, settings.voice, settings.max_tokens) == ("gpt-realtime-1.5", "alloy", 2048)
    assert (settings.timeout_s, settings.max_retries, settings.retry_delay_s) == (30.0, 3, 2.0)


def test_each_old_name_is_told_in_a_sentence_and_is_no_fault(path: Path) -> None:
    problems = loaded(path, OLDER).problems
    assert {problem.key.partition(".")[2] for problem in problems} == {
        "sample_rate", "channels", "format", "temperature", "timeout", "retry_delay",
    }  # fmt: skip
    assert all(problem.is_note and problem.text.endswith(".") for problem in problems)
    assert "realtime_api.timeout is called realtime_api.timeout_s now." in [problem.text for problem in problems]


def test_the_new_name_wins_over_the_old_one_beside_it(path: Path) -> None:
    assert loaded(path, "realtime_api: {timeout_s: 5, timeout: 30}").settings.realtime_api.timeout_s == 5
    assert loaded(path, "realtime_api: {timeout: 30, timeout_s: 5}").settings.realtime_api.timeout_s == 5


def test_an_old_name_with_a_bad_value_is_a_fault_like_any_other(path: Path) -> None:
    result = loaded(path, "realtime_api: {timeout: soon}")
    assert [problem.text for problem in result.problems if not problem.is_note] == [
        "realtime_api.timeout must be a number above 0 and to 120."
    ]


def test_no_limit_has_the_name_that_the_api_gives_it(path: Path) -> None:
    assert loaded(path, "realtime_api: {max_tokens: inf}").settings.realtime_api.max_tokens == 0
    assert loaded(path, "realtime_api: {max_tokens: 5000}").problems != ()


def test_the_end_of_speech_is_found_by_what_is_said_unless_the_user_wants_it_otherwise(path: Path) -> None:
    assert load(path, {}).settings.realtime_api.turn_detection.type is TurnDetectionKind.SEMANTIC_VAD
    chosen = loaded(path, "realtime_api: {turn_detection: {type: server_vad, silence_duration_ms: 800}}")
    assert chosen.settings.realtime_api.turn_detection.type is TurnDetectionKind.SERVER_VAD
    assert chosen.problems == ()
