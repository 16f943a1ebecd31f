"""The calls of the migration guide, step by step, as a script makes them whose import line was changed.

`false` and `true` stand in two of its blocks as JSON has them; a script that runs has them as Python does.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.orchestrator import (
    AIModel,
    AIOrchestrator,
    DataValidator,
    MergedResult,
    MigrationAdapter,
    OrchestratorConfig,
    Response,
    TaskType,
    ValidationResult,
)
from tests.fakes.openai_server import FakeOpenAIServer

PRICES = [{"provider": "AWS", "gpu": "H100", "price": 2.5, "region": "us-east-1"}]
CONFIG = {
    "version": "1.0.0",
    "system": {"use_orchestrator": True, "migration_mode": "gradual", "rollback_enabled": True},
    "feature_flags": {
        "enable_model_selection": True,
        "enable_parallel_execution": True,
        "enable_result_merging": True,
        "enable_validation": True,
        "enable_performance_tracking": True,
    },
    "orchestrator": {
        "default_quality_threshold": 0.8,
        "default_cost_limit": 1.0,
        "simple_query_model_count": 1,
        "complex_reasoning_model_count": 2,
        "validation_model_count": 3,
    },
    "models": [
        {
            "name": "qwen-max",
            "provider": "Alibaba",
            "cost_per_1m_tokens": 0.4,
            "avg_response_time": 2.0,
            "enabled": True,
        }
    ],
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a project with the guide's `config.json`, in which the scripts run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    return tmp_path


async def call_model(model: Any, request: Any) -> Response:
    return Response(
        model_name=model.name,
        content=json.dumps(PRICES),
        response_time=0.1,
        token_count=100,
        cost=0.0001,
        timestamp=request.timestamp,
        success=True,
        error=None,
    )


async def legacy_fetch_data(prompt: str, data_type: str = "") -> dict[str, Any]:
    return {"success": True, "data": PRICES, "metadata": {"from": "legacy", "data_type": data_type}}


def test_step_4_a_set_up_with_its_file_works() -> None:
    orchestrator = MigrationAdapter().initialize_orchestrator()
    assert orchestrator
    assert [model.name for model in orchestrator.models.values()] == ["qwen-max"]
    assert orchestrator.models["qwen-max"].cost_per_1m_tokens == 0.4


async def test_steps_6_and_7_old_and_new_side_by_side() -> None:
    adapter = MigrationAdapter()
    legacy_result = await legacy_fetch_data("Get GPU prices", "gpu")
    orchestrator = adapter.initialize_orchestrator()
    assert orchestrator
    new_result = await orchestrator.process_request(
        prompt="Get GPU prices", quality_threshold=0.8, model_call_func=call_model
    )
    assert isinstance(new_result, MergedResult)
    assert new_result.data == legacy_result["data"]


def test_step_8_features_are_switched_while_it_runs(project: Path) -> None:
    adapter = MigrationAdapter()
    orchestrator = adapter.initialize_orchestrator()
    assert orchestrator
    flags = {"enable_model_selection": True, "enable_parallel_execution": False, "enable_result_merging": False}
    adapter.update_config({"feature_flags": flags})
    assert not orchestrator.config.enable_parallel_execution
    assert not orchestrator.config.enable_result_merging
    assert orchestrator.config.enable_validation
    adapter.update_config({"feature_flags": {"enable_parallel_execution": True}})
    assert orchestrator.config.enable_parallel_execution
    kept = json.loads((project / "config.json").read_text())
    assert kept["feature_flags"]["enable_parallel_execution"] is True
    assert kept["models"] == CONFIG["models"]


async def test_step_9_reports_and_metrics(project: Path) -> None:
    orchestrator = MigrationAdapter().initialize_orchestrator()
    assert orchestrator
    await orchestrator.process_request("hello", model_call_func=call_model)
    assert "qwen-max" in orchestrator.generate_performance_report(output_format="text")
    figures = json.loads(orchestrator.generate_performance_report(output_format="json"))
    assert figures["models"]["qwen-max"]["calls"] == 1
    one = orchestrator.generate_performance_report("qwen-max", TaskType.SIMPLE_QUERY, 1, output_format="dict")
    assert one["total_requests"] == 1
    assert (
        orchestrator.generate_performance_report(task_type="data_validation", output_format="dict")["total_calls"] == 0
    )
    orchestrator.export_metrics("./metrics.json")
    assert json.loads((project / "metrics.json").read_text())["calls"][0]["model"] == "qwen-max"
    with pytest.raises(ValueError, match="text, json, dict"):
        orchestrator.generate_performance_report(output_format="pdf")


async def test_step_10_without_a_legacy_system_nothing_falls_back_to_it() -> None:
    adapter = MigrationAdapter(legacy_func=legacy_fetch_data)
    adapter.update_config(
        {
            "legacy_system": {"enabled": False},
            "system": {"use_orchestrator": True, "migration_mode": "full"},
        }
    )
    result = await adapter.fetch_data_with_collaboration("x", model_call_func=_fails)
    assert not result["success"]
    assert adapter.get_status()["migration_mode"] == "full"


async def test_in_the_mode_gradual_the_old_way_answers_for_a_new_one_that_fails() -> None:
    adapter = MigrationAdapter(legacy_func=legacy_fetch_data)
    result = await adapter.fetch_data_with_collaboration("x", "gpu", model_call_func=_fails)
    assert result["success"]
    assert result["metadata"]["from"] == "legacy"
    assert "failed" in result["metadata"]["orchestrator_error"]


def _fails(model: Any, request: Any) -> None:
    raise ConnectionError("the words of a prompt")


async def test_the_new_interface() -> None:
    orchestrator = AIOrchestrator()
    orchestrator.register_model(AIModel("one", "A", 0.4, 2.0))
    orchestrator.register_model(AIModel(name="two", provider="B", cost_per_1m_tokens=0.5, avg_response_time=1.0))
    result = await orchestrator.process_request(
        prompt="Get GPU prices", quality_threshold=0.8, cost_limit=0.1, model_call_func=call_model
    )
    assert result.data == PRICES
    assert sorted(result.contributing_models) == ["one", "two"]
    assert set(result.confidence_scores) == {"one", "two"}
    assert all(0 <= score <= 1 for score in result.confidence_scores.values())
    assert not result.flagged_for_review
    assert result.metadata["provenance"][0]["fields"]["price"] == result.contributing_models


async def test_the_compatible_interface_gives_the_old_form() -> None:
    adapter = MigrationAdapter(model_call_func=call_model)
    result = await adapter.fetch_data_with_collaboration(
        prompt="Get GPU prices", data_type="gpu", quality_threshold=0.8, cost_limit=0.1
    )
    assert result["success"]
    assert result["data"] == PRICES
    assert result["metadata"]["contributing_models"] == ["qwen-max"]
    without = await MigrationAdapter().fetch_data_with_collaboration("Get GPU prices", "gpu")
    assert (without["success"], without["error"]) == (False, "model_call_func is required")


def test_an_orchestrator_may_be_made_of_the_file_or_of_its_settings(project: Path) -> None:
    assert list(AIOrchestrator(project / "config.json").models) == ["qwen-max"]
    assert AIOrchestrator({"simple_query_model_count": 2}).config.simple_query_model_count == 2
    assert AIOrchestrator(config=OrchestratorConfig(seed=7)).config.seed == 7


def test_values_are_updated_at_runtime() -> None:
    adapter = MigrationAdapter()
    orchestrator = adapter.initialize_orchestrator()
    assert orchestrator
    adapter.update_config({"orchestrator": {"default_quality_threshold": 0.9, "default_cost_limit": 0.5}})
    assert (orchestrator.config.default_quality_threshold, orchestrator.config.default_cost_limit) == (0.9, 0.5)


async def test_issue_1_no_models() -> None:
    orchestrator = AIOrchestrator()
    with pytest.raises(ValueError, match=r"^No AI models available for routing$"):
        await orchestrator.process_request("...", model_call_func=call_model)
    orchestrator.register_model(AIModel("qwen-max", "Alibaba", 0.4, 2.0))
    assert (await orchestrator.process_request("...", model_call_func=call_model)).data


async def test_issue_2_no_way_to_call_them() -> None:
    orchestrator = AIOrchestrator()
    orchestrator.register_model(AIModel("qwen-max", "Alibaba", 0.4, 2.0))
    with pytest.raises(RuntimeError, match=r"^model_call_func is required$"):
        await orchestrator.process_request(prompt="...")


async def test_issue_3_costs_are_limited() -> None:
    config = OrchestratorConfig(simple_query_model_count=1, complex_reasoning_model_count=2)
    orchestrator = AIOrchestrator(config)
    orchestrator.register_model(AIModel("dear", "A", 1_000_000, 2.0))
    result = await orchestrator.process_request(prompt="...", cost_limit=0.5, model_call_func=call_model)
    assert result.data is None
    assert "cost limit" in result.metadata["error"]
    orchestrator.register_model({"name": "deepseek-v3", "cost_per_1m_tokens": 0.15})
    assert (await orchestrator.process_request("...", cost_limit=0.5, model_call_func=call_model)).data


async def test_issue_4_feedback_lowers_trust_and_more_models_are_asked() -> None:
    orchestrator = AIOrchestrator(OrchestratorConfig(validation_model_count=3, enable_early_result_processing=False))
    for name in ("qwen-max", "two", "three", "four"):
        orchestrator.register_model(AIModel(name, "A", 0.4, 2.0))
    before = orchestrator.get_confidence_scores(TaskType.DATA_VALIDATION)
    for _ in range(3):
        orchestrator.record_feedback(
            request_id="req-123", model_name="qwen-max", task_type=TaskType.DATA_VALIDATION, was_correct=False
        )
    after = orchestrator.get_confidence_scores(TaskType.DATA_VALIDATION)
    assert after["qwen-max"] < before["qwen-max"]
    assert after["two"] == before["two"]
    result = await orchestrator.process_request(
        "verify this", quality_threshold=0.9, model_call_func=call_model, task_type=TaskType.DATA_VALIDATION
    )
    assert len(result.metadata["models_called"]) == 3


async def test_issue_5_fewer_models_early_results_longer_timeouts() -> None:
    config = OrchestratorConfig(
        simple_query_model_count=1, enable_early_result_processing=True, model_timeout_seconds=60.0
    )
    orchestrator = AIOrchestrator(config)
    for name in ("one", "two", "three"):
        orchestrator.register_model(AIModel(name, "A", 0.4, 2.0))
    result = await orchestrator.process_request("hello", model_call_func=call_model)
    assert len(result.metadata["models_called"]) == 1


async def test_rolling_back_by_the_switch_by_the_file_and_by_hand(project: Path) -> None:
    adapter = MigrationAdapter(legacy_func=legacy_fetch_data, model_call_func=call_model)
    assert adapter.initialize_orchestrator()
    adapter.toggle_orchestrator(False)
    assert adapter.initialize_orchestrator() is None
    assert (await adapter.fetch_data_with_collaboration("x", "gpu"))["metadata"]["from"] == "legacy"
    adapter.toggle_orchestrator(True)
    assert adapter.initialize_orchestrator()
    adapter.update_config({"system": {"use_orchestrator": False}})
    assert adapter.initialize_orchestrator() is None
    (project / "config.json").write_text(json.dumps({"system": {"use_orchestrator": True}}))
    assert adapter.initialize_orchestrator()


def test_the_quick_rollback_is_a_script_of_its_own(project: Path) -> None:
    """Another program that runs all the while sees it with its next call."""
    running = MigrationAdapter()
    assert running.initialize_orchestrator()
    script = (
        "from sovereign_desktop.orchestrator import MigrationAdapter\n"
        "adapter = MigrationAdapter()\n"
        "adapter.toggle_orchestrator(False)\n"
        "print('back')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=project, check=True)
    assert done.stdout == "back\n"
    assert running.initialize_orchestrator() is None
    assert json.loads((project / "config.json").read_text())["models"] == CONFIG["models"]


def test_records_are_validated_by_kind() -> None:
    validator = DataValidator()
    good = validator.validate_gpu_prices(PRICES)
    assert isinstance(good, ValidationResult)
    assert (good.is_valid, good.validated_data, good.errors) == (True, PRICES, [])
    tokens = validator.validate_token_prices([{"provider": "A", "model": "m", "input_price": 1, "output_price": 2}])
    assert tokens.is_valid
    load = validator.validate_grid_load([{"region": "DE", "timestamp": "2026-11-20T12:00:00Z", "load_percentage": 130}])
    assert (load.is_valid, load.validated_data) == (False, [])
    assert "load_percentage" in load.errors[0]


def test_a_script_may_run_without_a_loop_of_its_own() -> None:
    orchestrator = AIOrchestrator(model_call_func=lambda model, request: "an answer")
    orchestrator.register_model(AIModel("one"))
    result = asyncio.run(orchestrator.process_request("hello"))
    again = asyncio.run(orchestrator.process_request("hello"))
    assert (result.data, again.data) == ("an answer", "an answer")
    assert len(orchestrator.models) == 1
    assert [model.name for model in orchestrator.models] == ["one"]  # type: ignore[attr-defined]
    assert "one" in orchestrator.models


async def test_a_parallel_run_answers_with_the_old_way_and_compares() -> None:
    adapter = MigrationAdapter(legacy_func=legacy_fetch_data, model_call_func=call_model)
    adapter.update_config({"system": {"parallel_run": True}})
    result = await adapter.fetch_data_with_collaboration("Get GPU prices", "gpu")
    assert result["metadata"]["from"] == "legacy"
    await adapter.close()
    assert adapter.orchestrator
    both = adapter.orchestrator.generate_performance_report(output_format="dict")["parallel_run"]
    assert (both["requests"], both["agreement"]) == (1, 1.0)
    assert both["new"]["total_cost"] > both["old"]["total_cost"] == 0
    assert "side by side" in adapter.orchestrator.generate_performance_report()


async def test_models_that_say_where_they_are_need_no_function_to_call_them(home: Path) -> None:
    async with FakeOpenAIServer(reply="[{...}]") as server:
        adapter = MigrationAdapter()
        adapter.update_config(
            {
                "orchestrator": {"model_timeout_seconds": 300},  # a busy machine may need long to load the SDK
                "models": [{"name": "here", "base_url": server.base_url, "cost_per_1m_tokens": 1}],
            }
        )
        result = await adapter.fetch_data_with_collaboration("hello")
        assert (result["success"], result["data"]) == (True, "[{...}]")
        assert result["metadata"]["total_cost"] == pytest.approx(12e-6)
    gone = await adapter.fetch_data_with_collaboration("hello")
    assert (gone["success"], "can't be reached" in gone["error"]) == (False, True)
