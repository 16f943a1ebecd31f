"""The voice service as the program runs it: real processes, real engines, every way to die."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from sovereign_desktop.app.voice_process import VoiceProcess
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.errors import EngineError, EngineUnavailable, ProcessError
from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.engines.remote_voice import VoiceAddress
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.servers.loopback import bind, port_of
from tests.app.voices import QUESTION, Voice, each, settings_with, voice_with

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    async with voice_with(Settings()) as voice:
        yield voice


async def test_a_fresh_machine_speaks_and_understands(voice: Voice) -> None:
    health = await voice.process.health()
    assert health["ready"] is True
    assert (health["stt"]["chosen"], health["tts"]["chosen"]) == ("pocketsphinx", "pyttsx3")
    assert len(health["tts"]["voices"]) > 20
    frames = [one async for one in voice.tts.synthesize("what time is it now", SpeakingStyle("gmw/en-us"))]
    heard = [one async for one in voice.stt.transcribe(each(frames), phrases=["what time is it [now]"])]
    assert heard[-1].alternatives[:1] == ("what time is it now",)
    assert (voice.stt.name, voice.tts.name) == ("pocketsphinx", "pyttsx3")


async def test_a_sentence_of_two_seconds_sounds_within_200_ms(voice: Voice) -> None:
    await voice.tts.prepare()
    firsts_ms = []
    for _ in range(5):
        began = time.monotonic()
        sound = voice.tts.synthesize("This sentence takes two seconds to say.")
        await anext(sound)
        firsts_ms.append(1000 * (time.monotonic() - began))
        await sound.aclose()  # type: ignore[attr-defined]
    assert sorted(firsts_ms)[2] < 200


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_a_service_killed_in_mid_utterance_hears_all_of_it(voice: Voice) -> None:
    frames = await voice.say("The quick brown fox jumps over the lazy dog.")
    undisturbed = await voice.hear(each(frames))

    async def interrupted() -> AsyncIterator[AudioFrame]:
        for number, frame in enumerate(frames):
            if number == len(frames) // 2:
                voice.kill()
            yield frame

    first = voice.pid
    assert undisturbed
    assert await voice.hear(interrupted()) == undisturbed
    assert voice.pid != first


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_a_service_killed_after_the_last_word_still_answers(voice: Voice) -> None:
    frames = await voice.say("The quick brown fox jumps over the lazy dog.")
    undisturbed = await voice.hear(each(frames))

    async def then_killed() -> AsyncIterator[AudioFrame]:
        for frame in frames:
            yield frame
        voice.kill()

    assert await voice.hear(then_killed()) == undisturbed


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_a_service_killed_in_mid_sentence_says_all_of_it(voice: Voice) -> None:
    text = "This is one of many sentences that follow each other. " * 30
    undisturbed = await voice.say(text)
    heard: list[AudioFrame] = []
    async for frame in voice.tts.synthesize(text):
        heard.append(frame)
        if len(heard) == 20:
            voice.kill()
    lasted, expected = (sum(frame.duration_ms for frame in frames) for frames in (heard, undisturbed))
    assert abs(lasted - expected) < 200  # espeak-ng's repeats differ by a millisecond or two a sentence


async def test_a_taken_port_is_not_the_end_of_it(caplog: pytest.LogCaptureFixture) -> None:
    listening = bind(0)
    try:
        async with voice_with(settings_with(port=port_of(listening))) as voice:
            assert (await voice.process.health())["ready"]
    finally:
        listening.close()
    assert [record for record in caplog.records if record.message == "port is taken, using another"]


async def test_a_stop_leaves_nothing_running(voice: Voice) -> None:
    await voice.process.health()
    pid = voice.pid
    await voice.stt.close()
    await voice.process.stop()
    assert not psutil.pid_exists(pid)


async def test_a_restart_chooses_engines_anew(voice: Voice) -> None:
    await voice.process.health()
    first = voice.pid
    await voice.process.restart()
    assert (await voice.process.health())["ready"]
    assert voice.pid != first


async def test_the_service_dies_with_a_program_that_is_killed() -> None:
    script = (
        "import asyncio\n"
        "from sovereign_desktop.app.voice_process import VoiceProcess\n"
        "from sovereign_desktop.config.schema import Settings\n"
        "async def main():\n"
        "    voice = VoiceProcess(Settings(), {})\n"
        "    await voice.start()\n"
        "    await voice.connection.address()\n"
        "    print(voice._voice._supervisor.child.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert program.stdout is not None
    service = psutil.Process(int(await asyncio.wait_for(program.stdout.readline(), 30)))
    program.kill()
    await program.wait()
    await asyncio.to_thread(service.wait, 10)


async def test_nothing_that_was_said_is_logged(voice: Voice, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await voice.hear(each(await voice.say("Marzipan and saxophones.")))
    logged = " ".join(str(vars(record)).lower() for record in caplog.records)
    assert "synthesized" in logged
    assert "marzipan" not in logged
    assert "saxophone" not in logged


async def test_the_main_process_stays_light() -> None:
    script = (
        "import sys\n"
        "import sovereign_desktop.app.voice_process, sovereign_desktop.engines.stt.remote\n"
        "import sovereign_desktop.engines.tts.remote, websockets.asyncio.client\n"
        "heavy = {'numpy', 'soxr', 'fastapi', 'uvicorn', 'starlette', 'pocketsphinx', 'pyttsx3', 'httpx', 'openai'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


# Another interpreter


@pytest.fixture
def old_python(tmp_path: Path) -> str:
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho \'{"version": [3, 9, 1], "missing": []}\'\n')
    program.chmod(stat.S_IRWXU)
    return str(program)


async def why_not(python: str) -> str:
    process = VoiceProcess(settings_with(python=python), {})
    await process.start()
    with pytest.raises(ProcessError) as raised:
        await process.health()
    await process.stop()
    return raised.value.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script plays the interpreter")
async def test_an_interpreter_that_is_too_old_is_named(old_python: str) -> None:
    assert "Python 3.9.1; the voice service needs 3.11" in await why_not(old_python)


@pytest.mark.parametrize("python", ["/nowhere/python", os.devnull, sys.executable + "-but-not-there"])
async def test_an_interpreter_that_is_none_is_told(python: str) -> None:
    assert "no Python that runs" in await why_not(python)


async def test_an_interpreter_without_the_modules_is_told_which(tmp_path: Path) -> None:
    making = await asyncio.create_subprocess_exec(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare"))
    await making.wait()
    python = tmp_path / "bare" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    said = await why_not(str(python))
    assert "lacks fastapi" in said
    assert "requirements-voice.txt" in said


async def test_engines_tell_why_the_service_can_not_start() -> None:
    async with voice_with(settings_with(python="/nowhere/python")) as voice:
        with pytest.raises(EngineError, match="no Python that runs"):
            await voice.say()


async def test_the_same_interpreter_by_name_works() -> None:
    async with voice_with(settings_with(python=sys.executable)) as voice:
        assert await voice.say(QUESTION)


# Another machine


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://192.0.2.1:80", "unencrypted"), ("ftp://x", "no address"), ("nonsense", "no address")],
)
async def test_an_address_that_can_not_be_used_is_told(url: str, words: str) -> None:
    with pytest.raises(ProcessError, match=words):
        await VoiceProcess(settings_with(url=url), {}).health()


async def test_a_machine_that_does_not_answer_is_told() -> None:
    with pytest.raises(ProcessError, match="does not answer"):
        await VoiceProcess(settings_with(url="http://127.0.0.1:9"), {}).health()


def test_an_address_hides_its_token() -> None:
    assert "hush" not in f"{VoiceAddress('http://127.0.0.1:1', 'hush')}"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_at_a_limit_of_spending_the_engines_of_this_computer_speak_and_listen() -> None:
    server = {"base_url": "https://speech.example/v1", "model": "any"}
    only = {"provider": "openai_compatible", "openai_compatible": server}
    settings = Settings.model_validate({"stt": only, "tts": {"openai_compatible": server}})
    purse = Purse()
    async with voice_with(settings, purse=purse) as voice:
        await voice.process.health()
        purse.closed = "today's limit is reached"
        voice.process.purse_changed()
        said = await voice.say()
        assert sum(one.duration_ms for one in said) > 500, "the system's own voice stands by"
        why = "This is not asked: it costs money, and today's limit is reached"
        with pytest.raises(EngineUnavailable, match=why) as refused:
            await voice.hear(each(said))
        assert "Lift it in the menu" in refused.value.remedy
        voice.kill()  # the next one is told from its beginning
        with pytest.raises(EngineUnavailable, match=why):
            await voice.hear(each(said))
