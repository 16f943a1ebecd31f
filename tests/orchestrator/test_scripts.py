"""Scripts as people write them who have read the guide: each runs when the name in its import line is changed.

They stand in `scripts/` with the old name in them. The last line of each says what it has to print.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
OLD, NEW = "from ai_orchestrator import", "from sovereign_desktop.orchestrator import"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(text: str, path: Path) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    exec(compile(text, str(path), "exec"), names)
    return names


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_with_its_import_line_changed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text("utf-8")
    assert text.count(OLD) == 1
    names = run(text.replace(OLD, NEW), path)
    assert names["EXPECTED"] in capsys.readouterr().out


def test_issue_6_the_old_name_is_not_there_and_the_new_one_is_wherever_the_script_stands() -> None:
    script = SCRIPTS[0]
    with pytest.raises(ModuleNotFoundError, match="No module named 'ai_orchestrator'"):
        run(script.read_text("utf-8"), script)
    names = run("from sovereign_desktop.orchestrator import *", script)
    public = {
        "AIModel",
        "AIOrchestrator",
        "DataValidator",
        "MergedResult",
        "MigrationAdapter",
        "OrchestratorConfig",
        "Request",
        "Response",
        "TaskType",
        "ValidationResult",
    }
    assert public <= set(names)
