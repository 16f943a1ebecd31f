"""Every text that a window shows can be said in every language, with the same places to fill in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from installers.translations import FOLDER, Message, compile_all, extract, messages
from sovereign_desktop.ui.translation import TRANSLATED

PLACE = re.compile(r"\{\w*\}|%\d|%n")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed files, brought up to date with the code of now."""
    folder = tmp_path_factory.mktemp("translations")
    for language in TRANSLATED:
        shutil.copy(FOLDER / f"{language}.ts", folder)
    extract(folder)
    return folder


def said(message: Message) -> str:
    return f"{message.context}: {message.source}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_windows_and_of_the_settings_is_translated(extracted: Path, language: str) -> None:
    found = list(messages(extracted / f"{language}.ts"))
    contexts = {message.context for message in found}
    assert {"Actions", "Situation", "Settings", "TranscriptWindow"} <= contexts, "the texts were not found at all"
    missing = [said(message) for message in found if not message.is_finished]
    assert not missing, "translate these in resources/translations, then run `python -m installers.translations`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_places_to_fill_in(language: str) -> None:
    for message in messages(FOLDER / f"{language}.ts"):
        places = sorted(PLACE.findall(message.source)), sorted(PLACE.findall(message.translation))
        assert places[0] == places[1], said(message)


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_loaded_is_what_was_translated(tmp_path: Path, language: str) -> None:
    compile_all(FOLDER, tmp_path)
    name = f"{language}.qm"
    assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), "run `python -m installers.translations`"
