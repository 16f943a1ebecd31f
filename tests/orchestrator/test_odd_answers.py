"""What functions and files really give: lists, years as keys, nulls, generators, half characters."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.orchestrator import (
    AIModel,
    AIOrchestrator,
    OrchestratorConfig,
    Response,
)


def with_models(*names: str, **config: Any) -> AIOrchestrator:
    orchestrator = AIOrchestrator(OrchestratorConfig(**config))
    for name in names:
        orchestrator.register_model(AIModel(name, "A", 1.0, 0.5))
    return orchestrator


async def _says(model: AIModel, request: Any) -> str:
    return "hello"


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ("[]", []),
        ({2024: 1.5, 2025: 2.5}, {2024: 1.5, 2025: 2.5}),
        ('{"gpu": "H100", "price": null}', {"gpu": "H100", "price": None}),
        ('[{"gpu": "H100", "price": null}]', [{"gpu": "H100", "price": None}]),
    ],
)
@pytest.mark.parametrize("names", [("one",), ("one", "two")])
async def test_an_answer_keeps_its_form(names: tuple[str, ...], given: Any, data: Any) -> None:
    orchestrator = with_models(*names, simple_query_model_count=2, enable_early_result_processing=False)
    result = await orchestrator.process_request("hello", model_call_func=lambda model, request: given)
    assert result.data == data
    assert sorted(result.contributing_models) == sorted(names)
    assert not result.metadata["disagreements"]


async def test_lists_that_differ_are_a_disagreement_and_a_null_says_nothing_against_a_value() -> None:
    orchestrator = with_models("one", "two", simple_query_model_count=2, enable_early_result_processing=False)

    async def asked(**said: Any) -> Any:
        return await orchestrator.process_request("hello", model_call_func=lambda model, request: said[model.name])

    assert (await asked(one=["a"], two=["b"])).metadata["disagreements"]
    assert (await asked(one={"price": None}, two={"price": 2.5})).data == {"price": 2.5}


def _parts(model: AIModel, request: Any) -> Iterator[str]:
    yield "one "
    yield "two"


async def _parts_async(model: AIModel, request: Any) -> AsyncIterator[str]:
    yield "one "
    yield "two"


def _endless(model: AIModel, request: Any) -> Iterator[str]:
    while True:
        yield "word " * 10_000


async def _endless_async(model: AIModel, request: Any) -> AsyncIterator[str]:
    while True:
        yield "word " * 10_000


@pytest.mark.parametrize("call", [_parts, _parts_async, lambda model, request: iter_of("one ", "two")])
async def test_a_generators_parts_are_one_answer(call: Any) -> None:
    assert (await with_models("one").process_request("hello", model_call_func=call)).data == "one two"


def iter_of(*parts: Any) -> Iterator[Any]:
    yield from parts


async def test_a_generator_may_give_records_or_a_response_or_nothing() -> None:
    orchestrator = with_models("one")
    records = [{"name": "a"}, {"name": "b"}]
    for parts, data in ((records, records), ([Response("one", "whole")], "whole"), ([], None)):
        result = await orchestrator.process_request("hello", model_call_func=lambda m, r, parts=parts: iter_of(*parts))
        assert result.data == data


@pytest.mark.parametrize("call", [_endless, _endless_async])
async def test_a_generator_without_end_is_too_long(call: Any) -> None:
    result = await with_models("one").process_request("hello", model_call_func=call)
    assert "too long" in result.metadata["error"]
    assert result.metadata["total_cost"] > 0


async def test_one_response_given_for_every_model_costs_each_its_own_price() -> None:
    orchestrator = with_models("cheap", simple_query_model_count=2, enable_early_result_processing=False)
    orchestrator.register_model(AIModel("dear", "A", 500.0, 0.5))
    same = Response(content="hello", token_count=1000)
    result = await orchestrator.process_request("hello", model_call_func=lambda model, request: same)
    costs = {one["model"]: one["cost"] for one in result.metadata["responses"]}
    assert costs == pytest.approx({"cheap": 0.001, "dear": 0.5})
    assert (same.model_name, same.cost) == ("", 0.0)


@pytest.mark.parametrize("figures", [{"cost": 1e300}, {"cost": 1e12}, {"token_count": 10**30}])
async def test_a_figure_beyond_belief_closes_neither_the_purse_nor_the_model(
    figures: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "models.sqlite"
    orchestrator = with_models("one", history_path=str(path), daily_cost_limit=1.0)
    lie = Response("one", "hello", **figures)
    for call in (lambda model, request: lie, _says):
        assert (await orchestrator.process_request("hello", model_call_func=call)).data == "hello"
    assert orchestrator.spent()["day"] < 0.01
    await asyncio.to_thread(orchestrator.close)
    assert orchestrator.history.problem == ""
    assert _count(path) == 2


def _count(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM calls").fetchone()[0])
    finally:
        connection.close()
