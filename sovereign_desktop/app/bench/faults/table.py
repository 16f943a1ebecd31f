"""The faults, one row each: what strikes, who is the best that is left, and what has to hold besides the answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sovereign_desktop.app.bench.faults.proxy import Direction, Fault, Kind
from sovereign_desktop.app.bench.faults.rig import Rig
from sovereign_desktop.app.bench.faults.untrusted import untrusted_server
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.realtime.client import ClientState

REALTIME, PIPELINE, SKILLS = "realtime", "pipeline", "skills"
CREATED, DELTA, DONE = b'"response.created"', b'"response.output_audio.delta"', b'"response.done"'
DELTAS_A_SECOND = 10
"""Our server cuts its sound into pieces of 100 ms."""
IN_THE_MIDDLE = 25
"""The frame of a question (20 ms each) at which something happens while the user speaks."""
AN_HOUR_S = 3700.0
TURNS_IN_A_MINUTE = 3

Strike = Callable[[Rig], Awaitable[None]]
Check = Callable[[Rig, TurnRecord], Awaitable[str]]


async def nothing_more(_rig: Rig, _turn: TurnRecord) -> str:
    """The answer is all that counts."""
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. `strike` arranges it before the question; `check` looks afterwards and gives what is wrong.

    With `seam`, sound was heard before: an earcon marks where another goes on. `comes_of_limit`: nothing but the
    first-audio limit can tell that the fault is there. `turns` questions are asked while it lasts.
    """

    name: str
    strike: Strike
    backend: str
    asks: str = "capitals"
    seam: bool = False
    comes_of_limit: bool = False
    hands_free: bool = False
    turns: int = 1
    check: Check = nothing_more

    @property
    def is_switched_in_silence(self) -> bool:
        """Whether the user only hears a later answer, so that the switch can be timed."""
        return self.backend == PIPELINE and not self.seam and self.strike is not voice_killed


# Before there is a session


async def no_dns(rig: Rig) -> None:
    rig.break_dns()
    rig.move_cloud("ws://realtime.invalid/v1/realtime")
    await rig.disconnect()


async def refused(rig: Rig) -> None:
    rig.move_cloud(f"ws://127.0.0.1:{rig.closed_port}/v1/realtime")
    await rig.disconnect()


async def broken_tls(rig: Rig) -> None:
    rig.move_cloud(f"wss://127.0.0.1:{await rig.enter(untrusted_server())}/v1/realtime")
    await rig.disconnect()


async def connect_hangs(rig: Rig) -> None:
    rig.proxy.hangs = True
    await rig.disconnect()


async def wrong_key(rig: Rig) -> None:
    rig.proxy.refusal = _http(401, "Unauthorized", "invalid_api_key")
    await rig.disconnect()


async def too_many_requests(rig: Rig) -> None:
    rig.proxy.refusal = _http(429, "Too Many Requests", "rate_limit_exceeded", "Retry-After: 20\r\n")
    await rig.disconnect()


async def full(rig: Rig) -> None:
    rig.proxy.arm(Fault(Kind.SAY, Direction.DOWN, at=b'"session.created"', says="{}", closes=1008), also_new=True)
    await rig.client.close()
    rig.proxy.arm(Fault(Kind.SAY, Direction.DOWN, at=b'"session.created"', says="{}", closes=1008), also_new=True)
    rig.client.start()


async def is_not_given_up(rig: Rig, _turn: TurnRecord) -> str:
    return "a full server is given up for good" if rig.client.state is ClientState.BROKEN else ""


# In a session


async def no_credit(rig: Rig) -> None:
    rig.proxy.arm(Fault(Kind.SAY, Direction.DOWN, at=CREATED, says=_error("insufficient_quota")))


async def session_cap(rig: Rig) -> None:
    def strike(count: int) -> None:
        if count == IN_THE_MIDDLE:
            rig.proxy.tell(_error("session_expired"), close=1001)

    rig.room.on_frame = strike


async def silent_after_commit(rig: Rig) -> None:
    rig.proxy.arm(Fault(Kind.MUTE, Direction.DOWN, at=CREATED), also_new=True)


async def no_end(rig: Rig) -> None:
    rig.proxy.arm(Fault(Kind.MUTE, Direction.DOWN, at=DONE))


async def closed_while_asked(rig: Rig) -> None:
    def strike(count: int) -> None:
        if count == IN_THE_MIDDLE:
            rig.proxy.refusal = _http(503, "Unavailable", "server_error")
            rig.proxy.cut()

    rig.room.on_frame = strike


async def pings_unanswered(rig: Rig) -> None:
    def strike(count: int) -> None:
        if count == IN_THE_MIDDLE:
            rig.proxy.refusal = _http(503, "Unavailable", "server_error")
            rig.proxy.go_dark()

    rig.room.on_frame = strike


async def dies_after_200_ms(rig: Rig) -> None:
    _dies_after(rig, 2)


async def dies_after_2_s(rig: Rig) -> None:
    _dies_after(rig, 2 * DELTAS_A_SECOND)


async def dies_with_a_tool(rig: Rig) -> None:
    rig.cloud.calls_tool = True
    rig.proxy.arm(Fault(Kind.CUT, Direction.DOWN, after=1, at=CREATED), also_new=True)


async def network_gone(rig: Rig) -> None:
    rig.proxy.hangs = True
    rig.proxy.go_dark()


async def comes_back(rig: Rig, _turn: TurnRecord) -> str:
    """After the fault the cloud answers again: within the cool-down and the trial turns."""
    await rig.heal_network()
    trials = rig.assistant.settings.mode_switching.trial_turns
    backend = ""
    for _ in range(trials):
        question = rig.question("capitals")
        turn = await rig.answer(hands_free=True)
        if not question.is_answered_by(turn.reply):
            return "a question after the fault was not answered"
        backend = turn.backend
    return "" if backend == REALTIME else "the cloud does not answer again"


async def slept(rig: Rig) -> None:
    rig.wall.slept_s += AN_HOUR_S
    rig.proxy.go_dark()


# At home


async def voice_killed(rig: Rig) -> None:
    await rig.local_only()
    rig.room.on_frame = lambda count: rig.kill_voice() if count == IN_THE_MIDDLE else None


async def model_killed(rig: Rig) -> None:
    await rig.local_only()
    rig.model.dies_after = 7


async def loudspeaker_gone(rig: Rig) -> None:
    rig.room.loses_loudspeaker = True


async def disk_full(rig: Rig) -> None:
    await rig.fill_disk()


async def record_is_kept(rig: Rig, turn: TurnRecord) -> str:
    """The user was told, and the record comes into the file when there is room."""
    await rig.records_kept()
    told = [notice for notice in rig.notices if notice.key == "transcripts"]
    await rig.free_disk()
    if not told:
        return "nobody was told that the disk is full"
    rig.question("sums")
    await rig.answer()
    await rig.records_kept()
    return "" if await rig.transcripts.get(turn.turn_id) is not None else "the turn's record is lost"


# Two at once


async def cloud_and_model_gone(rig: Rig) -> None:
    await refused(rig)
    rig.model.is_down = True
    rig.model.hang_up()


async def cloud_and_voice_die(rig: Rig) -> None:
    _dies_after(rig, 2, rig.kill_voice)


FAULTS = (
    Row("DNS fails", no_dns, PIPELINE),
    Row("connection refused", refused, PIPELINE),
    Row("TLS broken", broken_tls, PIPELINE),
    Row("connect hangs", connect_hangs, PIPELINE, comes_of_limit=True),
    Row("key invalid", wrong_key, PIPELINE),
    Row("429 with 20 s", too_many_requests, PIPELINE),
    Row("server full (close 1008)", full, PIPELINE, check=is_not_given_up),
    Row("quota gone", no_credit, PIPELINE),
    Row("session cap while the user speaks", session_cap, REALTIME),
    Row("closed while the user speaks", closed_while_asked, PIPELINE),
    Row("pings unanswered", pings_unanswered, PIPELINE),
    Row("silent after commit", silent_after_commit, PIPELINE, comes_of_limit=True),
    Row("dies after 200 ms of audio", dies_after_200_ms, PIPELINE, seam=True),
    Row("dies after 2 s of audio", dies_after_2_s, PIPELINE, seam=True),
    Row("dies in the middle of a tool call", dies_with_a_tool, PIPELINE),
    Row("complete, but no response.done", no_end, REALTIME),
    Row(
        "network gone for a minute, hands-free",
        network_gone,
        PIPELINE,
        hands_free=True,
        turns=TURNS_IN_A_MINUTE,
        check=comes_back,
    ),
    Row("asleep for an hour", slept, REALTIME),
    Row("voice service killed", voice_killed, PIPELINE),
    Row("model killed in the middle of its answer", model_killed, SKILLS, asks="greetings", seam=True),
    Row("loudspeaker gone", loudspeaker_gone, REALTIME),
    Row("disk full", disk_full, REALTIME, check=record_is_kept),
    Row("two at once: no cloud, no model", cloud_and_model_gone, SKILLS, asks="greetings"),
    Row("two at once: cloud dies after 200 ms, voice killed", cloud_and_voice_die, PIPELINE, seam=True),
)


def _dies_after(rig: Rig, deltas: int, then: Callable[[], None] = lambda: None) -> None:
    """No more sound passes than that, and once it was heard the connection is reset.

    Reset at once, it could take with it what had passed and was not read: then nothing was heard of that answer.
    """

    def strike() -> None:
        if rig.room.played_s * DELTAS_A_SECOND > deltas - 0.5:
            rig.room.on_sound = lambda: None
            rig.proxy.cut()
            then()

    rig.proxy.arm(Fault(Kind.MUTE, Direction.DOWN, after=deltas, at=DELTA))
    rig.room.on_sound = strike


def _http(status: int, phrase: str, code: str, headers: str = "") -> bytes:
    body = json.dumps({"error": {"type": "invalid_request_error", "code": code, "message": "No."}})
    head = f"HTTP/1.1 {status} {phrase}\r\n{headers}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


def _error(code: str) -> str:
    error = {"type": "error", "error": {"type": "invalid_request_error", "code": code, "message": "No."}}
    return json.dumps(error | {"event_id": "event_fault"})
