"""What `ask` prints is what a person reads, whatever a model says."""

from __future__ import annotations

import pytest

from sovereign_desktop.app import ask as asking
from sovereign_desktop.app.ask import Answer, Question
from sovereign_desktop.app.cli import run
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import TurnRecord, TurnTimings


def test_an_answer_can_not_command_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = "\x1b]0;title\x07\x1b[31mRed\x00\x9b5m\n\tnaïve 👩\u200d🚀"  # ESC and CSI, and what is only unusual

    async def answer(_question: Question, *, debug: bool) -> Answer:
        assert not debug
        return Answer(TurnRecord("t", 0.0, Outcome.ANSWERED, "", reply, "realtime", "realtime", TurnTimings()))

    monkeypatch.setattr(asking, "ask", answer)
    assert run(["ask", "--text", "hello"]) == 0
    assert capsys.readouterr().out == "Sovereign: �]0;title��[31mRed��5m\n\tnaïve 👩\u200d🚀\n"
