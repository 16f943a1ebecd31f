"""A program that is made again with new settings: what goes along from the one before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.app import assembly, loading
from sovereign_desktop.app.loading import Loader
from sovereign_desktop.app.locked_keyring import KEYRING
from sovereign_desktop.app.options import TrayOptions
from sovereign_desktop.app.program import Program
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import save
from sovereign_desktop.context.screen.watch import PAUSED
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.single_instance import SingleInstance
from tests.app.keyrings import AskingKeyring, LockedKeyring, MemoryKeyring, in_use

SERVER = {"llm__base_url": "http://127.0.0.1:9/v1", "llm__model": "small"}

pytestmark = pytest.mark.usefixtures("home")


class Starts:
    """Programs that are made and not started, one after another."""

    def __init__(self, folder: Path, options: TrayOptions | None = None) -> None:
        self.instance = SingleInstance(folder / "r")
        self.load = Loader(options or TrayOptions(), self.instance)
        self.keyring = MemoryKeyring()

    async def next(self, failure: SovereignError | None = None, **changes: object) -> Program:
        if changes:
            save(find_paths().settings_file, {key.replace("__", "."): value for key, value in changes.items()})
        with in_use(self.keyring):
            program = await self.load(failure)
        self.instance.release()
        return program


async def test_who_is_muted_stays_so(tmp_path: Path) -> None:
    starts = Starts(tmp_path)
    (await starts.next()).set_muted(True)
    for number in range(2):
        assert (await starts.next(audio__volume=0.1 * number)).muted
    assert (await starts.next()).choices.muted


async def test_a_mode_of_this_run_is_left_only_for_another_in_the_settings(tmp_path: Path) -> None:
    starts = Starts(tmp_path, TrayOptions(mode="traditional"))
    for _ in range(2):
        program = await starts.next(tts__speed=1.5)
        assert program.choices.mode is Mode.TRADITIONAL
    assert (await starts.next(app__mode="realtime")).choices.mode is Mode.REALTIME


async def test_what_was_said_of_the_screen_and_the_volume_holds_too(tmp_path: Path) -> None:
    starts = Starts(tmp_path)
    program = await starts.next(screen_context__enabled=True)
    await program._assistant.screen.switch(False)
    program._set_volume(0.3)
    program = await starts.next(tts__speed=1.5)
    assert not program.settings.screen_context.enabled
    assert program.choices.volume == 0.3
    program = await starts.next(screen_context__enabled=False, audio__volume=0.9)
    assert (await starts.next(screen_context__enabled=True)).settings.screen_context.enabled
    assert program.choices.volume == 0.9


async def test_a_pause_of_the_looking_is_not_ended_by_new_settings(tmp_path: Path) -> None:
    starts = Starts(tmp_path)
    program = await starts.next(screen_context__enabled=True)
    screen = program._assistant.screen
    screen.report = PAUSED
    screen = (await starts.next(tts__speed=1.5))._assistant.screen
    await screen.switch(True)  # as at every start
    assert screen.is_paused
    assert screen.pid is None


@pytest.mark.parametrize("paused", [False, True])
async def test_new_settings_do_not_end_the_looking(tmp_path: Path, paused: bool) -> None:
    """The program before is stopped first, and its looking closed with it."""
    starts = Starts(tmp_path)
    program = await starts.next(screen_context__enabled=True)
    screen = program._assistant.screen
    await screen.switch(True)
    if paused:
        await screen.pause_or_resume()
    await program.stop()
    await screen.close()
    program = await starts.next(tts__speed=1.5)
    assert program.settings.screen_context.enabled
    assert program._assistant.screen.is_paused == paused


async def test_a_locked_keyring_is_told_once_and_its_keys_are_used_as_soon_as_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = Starts(tmp_path)
    starts.keyring = LockedKeyring()
    program = await starts.next(**SERVER)
    (notice,) = [one for one in program._notices if one.key == KEYRING]
    assert notice.text == "The system's keyring can't be used. Everything goes on without the keys in it."
    starts.keyring = MemoryKeyring()
    assert KEYRING not in {one.key for one in (await starts.next())._notices}


async def test_a_keyring_that_nobody_unlocks_does_not_keep_the_program_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "KEYRING_PATIENCE_S", 0.01)
    starts = Starts(tmp_path)
    starts.keyring = asking = AskingKeyring()
    program = await starts.next(**SERVER)
    assert "waits to be unlocked" in next(one.text for one in program._notices if one.key == KEYRING)
    asking.answered.set()


async def test_after_settings_that_nothing_starts_with_those_from_before_are_in_force(tmp_path: Path) -> None:
    starts = Starts(tmp_path)
    first = await starts.next(tts__speed=1.5)
    first.set_muted(True)
    bad = await starts.next(tts__speed=0.5)
    assert bad.settings.tts.speed == 0.5
    back = await starts.next(SovereignError("The voice does not start."))
    assert (back.settings.tts.speed, back.muted, back.history) == (1.5, True, first.history)
    (notice,) = [one for one in back._notices if one.key == "settings"]
    assert notice.text.endswith("those from before are in force. The voice does not start.")
    again = await starts.next(tts__speed=0.75)
    assert again.settings.tts.speed == 0.75, "what is changed then is tried"
    assert not [one for one in again._notices if one.key == "settings"]


async def test_settings_that_no_program_can_be_made_of_do_not_lose_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = Starts(tmp_path)
    await starts.next(tts__speed=1.5)

    async def fails(*_: object, **__: object) -> None:
        raise SovereignError("No.")

    with monkeypatch.context() as patched:
        patched.setattr(assembly, "assemble", fails)
        with pytest.raises(SovereignError):
            await starts.next(tts__speed=0.5)
    assert (await starts.next(SovereignError("No."))).settings.tts.speed == 1.5
