"""Files of the same families that nobody has seen: every setting has exactly one fate, and the new file is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sovereign_desktop.migration import rendering
from sovereign_desktop.migration.fates import Fate
from tests.migration.families import family_member
from tests.migration.test_plan import plan_or_refusal, written


def is_told_whole(text: str, folder: Path) -> bool:
    """Whether there is a plan; when there is, everything that a plan promises is asserted."""
    made = plan_or_refusal(text)
    if made is None:
        return False
    json.dumps(made.as_json())
    for entry in made.entries:
        assert entry.why or entry.fate in (Fate.KEPT, Fate.RENAMED, Fate.SECRET), entry.path
        assert bool(entry.changes) or entry.fate not in (Fate.KEPT, Fate.RENAMED), entry.path
    path = folder / "settings.yaml"
    path.unlink(missing_ok=True)
    assert written(made, folder).problems == ()
    assert rendering.new_text(path, made) == path.read_text()
    return True


@pytest.mark.parametrize("odd", ["0", "false", "[]", "{}", "''", "null", "~", "1.5", "[openai]", "{name: openai}"])
def test_a_provider_that_is_no_name_is_an_engine_that_is_not_there(odd: str, tmp_path: Path) -> None:
    for section in ("stt", "tts", "llm"):
        for line in (f"provider: {odd}", f"primary_provider: {odd}", f"primary: {{provider: {odd}, model: m}}"):
            assert is_told_whole(f"{section}:\n  {line}\n  model: gpt-4\n", tmp_path)


@pytest.mark.parametrize("seed", range(12))
def test_every_setting_of_an_unseen_file_has_one_fate_and_the_new_file_loads(seed: int, tmp_path: Path) -> None:
    plans = sum(is_told_whole(family_member(number), tmp_path) for number in range(4 * seed, 4 * seed + 4))
    assert plans > 0
