"""What functions and files really give: lists, years as keys, nulls, generators, half characters."""

from __future__ import annotations

import asyncio
import copy
import json
import math
import pickle
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.orchestrator import (
    AIModel,
    AIOrchestrator,
    InvalidConfig,
    MigrationAdapter,
    OrchestratorConfig,
    Response,
)
from sovereign_desktop.orchestrator import history as history_module
from sovereign_desktop.orchestrator.config_file import ConfigFile
from sovereign_desktop.orchestrator.content import Kind, read


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


async def test_half_a_character_keeps_nothing_from_being_written(tmp_path: Path) -> None:
    path = tmp_path / "models.sqlite"
    orchestrator = with_models("one", history_path=str(path))
    await orchestrator.process_request("hello", model_call_func=lambda model, request: {"error": "bad \ud83d"})
    await orchestrator.process_request("hello", model_call_func=_says)
    orchestrator.export_metrics(tmp_path / "metrics.json")
    await asyncio.to_thread(orchestrator.close)
    assert orchestrator.history.problem == ""
    assert _count(path) == 2


@pytest.mark.parametrize("what", ["seconds = 'x'", "quality = 7", "quality = -3", "at = 'then'", "tokens = x'00'"])
def test_a_row_that_can_be_no_call_is_passed_over(what: str, tmp_path: Path) -> None:
    path = str(tmp_path / "models.sqlite")
    first = with_models("one", history_path=path)
    for _ in range(2):
        asyncio.run(first.process_request("hello", model_call_func=_says))
    first.close()
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE calls SET {what} WHERE rowid = 1")
    connection.commit()
    connection.close()
    again = with_models("one", history_path=path)
    assert again.generate_performance_report(output_format="dict")["total_calls"] == 1
    again.close()


def test_feedback_for_a_kind_of_work_that_a_later_version_knows_is_taken() -> None:
    orchestrator = with_models("one")
    orchestrator.history.add(history_module.Call("1", "request", "one", "cooking", True, 0.5))
    assert orchestrator.record_feedback("request", "one")


async def test_a_locked_file_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def locked(*_: object) -> bool:
        nonlocal tried
        tried += 1
        raise sqlite3.OperationalError("database is locked")

    path = tmp_path / "models.sqlite"
    orchestrator = with_models("one", history_path=str(path), daily_cost_limit=1.0)
    with monkeypatch.context() as other_program:
        other_program.setattr(history_module, "_reserve", locked)
        other_program.setattr(history_module, "_all", locked)
        asked = [orchestrator.process_request("hello", model_call_func=_says) for _ in range(50)]
        assert all(result.success for result in await asyncio.gather(*asked))
        assert tried == 1
    await asyncio.to_thread(orchestrator.close)
    assert _count(path) == 50


def test_models_can_be_copied() -> None:
    models = with_models("one", "two").models
    for copied in (copy.deepcopy(models), pickle.loads(pickle.dumps(models))):
        assert [model.name for model in copied] == ["one", "two"]


@pytest.mark.parametrize("hours", ["24", None, math.inf, math.nan, -1, 10**400])
def test_hours_are_a_number(hours: Any) -> None:
    with pytest.raises(ValueError, match="hours must be a number from 0"):
        with_models("one").generate_performance_report(hours=hours)


def test_metrics_for_a_folder_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"):
        with_models("one").export_metrics(tmp_path)
    assert list(tmp_path.parent.glob(f".{tmp_path.name}.*")) == []


def test_a_fence_with_nothing_but_lines_is_read_at_once() -> None:
    began = time.process_time()
    assert read("```" + "\n" * 200_000 + "x")[0] is Kind.PROSE
    assert time.process_time() - began < 5  # it was minutes


@pytest.mark.parametrize("broken", ['"' + '\\"' * 100_000, "/*" * 100_000, '"' + '\\"' * 100_000 + "\\"])
def test_a_broken_file_is_read_at_once(broken: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(broken)
    began = time.process_time()
    assert "is no JSON" in ConfigFile(file).current().problems[0]
    assert time.process_time() - began < 5  # it was minutes


def test_a_file_that_is_too_large_is_called_that(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"notes": "x" * 1_000_001}))
    assert "is larger than 1 MB" in ConfigFile(file).current().problems[0]


def test_what_is_in_force_stays_when_a_file_that_broke_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    adapter = MigrationAdapter(file)
    adapter.update_config({"models": [{"name": "one"}], "orchestrator": {"default_cost_limit": 0.5}})
    file.write_text('{"system": {"use_orch')
    adapter.toggle_orchestrator(False)
    again = MigrationAdapter(file)
    assert again.get_status()["models"] == ["one"]
    assert again.config["orchestrator"] == {"default_cost_limit": 0.5}
    assert not again.is_on


@pytest.mark.parametrize("bad", [[1], "text", 7, {"models": [{"name": "\ud83d"}]}, {"orchestrator": {"x": math.nan}}])
def test_changes_that_are_none_are_refused_with_a_sentence(bad: Any, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    with pytest.raises(InvalidConfig, match=r"must be a mapping|JSON can't"):
        MigrationAdapter(file).update_config(bad)
    assert not file.exists()


@pytest.mark.parametrize(
    "old",
    [
        {"success": True, "data": [1], "metadata": None},
        {"success": True, "data": [1], "metadata": ["a list"]},
        {"success": False},
        {"success": True, "data": [1], "metadata": {"total_cost": -1}},
    ],
)
@pytest.mark.parametrize("system", [{}, {"use_orchestrator": False}, {"parallel_run": True}])
async def test_whatever_the_old_way_gives_has_the_old_form(
    old: dict[str, Any], system: dict[str, Any], tmp_path: Path
) -> None:
    given = copy.deepcopy(old)
    adapter = MigrationAdapter(tmp_path / "config.json", lambda prompt: given, lambda model, request: None)
    adapter.update_config({"system": system, "models": [{"name": "one"}]})
    result = await adapter.fetch_data_with_collaboration("hello", "gpu")
    await adapter.close()
    assert (result["success"], result["data"], result["error"]) == (old["success"], old.get("data"), None)
    assert isinstance(result["metadata"], dict)
    assert ("orchestrator_error" in result["metadata"]) == (system == {})
    assert given == old


@pytest.mark.parametrize("name", [".beside:fetch", "breaks_when_imported:fetch"])
async def test_a_legacy_function_that_cannot_be_imported_is_done_without(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "breaks_when_imported.py").write_text("raise NameError('x')\n")
    monkeypatch.syspath_prepend(tmp_path)
    adapter = MigrationAdapter(tmp_path / "config.json")
    adapter.update_config({"system": {"use_orchestrator": False}, "legacy_system": {"function": name}})
    assert not adapter.get_status()["legacy_available"]
    assert "no legacy function" in (await adapter.fetch_data_with_collaboration("hello"))["error"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("simple_query_model_count", 0),
        ("model_timeout_seconds", "60"),
        ("daily_cost_limit", math.nan),
        ("quality_per_usd", None),
    ],
)
async def test_a_setting_that_a_script_changed_to_nonsense_is_named(name: str, value: Any) -> None:
    orchestrator = with_models("one")
    setattr(orchestrator.config, name, value)
    with pytest.raises(ValueError, match=f"{name} must be"):
        await orchestrator.process_request("hello", model_call_func=_says)


async def test_a_price_that_becomes_none_while_the_model_is_asked_harms_only_itself() -> None:
    orchestrator = with_models("one", daily_cost_limit=1.0)

    async def changes(model: AIModel, request: Any) -> str:
        model.cost_per_1m_tokens = math.nan
        return "hello"

    result = await orchestrator.process_request("hello", model_call_func=changes)
    assert (result.data, result.metadata["total_cost"]) == ("hello", 0)
    with pytest.raises(ValueError, match="cost_per_1m_tokens of one must be"):
        await orchestrator.process_request("hello", model_call_func=_says)


class _Table:
    """A context that says neither yes nor no, as tables do."""

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


async def test_a_context_may_be_a_table() -> None:
    assert (await with_models("one").process_request("hello", _Table(), model_call_func=_says)).data == "hello"


async def test_who_cancels_twice_waits_for_nobody_and_nothing_is_held_or_blamed() -> None:
    orchestrator = with_models("one", "two", simple_query_model_count=2, daily_cost_limit=1.0)
    began, may_end = asyncio.Event(), asyncio.Event()

    async def stubborn(model: AIModel, request: Any) -> str:
        began.set()
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue
        return "too late"

    asked = asyncio.create_task(orchestrator.process_request("hello", model_call_func=stubborn))
    await began.wait()
    for _ in range(2):
        asked.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert [call.quality for call in orchestrator.history.calls] == [None, None]
    spent = orchestrator.spent()["day"]
    assert spent > 0
    assert not any(orchestrator.history.account._held.values())
    may_end.set()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert orchestrator.spent()["day"] == spent


@pytest.mark.parametrize("mode", ["gradual", "full"])
@pytest.mark.parametrize("reads", range(5))
async def test_a_file_that_is_switched_off_in_the_middle_of_a_call_breaks_nothing(
    reads: int, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = MigrationAdapter(tmp_path / "config.json", lambda prompt: "old", _says)
    adapter.update_config({"system": {"migration_mode": mode}, "models": [{"name": "one"}]})
    is_on = adapter._file.current()
    adapter.toggle_orchestrator(False)
    is_off = adapter._file.current()
    answers = iter([is_on] * reads)
    monkeypatch.setattr(adapter._file, "current", lambda: next(answers, is_off))
    assert (await adapter.fetch_data_with_collaboration("hello"))["data"] in ("old", "hello")
    await adapter.close()
