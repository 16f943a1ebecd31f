"""A session is replaced before its server ends it, and the conversation goes on as if it were the same."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys

import psutil
import pytest

from sovereign_desktop.core.errors import BrokenReply, RateLimited, Unauthorized
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.renewal import LONGEST_S, Lifetime
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession, marked_sound
from tests.fakes.virtual_time import in_virtual_time
from tests.realtime.talking import listen, speak, talk_with

HOUR_S = 3600.0
EPOCH_S = 1_795_000_000.0


# When


@pytest.mark.parametrize(
    ("ends_after_s", "due_after_s"),
    [
        (HOUR_S, 3300.0),
        (None, 3300.0),
        (1800.0, 1650.0),
        (120.0, 110.0),
        (-5.0, 3300.0),  # the server's clock is another
        (5.0, 3300.0),
        (9 * HOUR_S, 3300.0),
    ],
)
def test_a_session_is_due_some_minutes_before_its_end(ends_after_s: float | None, due_after_s: float) -> None:
    ends_at = None if ends_after_s is None else EPOCH_S + ends_after_s
    assert Lifetime(50.0, EPOCH_S, ends_at).due_in_s(50.0, EPOCH_S) == pytest.approx(due_after_s)


def test_a_computer_that_slept_finds_its_session_old() -> None:
    lifetime = Lifetime(0.0, EPOCH_S)
    assert lifetime.due_in_s(60.0, EPOCH_S + 60.0) == 3240.0
    assert lifetime.due_in_s(60.0, EPOCH_S + 8 * HOUR_S) < 0
    assert lifetime.left_s(60.0, EPOCH_S + 8 * HOUR_S) < 0


def test_a_wall_clock_that_is_set_back_makes_no_session_younger() -> None:
    assert Lifetime(0.0, EPOCH_S).due_in_s(3400.0, EPOCH_S - HOUR_S) == -100.0
    assert LONGEST_S == HOUR_S


@pytest.mark.parametrize("failures", range(8))
def test_attempts_come_later_and_later(failures: int) -> None:
    attempts = Attempts()
    for _ in range(failures + 1):
        attempts.failed(BrokenReply("x"), now=0.0)
    wait_s = attempts.wait_s(0.0)
    assert wait_s is not None
    assert min(30.0, 0.5 * 2**failures) * 0.75 <= wait_s <= 30.0


def test_after_what_nobody_can_mend_there_is_no_next_attempt() -> None:
    attempts = Attempts()
    attempts.failed(Unauthorized("x"), now=0.0)
    assert attempts.wait_s(1e9) is None
    assert isinstance(attempts.begin(1e9), Unauthorized)
    attempts.forgive()
    assert attempts.wait_s(0.0) == 0.0
    assert attempts.begin(0.0) is None


def test_a_wish_to_be_left_alone_counts_for_everybody() -> None:
    attempts = Attempts()
    attempts.failed(RateLimited("x", retry_after_s=60.0), now=0.0)
    assert attempts.wait_s(20.0) == 40.0
    refused = attempts.begin(20.0)
    assert refused is not None
    assert refused.retry_after_s == 40.0
    assert attempts.begin(60.0) is None


def test_a_loss_after_a_long_life_costs_no_wait_and_one_after_a_short_life_does() -> None:
    attempts = Attempts()
    attempts.lost(BrokenReply("x"), lived_s=3000.0, now=0.0)
    assert attempts.wait_s(0.0) == 0.0
    attempts.lost(BrokenReply("x"), lived_s=1.0, now=0.0)
    assert attempts.wait_s(0.0) != 0.0


def test_a_turn_need_not_wait_for_the_backoff_but_for_the_breaker() -> None:
    attempts = Attempts()
    for _ in range(3):
        attempts.failed(BrokenReply("x"), now=0.0)
        assert attempts.begin(0.0) is None
    attempts.failed(BrokenReply("x"), now=0.0)
    assert isinstance(attempts.begin(1.0), BrokenReply)
    assert isinstance(attempts.obstacle(29.0), BrokenReply)
    assert attempts.obstacle(30.0) is None
    assert attempts.begin(30.0) is None  # the trial
    assert isinstance(attempts.begin(30.1), BrokenReply)


# How


def test_a_question_after_the_renewal_is_answered_from_what_was_said_before() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.answer = lambda session: " | ".join(session.texts)
            talk.client.start()
            await talk.turn(1)
            await asyncio.sleep(3400)
            answer = await talk.turn(2)
            assert len(server.sessions) == 2
            assert server.sessions[0].is_closed
            assert answer.text == "turn 1 | turn 1 (200 ms) | turn 2 (200 ms)"
            await talk.turn(3)
            assert len(server.sessions[1].texts) == 6  # nothing is told twice

    in_virtual_time(run())


def test_the_new_session_is_ready_before_the_old_one_is_given_up() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        seen: list[tuple[int, int]] = []
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:

            async def watch(session: FakeSession) -> None:
                seen.append((session.number, len(server.open_sessions)))
                await asyncio.sleep(5)  # slow to say hello
                await session.greet()
                await session.serve()

            server.behave = watch
            talk.client.start()
            await server.session()
            await asyncio.sleep(3307)
            assert seen == [(0, 1), (1, 2)]
            assert talk.client.state is ClientState.RENEWING
            began = loop.time()
            assert (await talk.turn(1)).status == "completed"
            assert loop.time() - began < 0.1  # the old one answers meanwhile
            await asyncio.sleep(60)
            assert [session.is_closed for session in server.sessions] == [True, False]
            assert (await talk.turn(2)).status == "completed"
            assert server.sessions[1].texts[0] == "turn 1"

    in_virtual_time(run())


def test_a_turn_that_runs_when_the_time_comes_is_not_disturbed() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)
            await asyncio.sleep(3250)
            async with talk.client.turn("turn 2") as turn:
                speak(turn, 2, ask=False)
                await asyncio.sleep(200)
                assert len(server.sessions) == 1
                turn.commit()
                turn.respond()
                assert (await listen(turn)).text == "You said: turn 2 (200 ms)"
            await asyncio.sleep(1)
            assert len(server.sessions) == 2

    in_virtual_time(run())


def test_a_turn_that_begins_while_the_new_session_opens_stays_in_the_old_one_to_its_end() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)
            hello = asyncio.Event()

            async def wait(session: FakeSession) -> None:
                await hello.wait()
                await session.greet()
                await session.serve()

            server.behave = wait
            await asyncio.sleep(3301)
            async with talk.client.turn("turn 2") as turn:
                speak(turn, 2, ask=False)
                hello.set()
                await asyncio.sleep(1)
                assert not server.sessions[0].is_closed
                turn.commit()
                turn.respond()
                answer = await listen(turn)
            talk.keep(2, answer.text)
            await talk.turn(3)
            replies = ["You said: turn 1 (200 ms)", "You said: turn 2 (200 ms)"]
            assert server.sessions[1].texts[:4] == ["turn 1", replies[0], "turn 2", replies[1]]
            await asyncio.sleep(1)
            assert server.sessions[0].is_closed

    in_virtual_time(run())


def test_a_loss_while_the_new_session_opens_is_mended_by_it() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)

            async def slow(session: FakeSession) -> None:
                await asyncio.sleep(2)
                await session.greet()
                await session.serve()

            server.behave = slow
            await asyncio.sleep(3301)
            async with talk.client.turn("turn 2") as turn:
                speak(turn, 2, ask=False)
                server.sessions[0].cut()
                turn.commit()
                turn.respond()
                assert (await listen(turn)).text == "You said: turn 2 (200 ms)"
            assert len(server.sessions) == 2

    in_virtual_time(run())


def test_a_renewal_that_fails_is_tried_again_while_the_old_session_lives() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)
            server.refusal = (500, {}, b"")
            await asyncio.sleep(3310)
            assert len(server.requests) > 1
            assert (await talk.turn(2)).status == "completed"
            server.refusal = None
            await asyncio.sleep(100)
            assert len(server.sessions) == 2
            assert len(server.requests) < 20

    in_virtual_time(run())


def test_the_end_of_the_hour_in_the_middle_of_an_utterance_costs_nothing_of_it() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)
            async with talk.client.turn("turn 2") as turn:
                speak(turn, 2, ask=False)
                await server.sessions[0].close(1001, "Your session hit the maximum duration of 60 minutes.")
                turn.hear(marked_sound(2, 100))
                turn.commit()
                turn.respond()
                assert (await listen(turn)).text == "You said: turn 2 (300 ms)"
            assert server.sessions[1].texts[0] == "turn 1"

    in_virtual_time(run())


def test_a_computer_that_wakes_up_opens_a_new_session_before_it_talks() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        slept_s = 0.0

        def wall_clock() -> float:
            return EPOCH_S + loop.time() + slept_s

        async with FakeRealtimeServer() as server, talk_with(server.url, wall_clock=wall_clock) as talk:
            await talk.turn(1)
            slept_s = 8 * HOUR_S
            await talk.turn(2)
            assert len(server.sessions) == 2

    in_virtual_time(run())


def test_other_settings_take_effect_with_a_new_session() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            talk.client.start()
            await talk.turn(1)
            talk.client.forgive()
            await asyncio.sleep(60)
            assert len(server.sessions) == 1
            talk.settings = talk.settings | {"instructions": "Be brief."}
            talk.client.forgive()
            await asyncio.sleep(1)
            assert server.sessions[1].settings["instructions"] == "Be brief."
            await talk.turn(2)
            assert len(server.sessions) == 2

    in_virtual_time(run())


# For how long


@pytest.mark.slow
def test_a_day_of_renewals_leaves_the_memory_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    """24 hours of virtual time, a turn every ten minutes, the server's cap of an hour."""

    async def run() -> list[int]:
        loop = asyncio.get_running_loop()
        blocks: list[int] = []

        def wall_clock() -> float:
            return EPOCH_S + loop.time()

        async with FakeRealtimeServer() as server, talk_with(server.url, wall_clock=wall_clock) as talk:
            server.expires_at = lambda: int(wall_clock() + HOUR_S)
            talk.client.start()
            await server.session()
            for turn in range(24 * 6):
                assert (await talk.turn(1 + turn)).text == f"You said: turn {1 + turn} (200 ms)"
                del talk.messages[:-20]
                await asyncio.sleep(600)
                if turn % 6 == 5:
                    forget_what_is_the_servers(server)
                    gc.collect()
                    blocks.append(sys.getallocatedblocks())
            assert len(server.open_sessions) == 1
            assert len(server.open_sessions[0].texts) >= 20
            assert len(asyncio.all_tasks()) < 20
            assert talk.states.count(ClientState.RENEWING) == 24 * 60 // 55
            assert ClientState.WAITING not in talk.states
        return blocks

    caplog.set_level(logging.ERROR)  # pytest keeps what is logged
    files = psutil.Process().num_fds()
    blocks = in_virtual_time(run())
    assert blocks[-1] - blocks[3] < 2000, blocks
    assert psutil.Process().num_fds() <= files


def forget_what_is_the_servers(server: FakeRealtimeServer) -> None:
    server.answered.clear()
    server.requests.clear()
    server.request_times_s.clear()
    del server.sessions[:-1]
    server.sessions[0].received.clear()
