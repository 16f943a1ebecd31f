"""The help has every setting, shows its pictures, and opens nothing but its own pages by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.resources import resource
from sovereign_desktop.ui.help_pages import SETTINGS, help_pages
from sovereign_desktop.ui.setting_pages import pages
from sovereign_desktop.ui.translation import ENGLISH, TRANSLATED, use_language
from sovereign_desktop.ui.windows.help import HelpWindow
from tests.ui.conftest import dark_windows

PICTURE = re.compile(r"!\[(.+?)\]\((.+?)\)")


def keys_of(tree: dict[str, Any], before: str = "") -> Iterator[str]:
    """The dotted names of all settings, whatever the pages of the window make of them."""
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            yield from keys_of(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def reference() -> str:
    """All pages about settings, one after another."""
    return "".join(page.markdown for page in help_pages() if page.name.startswith(SETTINGS))


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("language", [ENGLISH, *TRANSLATED])
def test_every_setting_is_in_the_reference_once_with_its_meaning(language: str) -> None:
    use_language(language)
    text = reference()
    for key in keys_of(Settings().model_dump(mode="json")):
        assert text.count(f"`{key}`") == 1, key


@pytest.mark.usefixtures("application")
def test_a_setting_says_its_choices_its_bounds_and_its_default() -> None:
    text = reference()
    assert "**Mode** · `app.mode`" in text
    assert "One of `hybrid`, `realtime`, `traditional`. Default: `hybrid`" in text
    assert "From 100 to 2000 ms. Default: `300` ms" in text
    (about,) = [entry.meaning for page in pages() for entry in page.entries if entry.key == "audio.pre_roll_ms"]
    assert about in text


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_page_is_there_in_every_language(language: str) -> None:
    english = [(page.name, len(PICTURE.findall(page.markdown))) for page in help_pages()]
    use_language(language)
    own = help_pages()
    assert [(page.name, len(PICTURE.findall(page.markdown))) for page in own] == english
    assert {page.folder.name for page in own if not page.name.startswith(SETTINGS)} == {language}


@pytest.mark.parametrize("language", [ENGLISH, *TRANSLATED])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_picture_of_a_page_is_there(language: str, scheme: str) -> None:
    for file in resource(f"help/{language}").glob("*.md"):
        for _name, path in PICTURE.findall(file.read_text()):
            assert (file.parent / path.format(scheme=scheme)).is_file(), path


def test_the_window_shows_the_pictures_of_its_theme(application: QApplication) -> None:
    window = HelpWindow()
    assert "welcome-about-light" in window.text.toHtml()
    with dark_windows():
        window.show()
        application.processEvents()
        assert "welcome-about-dark" in window.text.toHtml()


@pytest.mark.usefixtures("application")
def test_a_search_leaves_the_pages_with_all_of_its_words() -> None:
    window = HelpWindow()
    window.search.setText("pre_roll_ms")
    left = [
        window.list.item(number) for number in range(window.list.count()) if not window.list.item(number).isHidden()
    ]
    assert [item.data(Qt.ItemDataRole.UserRole).name for item in left] == ["settings-audio"]
    assert window.text.textCursor().selectedText() == "pre_roll_ms"
    window.search.setText("nothing says that")
    assert window.list.currentItem() is not None


@pytest.mark.usefixtures("application")
def test_links_lead_to_pages_or_to_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "sovereign_desktop.ui.windows.help.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    window = HelpWindow()
    window.text.anchorClicked.emit(QUrl("2-talking.md"))
    assert window.list.currentItem().data(Qt.ItemDataRole.UserRole).name == "talking"
    window.text.anchorClicked.emit(QUrl("https://example.org/"))
    window.text.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert opened == ["https://example.org/"]
    assert Path(window.text.document().baseUrl().toLocalFile()).name == "en"
