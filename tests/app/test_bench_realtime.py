"""`bench realtime`: the ears that it measures with, the bare callback, and the sums."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from sovereign_desktop.app.bench.realtime import Delays, RealtimeBench
from sovereign_desktop.app.bench.room import BenchRoom
from sovereign_desktop.app.bench.server import RATE_HZ, BenchServer, Ear, answer_pieces
from sovereign_desktop.audio.floor import BLOCK, Answer, BargeIn
from sovereign_desktop.core.errors import AudioError

LOUD_20_MS = (np.ones(480) * 10_000).astype("<i2").tobytes()
QUIET_20_MS = bytes(960)
LOUD, QUIET = np.full(BLOCK, 0.5, np.float32), np.zeros(BLOCK, np.float32)


def test_the_servers_ear_tells_when_the_last_loud_sample_had_arrived() -> None:
    ear = Ear()
    found = [ear.push(LOUD_20_MS, 10 + i / 50) for i in range(10)]
    assert [began for began, _ in found].count(True) == 1
    found = [ear.push(QUIET_20_MS, 10.2 + i / 50) for i in range(20)]
    assert [ended for _, ended in found if ended is not None] == [pytest.approx(10.18)]


def test_the_servers_ear_takes_a_click_for_no_speech() -> None:
    ear = Ear()
    ear.push(LOUD_20_MS, 10.0)
    assert all(ear.push(QUIET_20_MS, 10.1) == (False, None) for _ in range(50))


def test_the_servers_answer_sounds_from_its_first_piece_on() -> None:
    pieces = answer_pieces(1.0)
    assert len(pieces) == 25
    first = np.frombuffer(base64.b64decode(pieces[0]), "<i2")
    assert len(first) == RATE_HZ // 25
    assert np.abs(first[: RATE_HZ // 200]).max() > 500


async def test_the_server_speaks_as_much_of_the_protocol_as_a_turn_needs() -> None:
    from websockets.asyncio.client import connect

    async with BenchServer(answers_after_ms=0, answer_s=0.04) as server, connect(server.url) as socket:
        assert json.loads(await socket.recv())["type"] == "session.created"
        await socket.send(json.dumps({"type": "response.create"}))
        kinds = [json.loads(await socket.recv())["type"] for _ in range(10)]
    assert kinds[0] == "response.created"
    assert kinds[3] == "response.output_audio.delta"
    assert kinds[-1] == "response.done"


def test_the_bare_callback_answers_a_fixed_time_after_it_stopped_hearing() -> None:
    answer = Answer(0.05, 30.0)
    blocks = [LOUD, LOUD, QUIET, QUIET, QUIET, QUIET]
    assert [bool(np.abs(answer.push(block)).max()) for block in blocks] == [False, False, False, False, True, True]


def test_the_bare_callback_is_silent_while_it_hears_and_a_while_after() -> None:
    barge_in = BargeIn(0.05, 20.0)
    blocks = [QUIET, LOUD, QUIET, QUIET, QUIET]
    assert [bool(np.abs(barge_in.push(block)).max()) for block in blocks] == [True, False, False, True, True]


def test_the_figures_say_what_the_program_adds_to_the_floor() -> None:
    floor, ours = Delays([20.0] * 19 + [40.0]), Delays([30.0] * 19 + [90.0])
    said = RealtimeBench(20, floor, ours, floor, ours).as_json()
    assert json.loads(json.dumps(said))["over_floor_ms"] == {"p50": 10.0, "p95": 10.0}
    assert Delays([float(i) for i in range(1, 21)]).p95 == 19


def test_without_virtual_devices_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(AudioError, match="pulseaudio") as failed:
        BenchRoom()
    assert "apt-get install" in failed.value.remedy
