"""Presses of the hotkey, in virtual time."""

from __future__ import annotations

from sovereign_desktop.host.hotkey.gesture import Gesture, HotkeyGesture


def fed(*events: tuple[str, float]) -> list[Gesture | None]:
    gesture = HotkeyGesture(300)
    return [gesture.key_down(at) if kind == "down" else gesture.key_up(at) for kind, at in events]


def test_listening_begins_with_the_press_and_ends_with_a_holds_release() -> None:
    assert fed(("down", 10.0), ("up", 12.0)) == [Gesture.PRESS, Gesture.HOLD_RELEASED]


def test_a_tap_keeps_listening_until_the_next_press() -> None:
    assert fed(("down", 10.0), ("up", 10.1), ("down", 15.0), ("up", 15.1)) == [
        Gesture.PRESS,
        Gesture.TAPPED,
        Gesture.TAPPED_AGAIN,
        None,
    ]


def test_a_long_second_press_stops_at_once_and_its_release_means_nothing() -> None:
    assert fed(("down", 10.0), ("up", 10.1), ("down", 15.0), ("up", 19.0))[2:] == [Gesture.TAPPED_AGAIN, None]


def test_the_third_tap_begins_anew() -> None:
    taps = [(kind, at + wait) for at in (1.0, 2.0, 3.0) for kind, wait in (("down", 0.0), ("up", 0.1))]
    assert fed(*taps)[4:] == [Gesture.PRESS, Gesture.TAPPED]


def test_auto_repeat_changes_nothing() -> None:
    repeats = [("down", 10.0 + n / 25) for n in range(1, 20)]
    assert fed(("down", 10.0), *repeats, ("up", 10.8)) == [Gesture.PRESS, *[None] * 19, Gesture.HOLD_RELEASED]


def test_exactly_the_hold_time_is_a_hold() -> None:
    assert fed(("down", 0.0), ("up", 0.3))[-1] is Gesture.HOLD_RELEASED
    assert fed(("down", 0.0), ("up", 0.299))[-1] is Gesture.TAPPED


def test_after_silence_ended_a_tap_the_next_press_begins_anew() -> None:
    gesture = HotkeyGesture(300)
    gesture.key_down(1.0)
    gesture.key_up(1.1)
    gesture.listening_ended()
    assert gesture.key_down(5.0) is Gesture.PRESS


def test_a_cancel_during_a_hold_makes_its_release_mean_nothing() -> None:
    gesture = HotkeyGesture(300)
    gesture.key_down(1.0)
    gesture.listening_ended()
    assert gesture.key_up(3.0) is None
    assert gesture.key_down(4.0) is Gesture.PRESS
    assert gesture.key_up(6.0) is Gesture.HOLD_RELEASED


def test_a_release_out_of_nowhere_means_nothing() -> None:
    assert fed(("up", 1.0)) == [None]


def test_the_moment_a_press_becomes_a_hold_is_known_while_it_matters() -> None:
    gesture = HotkeyGesture(300)
    moments = [gesture.hold_at]
    for take, at in ((gesture.key_down, 1.0), (gesture.key_up, 1.1), (gesture.key_down, 2.0)):
        take(at)
        moments.append(gesture.hold_at)
    assert moments == [None, 1.3, None, None]
