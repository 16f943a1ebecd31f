"""The first minutes: shown once to newcomers, every page skippable, what is entered tried before it is kept."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import Notice, Severity, TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.shell import Shell
from sovereign_desktop.ui.windows.welcome import WelcomeWindow
from sovereign_desktop.ui.windows.welcome_pages import AnswersPage, QuestionPage
from tests.ui.stage import PlayedProgram, turn


@pytest.fixture
def window(bridge: Bridge, program: PlayedProgram) -> WelcomeWindow:
    program.newcomer.is_here = True
    program.keys.clear()
    window = WelcomeWindow(bridge)
    window.show()
    return window


async def answers(window: WelcomeWindow) -> AnswersPage:
    window.next.click()
    await done(window._bridge)
    page = window.stack.currentWidget()
    assert isinstance(page, AnswersPage)
    return page


def question(window: WelcomeWindow) -> QuestionPage:
    window._turn_to(2)
    page = window.stack.currentWidget()
    assert isinstance(page, QuestionPage)
    return page


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
    for _ in range(3):
        window.next.click()
    await done(window._bridge)
    assert not window.isVisible()
    assert not program.newcomer.is_here
    assert program.asked == []


async def test_one_can_go_back(window: WelcomeWindow) -> None:
    page = await answers(window)
    window.back.click()
    assert window.stack.currentWidget() is not page
    assert window.next.text() == "Next"


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
