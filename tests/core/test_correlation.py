"""Names of work that come from outside are fit for a header and a log, or replaced."""

from __future__ import annotations

import logging

import pytest

from sovereign_desktop.core import correlation


@pytest.mark.parametrize("name", ["turn-17", "a" * 64, "3f.2:1_x"])
def test_a_fit_name_is_kept(name: str) -> None:
    assert correlation.accepted(name) == name


@pytest.mark.parametrize("name", [None, "", "-x", "a b", "a\nb", "ü", "a" * 65, 7])
def test_an_unfit_name_is_replaced(name: object) -> None:
    assert correlation.accepted(name) != name
    assert len(correlation.accepted(name)) == 32


def test_records_bear_the_name_of_the_present_work_and_only_then() -> None:
    inside, outside = logging.makeLogRecord({}), logging.makeLogRecord({})
    token = correlation.current.set("turn-17")
    correlation.AddCorrelation().filter(inside)
    correlation.current.reset(token)
    correlation.AddCorrelation().filter(outside)
    assert vars(inside)["correlation_id"] == "turn-17"
    assert not hasattr(outside, "correlation_id")
