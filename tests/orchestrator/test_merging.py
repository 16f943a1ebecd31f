"""Several answers become one, with word of who each part is from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from sovereign_desktop.orchestrator.anomalies import anomalies
from sovereign_desktop.orchestrator.content import Kind, as_number
from sovereign_desktop.orchestrator.history import Call
from sovereign_desktop.orchestrator.merging import Answer, agree, merge


def answers(**contents: Any) -> list[Answer]:
    return [Answer(name, content, 0.8) for name, content in contents.items()]


def gpu(price: Any, provider: str = "AWS", region: str = "us") -> dict[str, Any]:
    return {"provider": provider, "gpu": "H100", "price": price, "region": region}


def test_records_are_matched_by_their_key_and_every_field_has_its_source() -> None:
    merged = merge(
        answers(a=[gpu(2.5), gpu(9.0, region="eu")], b=[gpu("$2.55", "aws ")], c=[gpu(2.52), gpu(9.0, region="EU")]),
        data_type="gpu_prices",
    )
    assert merged.kind is Kind.RECORDS
    assert [record["price"] for record in merged.data] == [2.52, 9.0]
    assert merged.provenance[0]["models"] == ["a", "b", "c"]
    assert merged.provenance[1] == {"models": ["a", "c"], "fields": merged.provenance[1]["fields"]}
    assert merged.disagreements == ["aws h100 eu: said by a, c alone"]


def test_a_price_that_is_far_off_is_outvoted_and_told() -> None:
    merged = merge(answers(a=[gpu(2.5)], b=[gpu(25.0)], c=[gpu(2.6)]), data_type="gpu")
    assert merged.data[0]["price"] == 2.6
    assert merged.provenance[0]["fields"]["price"] == ["a", "c"]
    assert any("price" in one and "b 25.0" in one for one in merged.disagreements)


def test_more_trust_weighs_more_than_more_voices() -> None:
    trusted = [Answer("sure", 10, 0.9), Answer("x", 20, 0.2), Answer("y", 20, 0.2)]
    assert merge(trusted).data == 10
    assert merge([Answer("sure", "yes", 0.3), Answer("x", "no", 0.2), Answer("y", "no", 0.2)]).data == "no"


def test_objects_are_merged_field_by_field_and_inside() -> None:
    merged = merge(answers(a={"x": 1, "in": {"y": "p"}}, b='{"x": 1, "in": {"y": "p"}, "more": true}'))
    assert merged.data == {"x": 1, "in": {"y": "p"}, "more": True}
    assert merged.provenance == {"x": ["a", "b"], "in": {"y": ["a", "b"]}, "more": ["b"]}
    assert merged.disagreements == []


def test_prose_is_one_models_words_that_most_agree_with() -> None:
    merged = merge(
        answers(
            a="The first train leaves at six in the morning.",
            b="At six in the morning the first train leaves.",
            c="Bananas grow in warm countries.",
        )
    )
    assert merged.data.endswith(".")
    assert merged.supporters == ["a", "b"]
    assert merged.disagreements == ["c says something else"]


def test_the_same_words_around_another_figure_do_not_agree() -> None:
    assert agree("The train leaves at 6 in the morning.", "The train leaves at 9 in the morning.") == 0
    assert agree("The train leaves at 6.", "At 6 the train leaves.") == 1


def test_meaning_is_compared_where_somebody_can() -> None:
    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 0.1] if "cat" in text or "feline" in text else [0.0, 1.0] for text in texts]

    merged = merge(answers(a="It is a cat.", b="A feline creature!", c="It is a bus."), embed=embed)
    assert merged.supporters == ["a", "b"]


def test_an_answer_of_another_kind_is_told() -> None:
    merged = merge(answers(a=[gpu(1)], b=[gpu(1)], c="I can't say."), data_type="gpu")
    assert merged.kind is Kind.RECORDS
    assert merged.disagreements == ["c answered with prose, not with records"]


def test_records_without_a_key_are_matched_by_their_order_and_twins_are_kept() -> None:
    assert merge(answers(a=[{"x": 1}, {"x": 2}], b=[{"x": 1}, {"x": 2}])).data == [{"x": 1}, {"x": 2}]
    assert len(merge(answers(a=[gpu(1), gpu(2)]), data_type="gpu").data) == 2


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("$2.50", 2.5),
        ("2,500.5", 2500.5),
        ("95 %", 95.0),
        ("$2.50/hr", 2.5),
        ("2026-11-21", None),
        ("H100", None),
        ("", None),
        (True, None),
        ("1e400", None),
        (float("nan"), None),
        ("٣", 3.0),
    ],
)
def test_numbers_are_read_as_people_write_them(said: Any, number: float | None) -> None:
    assert as_number(said) == number


def test_any_answers_merge_into_something_and_name_their_sources() -> None:
    rng = random.Random(7)

    def thing(depth: int = 0) -> Any:
        kinds = ["x", 1.5, None, True, "", -3, "12", {"a": 1}]
        if depth < 3 and rng.random() < 0.5:
            return rng.choice(
                [{rng.choice("ab"): thing(depth + 1)}, [thing(depth + 1) for _ in range(rng.randrange(3))]]
            )
        return rng.choice(kinds)

    for _ in range(2000):
        given = {name: thing() for name in "abc"[: rng.randrange(1, 4)]}
        merged = merge(answers(**given), data_type=rng.choice(["", "gpu", "grid"]))
        assert set(merged.supporters) <= set(given)
        assert merged.supporters


def _calls(count: int, **figures: Any) -> list[Call]:
    rng = random.Random(1)
    made = []
    for number in range(count):
        seconds = figures.get("seconds", 1.0) * rng.uniform(0.8, 1.2)
        succeeded = number % 10 < figures.get("ok_of_ten", 10)
        made.append(
            Call(str(number), str(number), "one", "simple_query", succeeded, seconds, quality=figures.get("quality"))
        )
    return made


def test_a_model_that_is_unlike_before_is_noticed_and_an_even_one_is_not() -> None:
    before = _calls(60, quality=1.0)
    assert anomalies(before) == []
    assert [one.kind for one in anomalies(before + _calls(10, seconds=2.0, quality=1.0))] == ["slow"]
    assert [one.kind for one in anomalies(before + _calls(10, ok_of_ten=5, quality=1.0))] == ["failing"]
    assert [one.kind for one in anomalies(before + _calls(10, quality=0.4))] == ["wrong"]
    assert anomalies(_calls(5) + _calls(10, seconds=9.0)) == []
