"""The audio thread hears its commands, however busy it is."""

from __future__ import annotations

from sovereign_desktop.audio.commands import Mute
from sovereign_desktop.audio.engine import Engine
from sovereign_desktop.config.sections.audio import Audio


def test_a_command_does_not_wait_behind_the_blocks_of_the_microphone() -> None:
    engine = Engine(Audio(), lambda _event: None)
    for _ in range(1000):
        engine._wake()
    engine.do(Mute(True))
    engine._wake()
    engine.do(Mute(False))
    assert [engine._next() for _ in range(2)] == [Mute(True), Mute(False)]
