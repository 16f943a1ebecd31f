"""What the schema says of the settings, in the language of the windows.

The schema has it in English only. `installers/translations.py` takes the same words from the same pages, so that a
new setting is a text to translate like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.ui.setting_pages import Entry, Group, Page
from sovereign_desktop.ui.situation import mode_name

CONTEXT = "Settings"


def translated(pages: Iterable[Page]) -> tuple[Page, ...]:
    """The same pages, to be shown."""
    return tuple(
        replace(page, title=_say(page.title), meaning=_say(page.meaning), groups=tuple(map(_group, page.groups)))
        for page in pages
    )


def to_translate(pages: Iterable[Page]) -> Iterator[str]:
    """All that is to be translated, each once, in its order."""
    words: dict[str, None] = {}
    for page in pages:
        words |= dict.fromkeys((page.title, page.meaning))
        for group in page.groups:
            words |= dict.fromkeys(group.title.split(_BETWEEN))
            for entry in group.entries:
                words |= dict.fromkeys((entry.label, entry.meaning))
    return filter(None, words)


def choice_name(key: str, choice: str) -> str:
    """What a choice is called in the window: modes by their names there, languages each in its own."""
    if key == "app.mode":
        return mode_name(choice)
    if key == "ui.language":
        system = QCoreApplication.translate(CONTEXT, "The system’s")
        return {"system": system, "en": "English", "de": "Deutsch", "zh_CN": "简体中文"}.get(choice, choice)
    return choice


_BETWEEN = " · "


def _group(group: Group) -> Group:
    title = _BETWEEN.join(map(_say, group.title.split(_BETWEEN)))
    return replace(group, title=title, entries=tuple(map(_entry, group.entries)))


def _entry(entry: Entry) -> Entry:
    return replace(entry, label=_say(entry.label), meaning=_say(entry.meaning))


def _say(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text) if text else ""
