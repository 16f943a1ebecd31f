"""The trial of an installed program, with programs that answer well, badly, and not at all."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from installers import smoke

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of this test are scripts")
WELL = {
    "doctor": {"findings": [{"part": "microphone", "state": "absent", "detail": "none"}]},
    "ask": {"transcript": "what time is it now", "reply": "It is noon."},
}


def program(folder: Path, answers: dict[str, Any]) -> str:
    """A program that gives an answer to each verb."""
    script = folder / "program"
    script.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"answers = json.loads({json.dumps(answers)!r})\n"
        "assert 'OPENAI_API_KEY' not in os.environ and os.environ['SOVEREIGN_HOME'] and sys.argv[-1] == '--json'\n"
        "print(answers[sys.argv[1]] if isinstance(answers[sys.argv[1]], str) else json.dumps(answers[sys.argv[1]]))\n"
    )
    script.chmod(0o755)
    return str(script)


def test_a_program_that_answers_passes_whatever_the_machine_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "must not be seen")
    assert smoke.main([program(tmp_path, WELL)]) == 0
    assert "It works" in capsys.readouterr().out


def test_what_doctor_finds_broken_fails_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ill = {"findings": [{"part": "voice", "state": "broken", "detail": "no engine"}]}
    assert smoke.main([program(tmp_path, WELL | {"doctor": ill})]) == 1
    assert "voice: no engine" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [{}, {"transcript": "", "reply": "Yes."}, {"transcript": "what time is it"}])
def test_a_question_that_is_not_heard_or_not_answered_fails(tmp_path: Path, answer: dict[str, str]) -> None:
    assert smoke.main([program(tmp_path, WELL | {"ask": answer})]) == 1


def test_a_program_that_says_something_else_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"gave no JSON .*Segmentation fault"):
        smoke.main([program(tmp_path, WELL | {"doctor": "Segmentation fault"})])


def test_a_folder_without_a_wheel_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no wheel"):
        smoke.main(["--wheel", str(tmp_path)])


def test_each_supported_python_that_is_installed_gets_the_wheel_and_the_others_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for version, status in (("3.11", 0), ("3.12", 1)):
        python = tmp_path / f"python{version}"
        python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho tried "$2" "$3"\nexit {status}\n')
        python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert smoke.main(["--wheel", "dist", "--every-python"]) == 1
    said = capfd.readouterr().out
    assert said.count("tried --wheel dist") == 2
    assert "Python 3.13: not installed" in said
    (tmp_path / "python3.12").unlink()
    assert smoke.main(["--wheel", "dist", "--every-python"]) == 0
