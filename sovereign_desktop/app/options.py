"""The options of the tray app, and what each means to one that runs already."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrayOptions:
    """How to start. `verbs` are for the instance that runs already, in the order given; it takes over `mode` too."""

    mode: str = ""
    minimized: bool = False
    verbs: tuple[tuple[str, str], ...] = ()


_PLAIN_VERBS = {
    "talk": "begin to listen",
    "release": "stop listening and answer",
    "toggle": "begin to listen, or stop and answer",
    "cancel": "stop listening and speaking",
    "retry": "ask the latest question again that nobody could answer",
    "quit": "end the program",
}


_WINDOWS = ("settings", "transcript", "latency", "memory", "welcome", "migration", "help")


class _AddVerb(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        del parser, option_string
        value = values if isinstance(values, str) else ""
        namespace.verbs = (*namespace.verbs, (self.dest, value))


def add_tray_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the tray app to a parser."""
    parser.set_defaults(verbs=())
    parser.add_argument(
        "--mode",
        choices=("hybrid", "realtime", "traditional"),
        default="",
        help="who answers; the program that runs already changes over",
    )
    parser.add_argument("--minimized", action="store_true", help="show nothing but the icon")
    running = parser.add_argument_group("for the program that runs already")
    for verb, meaning in _PLAIN_VERBS.items():
        running.add_argument(f"--{verb}", action=_AddVerb, nargs=0, help=meaning)
    running.add_argument("--screen", action=_AddVerb, choices=("on", "off"), help="screen awareness")
    running.add_argument("--show", action=_AddVerb, choices=_WINDOWS, help="open a window")


def parse_tray_options(arguments: Sequence[str]) -> TrayOptions:
    """Read the options; leaves with status 2 and one line when one is unknown."""
    parser = argparse.ArgumentParser(prog="sovereign-desktop", allow_abbrev=False)
    add_tray_options(parser)
    found = parser.parse_args(arguments)
    return TrayOptions(mode=found.mode, minimized=found.minimized, verbs=found.verbs)
