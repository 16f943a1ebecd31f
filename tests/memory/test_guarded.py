"""Vectors that fail, are slow or wrong cost no turn anything, are given up by themselves and come back step by step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import ProcessError, Unaffordable
from sovereign_desktop.memory.guarded import DISABLED, FAILED, USING, Guard, GuardedVectors, Nearest
from sovereign_desktop.memory.judge import Limits
from sovereign_desktop.memory.rollout import Rollout
from sovereign_desktop.memory.store import MemoryStore
from tests.memory.stage import BagOfWords, notes

HOUR = 3600.0


@dataclass
class FakeIndex:
    """Answers as it is told: how long it takes on the clock of the test, or with a failure."""

    now: float = 1_000.0
    took_s: float = 0.01
    fails: bool = False
    asked: int = 0
    hangs: bool = False
    ids: list[int] = field(default_factory=list)

    async def query(self, vector: bytes, limit: int, within_s: float) -> Sequence[tuple[int, float]]:
        self.asked += 1
        self.now += self.took_s
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise ProcessError("The search by meaning does not run.")
        return [(one, 0.1) for one in self.ids[:limit]]


@dataclass
class Bench:
    """A guard over a fake index, with a clock of its own."""

    store: MemoryStore
    index: FakeIndex
    flag: int = 100
    wall: float = 1e9
    told: list[Rollout] = field(default_factory=list)
    guarded: GuardedVectors = field(init=False)

    def __post_init__(self) -> None:
        self.guarded = self.another(Guard(0.05, HOUR, Limits()))

    def another(self, guard: Guard) -> GuardedVectors:
        made = GuardedVectors(
            self.store,
            self.index,
            BagOfWords(),
            lambda: self.flag,
            guard,
            on_change=self.told.append,
            clock=lambda: self.index.now,
            wall=lambda: self.wall,
        )
        made.now_ready()
        return made

    async def ask(self, count: int, every_s: float = 1.0) -> list[Nearest]:
        """So many different questions, one after another."""
        answers = []
        for number in range(count):
            self.index.now += every_s
            self.wall += every_s
            answers.append(await self.guarded.nearest(f"question {number}", 5))
        return answers

    async def percent(self) -> int:
        return (await self.guarded.rollout()).percent


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = MemoryStore(tmp_path)
    await store.open()
    yield Bench(store, FakeIndex(ids=[1, 2, 3]))
    await store.close()


async def test_the_messages_are_those_that_the_rollback_plan_greps_for(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.ask(1)
    assert USING in caplog.messages
    bench.index.fails = True
    await bench.ask(1)
    assert FAILED in caplog.messages
    bench.flag = 0
    await bench.ask(1)
    assert DISABLED in caplog.messages
    assert USING == "Using real vector store for retrieval metadata"
    assert FAILED == "Real vector retrieval failed, falling back to mock"
    assert DISABLED == "Feature flag disabled, using mock metadata generator"
    assert all(
        record.levelno >= logging.INFO for record in caplog.records if record.message in (USING, FAILED, DISABLED)
    )


async def test_the_flag_works_live(bench: Bench) -> None:
    for flag, found in ((100, True), (0, False), (100, True)):
        bench.flag = flag
        answer = (await bench.ask(1))[0]
        assert (answer.found is not None) is found
    bench.flag = 50
    answers = await bench.ask(200)
    assert 60 < sum(answer.found is not None for answer in answers) < 140
    again = await bench.ask(200)
    assert [one.found is None for one in again] == [one.found is None for one in answers]


async def test_an_error_burst_is_a_rollback_with_its_reason(bench: Bench) -> None:
    await bench.ask(20)
    bench.index.fails = True
    answers = await bench.ask(10)
    assert all(answer.found is None for answer in answers)
    assert await bench.percent() == 0
    assert "does not run" in bench.told[-1].reason
    asked = bench.index.asked
    await bench.ask(10)
    assert bench.index.asked == asked


async def test_a_query_that_hangs_is_left_at_its_deadline(bench: Bench) -> None:
    bench.index.hangs = True
    answer = await asyncio.wait_for(bench.guarded.nearest("a question", 5), 10)
    assert answer == Nearest(None, "no answer within 50 ms")


async def test_three_times_the_baseline_is_a_rollback_after_a_window(bench: Bench) -> None:
    await bench.ask(40)
    assert Rollout.from_json(await bench.store.note("rollout")).baseline_ms == pytest.approx(10, rel=0.01)
    bench.index.took_s = 0.03
    await bench.ask(60)
    assert await bench.percent() == 100
    assert "watched" in bench.guarded.watched
    await bench.ask(100)
    assert await bench.percent() == 0
    assert "3.0 times as long as usual" in bench.told[-1].reason


async def test_what_is_normal_outlives_the_program(bench: Bench) -> None:
    await bench.ask(40)
    bench.guarded = bench.another(Guard(0.05, HOUR, Limits()))
    bench.index.took_s = 0.03
    await bench.ask(150)
    assert await bench.percent() == 0


async def test_less_than_twice_the_baseline_is_only_noted(bench: Bench) -> None:
    await bench.ask(40)
    bench.index.took_s = 0.017
    await bench.ask(300)
    assert await bench.percent() == 100
    assert "1.7 times" in bench.guarded.watched


async def test_corruption_is_a_rollback_at_once(bench: Bench) -> None:
    await bench.guarded.corrupted("a health check found that it does not find what it holds")
    assert await bench.percent() == 0
    assert bench.told[-1].reason.startswith("a health check")


async def test_enabling_goes_through_the_percentages_by_itself_an_hour_at_each(bench: Bench) -> None:
    await bench.guarded.corrupted("damaged")
    await bench.guarded.enable()
    seen = []
    for _ in range(5):
        seen.append(await bench.percent())
        answers = await bench.ask(300, every_s=0.01)
        seen.append(sum(answer.found is not None for answer in answers) // 3)
        bench.wall += HOUR / 2
    steps, shares = seen[::2], seen[1::2]
    assert steps == [10, 10, 50, 50, 100]
    assert all(abs(step - share) <= 8 for step, share in zip(steps, shares, strict=True))
    assert [one.percent for one in bench.told] == [0, 10, 50, 100]


async def test_what_breaks_on_the_way_up_is_rolled_back_again(bench: Bench) -> None:
    await bench.guarded.corrupted("damaged")
    await bench.guarded.enable()
    bench.wall += HOUR
    assert await bench.percent() == 50
    bench.index.fails = True
    await bench.ask(40)
    assert await bench.percent() == 0


async def test_another_program_that_enables_it_is_heeded(bench: Bench) -> None:
    await bench.guarded.corrupted("damaged")
    await bench.another(Guard()).enable()
    assert await bench.percent() == 10


async def test_what_another_program_gave_up_counts_for_the_query_that_has_begun(bench: Bench) -> None:
    assert (await bench.ask(3))[-1].found
    await bench.another(Guard()).corrupted("damaged")
    (answer,) = await bench.ask(1)
    assert answer == Nearest(None, "the search by meaning was given up: damaged")
    asked = bench.index.asked
    await bench.ask(3)
    assert bench.index.asked == asked


async def test_of_a_thousand_queries_through_all_of_it_none_fails_and_none_is_answered_twice(tmp_path: Path) -> None:
    from sovereign_desktop.memory.client import IndexPlace
    from sovereign_desktop.memory.memories import Memories, Vectors

    class NoUpkeep:
        left, problem = 0, ""

        def start(self) -> None: ...
        def look(self) -> None: ...
        async def close(self) -> None: ...

    store = MemoryStore(tmp_path)
    bench = Bench(store, FakeIndex())
    vectors = Vectors(bench.guarded, NoUpkeep(), IndexPlace(tmp_path, 32))  # type: ignore[arg-type]
    async with Memories(store, vectors, wall=lambda: bench.wall) as memories:
        bench.index.ids = list(await memories.remember(*notes(*(f"question {number} told" for number in range(50)))))
        sides: list[bool] = []
        for number in range(1_000):
            bench.index.now += 1
            bench.wall += 1
            bench.index.fails = 300 <= number < 330
            bench.index.took_s = 0.03 if 700 <= number < 900 else 0.01
            if number == 500:
                await bench.guarded.enable()
            if 500 < number < 510:
                bench.wall += HOUR
            recall = await memories.recall(f"question {number % 50}", 50)
            assert f"question {number % 50} told" in [one.memory.text for one in recall.found]
            assert len({one.memory.id for one in recall.found}) == len(recall.found)
            sides.append(recall.by_meaning)
    assert all(sides[:300])
    assert not any(sides[300:500])
    assert all(sides[510:700])
    assert not any(sides[870:])
    assert [one.percent for one in bench.told] == [0, 10, 50, 100, 0]


async def test_money_that_may_not_be_spent_says_nothing_against_the_search_by_meaning(bench: Bench) -> None:
    def costs(_texts: Sequence[str]) -> Sequence[Sequence[float]]:
        raise Unaffordable("This is not asked: it costs money, and today's limit is reached.")

    embedder = BagOfWords()
    bench.guarded._embedder = embedder
    embedder.give = costs
    answers = await bench.ask(30)
    assert {answer.found for answer in answers} == {None}
    assert "today's limit is reached" in answers[0].reason
    assert not (await bench.guarded.rollout()).is_rolled_back
    embedder.give = embedder.vectors
    assert (await bench.ask(1))[0].found
