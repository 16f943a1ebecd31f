"""The table of what was learned: what each model did at each kind of question, and what is remarkable of it."""

from __future__ import annotations

from sovereign_desktop.orchestrator.history import JUDGED, Call, Comparison
from sovereign_desktop.orchestrator.learned import Row, learned

TRUST = {
    "small": {"simple_query": 0.8, "complex_reasoning": 0.7},
    "large": {"simple_query": 0.75, "complex_reasoning": 0.75},
}


def call(number: int, model: str = "small", task: str = "simple_query", **figures: object) -> Call:
    known: dict[str, object] = {"succeeded": True, "seconds": 0.5, "cost_usd": 0.001} | figures
    return Call(str(number), f"turn-{number}", model, task, **known)  # type: ignore[arg-type]


def test_a_row_says_what_a_model_did_at_a_kind_of_question() -> None:
    calls = [
        call(1, quality=1.0),
        call(2, seconds=1.5),
        call(3, succeeded=False, seconds=9.0, quality=0.0, error="BrokenReply"),
        call(4, seconds=0.7, quality=0.0),
        call(5, succeeded=False, seconds=0.2),
        call(6, strategy=JUDGED, quality=1.0, seconds=0.0, cost_usd=0.0),
    ]
    [row, other] = learned(calls, TRUST).rows
    assert row == Row("small", "simple_query", 5, 1, 2 / 3, 0.7, 0.005, 0.8)
    assert other == Row("large", "simple_query", 0, 0, None, None, 0.0, 0.75)


def test_a_model_that_is_not_there_any_more_has_no_row() -> None:
    assert {row.model for row in learned([call(1, "gone")], TRUST).rows} == {"small", "large"}
    assert learned([call(1)], {}).rows == ()


def test_what_is_remarkable_is_said_in_sentences() -> None:
    calls = [call(number, seconds=0.5 if number < 40 else 5.0) for number in range(50)]
    both = Comparison("turn-1", "simple_query", 1.0, 2.0, 0.001, 0.002, True, True, 1.0, 0.8)
    told = learned(calls, TRUST, spent_usd=(0.05, 1.0), comparisons=[both], problem="The file is damaged.")
    assert (told.spent_day_usd, told.spent_month_usd) == (0.05, 1.0)
    slower, beside, problem = told.remarks
    assert slower.startswith("small answers slower")
    assert "they agree in 100%" in beside
    assert problem == "The file is damaged."
