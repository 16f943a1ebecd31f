"""`ask` tells what is wrong with the settings, beside its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.app.ask import NOT_HERE, Question, ask
from sovereign_desktop.config.paths import find_paths

pytestmark = pytest.mark.usefixtures("home")


async def test_a_setting_that_can_not_be_used_is_told_with_the_answer() -> None:
    file: Path = find_paths().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("audio: {volume: eleven}\nrealtime_api: {speed: 9}\n", encoding="utf-8")
    answer = await ask(Question(text="what time is it", mode="traditional"))
    assert answer.reply
    assert "audio.volume" in answer.settings_note
    assert answer.settings_note in answer.note
    assert "realtime_api.speed" in answer.settings_note


async def test_good_settings_are_no_news() -> None:
    assert (await ask(Question(text="what time is it", mode="traditional"))).settings_note == ""


async def test_what_only_the_tray_can_do_is_not_promised_by_a_command_that_ends(home: Path) -> None:
    timer = await ask(Question(text="set a timer for ten minutes"))
    assert NOT_HERE in timer.note
    assert NOT_HERE not in (await ask(Question(text="what time is it"))).note
