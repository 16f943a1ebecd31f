"""The test command's stages: what finds a fault soonest comes first, and the first failure ends it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installers.prepare.environment import Environment
from installers.prepare.processes import run_attached
from installers.prepare.progress import say


@dataclass(frozen=True, slots=True)
class Stage:
    """One command of the test run."""

    title: str
    command: tuple[str, ...]
    once_more: tuple[str, ...] = ()
    """What to add to the command for a second try at what failed. The tests on the virtual desktop keep time with a
    sound server on a shared machine; what fails twice is no accident. A second try is always told."""


SECOND_TRY = ("--last-failed", "--last-failed-no-failures=none")
TWO_WORKERS = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
"""The tests of the rooms wait for nobody but the processor. A file stays with one worker: what it starts once for all
of its tests is started once. Files come in their order: by the number of tests in them the longest would come last.
What measures, and what has the whole desktop for itself, runs alone."""
ALONE = ("--numprocesses=0",)
SLOWEST = ("--durations=15", "--durations-min=5")
"""Told at the end of each stage: where a run gets longer, it can be seen why."""


def stages(environment: Environment, selection: Sequence[str]) -> list[Stage]:
    """All stages, or with a selection the one of pytest that it makes."""
    python = str(environment.python)
    pytest = (python, "-m", "pytest")
    told = (*pytest, *SLOWEST)
    if selection:
        return [Stage("selected tests", (*pytest, *selection))]
    ruff = str(environment.program("ruff"))
    return [
        Stage("lint", (ruff, "check")),
        Stage("format", (ruff, "format", "--check")),
        Stage("types", (python, "-m", "mypy")),
        Stage("types of the installers", (python, "-m", "mypy", "installers")),
        Stage("imports between rooms", (str(environment.program("lint-imports")),)),
        Stage(
            "rooms",
            (*told, "tests", "--ignore=tests/end_to_end", "--ignore=tests/benchmarks", *TWO_WORKERS),
            (*SECOND_TRY, *ALONE),
        ),
        Stage("benchmarks", (*told, "tests/benchmarks"), SECOND_TRY),
        Stage("end to end", (*told, "tests/end_to_end"), SECOND_TRY),
    ]


def run_stages(todo: Sequence[Stage], root: Path) -> int:
    """Run the stages in order and return the exit status of the first that fails, or 0; then say what took how long."""
    started_s = time.monotonic()
    took: list[str] = []
    status, failed = 0, ""
    for number, stage in enumerate(todo, 1):
        say(f"\n=== {number}/{len(todo)} {stage.title}: {_without_root(stage.command, root)}")
        begun_s = time.monotonic()
        status = run_attached(stage.command, root)
        if status == 1 and stage.once_more:  # pytest: tests failed; anything else is no matter of luck
            say(f"\n{stage.title}: failed with exit status {status}; what failed is tried once more")
            took.append(f"{stage.title} FAILED AT FIRST")
            status = run_attached((*stage.command, *stage.once_more), root)
        took.append(f"{stage.title} {time.monotonic() - begun_s:.1f} s")
        if status:
            failed = stage.title
            break
    verdict = f"{failed}: failed, exit status {status}" if status else "all stages passed"
    say(f"\n{verdict}, {time.monotonic() - started_s:.1f} s in all ({', '.join(took)})")
    return status


def _without_root(command: Sequence[str], root: Path) -> str:
    return " ".join(command).replace(f"{root}/", "")
