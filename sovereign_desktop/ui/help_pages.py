"""The pages of the help: files in `resources/help`, and one for each section of the settings, made of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.core.resources import resource
from sovereign_desktop.ui.setting_pages import Entry, Page, pages
from sovereign_desktop.ui.setting_words import translated
from sovereign_desktop.ui.translation import ENGLISH, language_now

translate = QCoreApplication.translate

SETTINGS = "settings-"
"""What the names of pages about settings begin with."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page. `markdown` names pictures with `{scheme}` in them: `light` or `dark`."""

    name: str
    title: str
    markdown: str
    folder: Path
    """What its pictures are looked for from."""


def help_pages() -> tuple[HelpPage, ...]:
    """All pages in the language of the windows, in their order. A page without a translation is in English."""
    english, own = resource(f"help/{ENGLISH}"), resource("help") / language_now()
    files = [own / file.name if (own / file.name).exists() else file for file in sorted(english.glob("*.md"))]
    return (*map(_read, files), *(_reference(page, english) for page in translated(pages())))


def _read(file: Path) -> HelpPage:
    text = file.read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("#").strip()
    return HelpPage(file.stem.partition("-")[2], title, text, file.parent)


def _reference(page: Page, folder: Path) -> HelpPage:
    """Every setting of a section: what it is called in the window and in the file, what it means, what it can be."""
    title = translate("Help", "Settings: {section}").format(section=page.title)
    return HelpPage(f"{SETTINGS}{page.name}", title, "\n\n".join(_paragraphs(title, page)) + "\n", folder)


def _paragraphs(title: str, page: Page) -> Iterator[str]:
    yield f"# {_text(title)}"
    if page.meaning:
        yield _text(page.meaning)
    for group in page.groups:
        if group.title:
            yield f"## {_text(group.title)}"
        for entry in group.entries:
            yield f"**{_text(entry.label)}** · `{entry.key}`  \n{' '.join(_facts(entry))}"


def _facts(entry: Entry) -> Iterator[str]:
    if entry.meaning:
        yield _text(entry.meaning)
    if entry.choices:
        yield translate("Help", "One of {choices}.").format(choices=", ".join(f"`{one}`" for one in entry.choices))
    if entry.low is not None and entry.high is not None:
        limits = translate("Help", "From {low} to {high} {unit}")
        yield f"{limits.format(low=_number(entry.low), high=_number(entry.high), unit=entry.unit).strip()}."
    yield translate("Help", "Default: {value}").format(value=_default(entry))


def _default(entry: Entry) -> str:
    value = entry.default
    if isinstance(value, bool):
        return translate("Help", "on") if value else translate("Help", "off")
    if value in (None, "", [], ()):
        return translate("Help", "none") if value is None else translate("Help", "empty")
    if isinstance(value, list | tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}` {entry.unit}".strip()


def _number(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:,.0f}".replace(",", " ")


def _text(words: str) -> str:
    """Plain words as Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#" else sign for sign in words)
