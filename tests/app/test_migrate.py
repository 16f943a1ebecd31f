"""`migrate` on the command line: what it prints is whole, true, and holds no key."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.cli import run
from sovereign_desktop.app.migrate_checks import SAMPLE, machine
from sovereign_desktop.app.migration_desk import MigrationDesk
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.resources import resource
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.installation import look
from sovereign_desktop.migration.planning import plan
from tests.app.keyrings import MemoryKeyring, in_use
from tests.migration.stage import OTHER_SECRET, SECRET, installation, state_of


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert run(["migrate", *arguments]) == status
    told = capsys.readouterr()
    assert SECRET not in told.out + told.err
    assert OTHER_SECRET not in told.out + told.err
    return told.out


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(said(capsys, *arguments, "--json", status=status))
    return answer


def test_the_whole_way_and_back(
    keyring: MemoryKeyring, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = installation(tmp_path)
    before = (state_of(root), state_of(home))
    seen = told(capsys, "assess", str(root), "--offline")
    assert (seen["dialects"], seen["baseline"]["median_ms"]) == (["jarvis"], 912.0)
    assert {check["name"] for check in seen["checks"]} == {"Python", "Tesseract", "disk", "keyring"}
    made = told(capsys, "plan", str(root))
    by_path = {one["path"]: one for one in made["settings"]}
    assert by_path["stt.primary.model"]["new"] == "gpt-transcribe"
    assert by_path["OPENAI_API_KEY"]["new_path"] == "keyring: openai"
    assert "+  model: gpt-4o-mini" in made["diff"].splitlines()
    assert (state_of(root), state_of(home)) == before
    done = told(capsys, "apply", str(root))
    assert told(capsys, "list")["migrations"][0]["in_force"] == "new"
    assert told(capsys, "validate", done["id"], "--quick")["good"] is True
    assert told(capsys, "rollback")["notes"] == []
    assert state_of(root) == before[0]
    assert told(capsys, "rollback", "0001", "--forward")["id"] == done["id"]
    assert "new settings in force" in said(capsys, "list")


def test_without_a_folder_the_usual_places_are_looked_into(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert run(["migrate", "plan"]) == 1
    assert capsys.readouterr().err.startswith("No old version is in the usual places.")
    installation(tmp_path).rename(tmp_path / "jarvis")
    assert told(capsys, "plan")["root"] == str(tmp_path / "jarvis")
    installation(tmp_path).rename(tmp_path / "sovereign")
    assert run(["migrate", "plan"]) == 1
    assert capsys.readouterr().err.startswith("There are several old versions.")


@pytest.mark.parametrize("arguments", [["apply"], ["rollback"], ["rollback", "--gradual"]])
def test_nothing_is_changed_behind_a_running_program(
    keyring: MemoryKeyring, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    root = installation(tmp_path)
    if arguments[0] == "rollback":
        told(capsys, "apply", str(root))
    running = SingleInstance(find_paths().runtime)
    assert running.acquire()
    before = state_of(home)
    assert run(["migrate", *arguments, *([str(root)] if arguments == ["apply"] else [])]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Sovereign Desktop is running")
    assert err.count("\n") == 1
    assert state_of(home) == before
    running.release()


def test_the_programs_own_folder_is_no_old_version(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("SOVEREIGN_HOME", str(tmp_path / "sovereign"))
    find_paths().make()
    find_paths().settings_file.write_text("audio: {volume: 0.5}\n")
    installation(tmp_path).rename(tmp_path / "jarvis")
    assert MigrationDesk().places() == (tmp_path / "jarvis",)
    find_paths().transcripts_file.touch()
    monkeypatch.setenv("SOVEREIGN_HOME", str(tmp_path / "elsewhere"))
    assert MigrationDesk().places() == (tmp_path / "jarvis",)


def test_what_is_printed_for_people_says_what_becomes_of_each(
    keyring: MemoryKeyring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = installation(tmp_path)
    (root / "config" / "config.yaml").write_text(
        'odd: "\\e[2J"\nstt: {primary: {provider: openai, model: whisper-1}}\n'
    )
    text = said(
        capsys, "plan", str(root), "--preset", "low_latency", "--set", "audio.volume=0.5", "--skip", "LOG_LEVEL"
    )
    assert "converted       stt.primary.model → stt.openai_compatible.model" in text
    assert "added           performance.targets.latency_ms = 250" in text
    assert "added           audio.volume = 0.5" in text
    assert "LOG_LEVEL: you left it out" in text
    assert "\x1b" not in text
    assert "Nothing was changed" in said(capsys, "assess", str(root), "--offline")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["plan", "/nowhere"], "There is no /nowhere."),
        (["rollback"], "Nothing was migrated yet."),
        (["validate", "7"], "Nothing was migrated yet."),
        (["plan", "OLD", "--preset", "fast"], "There is no preset fast."),
        (["plan", "n" * 5000], "There is no /"),
        (["plan", "~nobody-of-this-name/old"], "There is no ~nobody"),
        (["plan", "OLD", "--set", "volume"], "volume is no KEY=VALUE."),
        (["apply", "OLD", "--set", "a.b=1"], "a.b is no setting."),
    ],
)
def test_what_can_not_be_done_is_one_line(
    keyring: MemoryKeyring, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    root = installation(tmp_path)
    assert run(["migrate", *(str(root) if one == "OLD" else one for one in arguments)]) == 1
    err = capsys.readouterr().err
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_a_name_commands_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "esc\x1b[31m\x9b2J"
    assert run(["migrate", "plan", str(root)]) == 1
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\x9b" not in err


@pytest.mark.parametrize(("status", "verdict"), [(200, Verdict.GOOD), (401, Verdict.WRONG), (503, Verdict.MISSING)])
async def test_an_old_key_is_tried_where_the_old_version_asked(
    home: Path, tmp_path: Path, status: int, verdict: Verdict
) -> None:
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        body = b'{"object": "list", "data": [{"id": "gpt-realtime-2.1", "object": "model"}]}'
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        root = installation(tmp_path, env=f"OPENAI_API_KEY={SECRET}\n")
        text = f"api: {{openai_base_url: 'http://127.0.0.1:{port}/v1'}}\nllm: {{provider: openai}}\n"
        (root / "config" / "config.yaml").write_text(text)
        found = {check.name: check for check in await machine(plan(look(root).material))}
    assert found["key openai"].verdict is verdict
    assert ("Realtime API" in found["key openai"].detail) is (status == 200)
    assert SECRET not in repr(found)
    assert any(f"Bearer {SECRET}" in request for request in heard)


def test_the_sample_question_of_the_validation_is_there() -> None:
    assert resource(SAMPLE).is_file()


def test_killed_runs_end_old_or_new_and_can_be_finished_or_undone() -> None:
    """A sample; `bench migration` kills 200."""
    code = (
        "import json\n"
        "from sovereign_desktop.app.bench.migration import killed\n"
        "if __name__ == '__main__': print(json.dumps(killed(6, 20).as_json()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=110)
    report = json.loads(done.stdout)
    assert report["broken"] == []
    assert report["old"] + report["new"] == report["finished"] + report["undone"] == 6
