"""The manual page: its frame from `installers/linux`, its options and verbs from the program's own command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from installers.pack.source import NAME, Source


def write(source: Source) -> str:
    """The page of this version."""
    from sovereign_desktop.app.cli import _parser

    parser = _parser()
    page = (source.root / "installers" / "linux" / f"{NAME}.1").read_text("utf-8")
    for word, text in (
        ("options", "\n".join(_options(parser))),
        ("verbs", "\n".join(_verbs(parser))),
        ("version", source.version),
        ("date", source.date),
    ):
        page = page.replace(f"@{word}@", text)
    return page


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.option_strings:
            yield ".TP"
            yield rf"\fB{_roff(', '.join(action.option_strings))}\fR{_value(action)}"
            yield _roff(action.help or "")


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    name = "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    return rf" \fI{_roff(name)}\fR"


def _verbs(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield ".TP"
                yield rf"\fB{_roff(choice.dest)}\fR"
                yield _roff(choice.help or "")


def _roff(text: str) -> str:
    """Text that roff prints as it is."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
