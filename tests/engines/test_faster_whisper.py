"""faster-whisper over a tiny model in the real format: the real library loads and decodes it."""

from __future__ import annotations

import asyncio
import random
import shutil
import struct
import subprocess
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sovereign_desktop.config.sections.engines import FasterWhisper
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import EngineUnavailable
from sovereign_desktop.engines.stt.faster_whisper import FasterWhisperSpeechToText, _Pace, is_credible
from tests.engines.tiny_whisper import write_tiny_whisper


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_whisper(folder / "tiny.en")
    write_tiny_whisper(folder / "deaf", "thank you", hears_speech=False)
    return folder


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A spoken question of one second and a half, 16 kHz."""
    if shutil.which("flite") is None:
        pytest.skip("NO SPEECH WAS RECOGNISED: flite is not installed")
    path = tmp_path_factory.mktemp("speech") / "question.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", "what time is it now", "-o", str(path)], check=True)
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


@pytest.fixture
async def whisper(models: Path) -> AsyncIterator[FasterWhisperSpeechToText]:
    whisper = engine(models, "tiny.en")
    yield whisper
    await whisper.close()


def engine(models: Path, model: str) -> FasterWhisperSpeechToText:
    return FasterWhisperSpeechToText(FasterWhisper(model=model, device="cpu"), "en", models)


async def spoken(pcm: bytes, rate_hz: int = 16_000) -> AsyncIterator[AudioFrame]:
    for start in range(0, len(pcm), 640):
        yield AudioFrame(pcm[start : start + 640], rate_hz)


async def heard(engine: FasterWhisperSpeechToText, pcm: bytes) -> list[Transcript]:
    return [transcript async for transcript in engine.transcribe(spoken(pcm))]


async def test_speech_becomes_words_while_it_is_spoken_and_at_its_end(
    whisper: FasterWhisperSpeechToText, speech: bytes
) -> None:
    transcripts = await heard(whisper, speech)
    assert transcripts[-1] == Transcript("what time is it", is_final=True)
    assert transcripts[:-1] == [Transcript("what time is it")] * (len(transcripts) - 1)
    assert len(transcripts) > 1


@pytest.mark.parametrize(
    "pcm",
    [
        b"",
        bytes(64_000),
        random.Random(1).randbytes(64_000),
        b"".join(struct.pack("<h", 8000 if sample // 160 % 2 else -8000) for sample in range(32_000)),
    ],
    ids=["nothing", "silence", "white noise", "hum"],
)
async def test_what_is_no_speech_never_becomes_words(whisper: FasterWhisperSpeechToText, pcm: bytes) -> None:
    assert await heard(whisper, pcm) == [Transcript("", is_final=True)]


async def test_words_that_the_model_itself_does_not_believe_are_dropped(models: Path, speech: bytes) -> None:
    deaf = engine(models, "deaf")
    assert await heard(deaf, speech) == [Transcript("", is_final=True)]
    await deaf.close()


@pytest.mark.parametrize(
    ("silent", "logprob", "compression", "credible"),
    [(0.1, -0.9, 1.2, True), (0.7, -0.2, 1.2, True), (0.7, -0.7, 1.2, False), (0.9, 0, 1.2, False), (0.1, 0, 3, False)],
)
def test_a_segment_is_believed_by_its_figures(
    silent: float, logprob: float, compression: float, credible: bool
) -> None:
    figures = SimpleNamespace(no_speech_prob=silent, avg_logprob=logprob, compression_ratio=compression)
    assert is_credible(figures) is credible


async def test_a_model_is_used_as_soon_as_it_is_there(models: Path, tmp_path: Path) -> None:
    whisper = engine(tmp_path, "tiny.en")
    assert not await whisper.availability()
    with pytest.raises(EngineUnavailable):
        await whisper.prepare()
    shutil.copytree(models / "tiny.en", tmp_path / "tiny.en")
    assert await whisper.availability()
    await whisper.prepare()
    await whisper.close()


async def test_a_damaged_model_is_told_in_a_sentence(models: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(models / "tiny.en", tmp_path / "tiny.en")
    (broken / "model.bin").write_bytes(b"nonsense")
    whisper = engine(tmp_path, "tiny.en")
    with pytest.raises(EngineUnavailable, match="can't be loaded"):
        await whisper.prepare()
    await whisper.close()


async def test_two_utterances_at_once_are_both_heard(whisper: FasterWhisperSpeechToText, speech: bytes) -> None:
    both = await asyncio.gather(heard(whisper, speech), heard(whisper, speech))
    assert [transcripts[-1].text for transcripts in both] == ["what time is it"] * 2


def test_partials_stay_away_on_a_slow_computer() -> None:
    pace = _Pace()
    assert not pace.allows(0.9)
    assert pace.allows(1.0)
    pace.took(1.0, 1.0)
    assert not pace.allows(4.9)
    assert pace.allows(5.0)
    assert not pace.allows(25.0)
