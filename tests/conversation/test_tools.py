"""The skills as functions: each does what its words say, and nothing that a model sends breaks anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.conversation.skills.base import EngineFact, ProgramFacts, SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.timers import TimerBook
from sovereign_desktop.conversation.tools import ToolBox, ToolResult

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


class Bench:
    def __init__(self) -> None:
        self.box = ToolBox(SkillBook())
        self.timers = TimerBook()

    def call(self, name: str, /, **arguments: Any) -> ToolResult:
        return self.call_raw(name, json.dumps(arguments))

    def call_raw(self, name: str, arguments: str) -> ToolResult:
        program = ProgramFacts("Cloud", (EngineFact("conversation", "gpt-realtime-2.1"),))
        return self.box.call(name, arguments, SkillContext(NOW, program, self.timers))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_time_and_date_are_this_computers(bench: Bench) -> None:
    assert bench.call("get_time").output == "It is 2:05 PM."
    assert bench.call("get_date").output == "Today is Saturday, November 21, 2026."


@pytest.mark.parametrize(
    ("arguments", "name", "length"),
    [
        ({"seconds": 300}, "", timedelta(minutes=5)),
        ({"seconds": 90.0, "name": "tea"}, "tea", timedelta(seconds=90)),
        ({"seconds": 3700, "name": "pizza in the oven"}, "pizza in the oven", timedelta(seconds=3700)),
        ({"seconds": 60, "name": "egg timer"}, "egg", timedelta(seconds=60)),
    ],
)
def test_a_timer_is_set_as_it_was_asked_for(
    bench: Bench, arguments: dict[str, Any], name: str, length: timedelta
) -> None:
    result = bench.call("set_timer", **arguments)
    assert [(timer.name, timer.length) for timer in bench.timers.running] == [(name, length)]
    assert result.command == "timers"
    assert "set for" in result.output


def test_timers_are_listed_and_cancelled(bench: Bench) -> None:
    bench.call("set_timer", seconds=300, name="tea")
    bench.call("set_timer", seconds=600)
    assert "tea timer" in bench.call("list_timers").output
    assert bench.call("cancel_timer", name="tea").command == "timers"
    assert [timer.name for timer in bench.timers.running] == [""]
    bench.call("cancel_all_timers")
    assert bench.timers.running == ()
    assert bench.call("cancel_timer").output == "No timer is running."


@pytest.mark.parametrize(
    ("expression", "ending"),
    [("12*(3+4)", "is 84."), ("15 % of 80", "is 12."), ("1/0", "zero."), ("2^10", "is 1,024."), ("0.1+0.2", "is 0.3.")],
)
def test_sums_are_exact(bench: Bench, expression: str, ending: str) -> None:
    assert bench.call("calculate", expression=expression).output.endswith(ending)


def test_the_volume_changes(bench: Bench) -> None:
    assert bench.call("set_volume", percent=40).command == "volume:0.40"
    assert bench.call("louder").command == "louder"


def test_who_wants_silence_is_not_told_that_there_is_silence(bench: Bench) -> None:
    result = bench.call("stop")
    assert (result.command, result.ends_the_turn) == ("stop", True)
    assert not bench.call("louder").ends_the_turn


def test_the_program_speaks_truthfully_of_itself(bench: Bench) -> None:
    assert "gpt-realtime-2.1" in bench.call("about").output


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("set_timer", "{"),
        ("set_timer", "[300]"),
        ("set_timer", "{}"),
        ("set_timer", '{"seconds": "soon"}'),
        ("set_timer", '{"seconds": -1}'),
        ("set_timer", '{"seconds": NaN}'),
        ("set_timer", '{"seconds": 1e300}'),
        ("set_timer", '{"seconds": 5, "name": 7}'),
        ("set_volume", '{"percent": 400}'),
        ("calculate", '{"expression": ""}'),
        ("calculate", '{"expression": "the meaning of life"}'),
        ("calculate", "[" * 100_000),
        ("format_the_disk", "{}"),
    ],
)
def test_a_call_that_can_not_be_carried_out_is_answered_with_why(bench: Bench, name: str, arguments: str) -> None:
    result = bench.call_raw(name, arguments)
    assert result.output.startswith("Error: ")
    assert (result.command, bench.timers.running) == ("", ())


@given(st.sampled_from([tool.name for tool in ToolBox(SkillBook()).tools]), st.text(max_size=60))
def test_no_text_raises(name: str, arguments: str) -> None:
    bench = Bench()
    assert bench.call_raw(name, arguments).output
    assert bench.call(name, name=arguments, expression=arguments, seconds=5, percent=5).output


def test_every_tool_has_a_schema_that_models_accept(bench: Bench) -> None:
    for tool in bench.box.tools:
        assert tool.description.endswith(".")
        assert tool.parameters["type"] == "object"
        assert set(tool.parameters["required"]) <= set(tool.parameters["properties"])
        json.dumps(tool.parameters)
