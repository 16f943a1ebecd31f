"""The audio thread hears its commands, however busy it is."""

from __future__ import annotations

from sovereign_desktop.audio.commands import Mute
from sovereign_desktop.audio.engine import Engine
from sovereign_desktop.config.sections.audio import Audio


def test_no_command_waits_behind_the_blocks_of_the_microphone_nor_behind_another() -> None:
    engine = Engine(Audio(), lambda _event: None)
    for _ in range(1000):
        engine._wake()
    engine.do(Mute(True))
    engine._wake()
    engine.do(Mute(False))
    assert engine._due() == [Mute(True), Mute(False)]
