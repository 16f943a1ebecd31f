"""A migration in a process of its own: hashing, encrypting and copying would make the windows stutter from a thread.

The request comes as a line of JSON on standard input. Each step of the way is told as a line on standard output and
waits for the answer `go`; anything else, the end of the other process included, breaks the migration off and undoes
it. The last line is the outcome or the error. `apart` is the other side, for a thread.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.processes import isolated_env
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.transaction import Outcome

ARGS = (sys.executable, "-m", "sovereign_desktop.app.migration_process")
GO, STOP = "go", "stop"
TELL_EVERY_S = 0.05


class BrokenOffError(SovereignError):
    """Somebody broke it off."""

    def __init__(self) -> None:
        super().__init__("It was broken off. Everything is as it was before.")


def apart(request: dict[str, Any], progress: Progress) -> Outcome:
    """Have it done; `progress` is called here, may wait, and breaks it off by raising. Raises SovereignError."""
    process = subprocess.Popen(  # noqa: S603 - this program
        ARGS, env=isolated_env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = _followed(process.stdin, process.stdout, request, progress)
    if "outcome" in told:
        outcome = told["outcome"]
        folder = Path(outcome["folder"]) if outcome["folder"] else None
        return Outcome(outcome["id"], folder, tuple(outcome["done"]), tuple(outcome["notes"]))
    if told.get("broken_off"):
        raise BrokenOffError
    raise SovereignError(
        told.get("error") or "The migration ended before it was done.",
        remedy=told.get("remedy") or "`migrate list` says how it stands.",
    )


def _followed(to: IO[str], lines: IO[str], request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The last line. Once broken off, the rest is waited for: it is undone meanwhile."""
    try:
        _say(to, json.dumps(request))
        for line in lines:
            told = json.loads(line)
            if isinstance(told, dict):
                return told
            try:
                progress(*told)
            except BrokenOffError:
                _say(to, STOP)
            else:
                _say(to, GO)
    except (OSError, ValueError):
        return {}  # it is gone
    return {}


def _say(to: IO[str], line: str) -> None:
    to.write(f"{line}\n")
    to.flush()


def main(requests: IO[str], answers: IO[str], carry_out: Callable[[dict[str, Any], Progress], Outcome]) -> None:
    """Carry out the one request."""
    told = ("", 0.0)
    is_stopped = False

    def progress(what: str, done: int, total: int) -> None:
        nonlocal told, is_stopped
        now = time.monotonic()
        if is_stopped or (what == told[0] and now - told[1] < TELL_EVERY_S):
            return  # what is undone after a stop is not asked about
        told = (what, now)
        _say(answers, json.dumps([what, done, total]))
        if requests.readline().strip() != GO:
            is_stopped = True
            raise BrokenOffError

    answer: dict[str, Any]
    try:
        answer = {"outcome": carry_out(json.loads(requests.readline()), progress).as_json()}
    except BrokenOffError:
        answer = {"broken_off": True}
    except SovereignError as error:
        answer = {"error": error.user_text, "remedy": error.remedy}
    _say(answers, json.dumps(answer))


if __name__ == "__main__":
    from sovereign_desktop.app.migration_desk import carry_out_request

    main(sys.stdin, sys.stdout, carry_out_request)
