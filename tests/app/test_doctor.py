"""`doctor`: every part, its state, and what mends it."""

from __future__ import annotations

import asyncio
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from sovereign_desktop.app import doctor
from sovereign_desktop.app.assembly import Assistant, assemble
from sovereign_desktop.app.doctor import Finding, Report, State
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.transcripts import Switch, TranscriptStore
from sovereign_desktop.core.errors import AudioError
from sovereign_desktop.host.secrets import Secrets
from tests.app.keyrings import LockedKeyring, MemoryKeyring, in_use

pytestmark = pytest.mark.usefixtures("home")

OK, BROKEN = Finding("Python", State.OK, "3.11"), Finding("voice", State.BROKEN, "none", "Install espeak-ng.")
ABSENT = Finding("Tesseract", State.ABSENT, "not installed", "Only screens need it.")


# The report


def test_the_program_works_when_only_what_it_can_do_without_is_absent() -> None:
    assert Report((OK, ABSENT)).works
    assert not Report((OK, ABSENT, BROKEN)).works


def test_the_report_shows_every_part_and_under_it_what_mends_it() -> None:
    lines = Report((OK, BROKEN)).as_text().splitlines()
    assert lines[0].split() == ["ok", "Python", "3.11"]
    assert lines[1].split() == ["BROKEN", "voice", "none"]
    assert lines[2].strip() == "→ Install espeak-ng."
    assert lines[-1] == "Something that is needed is broken."


def test_a_program_that_nobody_can_talk_to_is_not_said_to_have_all_it_needs() -> None:
    deaf = Finding("microphone", State.ABSENT, "none found")
    said = Report((OK, deaf)).as_text().splitlines()[-1]
    assert said == "Nothing is broken, but there is no microphone, so you can't talk with it; `ask` works."
    assert Report((OK, ABSENT)).as_text().endswith("Everything that is needed works.")


def test_the_json_says_the_same() -> None:
    said = json.loads(json.dumps(Report((OK, ABSENT)).as_json()))
    assert said["works"] is True
    assert said["findings"][1] == {
        "part": "Tesseract", "state": "absent", "detail": "not installed", "remedy": "Only screens need it.",
    }  # fmt: skip


# Parts


async def test_a_part_that_fails_or_hangs_is_broken_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> list[Finding]:
        raise AudioError("No sound server.", remedy="Start one.")

    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(doctor, "DEADLINE_S", 0.01)
    assert await doctor._careful("sound", fails) == [Finding("sound", State.BROKEN, "No sound server.", "Start one.")]
    (hung,) = await doctor._careful("keyring", hangs)
    assert (hung.part, hung.state) == ("keyring", State.BROKEN)


def test_another_python_than_the_supported_ones_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._python().state is State.OK
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert (doctor._python().state, "3.13" in doctor._python().remedy) == (State.BROKEN, True)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is one")
def test_a_session_without_a_display_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("DISPLAY", ":7")
    assert doctor._display() == Finding("display", State.OK, "DISPLAY=:7")
    monkeypatch.delenv("DISPLAY")
    assert doctor._display().state is State.ABSENT


def test_settings_are_defaults_good_or_named_with_their_problem() -> None:
    file = find_paths().settings_file
    assert "defaults" in doctor._settings_file().detail
    file.parent.mkdir()
    file.write_text("audio:\n  volume: 0.5\n")
    assert doctor._settings_file() == Finding("settings", State.OK, str(file))
    file.write_text("audio:\n  volume: loud\n  earcons: 7\n")
    found = doctor._settings_file()
    assert (found.state, found.remedy) == (State.BROKEN, f"Edit {file}.")
    assert found.detail.startswith("audio.volume must be a number")
    assert found.detail.endswith("(and 1 more)")


def test_a_home_that_can_be_written_is_fine(home: Path) -> None:
    assert doctor._folders() == [Finding("folders", State.OK, str(home / "data"))]
    assert list(home.iterdir()) == []


def test_a_home_that_is_a_file_is_found_with_the_command_that_mends_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = home / "a file"
    in_the_way.write_text("")
    monkeypatch.setenv("SOVEREIGN_HOME", str(in_the_way))
    (found,) = doctor._folders()
    assert (found.state, found.remedy) == (State.BROKEN, f"mv '{in_the_way}' '{in_the_way}.old'")
    subprocess.run(["sh", "-c", found.remedy], check=True)
    assert [found.state for found in doctor._folders()] == [State.OK]


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that nobody can write, root included")
def test_a_home_on_a_protected_disk_is_found_and_another_one_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_HOME", "/proc/sovereign")
    (found,) = doctor._folders()
    assert found.state is State.BROKEN
    assert found.detail.startswith("/proc/sovereign/config can't be written: ")
    assert found.remedy.startswith("export SOVEREIGN_HOME=")


def test_a_folder_of_the_user_is_given_back_to_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sovereign_desktop.app.folders.tempfile.TemporaryFile", refuse)
    monkeypatch.setenv("HOME", str(home.parent))
    (found,) = doctor._folders()
    assert found.remedy == f"chmod u+rwx {home}"
    monkeypatch.setattr("sovereign_desktop.app.folders.os.getuid", lambda: -1)
    assert doctor._folders()[0].remedy == f'sudo chown "$USER" {home}'


def test_a_machine_without_microphone_is_told_what_to_do() -> None:
    found = doctor._devices("microphone", [])
    assert (found.state, "Plug in a microphone" in found.remedy) == (State.ABSENT, True)
    assert doctor._devices("microphone", ["One", "Two"]).detail == "One, Two"


async def test_keyrings_are_counted_missing_or_locked() -> None:
    (absent,) = await doctor._keyring()
    assert (absent.state, bool(absent.remedy)) == (State.ABSENT, True)
    with in_use(MemoryKeyring()):
        assert await doctor._keyring() == [Finding("keyring", State.OK, "0 keys")]
        Secrets().set("one", "secret")
        assert await doctor._keyring() == [Finding("keyring", State.OK, "1 key")]
    with in_use(LockedKeyring()):
        (locked,) = await doctor._careful("keyring", doctor._keyring)
    assert (locked.state, "Unlock" in locked.remedy) == (State.BROKEN, True)


async def test_speech_is_kept_where_there_is_a_keyring_and_it_is_said_where_not(home: Path) -> None:
    (absent,) = await doctor._unanswered(Settings())
    assert (absent.state, "no keyring" in absent.detail) == (State.ABSENT, True)
    assert absent.remedy
    with in_use(MemoryKeyring()):
        (kept,) = await doctor._unanswered(Settings())
    assert kept.state is State.OK
    (unwanted,) = await doctor._unanswered(Settings.model_validate({"app": {"keep_unanswered": False}}))
    assert "app.keep_unanswered" in unwanted.detail


async def test_what_was_spent_and_may_be_is_told(home: Path) -> None:
    assert await doctor._spending(Settings()) == [
        Finding("spending", State.OK, "$0 today, $0 this month; limits $5 a day, $20 a month")
    ]


async def assembled(settings: dict[str, Any]) -> Assistant:
    return await assemble(Settings.model_validate(settings), find_paths())


async def test_the_latest_switches_are_told_with_their_reasons(home: Path) -> None:
    (nothing,) = await doctor._switches()
    assert (nothing.state, nothing.detail) == (State.OK, "none so far")
    store = TranscriptStore(find_paths().data / "transcripts.sqlite")
    await store.add_switch(Switch(1_800_000_000.0, "fallback", "it failed 3 times in a row"))
    await store.add_switch(Switch(1_800_000_040.0, "primary", "it works again"))
    await store.close()
    (found,) = await doctor._switches()
    assert "this computer answers: it failed 3 times in a row" in found.detail
    assert found.detail.index("it works again") < found.detail.index("it failed"), "the latest first"


async def test_no_language_model_is_no_fault_and_one_that_is_set_up_is_named() -> None:
    (none,) = await doctor._language_model(await assembled({}))
    assert (none.state, bool(none.remedy)) == (State.ABSENT, True)
    made = await assembled({"llm": {"base_url": "http://127.0.0.1:9/v1", "model": "small"}})
    (found,) = await doctor._language_model(made)
    assert (found.state, found.detail.startswith("small")) == (State.OK, True)
    assert made.llm_choice.engine is not None
    await made.llm_choice.engine.close()


HEALTH = {
    "ready": True,
    "stt": {"chosen": "pocketsphinx", "reason": "came with the program",
            "passed_over": [["faster_whisper", "no model", "Download one."]]},
    "tts": {"chosen": "", "reason": "no voice: espeak-ng is missing", "remedy": "Install espeak-ng."},
}  # fmt: skip


@contextmanager
def a_service_that_says(said: Any) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def examine_voice(said: Any) -> list[Finding]:
    with a_service_that_says(said) as url:
        made = await assembled({"voice_service": {"url": url}})
        return await doctor._careful("voice service", lambda: doctor._voice(made))


async def test_engines_in_use_missing_and_passed_over_are_told_apart() -> None:
    found = {finding.part: finding for finding in await examine_voice(HEALTH)}
    assert found["speech recognition"].state is State.OK
    assert found["speech recognition, faster_whisper"] == Finding(
        "speech recognition, faster_whisper", State.ABSENT, "no model", "Download one."
    )
    assert (found["voice"].state, found["voice"].remedy) == (State.BROKEN, "Install espeak-ng.")


async def test_an_engine_without_a_reason_is_named_with_its_voices() -> None:
    voices = [{"id": "en"}, {"id": "de"}]
    tts = {"chosen": "pyttsx3", "reason": "", "voices": voices}
    found = {finding.part: finding for finding in await examine_voice(HEALTH | {"tts": tts})}
    assert found["voice"].detail == "pyttsx3: 2 voices"
    found = {finding.part: finding for finding in await examine_voice(HEALTH | {"tts": tts | {"voices": []}})}
    assert found["voice"].detail == "pyttsx3"


@pytest.mark.parametrize("said", [{"status": "up", "ready": True}, ["up"], {"ready": True, "stt": 1, "tts": {}}])
async def test_what_is_no_voice_service_is_called_that(said: Any) -> None:
    (found,) = await examine_voice(said)
    assert (found.state, found.remedy) == (State.BROKEN, "Check its address.")
    assert "something else" in found.detail


# All of it


def test_doctor_looks_at_the_real_parts_and_its_status_says_whether_they_work(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sovereign_desktop", "doctor", "--json"], capture_output=True, text=True, timeout=90
    )
    said = json.loads(done.stdout)
    parts = {finding["part"] for finding in said["findings"]}
    assert {
        "Python",
        "display",
        "settings",
        "keyring",
        "spending",
        "unanswered speech",
        "speech recognition",
        "language model",
    } <= parts
    assert done.returncode == (0 if said["works"] else 1)
    assert done.stderr == ""


# The Realtime API


async def realtime(settings: dict[str, Any], mode: str = "") -> list[Finding]:
    made = await assemble(Settings.model_validate(settings), find_paths(), mode=mode)
    try:
        return await doctor._careful("Realtime API", lambda: doctor._realtime(made))
    finally:
        if made.realtime is not None:
            await made.realtime.close()


async def test_without_a_key_the_realtime_api_is_absent_and_the_way_to_it_is_said() -> None:
    (finding,) = await realtime({})
    assert (finding.state, finding.detail) == (State.ABSENT, "There is no key for the Realtime API")
    assert "keys set openai" in finding.remedy


async def test_the_local_mode_has_no_realtime_api_and_needs_none() -> None:
    (finding,) = await realtime({}, mode="traditional")
    assert (finding.state, finding.remedy) == (State.ABSENT, "")


async def test_a_realtime_api_that_is_not_there_is_broken() -> None:
    (finding,) = await realtime({"realtime_api": {"url": "ws://127.0.0.1:9/v1/realtime"}})
    assert finding.state is State.BROKEN
    assert "realtime_api.url" in finding.remedy


async def test_a_realtime_api_that_opens_a_session_is_fine() -> None:
    async def session(socket: ServerConnection) -> None:
        await socket.send('{"type": "session.created", "session": {"id": "s"}}')
        async for message in socket:
            if json.loads(message)["type"] == "session.update":
                await socket.send('{"type": "session.updated", "session": {"id": "s"}}')

    async with serve(session, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        (finding,) = await realtime({"realtime_api": {"url": f"ws://127.0.0.1:{port}/v1/realtime", "model": "gpt-x"}})
    assert finding.state is State.OK
    assert f"gpt-x at 127.0.0.1:{port}, without a key" in finding.detail


async def test_old_names_in_the_settings_are_told_and_break_nothing(home: Path) -> None:
    file = find_paths().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("realtime_api: {temperature: 0.8}", encoding="utf-8")
    finding = doctor._settings_file()
    assert finding.state is State.OK
    assert "temperature has no effect" in finding.detail
