"""Limits on money: `none` is a limit that is not there, an empty value the one that the program comes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.config.sections.switching import Spend
from sovereign_desktop.config.store import load, save


@pytest.mark.parametrize(
    ("written", "cap"), [("none", None), ("None", None), ("0", 0.0), ("12.5", 12.5), ("", 5.0), ("null", 5.0)]
)
def test_a_limit_is_an_amount_or_none(tmp_path: Path, written: str, cap: float | None) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(f"spend:\n  cap_day_usd: {written}\n")
    loaded = load(path, {})
    assert (loaded.settings.spend, loaded.problems) == (Spend(cap_day_usd=cap), ())


@pytest.mark.parametrize("written", ["-1", ".inf", ".nan", "lots", "[1]"])
def test_what_is_no_amount_leaves_the_default_in_force(tmp_path: Path, written: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(f"spend:\n  cap_month_usd: {written}\n")
    loaded = load(path, {})
    assert loaded.settings.spend == Spend()
    assert [problem.text for problem in loaded.problems] == ["spend.cap_month_usd must be none, or a number from 0."]


def test_a_limit_that_is_taken_away_stays_away(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    save(path, {"spend.cap_day_usd": "none"})
    assert load(path, {}).settings.spend.cap_day_usd is None
    save(path, {"spend.cap_day_usd": None})
    assert load(path, {}).settings.spend == Spend()


def test_a_variable_takes_a_limit_away(tmp_path: Path) -> None:
    loaded = load(tmp_path / "settings.yaml", {"SOVEREIGN_SPEND__CAP_MONTH_USD": "none"})
    assert loaded.settings.spend.cap_month_usd is None
