"""Models that raise, hang, lie or flood; no models; broken files; two programs on one history."""

from __future__ import annotations

import asyncio
import json
import math
import sqlite3
import subprocess
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.orchestrator import (
    AIModel,
    AIOrchestrator,
    DataValidator,
    InvalidConfig,
    MigrationAdapter,
    OrchestratorConfig,
    Response,
)
from sovereign_desktop.orchestrator import history as history_module
from sovereign_desktop.orchestrator.calling import LONGEST_ANSWER
from sovereign_desktop.orchestrator.execution import GRACE_S
from sovereign_desktop.orchestrator.history import Call, History
from sovereign_desktop.orchestrator.limits import Limits
from tests.fakes.virtual_time import in_virtual_time


def with_models(*names: str, price: float = 1.0, **config: Any) -> AIOrchestrator:
    orchestrator = AIOrchestrator(OrchestratorConfig(**config))
    for name in names:
        orchestrator.register_model(AIModel(name, "A", price, 0.5))
    return orchestrator


async def answered(orchestrator: AIOrchestrator, call: Any, **more: Any) -> Any:
    result = await orchestrator.process_request("hello", model_call_func=call, **more)
    return result.data


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ("text", "text"),
        (b"bytes", "bytes"),
        ("42", 42.0),
        ("$2.50", 2.5),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ([{"a": 1, "name": "x"}], [{"a": 1, "name": "x"}]),
        ({"content": "text", "cost": 0.1}, "text"),
        ({"success": True, "data": [{"name": "x"}]}, [{"name": "x"}]),
        ({"some": "object"}, {"some": "object"}),
        (Response(content="text"), "text"),
        (Response("other name", "text", 0.1, 5, 0.001, None, True, None), "text"),
        (7, 7),
        ("{broken json", "{broken json"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
async def test_an_answer_may_come_in_any_form(given: Any, data: Any) -> None:
    assert await answered(with_models("one"), lambda model, request: given) == data


async def _async_call(model: AIModel, request: Any) -> str:
    return f"{model.name} {request.prompt}"


class _Callable:
    async def __call__(self, model: AIModel, request: Any) -> str:
        return f"{model.name} {request.prompt}"

    def method(self, request: Any, model: AIModel) -> str:
        return f"{model.name} {request.prompt}"


async def _with_context(model: AIModel, prompt: str, context: Any = None, timeout: float = 0) -> str:
    return f"{model.name} {prompt}"


@pytest.mark.parametrize(
    "call",
    [
        _async_call,
        _Callable(),
        _Callable().method,
        _with_context,
        lambda m, r: f"{m.name} {r.prompt}",
        lambda m, r: _async_call(m, r),
        lambda *both: f"{both[0].name} {both[1].prompt}",
        lambda model_name, prompt: f"{model_name} {prompt}",
        lambda request: f"one {request.prompt}",
        partial(_async_call),
    ],
)
async def test_a_function_may_be_called_in_any_way(call: Any) -> None:
    assert await answered(with_models("one"), call) == "one hello"


class _Deep(list[Any]):
    """Nested deeper than anything that can be sent."""

    def __init__(self) -> None:
        inner: list[Any] = []
        for _ in range(5000):
            inner = [inner]
        super().__init__([inner])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "answered nothing"),
        ("", "answered nothing"),
        ("   ", "answered nothing"),
        (Response(content=None), "answered nothing"),
        (Response(success=False, error="Overloaded."), "Overloaded"),
        ({"error": "no such model"}, "no such model"),
        ("x" * 10_000_000, "too long"),
        (["x" * 1000] * (LONGEST_ANSWER // 1000 + 1), "too long"),
        (_Deep(), "too long"),
    ],
)
async def test_what_is_no_answer_is_a_failure_with_a_reason(given: Any, said: str) -> None:
    orchestrator = with_models("one")
    result = await orchestrator.process_request("hello", model_call_func=lambda model, request: given)
    assert (result.data, result.flagged_for_review) == (None, True)
    assert said in result.metadata["error"]


def _raises(error: BaseException) -> Any:
    async def call(model: AIModel, request: Any) -> Any:
        if model.name == "bad":
            raise error
        return "good"

    return call


@pytest.mark.parametrize(
    "error", [ValueError("secret words"), TimeoutError(), asyncio.CancelledError(), StopIteration(), MemoryError()]
)
async def test_a_model_that_raises_is_replaced_and_its_words_are_told_to_nobody(error: BaseException) -> None:
    orchestrator = with_models("bad", "good", enable_model_selection=False)
    result = await orchestrator.process_request("hello", model_call_func=_raises(error))
    assert (result.data, result.contributing_models) == ("good", ["good"])
    assert "secret words" not in json.dumps(result.metadata)
    assert orchestrator.generate_performance_report(output_format="dict")["models"]["bad"]["success_rate"] == 0


def test_a_model_that_hangs_is_left_behind_and_its_time_is_its_own() -> None:
    orchestrator = with_models(
        "hangs", "works", enable_model_selection=False, model_timeout_seconds=30.0, hedge_after_seconds=5.0
    )
    cancelled = []

    async def call(model: AIModel, request: Any) -> str:
        if model.name == "hangs":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(model.name)
                raise
        return "works"

    result = in_virtual_time(orchestrator.process_request("hello", model_call_func=call))
    assert result.data == "works"
    assert result.metadata["hedged"]
    assert cancelled == ["hangs"]

    alone = with_models("hangs", model_timeout_seconds=3.0)
    late = in_virtual_time(alone.process_request("hello", model_call_func=call))
    assert "did not answer within 3 seconds" in late.metadata["error"]


@pytest.mark.parametrize("has_other", [False, True])
def test_a_model_that_does_not_let_itself_be_cancelled_is_left_to_itself(has_other: bool) -> None:
    names = ("stubborn", "works") if has_other else ("stubborn",)
    orchestrator = with_models(*names, enable_model_selection=False, model_timeout_seconds=30.0, hedge_after_seconds=5)
    may_end = False

    async def call(model: AIModel, request: Any) -> str:
        while model.name == "stubborn" and not may_end:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue
        return f"{model.name} hello"

    async def main() -> tuple[Any, float]:
        nonlocal may_end
        loop = asyncio.get_running_loop()
        began = loop.time()
        result = await orchestrator.process_request("hello", model_call_func=call)
        took, may_end = loop.time() - began, True
        [left] = asyncio.all_tasks() - {asyncio.current_task()}
        left.cancel()
        await asyncio.wait([left])
        return result, took

    result, took = in_virtual_time(main())
    first = result.metadata["responses"][0]
    assert (first["model"], first["success"]) == ("stubborn", False)
    if has_other:
        assert (result.data, first["cancelled"]) == ("works hello", True)
        assert took == pytest.approx(5 + GRACE_S, abs=0.01)
    else:
        assert "did not answer within 30 seconds" in result.metadata["error"]
        assert took == pytest.approx(30 + GRACE_S, abs=0.01)


async def test_a_plain_function_that_hangs_holds_up_nobody() -> None:
    import threading

    let_go = threading.Event()
    orchestrator = with_models("one", model_timeout_seconds=0.05)
    result = await orchestrator.process_request("hello", model_call_func=lambda model, request: let_go.wait(30))
    assert "did not answer" in result.metadata["error"]
    let_go.set()


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -1.0, "a lot", None, True])
async def test_figures_that_are_none_are_reckoned_anew_and_told(nonsense: Any) -> None:
    orchestrator = with_models("one", price=1_000_000.0)
    lies = Response("one", "four words are here", nonsense, nonsense, nonsense, confidence=nonsense)
    result = await orchestrator.process_request("hello", cost_limit=1e6, model_call_func=lambda m, r: lies)
    assert 0 < result.metadata["total_cost"] < 100
    assert 0 <= result.confidence_scores["one"] <= 1
    assert result.flagged_for_review
    assert math.isfinite(json.loads(orchestrator.generate_performance_report(output_format="json"))["total_cost"])


@pytest.mark.parametrize(
    "figures",
    [
        {"cost_per_1m_tokens": -1},
        {"cost_per_1m_tokens": math.nan},
        {"avg_response_time": -0.1},
        {"avg_response_time": "fast"},
        {"name": ""},
        {"quality": -1},
    ],
)
def test_a_model_with_impossible_figures_is_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"number from 0|needs a name"):
        AIOrchestrator().register_model(**{"model": {"name": "one"} | figures})


@pytest.mark.parametrize("wish", [{"quality_threshold": 2}, {"quality_threshold": math.nan}, {"cost_limit": -1}])
async def test_impossible_wishes_are_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wish))):
        await answered(with_models("one"), _async_call, **wish)


@pytest.mark.parametrize("on_disk", [False, True])
async def test_limits_hold_for_a_thousand_requests_at_once(on_disk: bool, tmp_path: Path) -> None:
    """Each could cost a tenth of a cent, and costs a part of that; two cents are the limit of the day."""
    path = str(tmp_path / "history.sqlite") if on_disk else ""
    orchestrator = with_models("one", "two", daily_cost_limit=0.02, max_output_tokens=998, history_path=path)
    running, most, calls = 0, 0.0, 0

    async def call(model: AIModel, request: Any) -> Response:
        nonlocal running, most, calls
        running, calls = running + 1, calls + 1
        most = max(most, 0.001 * running + orchestrator.spent()["day"])
        await asyncio.sleep(0)
        running -= 1
        return Response(model.name, "answer", 0.1, 10, 0.0001 * (1 + calls % 9))

    async def all_at_once(count: int) -> int:
        results = [orchestrator.process_request("hello", model_call_func=call) for _ in range(count)]
        return sum([result.success for result in await asyncio.gather(*results)])

    done = await all_at_once(1000)
    assert done == 20  # each with its tenth of a cent set aside; nothing is free before the first is over
    for _ in range(20):
        done += await all_at_once(20)
    assert most <= 0.02 + 1e-12
    assert 0.019 < orchestrator.spent()["day"] <= 0.02
    assert done == calls
    await asyncio.to_thread(orchestrator.close)


class _BusyDisk(History):
    """Others are served between the question for money and its answer."""

    async def reserve(self, key: str, usd: float, day: date, limits: Limits) -> bool:
        for _ in range(10):
            await asyncio.sleep(0)
        return await super().reserve(key, usd, day, limits)


async def test_money_set_aside_for_a_model_that_was_not_even_asked_is_free_again() -> None:
    """The first has answered before the second is asked; the limit has room for both at a time, not for a third."""
    config = OrchestratorConfig(simple_query_model_count=2, daily_cost_limit=0.0025, max_output_tokens=998)
    orchestrator = AIOrchestrator(config, lambda model, request: None, history=_BusyDisk())
    for name in ("one", "two"):
        orchestrator.register_model(AIModel(name, "A", 1.0, 0.5))
    for _ in range(5):
        result = await orchestrator.process_request("hello", None, 0.1, model_call_func=_async_call)
        assert result.success
        assert len(result.metadata["models_called"]) == 1


async def test_the_month_and_the_request_have_limits_of_their_own() -> None:
    month = with_models("one", price=1000.0, monthly_cost_limit=2.5, max_output_tokens=999)
    said = [await answered(month, lambda m, r: Response(m.name, "a", token_count=1000), cost_limit=5) for _ in range(4)]
    assert said == ["a", "a", None, None]
    request = with_models("one", "two", "three", price=1000.0, simple_query_model_count=3, max_output_tokens=999)
    result = await request.process_request("hello", model_call_func=_async_call, cost_limit=2.1)
    assert len(result.metadata["models_called"]) == 2


def test_what_is_cancelled_is_counted() -> None:
    orchestrator = with_models("quick", "slow", price=1000.0, simple_query_model_count=2)
    orchestrator.register_model(AIModel("quick", "A", 1000.0, 0.5, quality=0.99))

    async def call(model: AIModel, request: Any) -> Any:
        await asyncio.sleep(60 if model.name == "slow" else 0.01)
        return Response(model.name, "done", token_count=100)

    result = asyncio.run(orchestrator.process_request("hello", None, 0.5, 5.0, call))
    slow = next(one for one in result.metadata["responses"] if one["model"] == "slow")
    assert slow["cancelled"]
    assert slow["cost"] > 0
    assert result.metadata["total_cost"] == pytest.approx(0.1 + slow["cost"])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[1, 2]", "no JSON"),
        ("\x00\xff", "no JSON"),
        ("[" * 100_000, "no JSON|can't be read"),
        ('{"system": "on"}', "system must be a group"),
        ('{"system": {"use_orchestrator": "yes"}}', "use_orchestrator must be true or false"),
        ('{"system": {"migration_mode": "sideways"}}', "gradual, full"),
        ('{"orchestrator": {"default_cost_limit": -1}}', "default_cost_limit must be"),
        ('{"models": [{"name": "a"}, {"cost_per_1m_tokens": -3, "name": "b"}, 7]}', "number 2"),
        ('{"version": "9.0", "future": 1}', "version 9.0"),
    ],
)
def test_a_broken_file_costs_what_is_broken_in_it(content: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(content.encode("latin-1"))
    adapter = MigrationAdapter(file)
    assert adapter.initialize_orchestrator()
    [said, *_] = adapter.get_status()["problems"]
    assert __import__("re").search(problem, said)


def test_a_file_that_breaks_while_running_leaves_in_force_what_was(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"system": {"use_orchestrator": false}, // off for now\n "models": [{"name": "one"}]}')
    adapter = MigrationAdapter(file)
    assert adapter.initialize_orchestrator() is None
    file.write_text('{"system": {"use_orch')
    assert adapter.initialize_orchestrator() is None
    assert adapter.get_status()["models"] == ["one"]
    adapter.toggle_orchestrator(True)
    assert adapter.initialize_orchestrator()
    [aside] = tmp_path.glob("config.json.unreadable-*")
    assert aside.read_text() == '{"system": {"use_orch'


def test_models_come_and_go_with_the_file(tmp_path: Path) -> None:
    adapter = MigrationAdapter(tmp_path / "config.json")
    adapter.update_config({"models": [{"name": "one"}, {"name": "two", "enabled": False}]})
    orchestrator = adapter.initialize_orchestrator()
    assert orchestrator
    orchestrator.register_model(AIModel("own"))
    adapter.update_config({"models": [{"name": "three"}]})
    assert sorted(orchestrator.models) == ["own", "three"]
    before = (tmp_path / "config.json").read_text()
    for bad in ({"models": [{"name": ""}]}, {"system": {"use_orchestrator": 1}}, {"orchestrator": {"x": object()}}):
        with pytest.raises(InvalidConfig):
            adapter.update_config(bad)
    assert (tmp_path / "config.json").read_text() == before


def test_two_programs_change_one_file_and_both_changes_are_in_it(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom sovereign_desktop.orchestrator import MigrationAdapter\n"
        "adapter = MigrationAdapter(sys.argv[1])\n"
        "for number in range(20): adapter.update_config({'orchestrator': {sys.argv[2] + str(number): number}})\n"
    )
    file = tmp_path / "config.json"
    programs = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in ("a", "b")]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert len(json.loads(file.read_text())["orchestrator"]) == 40


SPENDER = """
import asyncio, sys
from sovereign_desktop.orchestrator import AIModel, AIOrchestrator, OrchestratorConfig, Response
async def call(model, request):
    await asyncio.sleep(0)
    return Response(model.name, "answer", cost=0.0009)
async def main():
    config = OrchestratorConfig(history_path=sys.argv[1], daily_cost_limit=0.05, max_output_tokens=998)
    orchestrator = AIOrchestrator(config, call)
    orchestrator.register_model(AIModel("one", "A", 1.0, 0.5))
    results = await asyncio.gather(*(orchestrator.process_request("hello") for _ in range(60)))
    orchestrator.close()
    print(sum(result.success for result in results))
asyncio.run(main())
"""


def test_two_programs_on_one_history_share_its_limit_and_what_they_learned(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    programs = [
        subprocess.Popen([sys.executable, "-c", SPENDER, str(file)], stdout=subprocess.PIPE, text=True) for _ in "ab"
    ]
    answered = [int(program.communicate(timeout=60)[0]) for program in programs]
    third = AIOrchestrator(OrchestratorConfig(history_path=str(file)))
    assert 40 <= sum(answered) <= 56
    assert third.spent()["day"] == pytest.approx(0.0009 * sum(answered))
    assert third.spent()["day"] <= 0.05
    report = third.generate_performance_report(output_format="dict")
    assert report["models"]["one"]["calls"] == sum(answered)
    third.close()


def test_a_broken_history_is_moved_aside_and_one_that_cannot_be_had_is_done_without(tmp_path: Path) -> None:
    broken = tmp_path / "history.sqlite"
    broken.write_bytes(b"no database " * 1000)
    orchestrator = with_models("one", history_path=str(broken))
    assert "damaged" in orchestrator.history.problem
    assert asyncio.run(answered(orchestrator, _async_call)) == "one hello"
    assert "damaged" in orchestrator.generate_performance_report()
    orchestrator.close()
    nowhere = with_models("one", history_path=str(broken / "no" / "folder"))
    assert asyncio.run(answered(nowhere, _async_call)) == "one hello"
    assert "can't be read or written" in nowhere.history.problem
    nowhere.close()


def test_what_was_spent_and_learned_is_there_after_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "history.sqlite")
    first = with_models("one", "two", history_path=path)
    asyncio.run(answered(first, _async_call))
    for _ in range(10):
        first.record_feedback("req", "one", "simple_query", was_correct=False, response_time=1.0, cost=0.01)
    trust = first.get_confidence_scores("simple_query")
    first.close()
    again = with_models("one", "two", history_path=path)
    assert again.get_confidence_scores("simple_query") == pytest.approx(trust)
    assert again.history.spent_usd(Period.DAY, date.today()) > 0
    again.close()


async def test_feedback_and_validation_take_nonsense_with_a_sentence() -> None:
    orchestrator = with_models("one")
    with pytest.raises(ValueError, match="task type"):
        orchestrator.record_feedback("r", "one", "cooking", was_correct=True)
    with pytest.raises(ValueError, match="was_correct"):
        orchestrator.record_feedback("r", "one", "simple_query", was_correct=math.nan)
    for data in (None, "text", 7, [], [None], [[1]], {"a": 1}):
        assert not DataValidator().validate_gpu_prices(data).is_valid
    own = orchestrator.validate_data([{"x": 1}, {"x": 9}], "mine", rules=[lambda record: record["x"] < 5])
    assert (own.is_valid, own.validated_data) == (False, [{"x": 1}])
    broken = orchestrator.validate_data([{"y": 1}], "mine", rules=[lambda record: record["x"] < 5])
    assert "failed (KeyError)" in broken.errors[0]
    assert await orchestrator.validate_data(
        [{"provider": "A", "gpu": "H100", "price": "$2.50/hr", "region": "x"}], "GPU"
    )


def test_what_a_request_adds_stays_small_when_much_was_asked() -> None:
    """The history grows; the time for one more request does not grow with it."""
    orchestrator = with_models("one", "two")

    async def many(count: int) -> float:
        began = time.process_time()
        for _ in range(count):
            await answered(orchestrator, _async_call)
        return (time.process_time() - began) / count

    first = asyncio.run(many(200))
    asyncio.run(many(2000))
    assert asyncio.run(many(200)) < 4 * first


def test_what_a_full_disk_did_not_take_is_written_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models.sqlite"
    history = History(path)
    history.load()

    def full(_connection: sqlite3.Connection, _call: Call) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(history_module, "_insert_call", full)
        history.add(Call("1", "a", "one", "simple_query", True, 0.5))
        history.save()
        assert history._database is not None
        history._database.run_blocking(lambda _connection: None)  # one after another: the first has failed by now
    assert "can't be read or written" in history.problem
    history.add(Call("2", "b", "one", "simple_query", True, 0.5))
    history.close()
    again = History(path)
    again.load()
    assert [call.id for call in again.calls] == ["1", "2"]
    again.close()


async def test_a_plain_functions_thread_that_ends_late_disturbs_nobody() -> None:
    """It was left behind at its deadline, and gives its answer to nobody."""
    import threading

    let_go, ended = threading.Event(), threading.Event()

    def call(model: AIModel, request: Any) -> str:
        let_go.wait(30)
        ended.set()
        return "too late"

    orchestrator = with_models("one", model_timeout_seconds=0.05)
    assert await answered(orchestrator, call) is None
    let_go.set()
    assert await asyncio.to_thread(ended.wait, 30)
    assert await answered(orchestrator, _async_call) == "one hello"
