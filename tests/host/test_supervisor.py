"""The supervisor, with real children that die in every way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import psutil
import pytest

from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.heartbeat import Heartbeat
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.host.supervisor import RestartPolicy, Supervisor, describe_exit

PATIENT = [
    sys.executable,
    "-c",
    "from sovereign_desktop.core.parent_pipe import ParentPipe\n"
    "from sovereign_desktop.core.framing import PipeMessage\n"
    "with ParentPipe.take_over() as parent:\n"
    "    for message in parent: parent.send(message)",
]


class Watch:
    """A supervisor, and what it told."""

    def __init__(self, args: list[str]) -> None:
        self.ups: asyncio.Queue[ChildProcess] = asyncio.Queue()
        self.downs: asyncio.Queue[str] = asyncio.Queue()
        self.messages: asyncio.Queue[PipeMessage] = asyncio.Queue()
        self.supervisor = Supervisor(
            args,
            name="test child",
            on_message=self.messages.put_nowait,
            on_up=self.ups.put_nowait,
            on_down=self.downs.put_nowait,
            policy=RestartPolicy(Backoff(first_s=0.01, longest_s=0.02)),
            heartbeat=lambda: Heartbeat(interval_s=0.05, most_missed=4),
        )

    async def up(self) -> ChildProcess:
        return await asyncio.wait_for(self.ups.get(), 20)

    async def down(self) -> str:
        return await asyncio.wait_for(self.downs.get(), 20)


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    watch = Watch(PATIENT)
    watch.supervisor.start()
    yield watch
    await watch.supervisor.stop(0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_a_killed_child_is_back_and_answers(watch: Watch) -> None:
    first = await watch.up()
    os.kill(first.pid, signal.SIGKILL)
    assert await watch.down() == "was killed by SIGKILL"
    second = await watch.up()
    assert second.pid != first.pid
    assert watch.supervisor.send(PipeMessage({"still": "there"}))
    assert (await asyncio.wait_for(watch.messages.get(), 20)).header == {"still": "there"}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")
@pytest.mark.expected_errors
async def test_a_child_that_is_suspended_is_replaced(watch: Watch) -> None:
    first = await watch.up()
    assert watch.supervisor.send(PipeMessage({"are you": "up"}))
    await asyncio.wait_for(watch.messages.get(), 20)
    os.kill(first.pid, signal.SIGSTOP)
    assert await watch.down() == "stopped answering"
    assert (await watch.up()).pid != first.pid


async def test_a_child_that_answers_nothing_but_heartbeats_is_left_in_peace(watch: Watch) -> None:
    child = await watch.up()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch.downs.get(), 1.0)
    assert child.running
    assert watch.messages.empty()


async def test_a_restart_that_was_asked_for_is_no_failure(watch: Watch) -> None:
    first = await watch.up()
    await watch.supervisor.restart()
    assert (await watch.up()).pid != first.pid
    assert watch.downs.empty()


@pytest.mark.parametrize("turns", range(1, 5))
async def test_a_stop_that_is_given_up_leaves_no_child(watch: Watch, turns: int) -> None:
    """The one that looks at the screen does not look on because somebody did not wait for its end."""
    child = await watch.up()
    stopping = asyncio.create_task(watch.supervisor.stop())
    for _ in range(turns):
        await asyncio.sleep(0)
    stopping.cancel()
    await asyncio.wait([stopping])
    async with asyncio.timeout(20):
        while psutil.pid_exists(child.pid):
            await asyncio.sleep(0.01)


async def test_nothing_comes_back_after_the_stop(watch: Watch) -> None:
    child = await watch.up()
    await watch.supervisor.stop()
    assert not child.running
    assert not watch.supervisor.send(PipeMessage())
    assert (watch.ups.qsize(), watch.downs.qsize()) == (0, 0)


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ([sys.executable, "-c", "raise SystemExit(5)"], "ended with status 5"),
        (["/nowhere/python"], "can't be started"),
    ],
)
async def test_a_child_that_never_stays_up_is_tried_again_and_again(args: list[str], reason: str) -> None:
    watch = Watch(args)
    watch.supervisor.start()
    for _ in range(4):
        assert reason in await watch.down()
    await watch.supervisor.stop()


async def test_a_stop_while_waiting_to_try_again_is_immediate() -> None:
    watch = Watch(["/nowhere/python"])
    watch.supervisor._policy = RestartPolicy(Backoff(first_s=3600, longest_s=3600), short_lives=1)
    watch.supervisor.start()
    await watch.down()
    await asyncio.wait_for(watch.supervisor.stop(), 5)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
async def test_who_waits_for_the_child_has_it_started_at_once_however_often_it_died(watch: Watch) -> None:
    watch.supervisor._policy = RestartPolicy(Backoff(first_s=3600, longest_s=3600), short_lives=1)
    for _ in range(3):
        os.kill((await watch.up()).pid, signal.SIGKILL)
        await watch.down()
        assert watch.ups.empty()
        watch.supervisor.hurry()
    await watch.up()


async def test_a_child_that_never_stays_up_is_not_run_after_by_one_who_waits() -> None:
    watch = Watch([sys.executable, "-c", "raise SystemExit(5)"])
    watch.supervisor._policy = RestartPolicy(Backoff(first_s=3600, longest_s=3600), short_lives=1)
    watch.supervisor.hurry()
    watch.supervisor.start()
    await watch.down()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch.downs.get(), 0.5)
    await watch.supervisor.stop()


def test_the_first_death_costs_no_time_and_repeated_ones_ever_more() -> None:
    policy = RestartPolicy(Backoff(first_s=0.1, longest_s=30, jitter=0))
    assert [policy.delay_s(1.0) for _ in range(4)] == [0.0, 0.1, 0.2, 0.4]
    assert [policy.delay_s(1.0) for _ in range(20)][-1] == 30


def test_a_long_life_makes_the_next_start_quick_again() -> None:
    policy = RestartPolicy(Backoff(first_s=0.1, longest_s=30, jitter=0))
    for _ in range(10):
        policy.delay_s(1.0)
    assert policy.delay_s(60.0) == 0.0
    assert policy.delay_s(1.0) == 0.1


def test_an_exit_is_described_in_words() -> None:
    assert describe_exit(1) == "ended with status 1"
    assert describe_exit(-11) == "was killed by SIGSEGV"
    assert describe_exit(-200) == "was killed by signal 200"
