"""The desktop as a whole: everything that a person and their machine bring, for programs under test."""

from __future__ import annotations

import math
import os
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from tests.desktop import tools
from tests.desktop.bus import Bus
from tests.desktop.latency import Latency, measured_latency
from tests.desktop.programs import Program, Programs
from tests.desktop.recording import RATE_HZ, Recorder, Samples, at_rate, read_wav
from tests.desktop.screen import Screen
from tests.desktop.sound import MICROPHONE, SPEAKER, Sound
from tests.desktop.voices import speech

REPOSITORY = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "TZ", "CI")
"""What a program on the desktop gets to know of the real environment."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that sounded in the room; the moments are those of its first and last audible sample."""

    text: str
    started_at: float
    ended_at: float


class MachineTooBusy(RuntimeError):  # noqa: N818 - it is no error of anybody's
    """What was to be heard stuttered on its way, so nothing that happened then says anything about the program."""


class Desktop:
    """A whole desktop without hardware, private to its user: screen, tray, bus, keyring, microphone, loudspeaker.

    Use it as a context manager. On leaving, everything is ended by its pid, also when starting failed half way;
    what a program left behind is named in an error.
    """

    def __init__(self) -> None:
        tools.check()
        # Sockets live here, and their paths may have 107 bytes: pytest's own folders are too deep.
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.env = self._environment()
        mark = secrets.token_hex(8)
        self.machine_mark = f"{mark}-machine"
        self._machine = Programs(self._subfolder("machine"), self.env, self.machine_mark)
        self._programs = Programs(self._subfolder("programs"), self.env, f"{mark}-program")
        self.screen = Screen(self.env, self._machine)
        self.bus = Bus(self.folder, self.env, self._machine)
        self.sound = Sound(self.folder, self.env, self._machine)
        self.press, self.hold, self.type = self.screen.press, self.screen.hold, self.screen.type
        self.click = self.screen.click
        self.windows, self.titles = self.screen.windows, self.screen.titles
        self.tray_icons = self.screen.tray_icons
        self.screenshot = self.screen.screenshot
        self.mute_microphone = self.sound.mute_microphone
        self.plug_microphone, self.plug_speaker = self.sound.plug_microphone, self.sound.plug_speaker

    def __enter__(self) -> Self:
        try:
            self.bus.start()
            self.screen.start()
            self.sound.start()
        except BaseException as failure:
            failure.add_note(self._machine.last_words())
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        left = self.close()
        if left:
            raise AssertionError("programs were left behind on the desktop: " + "; ".join(left))

    def close(self) -> list[str]:
        """End everything and return what programs under test had left behind."""
        left = self.end_programs()
        self._machine.end_all()
        self._machine.end_strays()
        shutil.rmtree(self.folder, ignore_errors=True)
        return left

    # Programs

    def start(self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path = REPOSITORY) -> Program:
        """Start a program here; it is ended with the desktop, or by `end_programs`."""
        return self._programs.start(argv, env=env, cwd=cwd)

    @property
    def programs(self) -> list[Program]:
        """The programs under test that run now."""
        return self._programs.running

    def end_programs(self, keep: Collection[Program] = ()) -> list[str]:
        """End what was started here, and return (after killing it) what that had left behind."""
        self._programs.end_all(keep)
        return self._programs.end_strays()

    def reset(self, keep: Collection[Program] = ()) -> list[str]:
        """Make the desktop as new for the next test; returns what programs had left behind.

        The next programs get an empty SOVEREIGN_HOME, unless some are kept: then they share the old one.
        """
        left = self.end_programs(keep)
        self.sound.reset()
        if not keep:
            self.env["SOVEREIGN_HOME"] = tempfile.mkdtemp(prefix="sovereign-", dir=self.env["HOME"])
        return left

    def unplug_microphone(self) -> None:
        self.sound.unplug(MICROPHONE)

    def unplug_speaker(self) -> None:
        self.sound.unplug(SPEAKER)

    # Mouth and ear

    def say(self, text: str, voice: str = "slt", gain_db: float = 0, words_per_minute: int | None = None) -> Said:
        """Speak into the room and return, after the last word, when it began and ended."""
        return self._play(speech(text, voice, words_per_minute), text, gain_db)

    def play(self, sound: Path | Samples, gain_db: float = 0) -> Said:
        """Play a WAV file, or samples at 48 kHz, into the room."""
        return self._play(at_rate(*read_wav(sound), RATE_HZ) if isinstance(sound, Path) else sound, "", gain_db)

    @contextmanager
    def record(self, source: str = "air.monitor") -> Iterator[Recorder]:
        """Record what comes out of the loudspeaker, with the monotonic second of every sample."""
        with self.sound.recorder(source) as recorder:
            yield recorder

    def echo(self, gain_db: float = -6, delay_ms: int = 60) -> AbstractContextManager[None]:
        """Let the microphone hear the loudspeaker inside the block."""
        return self.sound.echo(gain_db, delay_ms)

    @cached_property
    def latency(self) -> Latency:
        """What the desktop itself adds, measured."""
        return measured_latency(self.sound)

    def _play(self, samples: Samples, text: str, gain_db: float) -> Said:
        samples = (samples * math.pow(10, gain_db / 20)).clip(-32768, 32767).astype(np.int16)
        with self.sound.recorder("room.monitor") as recorder:
            self.sound.play(samples)
            room = recorder.timeline()
        start = room.find(samples)
        if not room.holds(samples, start):
            raise MachineTooBusy("the machine is too busy: the speech stuttered in the room")
        return Said(text, start, start + len(samples) / RATE_HZ)

    # Inside

    def _subfolder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        return folder

    def _environment(self) -> dict[str, str]:
        env = {name: os.environ[name] for name in INHERITED if name in os.environ}
        home, runtime = self._subfolder("home"), self._subfolder("run")
        return env | {
            "HOME": str(home),
            "TMPDIR": str(self._subfolder("tmp")),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_SESSION_TYPE": "x11",
            "XDG_CURRENT_DESKTOP": "openbox",
            "LANG": "C.UTF-8",
            "SOVEREIGN_HOME": str(home / "sovereign"),
            "PYTHONUNBUFFERED": "1",
        }
