"""Memories as lines of JSON: what `memory export` writes and `memory import` reads, and the window with them.

Both go through in portions, tell how far they are, and can be cancelled between two portions.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sovereign_desktop.app.memory_options import seconds_of
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import Memory, NewMemory, Source, storable, without_unstorable

PORTION = 500


@dataclass(slots=True)
class LongWork:
    """How far something is that takes a while. `told` is called after every portion with what is done, and of how many.

    Who sets `is_cancelled` ends it before the next portion.
    """

    told: Callable[[int, int], None] = lambda _done, _of: None
    is_cancelled: bool = False


async def export_lines(memories: Memories, path: Path, work: LongWork) -> int:
    """Write all memories to a file that only its owner can read; how many. The file is whole or as it was before.

    Raises SovereignError.
    """
    await memories.store.must_be_kept()
    half = path.parent / f"{path.name}.part"
    written, last, count = 0, 0, await memories.store.count()
    try:
        await asyncio.to_thread(_begin, half)
        while (some := await memories.store.after(last, PORTION)) and not work.is_cancelled:
            lines = "".join(f"{json.dumps(as_line(memory), ensure_ascii=False)}\n" for memory in some)
            await asyncio.to_thread(_append, half, lines)
            written, last = written + len(some), some[-1].id
            work.told(written, max(written, count))
        if not work.is_cancelled:
            await asyncio.to_thread(half.replace, path)
    except OSError as error:
        raise SovereignError(f"{path} can't be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # it could not be begun
            await asyncio.to_thread(half.unlink, missing_ok=True)
    return written


async def import_lines(memories: Memories, path: Path, work: LongWork) -> tuple[int, int]:
    """Remember what a file says: how many lines, and how many memories they are. Raises SovereignError.

    A line that is none is told before anything is kept. What was kept before it was cancelled stays.
    """
    new = await asyncio.to_thread(lambda: list(read_lines(path)))
    ids: set[int] = set()
    done = 0
    for start in range(0, len(new), PORTION):
        if work.is_cancelled:
            break
        some = new[start : start + PORTION]
        ids.update(await memories.remember(*some))
        done += len(some)
        work.told(done, len(new))
    return done, len(ids)


def as_line(memory: Memory) -> dict[str, Any]:
    """A memory as it is exported."""
    return {
        "id": memory.id,
        "text": memory.text,
        "time": iso_of(memory.time),
        "session": memory.session,
        "source": memory.source,
    }


def read_lines(path: Path) -> Iterator[NewMemory]:
    """What an exported file says. Raises SovereignError for the first line that can't be used."""
    try:
        with path.open(encoding="utf-8-sig") as lines:  # some editors begin a text with a mark
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _read_line(line, number)
    except UnicodeDecodeError as error:
        raise SovereignError(f"{path} is no text in UTF-8; nothing was imported.") from error
    except OSError as error:
        raise SovereignError(f"{path} can't be read: {error.strerror}.") from error


def _read_line(line: str, number: int) -> NewMemory:
    try:
        said = json.loads(line)
        text = storable(_string(said, "text"))
        at = seconds_of(said["time"]) if said.get("time") else time.time()
        session, source = _string(said, "session", ""), _string(said, "source", Source.IMPORTED)
        return NewMemory(text, at, without_unstorable(session), without_unstorable(source))
    except SovereignError as error:
        raise SovereignError(f"Line {number}: {error.user_text} Nothing was imported.", remedy=error.remedy) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SovereignError(
            f"Line {number} is no memory; nothing was imported.",
            remedy='Each line is a JSON object such as {"text": "…", "time": "2026-11-25T10:00:00"}.',
        ) from error


def _string(said: dict[str, Any], name: str, default: str | None = None) -> str:
    value = said.get(name, default)
    if not isinstance(value, str) or len(value) > 2**20:
        raise TypeError(name)
    return value


def iso_of(at: float) -> str:
    """A Unix time as ISO 8601 with the offset of here; empty for what no calendar has."""
    try:
        return datetime.fromtimestamp(at).astimezone().isoformat(timespec="milliseconds")
    except (OverflowError, OSError, ValueError):
        return ""


def _begin(half: Path) -> None:
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)


def _append(half: Path, lines: str) -> None:
    with half.open("a", encoding="utf-8") as file:
        file.write(lines)
