"""`ask` on real engines: good recordings are answered, bad ones get exit 1 and one line that says what to do."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.desktop import tools, write_wav
from tests.desktop.recording import at_rate
from tests.desktop.voices import speech
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_server import Fault

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not tools.on_this_system(), reason="needs flite, so Linux")]

QUESTION = "what time is it now"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "speech"
MOST_WORD_ERRORS = 0.4


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sovereign_desktop", *arguments],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, **env},
    )


def answer(*arguments: str, **env: str) -> dict[str, object]:
    done = run("ask", *arguments, "--json", **env)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def question() -> np.ndarray:
    return at_rate(speech(QUESTION, "slt"), 48_000, 16_000)


def riff(samples: bytes, *, form: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16) -> bytes:
    block = channels * bits // 8
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, form, channels, rate,
                       rate * block, block, bits)  # fmt: skip
    return head + struct.pack("<4sI", b"data", len(samples)) + samples


def good_recordings() -> dict[str, bytes]:
    voice = question().astype(np.float32) / 32768
    at_96k = np.asarray(at_rate(question(), 16_000, 96_000))
    return {
        "8-bit": riff(((voice * 127) + 128).astype(np.uint8).tobytes(), bits=8),
        "float": riff(voice.astype("<f4").tobytes(), form=3, bits=32),
        "stereo": riff(np.repeat(question(), 2).astype("<i2").tobytes(), channels=2),
        "96 kHz": riff(at_96k.astype("<i2").tobytes(), rate=96_000),
    }


def bad_recordings() -> dict[str, bytes]:
    pcm = question().astype("<i2").tobytes()
    noise = np.random.default_rng(1).normal(0, 3000, 32_000).clip(-32768, 32767)
    return {
        "empty": riff(b""),
        "nothing at all": b"",
        "truncated": riff(pcm)[: len(pcm) // 2],
        "a header that lies": riff(pcm)[:40] + struct.pack("<I", 10**9) + pcm,
        "no channels": riff(pcm, channels=0),
        "not audio": b"%PDF-1.7 this is something else" * 50,
        "silence": riff(bytes(64_000)),
        "white noise": riff(noise.astype("<i2").tobytes()),
        "ten minutes": riff(pcm * (600 * 16_000 * 2 // len(pcm) + 1)),
    }


@pytest.mark.parametrize("kind", ["8-bit", "float", "stereo", "96 kHz"])
def test_every_kind_of_wav_file_that_holds_a_question_is_answered(kind: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "question.wav"
    file.write_bytes(good_recordings()[kind])
    assert str(answer(str(file))["reply"]).startswith("It is ")


@pytest.mark.parametrize(
    "kind",
    [
        "empty",
        "nothing at all",
        "truncated",
        "a header that lies",
        "no channels",
        "not audio",
        "silence",
        "white noise",
        "ten minutes",
    ],
)
def test_a_recording_that_can_not_be_used_gets_one_line_and_exit_1(kind: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "question.wav"
    file.write_bytes(bad_recordings()[kind])
    done = run("ask", str(file), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) > 20


@pytest.mark.skipif(not SHARED.is_dir(), reason="THE REAL SPEECH IS NOT HERE: word errors were not measured")
def test_real_speech_is_transcribed_without_any_download(home: Path) -> None:
    import jiwer

    said = (SHARED / "librivox-0870.txt").read_text().strip()
    heard = str(answer(str(SHARED / "librivox-0870.wav"))["transcript"])
    assert jiwer.wer(said, heard) <= MOST_WORD_ERRORS, heard


def test_the_spoken_answer_can_be_kept_and_holds_speech(home: Path, tmp_path: Path) -> None:
    from tests.desktop.judges import recognise_clock_time

    file = write_wav(tmp_path / "question.wav", question(), 16_000)
    result = answer(str(file), "--out", str(tmp_path / "reply.wav"))
    assert recognise_clock_time(tmp_path / "reply.wav") is not None, result


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer("Paris is the capital of France.") as server:
        yield server


def with_model(model: ModelServer) -> dict[str, str]:
    return {
        "SOVEREIGN_LLM__BASE_URL": model.base_url,
        "SOVEREIGN_LLM__MODEL": "test",
        "SOVEREIGN_LLM__TIMEOUT_S": "2",
    }


def test_a_language_model_answers_what_skills_can_not(home: Path, model: ModelServer) -> None:
    result = answer("--text", "what is the capital of france", **with_model(model))
    assert (result["reply"], result["backend"]) == ("Paris is the capital of France.", "pipeline")


def test_the_clock_is_read_here_even_when_there_is_a_language_model(home: Path, model: ModelServer) -> None:
    assert str(answer("--text", QUESTION, **with_model(model))["reply"]).startswith("It is ")
    assert model.fake.requests == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.UNAUTHORIZED, "key"),
        (Fault.RATE_LIMITED, "requests"),
        (Fault.SERVER_ERROR, "server"),
        (Fault.HALF_STREAM, "broke off"),
        (Fault.GARBAGE, ""),
        (Fault.HANGS, "2 s"),
        (Fault.EMPTY, ""),
    ],
)
def test_a_language_model_that_fails_is_named_in_the_answer(
    fault: Fault, reason: str, home: Path, model: ModelServer
) -> None:
    model.fake.fault = fault
    result = answer("--text", "what is the capital of france", **with_model(model))
    assert result["backend"] == "skills"
    assert result["note"]
    assert reason in str(result["note"]), result


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe\x00binary",
        b"app: {mode: [",
        b"a: &a [*a, *a]\n",
        b"!!python/object/apply:os.system ['true']",
        b"audio: {volume: loud, sample_rate: 3}\nstt: 17\n",
    ],
)
def test_settings_that_can_not_be_read_cost_the_settings_and_not_the_program(content: bytes, home: Path) -> None:
    file = home / "config" / "settings.yaml"
    file.parent.mkdir()
    file.write_bytes(content)
    assert str(answer("--text", QUESTION)["reply"]).startswith("It is ")
    assert file.read_bytes() == content


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="HIDING ESPEAK-NG NEEDS ROOT: a machine without a voice was not tried",
)
def test_without_espeak_the_answer_is_written_and_the_remedy_named(home: Path) -> None:
    hide = (
        "for lib in /usr/lib/*/libespeak*.so* /usr/lib/libespeak*.so*; do"
        ' [ -f "$lib" ] && mount --bind /dev/null "$lib"; done; exec "$@"'
    )
    done = subprocess.run(
        [
            "unshare",
            "-m",
            "sh",
            "-c",
            hide,
            "-",
            sys.executable,
            "-m",
            "sovereign_desktop",
            "ask",
            "--json",
            "--text",
            QUESTION,
        ],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["reply"].startswith("It is ")
    assert "espeak-ng" in result["note"]


@pytest.mark.parametrize(
    "arguments", [["sing"], ["ask", "--loudly"], ["--dance"], ["ask", "--mode", "psychic", "--text", "x"]]
)
def test_an_unknown_verb_or_option_is_status_2(arguments: Sequence[str], home: Path) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "nowhere.wav"], ["ask", "/"], ["ask", "a.wav", "--text", "b"]])
def test_a_question_that_is_none_is_status_1_and_one_line(arguments: Sequence[str], home: Path) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_doctor_finds_what_a_fresh_machine_needs_and_says_what_is_missing(home: Path) -> None:
    done = run("doctor", "--json")
    assert done.returncode == 0, done.stderr
    findings = {finding["part"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings["speech recognition"]["state"] == "ok"
    assert findings["voice"]["state"] == "ok"
    assert findings["language model"]["state"] == "absent"
    assert findings["language model"]["remedy"]
