"""The tray stays small: it starts about as fast as a bare one, sleeps when idle, and does not grow."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.desktop import Desktop, facts, speech, wait_until
from tests.end_to_end.running import Running, running

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(3600)]

BARE = [sys.executable, str(Path(__file__).with_name("bare_tray.py"))]
OURS = [sys.executable, "-m", "sovereign_desktop"]
MEMORY_MIB = 150.0
IDLE_SHARE = 0.005
STALL_MS = 50.0


def test_the_icon_is_there_within_one_and_a_half_times_a_bare_tray_program(
    desktop: Desktop, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    icon_s(desktop, BARE), icon_s(desktop, OURS)  # the disk's cache
    pairs = [(icon_s(desktop, BARE), icon_s(desktop, OURS)) for _ in range(times(5, 15))]
    bare_s, ours_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    figure(bare_s=bare_s, ours_s=ours_s, ratio=ours_s / bare_s)
    assert ours_s / bare_s <= 1.5


def icon_s(desktop: Desktop, command: Sequence[str]) -> float:
    """Seconds from the start of a program to its icon in the tray."""
    started = time.monotonic()
    program = desktop.start(command)
    wait_until(desktop.tray_icons, 20, "the tray icon", every_s=0.005)
    seconds = time.monotonic() - started
    program.end(15)
    wait_until(lambda: not desktop.tray_icons(), 5, "the tray to be empty again")
    return seconds


def test_ten_turns_leave_the_tray_small_and_never_stall_its_loop(desktop: Desktop, figure: Callable[..., None]) -> None:
    with running(desktop, "audio: {keep_open_s: 0}") as app:
        time.sleep(3)  # what is loaded after the start is loaded
        idle_mib = facts.rss_mib(app.pid)
        ask_aloud(app, 10)
        after_mib = facts.rss_mib(app.pid)
        stalls = [line["longest_stall_ms"] for line in app.logged("turn over")]
    figure(idle_mib=idle_mib, after_ten_turns_mib=after_mib, longest_stall_ms=max(stalls), first_turn_ms=stalls[0])
    assert max(idle_mib, after_mib) < MEMORY_MIB
    assert max(stalls) <= STALL_MS


def test_an_idle_tray_with_its_hotkey_armed_uses_next_to_no_processor(
    desktop: Desktop, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    with running(desktop, "audio: {keep_open_s: 0}") as app:
        ask_aloud(app, 1)
        time.sleep(3)
        processes = [app.pid, *(child.pid for child in facts.children(app.pid))]
        before, since = [facts.cpu_seconds(pid) for pid in processes], time.monotonic()
        time.sleep(times(15, 120))
        seconds = time.monotonic() - since
        shares = [(facts.cpu_seconds(pid) - used) / seconds for pid, used in zip(processes, before, strict=True)]
    figure(main=shares[0], with_children=sum(shares))
    assert shares[0] < IDLE_SHARE


def test_many_turns_leave_no_more_behind_than_a_few(
    desktop: Desktop, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    few, many = times(5, 20), times(15, 200)
    with running(desktop, "audio: {keep_open_s: 0, earcons: false}") as app:
        ask_aloud(app, few)
        after_few = holdings(app)
        ask_aloud(app, many - few)
        after_many = holdings(app)
    figure(**{f"{name}_{few}": value for name, value in after_few.items()})
    figure(**{f"{name}_{many}": value for name, value in after_many.items()})
    assert all(after_many[name] <= after_few[name] for name in after_few), (after_few, after_many)


def holdings(app: Running) -> dict[str, int]:
    """What the program and its children hold when idle: the least over a moment, as things close by and by."""
    samples = []
    for _ in range(10):
        time.sleep(0.3)
        everyone = [app.pid, *(child.pid for child in facts.children(app.pid))]
        samples.append(
            {
                "threads": sum(map(facts.threads, everyone)),
                "files": sum(map(facts.open_files, everyone)),
                "children": len(everyone) - 1,
            }
        )
    return {name: min(sample[name] for sample in samples) for name in samples[0]}


def ask_aloud(app: Running, turns: int) -> None:
    """Ask for the time, `turns` times, with the hotkey held."""
    question = speech("what time is it now", "slt", None)
    for _ in range(turns):
        before = len(app.turns())
        listening = len(app.logged("listening"))
        with app.desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening", listening + 1)
            app.desktop.sound.play(
                question
            )  # `say` would refuse the stutter of a busy machine, which is no matter here
        turn = app.wait_for_turns(before + 1)[-1]
        assert turn["outcome"] == "answered", turn
