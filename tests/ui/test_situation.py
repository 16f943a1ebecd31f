from __future__ import annotations

import pytest

from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.ui.situation import Face, Situation, hotkey_name

READY = Situation(ready=True)


@pytest.mark.parametrize(
    ("situation", "face"),
    [
        (READY, Face.IDLE),
        (Situation(ready=True, muted=True), Face.MUTED),
        (Situation(ready=True, muted=True, trouble="No microphone."), Face.ERROR),
        (Situation(ready=True, state=TurnState.SPEAKING, trouble="No microphone."), Face.SPEAKING),
        (Situation(ready=True, state=TurnState.LISTENING, muted=True), Face.LISTENING),
        (Situation(ready=True, state=TurnState.THINKING), Face.THINKING),
    ],
)
def test_what_happens_outranks_what_is_wrong_and_that_the_mute(situation: Situation, face: Face) -> None:
    assert situation.face is face


def test_nothing_can_be_asked_before_the_program_is_ready() -> None:
    starting = Situation(state=TurnState.SPEAKING)
    assert not starting.can_talk
    assert not starting.can_stop
    assert Situation().headline == "Starting"


def test_an_error_at_the_start_is_not_called_starting() -> None:
    assert Situation(trouble="No microphone.").headline == "Needs attention"


@pytest.mark.parametrize("state", list(TurnState))
def test_there_is_something_to_stop_during_a_turn_only(state: TurnState) -> None:
    assert Situation(ready=True, state=state).can_stop is (state is not TurnState.IDLE)


def test_a_muted_ear_can_not_begin_a_turn_but_can_finish_one() -> None:
    assert not Situation(ready=True, muted=True).can_talk
    assert Situation(ready=True, muted=True, state=TurnState.LISTENING).can_talk


def test_the_tooltip_says_state_trouble_who_answers_and_the_hotkey() -> None:
    situation = Situation(
        ready=True, trouble="No microphone. Plug one in.", mode="traditional", engines="flite", hotkey="Ctrl+Space"
    )
    assert situation.tooltip.splitlines() == [
        "Sovereign Desktop – Needs attention",
        "No microphone. Plug one in.",
        "Local: flite",
        "Hold or tap Ctrl+Space to talk",
    ]


def test_the_tooltip_leaves_out_what_is_not_known() -> None:
    assert READY.tooltip == "Sovereign Desktop – Ready"


def test_a_hotkey_is_written_as_keyboards_do() -> None:
    assert hotkey_name("ctrl+alt+ space") == "Ctrl+Alt+Space"
