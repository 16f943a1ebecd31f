"""Which language the windows speak, and that every text of theirs can be said in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QSystemTrayIcon

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.ui import Language, Ui
from sovereign_desktop.core.events import Window
from sovereign_desktop.ui.shell import Shell
from sovereign_desktop.ui.translation import ENGLISH, SYSTEM, TRANSLATED, language_for, use_language
from tests.ui.stage import PlayedProgram


def speaking(language: Language) -> PlayedProgram:
    return PlayedProgram(settings=Settings(ui=Ui(language=language)))


@pytest.mark.parametrize(
    ("system", "language"),
    [
        (["de-Latn-AT", "de-AT", "de-Latn", "de"], "de"),
        (["zh-Hans-CN", "zh-CN", "zh-Hans", "zh"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW", "zh-Hant", "zh"], "en"),
        (["zh-Hant-TW", "zh-TW", "zh-Hant", "zh", "de-Latn-DE", "de"], "de"),
        (["is-Latn-IS", "is", "de-Latn-DE", "de-DE"], "de"),
        (["en-Latn-GB", "en-GB", "de-Latn-DE"], "en"),
        (["ar-Arab-EG", "ar"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_of_the_system_that_is_known_is_spoken(system: list[str], language: str) -> None:
    assert language_for(SYSTEM, system) == language


def test_a_choice_wins_over_the_system() -> None:
    assert language_for("de", ["zh-Hans-CN"]) == "de"


def test_every_choice_can_be_spoken() -> None:
    assert {choice.value for choice in Language} == {SYSTEM, ENGLISH, *TRANSLATED}


@pytest.mark.usefixtures("application")
def test_qts_own_texts_are_in_the_same_language() -> None:
    assert use_language("de")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert not use_language("de")
    assert use_language(ENGLISH)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


async def test_another_language_is_spoken_at_once_by_menu_tooltip_and_open_windows(application: object) -> None:
    icon = QSystemTrayIcon()
    shell = Shell(icon)
    shell.attach(speaking(Language.ENGLISH))
    shell.bridge.set_ready()
    shell.open(Window.LATENCY)
    shell.open(Window.CONTROL)
    shell.open(Window.TRANSCRIPT)
    shell._windows[Window.TRANSCRIPT].hide()
    shell._windows[Window.LATENCY].setGeometry(40, 50, 900, 700)
    assert shell.actions.mute.text() == "Mute"
    shell.bridge.detach()
    shell.attach(speaking(Language.GERMAN))
    shell.bridge.set_ready()
    assert shell.actions.mute.text() == "Stummschalten"
    assert icon.toolTip().startswith("Sovereign Desktop – Bereit")
    latency = shell._windows[Window.LATENCY]
    assert (latency.windowTitle(), latency.isVisible()) == ("Latenz – Sovereign Desktop", True)
    assert latency.geometry().getRect() == (40, 50, 900, 700)
    assert Window.TRANSCRIPT not in shell._windows
    shell.close()
