"""Settings to objects: which keys are read, who answers, in which order, and what is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.assembly import Assistant, assemble, assistant, mode_notices, settings_notices
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import LoadedSettings
from sovereign_desktop.config.validation import SettingProblem
from sovereign_desktop.conversation.backends.base import TurnRequest
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Role, Transcript
from sovereign_desktop.core.errors import RateLimited
from sovereign_desktop.core.events import Notice, Severity
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.realtime.client import ClientState
from tests.app.keyrings import LockedKeyring, MemoryKeyring, in_use

SERVER = {"base_url": "http://127.0.0.1:9/v1", "model": "small"}

pytestmark = pytest.mark.usefixtures("home")


async def assembled(settings: dict[str, Any], mode: str = "") -> Assistant:
    """An assistant that is not started; nothing of it runs."""
    made = await assemble(Settings.model_validate(settings), find_paths(), mode=mode)
    if made.llm_choice.engine is not None:
        await made.llm_choice.engine.close()
    return made


def keys_of(made: Assistant) -> dict[str, str]:
    keys: dict[str, str] = dict(made._voice._voice._keys)  # type: ignore[attr-defined]
    return keys


async def test_without_a_language_model_the_skills_answer_alone() -> None:
    made = await assembled({})
    assert [backend.name for backend in made.backends] == ["skills"]
    assert made.llm_choice.remedy


async def test_a_language_model_goes_first_and_the_skills_stand_behind_it() -> None:
    made = await assembled({"llm": SERVER})
    assert [backend.name for backend in made.backends] == ["pipeline", "skills"]
    assert made.backends[0].engines["llm"] == "openai_compatible:small"


async def test_a_language_model_can_be_switched_off() -> None:
    made = await assembled({"llm": SERVER | {"provider": "none"}})
    assert [backend.name for backend in made.backends] == ["skills"]


async def test_only_the_keys_of_servers_that_are_used_are_read() -> None:
    keyring = MemoryKeyring()
    for name in ("openai", "other", "unused", "voice_service"):
        keyring.set_password("sovereign-desktop", name, f"key of {name}")
    with in_use(keyring):
        assert keys_of(await assembled({})) == {}
        settings = {
            "llm": SERVER | {"key": "openai"},
            "stt": {"openai_compatible": SERVER | {"key": "other"}},
            "tts": {"openai_compatible": {"key": "unused"}},
        }
        assert keys_of(await assembled(settings)) == {"openai": "key of openai", "other": "key of other"}


async def test_a_voice_service_elsewhere_gets_its_token() -> None:
    keyring = MemoryKeyring()
    keyring.set_password("sovereign-desktop", "voice_service", "its token")
    with in_use(keyring):
        made = await assembled({"voice_service": {"url": "http://127.0.0.1:9"}})
    assert (await made._voice.connection.address()).token == "its token"


async def test_a_locked_keyring_costs_the_keys_and_not_the_program(caplog: pytest.LogCaptureFixture) -> None:
    with in_use(LockedKeyring()):
        made = await assembled({"llm": SERVER})
    assert keys_of(made) == {}
    assert [backend.name for backend in made.backends] == ["pipeline", "skills"]
    assert ("a key could not be read", "openai") in [
        (record.message, getattr(record, "key_name", "")) for record in caplog.records
    ]


async def test_the_mode_of_this_start_wins_over_the_settings() -> None:
    assert (await assembled({"app": {"mode": "realtime"}})).mode_name() == "realtime"
    assert (await assembled({"app": {"mode": "realtime"}}, mode="traditional")).mode_name() == "traditional"


async def reply(made: Assistant, words: str, **request: Any) -> str:
    asked = TurnRequest("1", None, transcript=Transcript(words, is_final=True), **request)
    responder = made.backends[-1]._responder  # type: ignore[attr-defined]
    return "".join([step async for step in responder.respond(asked.transcript, asked) if isinstance(step, str)])


async def test_the_program_says_truthfully_what_it_uses() -> None:
    made = await assembled({"app": {"mode": "traditional"}, "llm": SERVER})
    assert "Local" in await reply(made, "which mode are you in")
    assert "small" in await reply(made, "what engines are you using")


async def test_who_asks_too_much_of_the_skills_is_told_what_is_missing_or_what_failed() -> None:
    made = await assembled({})
    assert "language model" in await reply(made, "who wrote faust")
    failure = RateLimited("The server wants us to wait.")
    assert "The server wants us to wait." in await reply(made, "who wrote faust", failure=failure)


async def test_timers_said_to_the_assistant_are_those_that_it_keeps() -> None:
    made = await assembled({})
    await reply(made, "set a tea timer for five minutes")
    assert [timer.name for timer in made.timers.book.running] == ["tea"]


async def test_the_instructions_hold_the_language_and_not_the_time() -> None:
    made = await assembled({"stt": {"language": "de"}})
    text = made.context.instructions()
    assert text == made.context.instructions()
    assert "language is de." in text
    assert "{" not in text
    assert str(datetime.now().year) not in text
    assert str(datetime.now().year) in made.context.instructions_with_time()


def test_problems_and_a_mode_that_can_not_be_had_become_notices() -> None:
    problem = SettingProblem("audio.volume", "audio.volume must be a number.")
    note = SettingProblem("x", "x is old.", is_note=True)
    loaded = LoadedSettings(Settings(), (problem, note))
    no_key = Availability(False, "There is no key.", "Store one.")
    about_settings = settings_notices(loaded, Mode.HYBRID, no_key)
    assert [(notice.key, notice.severity) for notice in about_settings] == [
        ("settings-0", Severity.WARNING),
        ("settings-1", Severity.INFO),
    ]
    assert settings_notices(loaded, Mode.REALTIME, AVAILABLE) == about_settings
    assert settings_notices(loaded, Mode.REALTIME, no_key)[-1] == Notice(
        "mode", "There is no key.", Severity.WARNING, "Store one."
    )


# The Realtime API

LOCAL = {"realtime_api": {"url": "ws://127.0.0.1:9/v1/realtime"}}


def names(made: Assistant) -> list[str]:
    return [backend.name for backend in made.backends]


@pytest.fixture
def keyring() -> Iterator[MemoryKeyring]:
    keyring = MemoryKeyring()
    keyring.set_password("sovereign-desktop", "openai", "the key")
    with in_use(keyring):
        yield keyring


@pytest.mark.parametrize("mode", ["hybrid", "realtime"])
async def test_with_a_key_the_realtime_api_goes_first(mode: str, keyring: MemoryKeyring) -> None:
    made = await assembled({"app": {"mode": mode}, "llm": SERVER})
    assert names(made) == ["realtime", "pipeline", "skills"]
    assert made.realtime is not None
    assert (made.realtime.client.endpoint.key, made.realtime.client.state) == ("the key", ClientState.CLOSED)
    assert made.realtime.client.endpoint.websocket_url == "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1"


async def test_the_local_mode_does_without_it_and_does_not_read_its_key(
    keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Secrets, "get", lambda *_: pytest.fail("the key was read"))
    made = await assembled({"app": {"mode": "traditional"}})
    assert names(made) == ["skills"]


async def test_the_voice_service_is_not_given_the_key_of_the_realtime_api(keyring: MemoryKeyring) -> None:
    assert keys_of(await assembled({})) == {}


async def test_without_a_key_the_others_answer_and_the_way_out_is_one_sentence() -> None:
    made = await assembled({"app": {"mode": "realtime"}})
    assert names(made) == ["skills"]
    assert "keys set openai" in made.realtime_standing.remedy


async def test_a_key_that_can_not_be_read_is_not_said_to_be_missing() -> None:
    with in_use(LockedKeyring()):
        made = await assembled({"app": {"mode": "realtime"}})
    assert names(made) == ["skills"]
    assert made.realtime_standing == Availability(
        False, "The system's keyring can't be used.", "Unlock it, then try again."
    )
    assert made.realtime_standing.reason in mode_notices(Mode.REALTIME, made.realtime_standing)[0].text


async def test_who_wants_the_realtime_api_later_is_asked_again_for_its_key(keyring: MemoryKeyring) -> None:
    with in_use(LockedKeyring()):
        made = await assembled({"llm": SERVER})
    assert names(made) == ["pipeline", "skills"]
    assert await made.enter_mode(Mode.REALTIME)
    assert names(made) == ["realtime", "pipeline", "skills"]


async def test_a_server_on_this_computer_needs_no_key() -> None:
    assert names(await assembled(LOCAL)) == ["realtime", "skills"]
    assert names(await assembled({"realtime_api": {"url": ""}})) == ["skills"]


async def test_the_mode_can_change_while_it_runs(keyring: MemoryKeyring) -> None:
    made = await assembled({"app": {"mode": "traditional"}})
    assert await made.enter_mode(Mode.REALTIME)
    assert names(made) == ["realtime", "skills"]
    first = made.realtime
    await made.enter_mode(Mode.TRADITIONAL)
    assert names(made) == ["skills"]
    await made.enter_mode(Mode.HYBRID)
    assert made.realtime is first


async def test_the_program_says_that_it_uses_the_realtime_api(keyring: MemoryKeyring) -> None:
    made = await assembled({"app": {"mode": "realtime"}})
    said = await reply(made, "which mode are you in")
    assert "Cloud" in said
    assert "gpt-realtime-2.1 for conversation" in said
    assert "language model" not in await reply(made, "what is missing")


async def test_a_session_is_told_of_the_tools_the_language_and_when_it_began(keyring: MemoryKeyring) -> None:
    made = await assembled({"stt": {"language": "de"}})
    assert made.realtime is not None
    session = made.realtime._session()
    assert "(usually de)" in session["instructions"]
    assert "{" not in session["instructions"]
    assert {"get_time", "set_timer", "stop"} <= {tool["name"] for tool in session["tools"]}


async def test_settings_that_are_not_used_and_a_bad_level_stand_in_the_log_of_a_command(home: Path) -> None:
    paths = find_paths()
    paths.config.mkdir()
    paths.settings_file.write_text(
        "logging:\n  level: chatty\nvoice_service:\n  url: http://127.0.0.1:9\n", encoding="utf-8"
    )
    async with assistant() as answering:
        assert answering.settings.logging.level == "INFO"
    lines = [json.loads(line) for line in (paths.logs / "sovereign.log").read_text().splitlines()]
    assert [line["setting"] for line in lines if line["message"] == "a setting is not used"] == ["logging.level"]


class Voice:
    """A voice service of which only its beginning and end are known."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def start(self) -> None:
        self.told.append("start")

    async def stop(self) -> None:
        self.told.append("stop")


async def voiced(settings: dict[str, Any]) -> tuple[Assistant, Voice]:
    made, voice = await assemble(Settings.model_validate(settings), find_paths()), Voice()
    made._voice = voice  # type: ignore[assignment]
    return made, voice


async def failing(*_: object) -> None:
    raise ZeroDivisionError


async def test_a_start_that_fails_in_its_middle_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch) -> None:
    made, voice = await voiced({})
    monkeypatch.setattr(made.screen, "switch", failing)
    with pytest.raises(ZeroDivisionError):
        await made.__aenter__()
    assert voice.told == ["start", "stop"]


async def test_one_part_that_can_not_be_closed_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made, voice = await voiced({})
    monkeypatch.setattr(made.context, "close", failing)
    with pytest.raises(ZeroDivisionError):
        async with made:
            pass
    assert voice.told == ["start", "stop"]


async def test_memories_and_a_history_that_were_damaged_are_told_of_and_cost_no_start() -> None:
    made, _ = await voiced({})
    assert made.memories is not None
    for file in (made.memories.store.path, find_paths().models_history):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"no database" * 1000)
    made, _ = await voiced({"llm": {"provider": "orchestrator"}, "orchestrator": {"models": [SERVER]}})
    told: list[Notice] = []
    made.bus.subscribe(Notice, told.append)
    async with made:
        assert [backend.name for backend in made.backends][-1] == "skills"
    assert [notice.key for notice in told] == ["memory-file", "models-file"]
    assert all("was damaged" in notice.text for notice in told)


async def test_the_mode_without_the_api_leaves_it_and_a_later_one_comes_back() -> None:
    made, _ = await voiced({"realtime_api": {"url": "ws://127.0.0.1:9/v1/realtime"}})
    async with made:
        assert made.realtime is not None
        client = made.realtime.client
        client.start()
        await made.enter_mode(Mode.TRADITIONAL)
        assert [backend.name for backend in made.backends] == ["skills"]
        assert client._care is None, "nothing opens another session, which would be told what is said meanwhile"
        assert await made.enter_mode(Mode.HYBRID)
        assert [backend.name for backend in made.backends] == ["realtime", "skills"]


async def test_forgetting_a_conversation_that_no_server_knows_opens_no_session() -> None:
    made = await assembled({"realtime_api": {"url": "ws://127.0.0.1:9/v1/realtime"}})
    assert made.realtime is not None
    made.history.add(Role.USER, "my sister lives in Oslo", "1")
    made.forget_conversation()
    assert made.history.messages == ()
    assert made.realtime.client.state is ClientState.CLOSED
