"""A migration in a process of its own: every step is asked about, and what is not answered with `go` is undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.migration_desk import Choices, MigrationDesk
from sovereign_desktop.app.migration_process import BrokenOffError, main
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.transaction import Outcome, Wishes
from tests.migration.stage import installation, state_of

Carry = Callable[[dict[str, Any], Progress], Outcome]


def three_steps(request: dict[str, Any], progress: Progress) -> Outcome:
    for step in ("one", "two", "three"):
        progress(step, 1, 3)
    return Outcome(done=(f"did {request['do']}",))


def told(answers: str, carry_out: Carry = three_steps) -> list[Any]:
    """What the process writes when it is answered so."""
    out = StringIO()
    main(StringIO('{"do": "apply"}\n' + answers), out, carry_out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_step_is_told_and_the_outcome_last() -> None:
    assert told("go\n" * 3) == [
        ["one", 1, 3],
        ["two", 1, 3],
        ["three", 1, 3],
        {"outcome": {"id": "", "folder": "", "done": ["did apply"], "notes": []}},
    ]


@pytest.mark.parametrize("answers", ["go\nstop\n", "go\n"])
def test_a_stop_and_the_end_of_the_other_process_break_it_off(answers: str) -> None:
    assert told(answers) == [["one", 1, 3], ["two", 1, 3], {"broken_off": True}]


def test_an_error_is_told_in_its_words() -> None:
    def fail(_request: dict[str, Any], _progress: Progress) -> Outcome:
        raise SovereignError("No room is left.", remedy="Make some.")

    assert told("", fail) == [{"error": "No room is left.", "remedy": "Make some."}]


def test_the_real_process_does_just_what_was_shown(home: Path, tmp_path: Path) -> None:
    desk, root = MigrationDesk(), installation(tmp_path)
    draft = desk.draft(desk.assess(root, offline=True).old, Choices(values={"audio.volume": "0.5"}))
    before = state_of(root), state_of(home / "config")
    seen: list[str] = []

    def stop(what: str, _done: int, _total: int) -> None:
        seen.append(what)
        if what == "Applying":
            raise BrokenOffError

    choices = Choices(values={"audio.volume": "0.5"})
    with pytest.raises(SovereignError, match="were changed meanwhile"):
        desk.apply_apart(draft, Choices(), Wishes(), lambda *_: None)
    with pytest.raises(BrokenOffError):
        desk.apply_apart(draft, choices, Wishes(), stop)
    assert seen[0] == "Backing up"
    assert (state_of(root), state_of(home / "config")) == before
    outcome = desk.apply_apart(draft, choices, Wishes(), lambda *_: None)
    assert "volume: 0.5" in desk.paths.settings_file.read_text()
    assert desk.step_apart("rollback", desk.chosen(outcome.id), lambda *_: None).notes == ()
    assert (state_of(root), state_of(home / "config")) == before
