"""Each permission denied, granted, taken back while in use and given again, in the running program.

Said once for each change and not for each attempt; a question that comes another way is answered all the same; what
works again is taken back and used without a new start. The program is real from its intents to its notices. What the
system answers is played at the ports; what plays it for real stands beside each case.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app import program as program_module
from sovereign_desktop.app.hotkeys import TALK
from sovereign_desktop.app.locked_keyring import KEYRING, keyring_notice
from sovereign_desktop.audio import trouble
from sovereign_desktop.audio.port import (
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
    PlaybackEnded,
)
from sovereign_desktop.context.screen.glance import Glance, NotLooking, WindowText, encode
from sovereign_desktop.context.screen.watch import NOT_YET
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import NoMicrophone, SovereignError
from sovereign_desktop.core.events import NoticeCleared, ReplySpoken, RestartRequested, ScreenChanged, ScreenState
from sovereign_desktop.host.hotkey.base import HotkeyError
from sovereign_desktop.host.notifications import Urgency
from tests.app.keyrings import LockedKeyring, in_use
from tests.app.stage import Keyboard, Stage, running
from tests.conversation.stage import events_of, settle

ANSWER = "2 plus 3 is 5."


@dataclass
class Played:
    """A permission of the running program: `matter` is that of its notices, `says` a part of the sentence."""

    stage: Stage
    matter: str
    says: str

    def deny(self) -> None:
        """The system says no from now on."""
        raise NotImplementedError

    def allow(self) -> None:
        """It says yes."""
        raise NotImplementedError

    async def use(self) -> None:
        """The user, or the program by itself, does what needs the permission."""

    async def works(self) -> bool:
        """Whether it was used."""
        raise NotImplementedError


@dataclass
class Microphone(Played):
    """Opening fails, as on Windows; for real: tests/audio/test_microphone.py."""

    error: NoMicrophone = field(default_factory=trouble.not_opened)
    denied: bool = False
    told_open: bool = False

    def deny(self) -> None:
        self.denied, self.told_open = True, False

    def allow(self) -> None:
        self.denied = False

    async def use(self) -> None:
        """A press that waits for the microphone, and is let go."""
        stage = self.stage
        stage.program.press()
        if self.denied:
            stage.tell(MicrophoneLost("", self.error.user_text, self.error.remedy))
            stage.program.release()
            stage.audio.end(stage.listen_id, speech_ms=0)
            await settle()
            assert stage.ended[-1].outcome is Outcome.NOTHING_HEARD
            assert stage.notices[-1].text == self.error.user_text, "a press says why, and nothing that is not so"
        else:
            stage.tell(MicrophoneOpened("mic", 48_000, 20.0))
            await stage.finish_saying("two plus three")
            await stage.hear_out()

    async def works(self) -> bool:
        return bool(self.stage.ended[-1].turn.reply == ANSWER)


@dataclass
class SilencedMicrophone(Microphone):
    """It opens and gives zeros, as on macOS and with a mute; for real: tests/end_to_end/test_audio_devices.py."""

    error: NoMicrophone = field(default_factory=trouble.silenced)
    told: bool = False

    async def use(self) -> None:
        stage = self.stage
        stage.program.press()
        stage.tell(MicrophoneOpened("mic", 48_000, 20.0))
        if self.denied:
            if not self.told:
                self.told = True
                stage.tell(MicrophoneZeros("mic"))
            stage.program.release()
            stage.audio.end(stage.listen_id, speech_ms=0)
            await settle()
            assert stage.notices[-1].text == self.error.user_text
        else:
            if self.told:
                self.told = False
                stage.tell(MicrophoneSounds("mic"))
            await stage.finish_saying("two plus three")
            await stage.hear_out()


@dataclass
class Loudspeaker(Played):
    """For real: tests/end_to_end/test_audio_devices.py."""

    denied: bool = False
    lost: bool = False
    shown: list[ReplySpoken] = field(default_factory=list)

    def deny(self) -> None:
        self.denied = True

    def allow(self) -> None:
        self.denied = False

    async def use(self) -> None:
        stage = self.stage
        self.shown = events_of(stage.bus, ReplySpoken)
        stage.program.ask("two plus three")
        await settle()
        if not self.denied:
            if self.lost:
                self.lost = False
                stage.tell(LoudspeakerReturned("out"))
            await stage.hear_out()
            return
        if not self.lost:
            self.lost = True
            stage.tell(LoudspeakerLost("out", "unplugged"))
        stage.tell(PlaybackEnded(stage.playing(), 0.0, completed=False))
        await settle()
        assert ANSWER in [reply.text for reply in self.shown], "what nobody hears is shown, each time"

    async def works(self) -> bool:
        return self.stage.ended[-1].outcome is Outcome.ANSWERED and not self.lost


@dataclass
class Screen(Played):
    """For real: tests/host/test_screen_portal.py, and tests/host/test_screen_macos.py for macOS."""

    states: list[ScreenChanged] = field(default_factory=list)
    denied: bool = False

    def __post_init__(self) -> None:
        self.states = events_of(self.stage.bus, ScreenChanged)
        self.stage.assistant.screen.report = NOT_YET  # on, by a process that the test is

    def deny(self) -> None:
        self.denied = True

    def allow(self) -> None:
        self.denied = False

    async def use(self) -> None:
        refused = NotLooking("The desktop does not let this program take pictures of the screen.", "Allow it.", True)
        seen = Glance((WindowText("notes", "editor", "Buy milk."),))
        self.stage.assistant.screen._on_message(encode(refused if self.denied else seen))

    async def works(self) -> bool:
        return self.states[-1].state is ScreenState.LOOKING


@dataclass
class Hotkey(Played):
    """For real: tests/host/test_hotkey_portal.py and test_hotkey_x11.py; for macOS: test_hotkey_macos.py."""

    problem: HotkeyError = field(default_factory=lambda: HotkeyError("Another program holds it.", names=(TALK,)))

    def deny(self) -> None:
        self.stage.keyboard.problems = (self.problem,)
        self._tell()

    def allow(self) -> None:
        self.stage.keyboard.problems = ()
        self._tell()

    async def use(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """What a listener says whenever anything about its keys changes."""
        self.stage.keyboard.lose(self.stage.keyboard.problems)

    async def works(self) -> bool:
        stage = self.stage
        stage.keyboard.down(1.0)
        heard = stage.program.listening
        stage.program.cancel()
        stage.keyboard.up(1.1)
        return heard


CASES: dict[str, Callable[[Stage], Played]] = {
    "microphone, not opened": lambda stage: Microphone(stage, "microphone", "can't be opened"),
    "microphone, missing": lambda stage: Microphone(stage, "microphone", "There is no microphone", trouble.missing()),
    "microphone, silenced": lambda stage: SilencedMicrophone(stage, "silence", "muted or not permitted"),
    "loudspeaker": lambda stage: Loudspeaker(stage, "loudspeaker", "answers are shown instead"),
    "screen": lambda stage: Screen(stage, "screen", "does not let this program"),
    "hotkey, held by another program": lambda stage: Hotkey(stage, "hotkey-talk", "Another program holds"),
    "hotkeys, refused by the desktop": lambda stage: Hotkey(
        stage, "hotkey", "does not lend", HotkeyError("The desktop does not lend global hotkeys to this program.")
    ),
}


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard().plug_in(monkeypatch)


def told(played: Played) -> list[str]:
    return [notice.text for notice in played.stage.notices if notice.key == played.matter]


async def goes_on(stage: Stage) -> bool:
    """Whether a question that is typed is answered."""
    before = len(stage.ended)
    stage.program.ask("two plus three")
    await settle()
    if stage.playing_anything():
        await stage.hear_out()
    turn = stage.ended[before].turn
    return bool(turn.outcome is Outcome.ANSWERED and turn.reply == ANSWER)


async def is_denied(played: Played, *, times_told: int) -> None:
    for _ in range(3):
        await played.use()
    sentences = told(played)
    assert len(sentences) == times_told, "once for each change, not for each attempt"
    assert played.says in sentences[-1]
    notice = next(one for one in reversed(played.stage.notices) if one.key == played.matter)
    assert notice.remedy, "and what to do about it"
    assert await goes_on(played.stage)


async def is_allowed(played: Played, *, times_cleared: int) -> None:
    for _ in range(3):
        await played.use()
    assert played.stage.cleared.count(NoticeCleared(played.matter)) >= times_cleared
    assert await played.works()


@pytest.mark.parametrize("case", CASES)
async def test_denied_at_the_start_and_granted_later(tmp_path: Path, keyboard: Keyboard, case: str) -> None:
    stage = Stage(tmp_path, keyboard)
    played = CASES[case](stage)
    played.deny()
    async with running(stage):
        await is_denied(played, times_told=1)
        played.allow()
        await is_allowed(played, times_cleared=1)
        assert len(told(played)) == 1


@pytest.mark.parametrize("case", CASES)
async def test_taken_back_while_in_use_and_given_again_as_often_as_one_likes(
    tmp_path: Path, keyboard: Keyboard, case: str
) -> None:
    async with running(stage := Stage(tmp_path, keyboard)):
        played = CASES[case](stage)
        await played.use()
        assert await played.works()
        assert told(played) == []
        for number in (1, 2):
            played.deny()
            await is_denied(played, times_told=number)
            played.allow()
            await is_allowed(played, times_cleared=number)


async def test_a_microphone_that_is_taken_back_in_the_middle_of_a_question_keeps_what_was_heard(
    tmp_path: Path, keyboard: Keyboard
) -> None:
    async with running(stage := Stage(tmp_path, keyboard)):
        stage.assistant.stt.words = ["two", "plus", "three"]
        stage.program.press()
        stage.tell(MicrophoneOpened("mic", 48_000, 20.0))
        stage.audio.speak(stage.listen_id)
        gone = trouble.lost(has_heard=True)
        stage.tell(MicrophoneLost("mic", gone.user_text, gone.remedy))
        stage.program.release()
        stage.audio.end(stage.listen_id)
        await settle()
        turn = await stage.hear_out()
        assert (turn.outcome, turn.reply) == (Outcome.ANSWERED, ANSWER)
        assert ["kept" in one.text for one in stage.notices if one.key == "microphone"] == [True]


async def test_a_hotkey_that_is_taken_back_while_it_is_held_ends_the_question_as_if_it_was_let_go(
    tmp_path: Path, keyboard: Keyboard
) -> None:
    async with running(stage := Stage(tmp_path, keyboard)):
        keyboard.down(1.0)
        assert stage.program.listening
        keyboard.up(2.0)  # as every listener says it then (tests/host/test_hotkey_portal.py)
        keyboard.lose((HotkeyError("Gone."),))
        assert ("stop_listening", stage.listen_id) in stage.audio.did


async def test_a_desktop_that_asks_for_the_hotkeys_keeps_nobody_from_a_typed_question(
    tmp_path: Path, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sovereign_desktop.app.hotkeys.PATIENCE_S", 0.01)
    keyboard.asks = asyncio.Event()
    async with running(stage := Stage(tmp_path, keyboard)):
        assert await goes_on(stage)
        keyboard.asks.set()
        await settle()
        assert keyboard.armed


# The keyring: its keys are read when the program is built, so that what returns has it built again


async def test_a_keyring_that_is_locked_is_told_once_and_unlocked_brings_its_keys_without_a_new_start(
    tmp_path: Path, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sovereign_desktop.app.settings_desk.QUIET_S", 0.0)
    unlocked = asyncio.Event()

    async def way() -> None:
        await unlocked.wait()

    problem = SovereignError("The system's keyring can't be used.")
    stage = Stage(tmp_path, keyboard, notices=[keyring_notice(problem, [way])], keyring_ways=[way])
    built_again = events_of(stage.bus, RestartRequested)
    async with running(stage):
        assert ["keyring can't be used" in one.text for one in stage.notices if one.key == KEYRING] == [True]
        assert await goes_on(stage)
        assert built_again == []
        unlocked.set()
        await settle()
        assert built_again == [RestartRequested()]
        assert stage.cleared.count(NoticeCleared(KEYRING)) == 1


async def test_a_keyring_that_is_locked_again_while_its_keys_are_in_use_costs_nothing_but_the_keys_page(
    tmp_path: Path, keyboard: Keyboard, home: Path
) -> None:
    async with running(stage := Stage(tmp_path, keyboard)):
        with in_use(LockedKeyring()):
            for _ in range(2):
                with pytest.raises(SovereignError, match="can't be used") as locked:
                    await stage.program.look_at_keys()
                assert "Unlock" in locked.value.remedy
            assert await goes_on(stage)
        assert (await stage.program.look_at_keys()).entries


# Notifications: nobody can be told by a notification that there are none; the caption and the icon tell all of it


class Center:
    """The desktop's notifications, which the user switches off and on."""

    def __init__(self) -> None:
        self.allowed = True
        self.shown: list[str] = []

    async def show(self, matter: str, title: str, text: str, urgency: Urgency) -> None:
        if self.allowed:
            self.shown.append(title)

    async def withdraw(self, matter: str) -> None: ...

    async def close(self) -> None: ...


async def test_without_notifications_all_is_told_in_the_program_and_with_them_again_there_too(
    tmp_path: Path, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For real: tests/host/test_notifications.py."""
    center = Center()
    monkeypatch.setattr(program_module, "desktop_notifications", lambda: center)
    stage = Stage(tmp_path, keyboard)
    played: dict[str, Any] = {name: CASES[name](stage) for name in ("microphone, missing", "loudspeaker")}
    async with AsyncExitStack() as closing:
        await closing.enter_async_context(running(stage))
        for allowed, name in ((False, "microphone, missing"), (True, "loudspeaker")):
            center.allowed = allowed
            played[name].deny()
            await is_denied(played[name], times_told=1)
    assert center.shown == ["There is no loudspeaker, so answers are shown instead."]
