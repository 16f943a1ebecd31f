"""Keys by name: those that are there, those that the settings want, and where each comes from."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import keyring
import pytest

from sovereign_desktop.app.key_desk import KeyDesk, KeyEntry, wanted_names
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from tests.app.keyrings import MemoryKeyring


@pytest.fixture
def desk(home: Path) -> KeyDesk:
    keyring.set_keyring(MemoryKeyring())
    return KeyDesk(Secrets({"OPENAI_API_KEY": "sk-variable"}))


async def test_keys_are_told_by_name_and_place(desk: KeyDesk) -> None:
    settings = Settings.model_validate({"realtime_api": {"key": "my_server"}})
    await desk.store("other", "sk-1")
    ring = await desk.look(settings)
    assert ring.entries == (
        KeyEntry("my_server", ""),
        KeyEntry("openai", "OPENAI_API_KEY"),
        KeyEntry("other", "the keyring"),
    )
    assert ring.problem is None
    assert "sk-" not in repr(ring)


async def test_blanks_and_line_ends_around_a_key_are_not_part_of_it(desk: KeyDesk) -> None:
    assert await desk.store("my_server", " sk-12\r\n34 \n")
    secret = Secrets({}).get("my_server")
    assert secret is not None
    assert secret.reveal() == "sk-1234"


async def test_signs_that_nobody_sees_are_not_part_of_it_either(desk: KeyDesk) -> None:
    assert await desk.store("my_server", "\u202esk-\u200b12\x00\x1b34\ufeff\u00a0")
    secret = Secrets({}).get("my_server")
    assert secret is not None
    assert secret.reveal() == "sk-1234"


@pytest.mark.parametrize("text", ["schlüssel", "ключ", "x" * 10_000])
async def test_what_can_be_no_key_is_refused_without_being_repeated(desk: KeyDesk, text: str) -> None:
    with pytest.raises(SovereignError, match="That is no key") as refused:
        await desk.store("my_server", text)
    assert text not in refused.value.sentence


async def test_a_keyring_that_asks_its_owner_for_half_a_minute_keeps_nobody_else_waiting(home: Path) -> None:
    unlocked = threading.Event()

    class SlowKeyring(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            assert unlocked.wait(60)
            super().set_password(service, username, password)

    keyring.set_keyring(SlowKeyring())
    storing = asyncio.ensure_future(KeyDesk(Secrets({})).store("my_server", "sk-1"))
    for _ in range(1000):  # the loop goes round meanwhile
        await asyncio.sleep(0)
    assert not storing.done()
    unlocked.set()
    assert await storing


async def test_nothing_is_no_key(desk: KeyDesk) -> None:
    with pytest.raises(SovereignError, match="No key was given"):
        await desk.store("my_server", " \n")


async def test_a_key_that_is_forgotten_is_gone(desk: KeyDesk) -> None:
    await desk.store("my_server", "sk-1")
    assert await desk.forget("my_server")
    assert not await desk.forget("my_server")


async def test_without_a_keyring_the_key_lasts_as_long_as_the_process_and_that_is_said(home: Path) -> None:
    desk = KeyDesk(Secrets({}))
    assert not await desk.store("my_server", "sk-1")
    ring = await desk.look(Settings())
    assert ring.problem is not None
    assert "in memory" in ring.problem.sentence
    secret = Secrets({}).get("my_server")  # another part of the program asks
    assert secret is not None
    assert secret.reveal() == "sk-1"


def test_the_voice_services_key_is_wanted_only_where_one_is_named() -> None:
    assert wanted_names(Settings()) == {"openai"}
    remote = Settings.model_validate({"voice_service": {"url": "https://other:1"}})
    assert wanted_names(remote) == {"openai", "voice_service"}
