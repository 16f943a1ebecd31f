"""True counts of tokens, by a program that others wrote. The test command brings it (`installers/others.toml`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from installers.prepare import npm
from tests.realtime.others.programs import OTHERS, THEIRS


def true_counts(texts: Sequence[str]) -> list[int]:
    """How many tokens of o200k each text is; skips the test, and says so, where the tokenizer is missing."""
    (package,) = (package for package in OTHERS.npm if package.name == "gpt-tokenizer")
    folder = package.folder_in(THEIRS)
    if not folder.exists():
        pytest.skip(
            f"THE BUDGET WAS NOT CHECKED AGAINST TRUE COUNTS: {folder.name} is missing; the test command brings it"
            " where the package index can be reached: python3 installers/bootstrap.py test"
        )
    lines = "\n".join(json.dumps(text) for text in texts)
    script = Path(__file__).with_name("count_tokens.js")
    command = [str(npm.node(THEIRS)), str(script), str(folder)]
    run = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=100, check=True)
    counts: list[int] = json.loads(run.stdout)
    return counts
