"""The first minutes: shown once to newcomers, every page skippable, what is entered tried before it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QSystemTrayIcon

from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import Notice, NoticeCleared, Severity, TurnEnded
from sovereign_desktop.engines.model_download import Progress
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.permission_words import System
from sovereign_desktop.ui.shell import Shell
from sovereign_desktop.ui.windows.welcome import WelcomeWindow
from sovereign_desktop.ui.windows.welcome_devices import ScreenPage, SoundPage
from sovereign_desktop.ui.windows.welcome_hotkey import HotkeyPage
from sovereign_desktop.ui.windows.welcome_model import ModelPage
from sovereign_desktop.ui.windows.welcome_page import WelcomePage
from sovereign_desktop.ui.windows.welcome_pages import AnswersPage, QuestionPage
from tests.ui.stage import PlayedProgram, turn


@pytest.fixture
def window(bridge: Bridge, program: PlayedProgram) -> WelcomeWindow:
    program.newcomer.is_here = True
    program.keys.clear()
    window = WelcomeWindow(bridge)
    window.show()
    return window


P = TypeVar("P", bound=WelcomePage)


def step(window: WelcomeWindow, kind: type[P]) -> P:
    """Turn to the step of this kind."""
    (number,) = [number for number, page in enumerate(window.pages) if isinstance(page, kind)]
    window.turn_to(number)
    page = window.page
    assert isinstance(page, kind)
    return page


async def answers(window: WelcomeWindow) -> AnswersPage:
    page = step(window, AnswersPage)
    await done(window._bridge)
    return page


def question(window: WelcomeWindow) -> QuestionPage:
    return step(window, QuestionPage)


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


@pytest.mark.parametrize(("is_here", "minimized", "shown"), [(True, False, 1), (True, True, 0), (False, False, 0)])
def test_only_a_newcomer_is_welcomed_and_not_who_wants_the_icon_alone(
    program: PlayedProgram, application: object, is_here: bool, minimized: bool, shown: int
) -> None:
    program.newcomer.is_here = is_here
    shell = Shell(QSystemTrayIcon(), minimized=minimized)
    shell.attach(program)
    shell.bridge.set_ready()
    shell.welcome()
    assert sum(isinstance(window, WelcomeWindow) for window in shell._windows.values()) == shown


async def test_every_page_can_be_skipped_and_closing_is_enough(window: WelcomeWindow, program: PlayedProgram) -> None:
    assert not window.back.isEnabled()
    seen = []
    for _ in window.pages:
        seen.append(window.page)
        window.next.click()
        await done(window._bridge)
    assert seen == list(window.pages)
    assert not window.isVisible()
    assert not program.newcomer.is_here
    assert program.asked == []


async def test_one_can_go_back(window: WelcomeWindow) -> None:
    page = await answers(window)
    window.back.click()
    assert window.page is not page
    assert window.next.text() == "Next"


async def test_every_step_can_be_reached_from_the_list(window: WelcomeWindow) -> None:
    assert window.steps.count() == len(window.pages)
    for number, page in reversed(list(enumerate(window.pages))):
        window.steps.setCurrentRow(number)
        assert window.page is page
        assert page.title
        assert window.steps.item(number).text() == page.name
    await done(window._bridge)


def test_what_is_asked_is_said_in_our_words_before_the_system_s(window: WelcomeWindow) -> None:
    said = {}
    for system in System:
        for kind in (SoundPage, ScreenPage):
            page = kind(window._bridge, system)
            said[system, kind] = " ".join(label.text() for label in page.findChildren(QLabel))
    assert "macOS asks you once" in said[System.MACOS, SoundPage]
    assert "macOS asks you once" in said[System.MACOS, ScreenPage]
    assert "Windows does not ask" in said[System.WINDOWS, SoundPage]
    assert "may ask at the first picture" in said[System.WAYLAND, ScreenPage]
    assert "X11 does not ask" in said[System.X11, ScreenPage]
    for system in System:
        assert "Without a microphone nothing is heard" in said[system, SoundPage]
        assert "I do not look" in said[system, ScreenPage]


async def test_the_screen_is_looked_at_only_by_who_says_so(
    window: WelcomeWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    page = step(window, ScreenPage)
    assert not page.allow.isChecked()
    page.allow.click()
    await done(bridge)
    assert program.settings.screen_context.enabled
    page.allow.click()
    await done(bridge)
    assert not program.settings.screen_context.enabled


def test_a_hotkey_that_arrives_is_told_and_one_that_another_program_has_too(
    window: WelcomeWindow, program: PlayedProgram
) -> None:
    page = step(window, HotkeyPage)
    assert page.said.text() == "Press Ctrl+Alt+Space now."
    program.bus.publish(Notice("hotkey-talk", "Another program has Ctrl+Alt+Space.", Severity.WARNING, "Take another."))
    assert page.said.text() == "Another program has Ctrl+Alt+Space. Take another."
    program.bus.publish(NoticeCleared("hotkey-talk"))
    program.goes(TurnState.LISTENING)
    assert page.said.text().startswith("✓ It arrives")


class Hub:
    """Gives half of a model, and the rest when `go_on` is set."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.names: list[str] = []
        self.refuses: SovereignError | None = None

    async def fetch(self, name: str, on_progress: Callable[[Progress], None]) -> None:
        self.names.append(name)
        if self.refuses is not None:
            raise self.refuses
        on_progress(Progress(50 * 2**20, 100 * 2**20))
        await self.go_on.wait()


async def model_page(bridge: Bridge, hub: Hub) -> ModelPage:
    page = ModelPage(bridge, hub.fetch)
    page.look()
    page.show()
    page.fetch.click()
    assert page.fetching is not None
    await asyncio.sleep(0)
    return page


async def test_a_download_shows_how_far_it_is_and_is_used_when_it_is_there(
    bridge: Bridge, program: PlayedProgram
) -> None:
    hub = Hub()
    page = await model_page(bridge, hub)
    assert page.said.text() == "50.0 of 100.0 MB"
    assert page.progress.value() == page.progress.maximum() // 2
    assert page.cancel.isVisible()
    hub.go_on.set()
    assert page.fetching is not None
    await page.fetching
    await done(bridge)
    assert hub.names == ["base.en"]
    assert program.asked == ["begin anew", "change {'stt.faster_whisper.model': 'base.en'}", "read again"]
    assert page.fetch.isEnabled()
    assert not page.progress.isVisible()


async def test_a_download_can_be_stopped_and_a_failed_one_says_why(bridge: Bridge) -> None:
    hub = Hub()
    page = await model_page(bridge, hub)
    fetching = page.fetching
    page.cancel.click()
    assert fetching is not None
    await asyncio.gather(fetching, return_exceptions=True)
    await asyncio.sleep(0)
    assert page.said.text().startswith("Stopped. What has come is kept")
    hub.refuses = SovereignError("The disk has no room for the model.", remedy="Make some room.")
    page.fetch.click()
    assert page.fetching is not None
    await page.fetching
    assert page.said.text() == "The disk has no room for the model. Make some room."


async def test_a_key_that_works_is_kept_and_gone_from_the_window(
    window: WelcomeWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    page = await answers(window)
    assert page.try_it.isHidden()
    page.cloud.click()
    assert not page.try_it.isEnabled()
    page.key.setText("sk-new")
    page.try_it.click()
    await done(bridge)
    assert program.asked == [
        "try key, 6 characters",
        "set key openai, 6 characters",
        "change {'app.mode': None}",
    ]
    assert page.said.text() == "The key works. It is in the system’s keyring."
    assert page.key.text() == ""


async def test_a_key_that_is_refused_is_not_kept_and_the_reason_is_told(
    window: WelcomeWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    program.refusal = SovereignError("The API refuses the key.", remedy="Make a new one.")
    page = await answers(window)
    page.cloud.click()
    page.key.setText("sk-old")
    page.try_it.click()
    await done(bridge)
    assert program.asked == ["try key, 6 characters"]
    assert page.said.text() == "The API refuses the key. Make a new one."
    assert page.try_it.isEnabled()


async def test_a_key_that_is_there_already_is_told_and_can_be_left_unread(
    window: WelcomeWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    program.keys["openai"] = "OPENAI_API_KEY"
    page = await answers(window)
    assert page.cloud.isChecked()
    assert page.said.text() == "There is a key already, in OPENAI_API_KEY, and it is used."
    page.local.click()
    await done(bridge)
    assert program.settings.app.mode is Mode.TRADITIONAL


async def test_a_server_that_answers_is_used(window: WelcomeWindow, bridge: Bridge, program: PlayedProgram) -> None:
    page = await answers(window)
    page.server.click()
    page.model.setText("llama3.2")
    page.try_it.click()
    await done(bridge)
    assert page.said.text() == "It answers: “Hello there.”"
    assert (program.settings.llm.base_url, program.settings.llm.model) == ("http://127.0.0.1:11434/v1", "llama3.2")


def test_a_first_question_shows_what_works_step_by_step(window: WelcomeWindow, program: PlayedProgram) -> None:
    page = question(window)
    assert "Ctrl+Alt+Space" in page.how.text()

    def marks() -> str:
        return "".join(mark.text() for mark in page.marks)

    assert marks() == "○○○○"
    program.goes(TurnState.LISTENING)
    assert marks() == "✓○○○"
    program.sounds(-20)
    program.hears("what time is it", is_final=True)
    assert marks() == "✓✓✓○"
    program.goes(TurnState.SPEAKING)
    program.says("It is noon.")
    assert marks() == "✓✓✓✓"
    assert page.marks[3].accessibleName() == "The answer is spoken: yes"


def test_what_goes_wrong_at_the_first_question_is_told_until_it_works(
    window: WelcomeWindow, program: PlayedProgram
) -> None:
    page = question(window)
    program.bus.publish(Notice("microphone", "There is no microphone.", Severity.ERROR, "Plug one in."))
    assert page.trouble.text() == "There is no microphone. Plug one in."
    program.goes(TurnState.LISTENING)
    program.bus.publish(TurnEnded("1", Outcome.ANSWERED, turn()))
    assert page.trouble.text() == ""
