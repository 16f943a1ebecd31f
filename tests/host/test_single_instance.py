"""The single instance, with real locks, sockets and processes."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host import verb_desk
from sovereign_desktop.host.processes import isolated_env
from sovereign_desktop.host.second_start import ask_running
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.host.verb_desk import OnVerb
from sovereign_desktop.host.verbs import Answer, Verb, encode_request


@pytest.fixture(params=["socket", "loopback"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "socket" and not hasattr(socket, "AF_UNIX"):
        pytest.skip("no Unix sockets here")
    return tmp_path / ("r" if request.param == "socket" else "long" * 30)


@asynccontextmanager
async def running(folder: Path, on_verb: OnVerb) -> AsyncIterator[None]:
    instance = SingleInstance(folder)
    assert instance.acquire()
    async with instance.serving(on_verb):
        yield


async def ask(folder: Path, *verbs: Verb, timeout_s: float = 5.0) -> tuple[Answer, ...]:
    return await asyncio.to_thread(ask_running, folder, verbs, timeout_s)


async def test_verbs_arrive_in_order_and_each_gets_its_answer(folder: Path) -> None:
    heard: list[Verb] = []

    async def on_verb(verb: Verb) -> str:
        heard.append(verb)
        return f"did {verb.name}"

    wanted = [Verb("talk"), Verb("screen", "off"), Verb("show", "transcript"), Verb("quit")]
    async with running(folder, on_verb):
        answers = await ask(folder, *wanted)
    assert heard == wanted
    assert answers == tuple(Answer(True, f"did {verb.name}") for verb in wanted)


@pytest.mark.expected_errors
async def test_a_verb_that_fails_is_answered_with_its_sentence_and_harms_nobody(folder: Path) -> None:
    def on_verb(verb: Verb) -> str:
        raise SovereignError("Muted.", remedy="Unmute first.") if verb.name == "talk" else RuntimeError("secret detail")

    async with running(folder, on_verb):
        answers = await ask(folder, Verb("talk"), Verb("toggle"))
    assert answers[0] == Answer(False, "Muted. Unmute first.")
    assert not answers[1].ok
    assert "secret" not in answers[1].text


async def test_there_is_one_instance_at_a_time_and_another_after_it(folder: Path) -> None:
    async with running(folder, lambda _: ""):
        assert not SingleInstance(folder).acquire()
    successor = SingleInstance(folder)
    assert successor.acquire()
    successor.release()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
async def test_nobody_else_can_read_or_connect(folder: Path) -> None:
    async with running(folder, lambda _: ""):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert set(modes.values()) == {0o600}
        assert {"instance.json", "instance.lock"} <= set(modes)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def start(folder: Path, body: str) -> subprocess.Popen[str]:
    head = f"""
    import asyncio, os, sys
    from pathlib import Path
    from sovereign_desktop.host.single_instance import SingleInstance
    folder = Path({str(folder)!r})
    instance = SingleInstance(folder)
    """
    program = textwrap.dedent(head) + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", program], env=isolated_env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


SERVE = """
assert instance.acquire()
async def main():
    async with instance.serving(lambda verb: "from " + str(os.getpid())):
        print("up", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


async def test_a_crashed_instance_is_succeeded_at_once(folder: Path) -> None:
    crashed = start(folder, SERVE)
    with crashed:
        assert crashed.stdout
        assert crashed.stdout.readline() == "up\n"
        crashed.kill()
    assert (folder / "instance.json").exists()  # what it left behind
    async with running(folder, lambda _: "alive"):
        assert await ask(folder, Verb("talk")) == (Answer(True, "alive"),)


async def test_of_many_starts_at_once_exactly_one_wins(folder: Path) -> None:
    starts = [
        start(folder, "sys.stdin.readline()\nprint(instance.acquire(), flush=True)\nsys.stdin.read()") for _ in range(4)
    ]
    for process in starts:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    won = [process.stdout.readline().strip() for process in starts if process.stdout]
    for process in starts:
        process.communicate()
    assert sorted(won) == ["False", "False", "False", "True"]


async def test_an_instance_that_is_just_starting_is_waited_for(folder: Path) -> None:
    instance = SingleInstance(folder)
    assert instance.acquire()
    asking = asyncio.create_task(ask(folder, Verb("talk")))
    await asyncio.sleep(0.1)  # the other start is asking in its thread by now
    async with instance.serving(lambda _: "at last"):
        assert await asking == (Answer(True, "at last"),)


async def test_without_an_answer_there_is_a_clear_error(folder: Path) -> None:
    with pytest.raises(SovereignError, match="does not answer"):
        await ask(folder, Verb("talk"), timeout_s=0.05)


async def test_no_verb_is_sent_twice_to_an_instance_that_drops_the_connection(folder: Path) -> None:
    heard: list[Verb] = []

    async def on_verb(verb: Verb) -> str:
        heard.append(verb)
        raise asyncio.CancelledError  # as when the program ends

    async with running(folder, on_verb):
        with pytest.raises(SovereignError, match="does not answer"):
            await asyncio.to_thread(ask_running, folder, [Verb("talk")], 0.5)
    assert heard == [Verb("talk")]


async def open_connection(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str]:
    path, port, token = json.loads((folder / "instance.json").read_text())
    if path:
        return *await asyncio.open_unix_connection(path), token
    return *await asyncio.open_connection("127.0.0.1", port), token


@pytest.mark.parametrize(
    "hostile",
    [
        b"\x00\xff\xfe" * 100 + b"\n",
        b"x" * 1_000_000,
        b"[" * 4000 + b"\n",
        b'{"token": 5, "verb": "quit", "value": ""}\n',
        b'{"token": "guess", "verb": "quit", "value": ""}\n',
        b'{"verb": "quit"}\n',
        b"\n",
    ],
    ids=["binary", "huge", "deep", "types", "token", "no token", "empty"],
)
async def test_garbage_is_turned_away_and_the_next_caller_served(folder: Path, hostile: bytes) -> None:
    heard: list[Verb] = []

    def on_verb(verb: Verb) -> str:
        heard.append(verb)
        return "yes"

    async with running(folder, on_verb):
        reader, writer, _ = await open_connection(folder)
        try:
            writer.write(hostile)
            await writer.drain()
            said = await reader.read()
        except ConnectionError:
            said = b""
        finally:
            writer.close()
        assert b'"ok": true' not in said
        assert await ask(folder, Verb("talk")) == (Answer(True, "yes"),)
    assert heard == [Verb("talk")]


async def test_an_unknown_verb_is_refused(folder: Path) -> None:
    async with running(folder, lambda _: "yes"):
        reader, writer, token = await open_connection(folder)
        writer.write(json.dumps({"token": token, "verb": "explode", "value": ""}).encode() + b"\n")
        assert json.loads(await reader.readline())["ok"] is False
        writer.close()


async def test_silent_callers_are_sent_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb_desk, "LONGEST_SILENCE_S", 0.05)
    async with running(folder, lambda _: "yes"):
        silent = [await open_connection(folder) for _ in range(verb_desk.MOST_CONNECTIONS)]
        for reader, writer, _ in silent:
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
        assert await ask(folder, Verb("talk")) == (Answer(True, "yes"),)


async def test_closing_does_not_wait_for_callers_that_say_no_more(folder: Path) -> None:
    async with running(folder, lambda _: "yes"):
        reader, writer, token = await open_connection(folder)
        writer.write(encode_request(token, Verb("talk")))
        assert json.loads(await reader.readline())["ok"] is True
    assert await asyncio.wait_for(reader.read(), 1) == b""
    writer.close()


def test_the_question_who_runs_loads_neither_asyncio_nor_anything_foreign() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, sovereign_desktop.host.single_instance; print(*sys.modules)"],
        env=isolated_env(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"asyncio", "pydantic", "ruamel", "PySide6", "platformdirs"} & set(loaded)


@pytest.mark.parametrize(("name", "value"), [("explode", ""), ("screen", ""), ("talk", "loudly"), ("show", "../etc")])
def test_only_known_verbs_exist(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="no such verb"):
        Verb(name, value)
