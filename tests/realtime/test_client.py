"""The client keeps a session open, runs turns over it, and loses no turn with it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sovereign_desktop.app.bench.faults.proxy import Direction, Fault, FaultProxy, Kind
from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
    Unauthorized,
)
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.connection import Connection
from sovereign_desktop.realtime.decisions import ReplyBegan, ReplySound, ReplyText, SpeechBegan
from sovereign_desktop.realtime.endpoint import Endpoint
from tests.fakes.realtime_server import FakeRealtimeServer, FakeSession, marked_sound, marks_in
from tests.fakes.virtual_time import in_virtual_time
from tests.realtime.talking import Talk, listen, speak, talk_with


def quick() -> Attempts:
    """Retries without much waiting."""
    return Attempts(Backoff(first_s=0.01, longest_s=0.05), CircuitBreaker(failures_to_open=1000))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


# Opening


async def test_a_session_is_configured_and_told_the_conversation_before_anything_else() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        talk.messages += [
            Message(Role.SYSTEM, "The user is called Kim."),
            Message(Role.USER, "What is my name?", "a"),
            Message(Role.ASSISTANT, "Kim.", "a"),
        ]
        await talk.client.open()
        answer = await talk.turn(1)
        (session,) = server.sessions
        assert session.kinds() == [
            "session.update",
            "conversation.item.create",
            "input_audio_buffer.clear",
            "input_audio_buffer.append",
            "input_audio_buffer.commit",
            "response.create",
        ]
        assert session.texts[:3] == ["The user is called Kim.", "What is my name?", "Kim."]
        assert [item["role"] for item in session.items.values()][:3] == ["system", "user", "assistant"]
        assert answer.text == "You said: turn 1 (200 ms)"


async def test_opening_twice_and_at_once_is_opening_once() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await asyncio.gather(*(talk.client.open() for _ in range(5)))
        await talk.client.open()
        assert len(server.sessions) == 1
        assert talk.states == [ClientState.CONNECTING, ClientState.OPEN]


async def test_who_stops_waiting_does_not_stop_the_others() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        impatient = asyncio.create_task(talk.client.open())
        patient = asyncio.create_task(talk.client.open())
        await asyncio.sleep(0)
        impatient.cancel()
        await patient
        assert talk.client.state is ClientState.OPEN
        assert impatient.cancelled()
        assert len(server.sessions) == 1


def test_a_server_that_never_says_hello_is_not_waited_for() -> None:
    async def silent(session: FakeSession) -> None:
        await session.serve()

    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.behave = silent
            with pytest.raises(EngineTimeout):
                await talk.client.open()
            await until(lambda: not server.open_sessions)

    in_virtual_time(run())


async def test_a_server_that_says_hello_twice_is_no_worse() -> None:
    async def polite(session: FakeSession) -> None:
        await session.greet()
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = polite
        assert (await talk.turn(1)).status == "completed"


def test_a_server_that_does_not_confirm_the_settings_is_talked_to_all_the_same() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.silent = {"session.update"}
            assert (await talk.turn(1)).status == "completed"

    in_virtual_time(run())


def test_a_server_that_hangs_up_behind_its_hello_is_not_talked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy loop reads both at once, before anybody waits for the settings to be confirmed."""
    connect = Connection.open

    async def connect_late(endpoint: Endpoint) -> Connection:
        connection = await connect(endpoint)
        await connection._socket.wait_closed()
        return connection

    async def hang_up(session: FakeSession) -> None:
        await session.greet()
        await session.close(1011)

    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url, attempts=quick()) as talk:
            server.behave = hang_up
            began_at = asyncio.get_running_loop().time()
            with pytest.raises(BrokenReply, match="1011"):
                await talk.client.open()
            assert asyncio.get_running_loop().time() - began_at < 2

    monkeypatch.setattr(Connection, "open", connect_late)
    in_virtual_time(run())


async def test_a_setting_that_the_server_does_not_know_is_left_out() -> None:
    async def choosy(session: FakeSession) -> None:
        by_the_book = session.handle

        async def handle(event: dict[str, Any]) -> None:
            if event["type"] == "session.update" and "reasoning" in event["session"]:
                error = {
                    "code": "unknown_parameter",
                    "param": "session.reasoning.effort",
                    "event_id": event["event_id"],
                }
                await session.send("error", error=error)
            else:
                await by_the_book(event)

        session.handle = handle  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        talk.settings |= {"reasoning": {"effort": "low"}, "instructions": "Be kind."}
        server.behave = choosy
        await talk.turn(1)
        assert server.sessions[0].settings["instructions"] == "Be kind."


async def test_settings_that_the_server_refuses_altogether_are_told() -> None:
    async def refuse(session: FakeSession) -> None:
        await session.greet()
        event = json.loads(await session.socket.recv())
        error = {"type": "invalid_request_error", "code": "bad", "event_id": event["event_id"]}
        await session.send("error", error=error)
        await session.socket.wait_closed()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = refuse
        with pytest.raises(EngineError, match="refuses the settings"):
            await talk.client.open()
        assert talk.client.state is ClientState.BROKEN


async def test_the_beta_is_over() -> None:
    async def reject(session: FakeSession) -> None:
        await session.send("error", error={"type": "invalid_request_error", "code": "beta_api_shape_disabled"})
        await session.close(4000, "invalid_request_error.beta_api_shape_disabled")

    async with FakeRealtimeServer() as server, talk_with(server.url, attempts=quick()) as talk:
        server.behave = reject
        talk.client.start()
        await until(lambda: talk.client.state is ClientState.BROKEN)
        with pytest.raises(EngineUnavailable, match="beta"):
            await talk.turn(1)
        await asyncio.sleep(0.1)
        assert len(server.sessions) == 1


# Turns


async def test_an_answer_comes_out_as_words_and_sound() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        answer = await talk.turn(7)
        assert answer.kinds == ["InputCommitted", "ReplyBegan", "ReplyText", "ReplySound", "ReplySound", "ReplyEnded"]
        assert marks_in(answer.pcm) == {0: 100}


async def test_typed_words_are_answered() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        async with talk.client.turn("t") as turn:
            turn.say("hello")
            turn.respond({"output_modalities": ["text"]})
            answer = await listen(turn)
        assert answer.text == "You said: hello"
        request = await server.sessions[0].expect("response.create")
        assert request["response"]["output_modalities"] == ["text"]


async def test_a_turn_knows_what_other_backends_answered_meanwhile() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.turn(1)
        talk.keep(2, "This was the local pipeline.")
        await talk.turn(3)
        texts = server.sessions[0].texts
        assert texts[2:5] == ["turn 2", "This was the local pipeline.", "turn 3 (200 ms)"]
        assert len(texts) == 6


async def test_what_the_program_forgets_the_server_forgets() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.turn(1)
        await talk.turn(2, keep=False)  # cancelled by the user: it is in no history
        await talk.turn(3)
        (session,) = server.sessions
        assert [text for text in session.texts if "turn 2" in text] == []
        assert len(session.texts) == 4
        talk.messages.clear()
        await talk.turn(4)
        assert session.texts == ["turn 4 (200 ms)", "You said: turn 4 (200 ms)"]


async def test_what_a_long_history_drops_at_its_beginning_stays_with_the_server() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        for number in range(1, 4):
            await talk.turn(number)
        del talk.messages[:2]
        await talk.turn(4)
        assert "conversation.item.delete" not in server.sessions[0].kinds()


async def test_a_turn_that_was_not_answered_leaves_nothing_behind() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.silent = {"response.create"}
        async with talk.client.turn("turn 1") as turn:
            speak(turn, 1)
            await listen(turn, lambda decision: True)
        server.silent = set()
        talk.keep(1, "The local pipeline answered.")
        await talk.turn(2)
        assert server.sessions[-1].texts[:2] == ["turn 1", "The local pipeline answered."]
        assert "turn 1 (200 ms)" not in server.sessions[-1].texts


async def test_a_new_turn_waits_until_the_last_one_has_left() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        async with talk.client.turn("a") as turn:
            speak(turn, 1, ask=False)
            second = asyncio.create_task(talk.turn(2))
            await asyncio.sleep(0.05)
            assert not second.done()
        assert (await second).text == "You said: turn 2 (200 ms)"


async def test_sound_of_a_turn_that_was_left_is_not_part_of_the_next() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        async with talk.client.turn("a") as turn:
            speak(turn, 1, ask=False)
        for _ in ("before it", "after it"):
            await server.sessions[0].expect("input_audio_buffer.clear")
        assert server.sessions[0].sound == b""
        answer = await talk.turn(2)
        assert answer.text == "You said: turn 2 (200 ms)"


async def test_an_answer_that_comes_after_the_cancel_is_not_heard() -> None:
    async def slow(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            await session.begin((request["response"])["metadata"])
            await session.say("First half. ", marked_sound(1))
            await go_on.wait()
            await session.say("Second half.", marked_sound(2))
            await session.done("completed")

        first, session.respond = session.respond, respond  # type: ignore[method-assign]
        session.silent = {"response.cancel"}
        await session.greet()
        await session.serve()
        assert first

    go_on = asyncio.Event()
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = slow
        async with talk.client.turn("a") as turn:
            speak(turn, 1)
            heard = await listen(turn, lambda decision: isinstance(decision, ReplySound))
            turn.cancel()
            go_on.set()
            heard = await listen(turn)
        assert "Second" not in heard.text
        assert heard.status == "cancelled"


async def test_a_server_that_answers_twice_is_heard_once() -> None:
    async def twice(session: FakeSession) -> None:
        respond = session.respond

        async def again(request: dict[str, Any]) -> None:
            await respond(request)
            await respond(request)

        session.respond = again  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = twice
        for number in range(1, 6):
            assert (await talk.turn(number)).text == f"You said: turn {number} (200 ms)"


async def test_an_answer_that_nobody_asked_for_is_not_heard() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.client.open()
        (session,) = server.sessions
        async with talk.client.turn("a") as turn:
            speak(turn, 1, ask=False)
            await session.expect("input_audio_buffer.append")
            await session.begin({"asked_by": "another"})
            await session.say("Nobody asked.", marked_sound(9))
            await session.done("completed")
            turn.commit()
            turn.respond()
            assert (await listen(turn)).text == "You said: turn 1 (200 ms)"


@pytest.mark.parametrize(
    "rubbish",
    [
        '{"type": "response.output_audio.delta", "response_id": "x", "item_id": "y", "delta": "AAAA"}',
        '{"type": "response.done", "response": {"id": "x", "status": "completed"}}',
        '{"type": "conversation.item.truncated", "item_id": "x"}',
        '{"type": "a.thing.of.next.year", "x": [1, 2]}',
        '{"type": "error", "error": {"message": "?"}}',
        "garbage",
        "[]",
    ],
)
async def test_rubbish_in_the_middle_of_a_turn_costs_nothing(rubbish: str) -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.client.open()
        async with talk.client.turn("a") as turn:
            speak(turn, 1, ask=False)
            await server.sessions[0].expect("input_audio_buffer.append")
            await server.sessions[0].send_raw(rubbish)
            turn.commit()
            turn.respond()
            assert (await listen(turn)).text == "You said: turn 1 (200 ms)"


@pytest.mark.parametrize("delta", ["no base64!", "AAA", base64.b64encode(b"odd").decode()])
async def test_sound_that_is_none_ends_the_answer_not_the_session(delta: str) -> None:
    async def broken(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            response_id = await session.begin(request["response"]["metadata"])
            where = {"response_id": response_id, "item_id": "i", "output_index": 0, "content_index": 0}
            await session.send("response.output_audio.delta", **where, delta=delta)
            await session.done("completed")

        if session.number == 0 and not server.answered:
            session.respond = respond  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = broken
        assert (await talk.turn(1)).status in ("completed", "failed")
        assert talk.client.state is ClientState.OPEN


def test_a_server_that_never_answers_leaves_the_next_turn_a_fresh_session() -> None:
    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            await talk.turn(1)
            server.sessions[0].silent = {"response.create", "response.cancel"}
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(talk.turn(2), 5)
            assert (await talk.turn(3)).text == "You said: turn 3 (200 ms)"
            assert server.sessions[1].texts[0] == "turn 1"

    in_virtual_time(run())


# What was heard


async def test_what_was_not_heard_is_cut_off_at_the_server() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        async with talk.client.turn("a") as turn:
            speak(turn, 1)
            await listen(turn)
        talk.client.heard("a", 40)
        cut = await server.sessions[0].expect("conversation.item.truncate")
        assert cut["audio_end_ms"] == 40
        talk.client.heard("a", 20)
        talk.client.heard("never was", 20)
        await talk.turn(2)
        assert server.sessions[0].kinds().count("conversation.item.truncate") == 1


async def test_what_was_heard_to_its_end_is_not_cut() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.turn(1)
        await talk.turn(2)
        assert "conversation.item.truncate" not in server.sessions[0].kinds()
        assert "conversation.item.delete" not in server.sessions[0].kinds()


# Losses

Loss = Callable[[FakeSession], Awaitable[None]]


async def cut(session: FakeSession) -> None:
    session.cut()


LOSSES: dict[str, Loss] = {
    "cut": cut,
    "1000": lambda session: session.close(1000),
    "the hour is over": lambda session: session.close(1001, "Your session hit the maximum duration of 60 minutes."),
    "1006": cut,
    "1011": lambda session: session.close(1011, "internal error"),
    "1012": lambda session: session.close(1012),
    "1013": lambda session: session.close(1013),
    "session_expired": lambda session: session.send(
        "error", error={"type": "invalid_request_error", "code": "session_expired"}
    ),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
async def test_an_utterance_is_not_lost_with_the_session_in_which_it_was_spoken(loss: Loss) -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.turn(1)
        async with talk.client.turn("turn 2") as turn:
            turn.detect_turns(None)
            for _ in range(10):
                turn.hear(marked_sound(2, 20))
            await server.sessions[0].expect("input_audio_buffer.append")
            await loss(server.sessions[0])
            listening = asyncio.create_task(listen(turn))
            await server.session(1)
            for _ in range(10):
                turn.hear(marked_sound(2, 20))
            turn.commit()
            turn.respond()
            answer = await listening
        assert answer.text == "You said: turn 2 (400 ms)"
        assert server.sessions[1].texts[:2] == ["turn 1", "You said: turn 1 (200 ms)"]


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
async def test_a_question_is_not_lost_while_the_server_thinks(loss: Loss) -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        await talk.turn(1)
        server.sessions[0].silent = {"response.create"}
        links: list[bool] = []
        async with talk.client.turn("turn 2") as turn:
            turn.on_link = lambda: links.append(turn.is_connected)
            speak(turn, 2)
            listening = asyncio.create_task(listen(turn))
            await server.sessions[0].expect("response.create")
            await server.sessions[0].expect("response.create")
            await loss(server.sessions[0])
            answer = await listening
        assert links == [False, True]
        assert answer.text == "You said: turn 2 (200 ms)"
        assert server.answered == ["You said: turn 1 (200 ms)", "You said: turn 2 (200 ms)"]


async def test_a_loss_in_the_middle_of_an_answer_is_told_for_it_has_been_heard() -> None:
    async def die(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            await session.begin(request["response"]["metadata"])
            await session.say("Half of it", marked_sound(1))
            await asyncio.sleep(0.05)
            session.cut()

        session.respond = respond  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = die
        with pytest.raises(BrokenReply):
            await talk.turn(1)
        assert len(server.sessions) == 1  # nobody asks again


async def test_a_turn_that_kills_every_session_is_given_up() -> None:
    async def die(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            session.cut()

        session.respond = respond  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url, attempts=quick()) as talk:
        server.behave = die
        with pytest.raises(BrokenReply):
            await talk.turn(1)
        assert len(server.sessions) == 3


async def test_an_account_without_credit_is_told_at_once_and_not_asked_again() -> None:
    async def broke(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            await session.begin(request["response"]["metadata"])
            await session.done("failed", status_details={"type": "failed", "error": {"code": "insufficient_quota"}})

        session.respond = respond  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url, attempts=quick()) as talk:
        server.behave = broke
        talk.client.start()
        with contextlib.suppress(SovereignError):
            await talk.turn(1)
        await until(lambda: talk.client.state is ClientState.BROKEN)
        assert not talk.client.availability()
        with pytest.raises(EngineUnavailable, match="credit"):
            await talk.turn(2)
        assert len(server.sessions) == 1


async def test_a_wrong_key_is_told_and_not_tried_again_until_something_changes() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url, attempts=quick()) as talk:
        server.refusal = (401, {}, b"")
        talk.client.start()
        await until(lambda: talk.client.state is ClientState.BROKEN)
        for number in range(3):
            with pytest.raises(Unauthorized):
                await talk.turn(number)
        await asyncio.sleep(0.1)
        assert len(server.requests) == 1
        server.refusal = None
        talk.client.forgive()
        assert (await talk.turn(4)).status == "completed"


def test_a_server_that_asks_to_wait_is_left_alone_for_that_long() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.refusal = (429, {"Retry-After": "90"}, b"")
            talk.client.start()
            began = loop.time()
            await asyncio.sleep(30)
            assert talk.client.state is ClientState.WAITING
            with pytest.raises(RateLimited) as raised:
                await talk.turn(1)
            assert raised.value.retry_after_s == pytest.approx(60, abs=1)
            assert not talk.client.availability()
            server.refusal = None
            await server.session()
            assert 90 <= loop.time() - began <= 92
            assert len(server.requests) == 2

    in_virtual_time(run())


@pytest.mark.parametrize(
    ("message", "limits", "wait_s"),
    [
        ("Please try again in 20s.", [], 20),
        ("Too many tokens.", [{"name": "tokens", "remaining": 0, "reset_seconds": 12.5}], 12.5),
    ],
)
def test_a_rate_limit_in_a_session_keeps_turns_away_for_as_long_as_it_says(
    message: str, limits: list[dict[str, Any]], wait_s: float
) -> None:
    async def busy(session: FakeSession) -> None:
        by_the_book = session.handle

        async def handle(event: dict[str, Any]) -> None:
            if event["type"] == "response.create" and not session.server.answered:
                session.server.answered.append("")
                await session.send("rate_limits.updated", rate_limits=limits)
                error = {"code": "rate_limit_exceeded", "message": message, "event_id": event["event_id"]}
                await session.send("error", error=error)
            else:
                await by_the_book(event)

        session.handle = handle  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async def run() -> None:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.behave = busy
            with pytest.raises(RateLimited):
                await talk.turn(1)
            with pytest.raises(RateLimited) as raised:
                await talk.turn(2)
            assert raised.value.retry_after_s == pytest.approx(wait_s, abs=0.5)
            assert talk.client.state is ClientState.OPEN
            await asyncio.sleep(wait_s)
            assert (await talk.turn(3)).status == "completed"
            assert len(server.sessions) == 1

    in_virtual_time(run())


def test_a_server_that_is_down_is_asked_less_and_less_often() -> None:
    async def run() -> list[float]:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
            server.refusal = (503, {}, b"")
            talk.client.start()
            await asyncio.sleep(600)
            server.refusal = None
            await server.session()
            return server.request_times_s

    times = in_virtual_time(run())
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[0] < 1
    assert max(gaps) <= 31
    assert len(times) < 40


def test_a_server_that_hangs_up_after_every_hello_is_not_run_after() -> None:
    async def run() -> int:
        async with FakeRealtimeServer() as server, talk_with(server.url) as talk:

            async def short(session: FakeSession) -> None:
                await session.greet()
                serving = asyncio.create_task(session.serve())
                await session.expect("session.update")
                await asyncio.sleep(0.5)
                await session.close(1011)
                await serving

            server.behave = short
            talk.client.start()
            await asyncio.sleep(600)
            return len(server.sessions)

    assert in_virtual_time(run()) < 45


async def test_an_attempt_that_is_refused_on_the_spot_leaves_the_loop_to_others() -> None:
    """Else one disagreement between when it is due and whether it may be made would freeze the program for good."""

    class Refusing(Attempts):
        def begin(self, now: float) -> SovereignError | None:
            refused.append(now)
            return error

    refused: list[float] = []
    error = EngineUnavailable("Not now.")
    async with talk_with("ws://127.0.0.1:9/", attempts=Refusing()) as talk:
        talk.client.start()
        await asyncio.sleep(0.1)
        assert 1 < len(refused) < 50
        frames = 0
        trace = error.__traceback__
        while trace is not None:
            frames, trace = frames + 1, trace.tb_next
        assert frames < 10


def test_after_many_failures_turns_are_told_at_once_instead_of_waiting() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with (
            FakeRealtimeServer() as server,
            FaultProxy(server.port) as proxy,
            talk_with(f"ws://127.0.0.1:{proxy.port}/") as talk,
        ):
            for number in range(4):
                proxy.arm(Fault(Kind.STALL, Direction.DOWN), also_new=True)
                with pytest.raises(EngineTimeout):
                    await talk.turn(number)
            began = loop.time()
            with pytest.raises(EngineTimeout):
                await talk.turn(5)
            assert loop.time() - began < 0.1
            assert not talk.client.availability()
            await asyncio.sleep(31)
            assert talk.client.availability()
            assert (await talk.turn(6)).status == "completed"

    in_virtual_time(run())


# Hands-free

VAD = {"type": "server_vad"}


def hands_free(session: FakeSession, *, ends_after: int) -> None:
    """The session finds the end of an utterance after so many appends, and answers by itself."""
    by_the_book = session.handle
    appended = 0

    async def handle(event: dict[str, Any]) -> None:
        nonlocal appended
        await by_the_book(event)
        detection = session.settings.get("audio", {}).get("input", {}).get("turn_detection")
        if event["type"] == "input_audio_buffer.append" and detection is not None:
            appended += 1
            if appended == 1:
                await session.send("input_audio_buffer.speech_started", audio_start_ms=0, item_id="x")
            if appended == ends_after:
                await session.send("input_audio_buffer.speech_stopped", audio_end_ms=20 * appended, item_id="x")
                await session._commit()
                session._responding = asyncio.create_task(session.respond({}))

    session.handle = handle  # type: ignore[method-assign]


async def by_ear(session: FakeSession, ends_after: int = 10) -> None:
    hands_free(session, ends_after=ends_after)
    await session.greet()
    await session.serve()


async def test_the_server_may_find_the_end_of_an_utterance() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = by_ear
        async with talk.client.turn("a") as turn:
            turn.detect_turns(VAD)
            for _ in range(10):
                turn.hear(marked_sound(3, 20))
            answer = await listen(turn)
        assert answer.kinds[:4] == ["SpeechBegan", "SpeechEnded", "InputCommitted", "ReplyBegan"]
        assert answer.text == "You said: turn 3 (200 ms)"


async def test_an_utterance_whose_end_the_server_had_found_is_asked_again_without_its_ear() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:

        async def first(session: FakeSession) -> None:
            session.respond = lambda _: cut(session)  # type: ignore[method-assign, assignment]
            await by_ear(session)

        server.behave = first
        async with talk.client.turn("a") as turn:
            turn.detect_turns(VAD)
            for _ in range(10):
                turn.hear(marked_sound(3, 20))
            listening = asyncio.create_task(listen(turn))
            await server.session()
            server.behave = lambda session: by_ear(session, ends_after=1000)
            answer = await listening
        assert answer.text == "You said: turn 3 (200 ms)"
        assert server.sessions[1].kinds().count("response.create") == 1


async def test_an_utterance_whose_end_nobody_has_found_goes_on_in_the_next_session() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = by_ear
        async with talk.client.turn("a") as turn:
            turn.detect_turns(VAD)
            for _ in range(5):
                turn.hear(marked_sound(3, 20))
            await listen(turn, lambda decision: isinstance(decision, SpeechBegan))
            server.sessions[0].cut()
            listening = asyncio.create_task(listen(turn))
            await server.session(1)
            for _ in range(5):
                turn.hear(marked_sound(3, 20))
            answer = await listening
        assert answer.text == "You said: turn 3 (200 ms)"
        assert "response.create" not in server.sessions[1].kinds()


# The window


async def test_a_reader_that_is_slow_makes_the_server_wait_and_loses_nothing() -> None:
    async def chatty(session: FakeSession) -> None:
        async def respond(request: dict[str, Any]) -> None:
            response_id = await session.begin(request["response"]["metadata"])
            for number in range(2000):
                where = {"response_id": response_id, "item_id": "i", "output_index": 0, "content_index": 0}
                await session.send("response.output_audio_transcript.delta", **where, delta=f"{number} ")
            await session.done("completed")

        session.respond = respond  # type: ignore[method-assign]
        await session.greet()
        await session.serve()

    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.behave = chatty
        async with talk.client.turn("a") as turn:
            speak(turn, 1)
            await listen(turn, lambda decision: isinstance(decision, ReplyBegan))
            await asyncio.sleep(0.3)
            assert len(turn._decisions) <= 257
            answer = await listen(turn)
        assert answer.text.split() == [str(number) for number in range(2000)]


async def test_a_reader_that_leaves_in_the_middle_stops_nothing_else() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        async with talk.client.turn("a") as turn:
            speak(turn, 1)
            await listen(turn, lambda decision: isinstance(decision, ReplyText))
        assert (await talk.turn(2)).text == "You said: turn 2 (200 ms)"


async def test_closing_in_the_middle_of_a_turn_ends_it() -> None:
    async with FakeRealtimeServer() as server, talk_with(server.url) as talk:
        server.silent = {"response.create"}
        talk.client.start()
        async with talk.client.turn("a") as turn:
            speak(turn, 1)
            listening = asyncio.create_task(listen(turn))
            await server.sessions[0].expect("response.create")
            await talk.client.close()
            with pytest.raises(EngineUnavailable):
                await listening
        assert talk.client.state is ClientState.CLOSED


async def test_closing_while_a_session_opens_leaves_nothing_open() -> None:
    async with FakeRealtimeServer() as server:
        talk = Talk(server.url)
        server.silent = {"session.update"}
        talk.client.start()
        await server.session()
        await talk.client.close()
        await until(lambda: not server.open_sessions)
        await talk.client.close()
        assert talk.client.state is ClientState.CLOSED
