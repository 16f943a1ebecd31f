"""Who is asked: the primary while it does well, the others while it does not, and it again after a while."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.modes import Limits, Standing, Way
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.errors import BrokenReply
from tests.conversation.stage import ScriptedBackend

BROKEN = BrokenReply("It broke off.")


async def nothing(*_: object) -> None:
    """It is never asked here."""


def backend(name: str, availability: Availability = AVAILABLE) -> ScriptedBackend:
    return ScriptedBackend(name, nothing, availability)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def switches() -> list[Standing]:
    return []


@pytest.fixture
def line(clock: Clock, switches: list[Standing]) -> Line:
    backends = [backend("realtime"), backend("pipeline"), backend("skills")]
    return Line(backends, Limits(), clock=clock, on_switch=switches.append)


def names(line: Line) -> list[str]:
    return [backend.name for backend in line.order()]


def lose(line: Line, times: int = 3) -> None:
    for _ in range(times):
        line.failed(line.backends[0], BROKEN)


def test_a_primary_that_failed_three_times_is_not_asked_and_the_user_is_told(
    line: Line, switches: list[Standing]
) -> None:
    lose(line, 2)
    assert names(line) == ["realtime", "pipeline", "skills"]
    lose(line, 1)
    assert names(line) == ["pipeline", "skills"]
    assert [(switch.way, switch.reason) for switch in switches] == [(Way.FALLBACK, "it failed 3 times in a row")]


def test_it_comes_back_after_the_cool_down_and_two_answers(line: Line, clock: Clock, switches: list[Standing]) -> None:
    lose(line)
    clock.now = 29.0
    assert names(line) == ["pipeline", "skills"]
    clock.now = 30.0
    assert names(line)[0] == "realtime"
    for _ in range(2):
        clock.now += 1
        line.answered(line.backends[0])
    assert [switch.way for switch in switches] == [Way.FALLBACK, Way.TRIAL, Way.PRIMARY]


def test_attempts_to_connect_count_as_failures_but_not_as_answers(line: Line, clock: Clock) -> None:
    for _ in range(3):
        line.connected(worked=False)
    assert names(line) == ["pipeline", "skills"]
    clock.now = 30.0
    line.order()
    for _ in range(5):
        line.connected(worked=True)
    assert line.standing.way is Way.TRIAL


def test_a_matter_rules_it_out_until_that_matter_is_over(line: Line, clock: Clock) -> None:
    line.rule_out("spend", "the limit is reached")
    line.rule_out("connection", "")
    clock.now = 1000.0
    assert names(line) == ["pipeline", "skills"]
    assert line.standing.reason == "the limit is reached"
    line.rule_out("spend", "")
    assert names(line)[0] == "realtime"


def test_its_absence_has_a_reason_for_who_can_t_answer_without_it(line: Line) -> None:
    assert line.absence is None
    line.rule_out("spend", "today's limit of spending is reached")
    assert line.absence is not None
    assert line.absence.sentence == "The Realtime API is not asked now: today's limit of spending is reached."


def test_without_anybody_behind_it_the_primary_stays() -> None:
    alone = Line([backend("realtime")], Limits())
    lose(alone)
    assert names(alone) == ["realtime"]


def test_a_slow_connection_is_left_only_for_a_model(clock: Clock) -> None:
    for behind, expected in (("pipeline", Way.FALLBACK), ("skills", Way.PRIMARY)):
        line = Line([backend("realtime"), backend(behind)], Limits(), clock=clock, share_ms=lambda: 900.0)
        for _ in range(10):
            line.answered(line.backends[0])
        assert line.standing.way is expected


def test_without_limits_only_a_ruling_out_takes_it_out(clock: Clock) -> None:
    line = Line([backend("realtime"), backend("skills")], clock=clock)
    lose(line, 20)
    assert names(line) == ["realtime", "skills"]
    line.rule_out("connection", "the key was refused")
    assert names(line) == ["skills"]


def test_a_changed_line_forgets_what_was_held_against_anybody(line: Line) -> None:
    lose(line)
    line.restart(line.backends)
    assert names(line)[0] == "realtime"


async def test_another_backend_that_fails_three_times_is_left_alone_for_a_while(line: Line, clock: Clock) -> None:
    pipeline = line.backends[1]
    for _ in range(3):
        assert await line.obstacle(pipeline) is None
        line.failed(pipeline, BROKEN)
    assert await line.obstacle(pipeline) is BROKEN
    assert names(line)[0] == "realtime", "its failures say nothing about the primary"
    clock.now = 30.0
    assert await line.obstacle(pipeline) is None


async def test_a_primary_that_can_not_be_asked_has_failed() -> None:
    line = Line([backend("realtime", Availability(False, "no network")), backend("skills")], Limits())
    for _ in range(3):
        obstacle = await line.obstacle(line.backends[0])
        assert obstacle is not None
        assert obstacle.sentence == "No network."
    assert names(line) == ["skills"]


def test_that_the_primary_is_back_is_news_once(line: Line, clock: Clock) -> None:
    lose(line)
    clock.now = 30.0
    line.order()
    for _ in range(2):
        line.answered(line.backends[0])
    assert line.take_news() == "The Realtime API answers again: it works again."
    assert line.take_news() == ""


def test_a_fault_at_every_third_turn_switches_no_more_often_than_the_cool_down_allows(
    line: Line, clock: Clock, switches: list[Standing]
) -> None:
    every_s, limits = 5.0, Limits()
    for number in range(1, 101):
        clock.now += every_s
        primary = line.order()[0]
        if primary.name != "realtime":
            continue
        if number % 3:
            line.answered(primary)
        else:
            line.failed(primary, BROKEN)
    left = [switch.since for switch in switches if switch.way is Way.FALLBACK]
    assert left, "a fault at every third turn is more than a tenth"
    assert all(later - earlier >= limits.cool_down_s for earlier, later in itertools.pairwise(left))
    assert len(left) <= 100 * every_s / limits.cool_down_s
    assert all(switch.reason for switch in switches)


@pytest.mark.parametrize("every_s", [1.0, 5.0, 20.0])
def test_after_the_fault_the_primary_answers_again_within_the_cool_down_and_two_turns(
    line: Line, clock: Clock, every_s: float
) -> None:
    lose(line)
    ended_at = clock.now
    while line.standing.way is not Way.PRIMARY:
        clock.now += every_s
        asked = line.order()[0]
        line.answered(asked)
    assert clock.now - ended_at <= Limits().cool_down_s + Limits().trial_turns * every_s


STEPS = st.lists(
    st.tuples(st.floats(0.1, 60), st.sampled_from(["answered", "failed", "lost", "opened", "spent", "lifted"])),
    max_size=80,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_one_way_holds_at_a_time_and_the_order_and_the_words_say_the_same(steps: list[tuple[float, str]]) -> None:
    clock, told = Clock(), []
    line = Line([backend("realtime"), backend("skills")], Limits(), clock=clock, on_switch=told.append)
    for gap_s, what in steps:
        clock.now += gap_s
        asked = line.order()
        is_left = line.standing.way is Way.FALLBACK
        assert [one.name for one in asked] == (["skills"] if is_left else ["realtime", "skills"])
        assert bool(line.explanation) is is_left
        match what:
            case "answered":
                line.answered(asked[0])
            case "failed":
                line.failed(asked[0], BROKEN)
            case "lost" | "opened":
                line.connected(worked=what == "opened")
            case "spent" | "lifted":
                line.rule_out("spend", "the limit is reached" if what == "spent" else "")
    assert all(switch.reason for switch in told)
    assert all(one is not other for one, other in itertools.pairwise(told))
    line.rule_out("spend", "")
    for _ in range(10):
        clock.now += 20
        line.answered(line.order()[0])
    assert line.standing.way is Way.PRIMARY
