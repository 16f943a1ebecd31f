"""The options of `memory`. Reading them imports nothing of the memory."""

from __future__ import annotations

import argparse
from datetime import datetime, time


def add_memory_options(verb: argparse.ArgumentParser) -> None:
    """The actions of `memory` and their options."""
    actions = verb.add_subparsers(dest="action", metavar="ACTION", required=True)
    search = actions.add_parser("search", help="what fits a text, best first")
    search.add_argument("text")
    search.add_argument("--limit", type=_count, default=None, metavar="N")
    listing = actions.add_parser("list", help="the memories, the latest last")
    _add_range(listing)
    listing.add_argument("--limit", type=_count, default=None, metavar="N", help="the latest N")
    actions.add_parser("import", help="remember what a JSON Lines file says").add_argument("file", metavar="FILE.jsonl")
    actions.add_parser("export", help="write all memories").add_argument("file", metavar="FILE.jsonl")
    edit = actions.add_parser("edit", help="say it in other words; the old ones are erased")
    edit.add_argument("id", type=_count, metavar="ID")
    edit.add_argument("text")
    _add_elsewhere(edit)
    forget = actions.add_parser("forget", help="erase memories from every file of the program")
    forget.add_argument("ids", nargs="*", type=_count, metavar="ID")
    _add_range(forget)
    forget.add_argument("--all", action="store_true", help="everything")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    _add_elsewhere(forget)
    vectors = actions.add_parser("vectors", help="the search by meaning: how it stands, or enable it again")
    vectors.add_argument("order", choices=("status", "enable"), nargs="?", default="status")


def _add_elsewhere(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--transcripts", action="store_true", help="delete the past turns too that contain it")
    verb.add_argument("--scrub", action="store_true", help="delete the backups and damaged files too that contain it")


def _add_range(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--session", type=_session, metavar="S", help="those of one session")
    verb.add_argument("--since", type=_from, metavar="T", help="a day or a time, ISO 8601")
    verb.add_argument("--until", type=_to, metavar="T", help="a day or a time, ISO 8601")


def _session(text: str) -> str:
    text.encode()  # what no text can hold names no session
    return text


def _from(text: str) -> float:
    return seconds_of(text)


def _to(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if len(text) <= len("2026-11-25"):  # the whole day
        moment = datetime.combine(moment, time.max)
    return _timestamp(moment)


def seconds_of(text: str) -> float:
    """The Unix time that an ISO 8601 text stands for; local where it says no offset. Raises ValueError."""
    return _timestamp(datetime.fromisoformat(text))


def _timestamp(moment: datetime) -> float:
    try:
        return moment.astimezone().timestamp()
    except OverflowError as error:  # the first or the last day of the calendar, in another time zone
        raise ValueError(f"{moment} is in no calendar") from error


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value < 2**63:
        raise ValueError(text)
    return value
