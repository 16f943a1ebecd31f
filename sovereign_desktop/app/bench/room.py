"""A microphone and a loudspeaker without hardware, private to a measurement, and an ear and a mouth at their ends.

A PulseAudio server of its own, in a folder of its own, with two null sinks: what is said into `room` is heard by the
microphone, what the loudspeaker plays is recorded from `air`. The user's own sound is not touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

import numpy as np

from sovereign_desktop.core.errors import AudioError

RATE_HZ = 48_000
TOOLS = ("pulseaudio", "pactl", "parec", "pacat")
START_S = 5.0
FORMAT = ("--raw", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}")
EAR_MS, MOUTH_MS = 5, 200
"""How far a recording may lag, and how far ahead speech is handed over: a busy machine must not make it stutter."""
WINDOW = RATE_HZ // 200
AUDIBLE = 100.0

SCRIPT = """
load-module module-native-protocol-unix auth-anonymous=1 socket={folder}/socket
load-module module-null-sink sink_name=air format=s16le rate=48000 channels=1
load-module module-null-sink sink_name=room format=s16le rate=48000 channels=1
set-default-sink air
set-default-source room.monitor
"""
ALSA = """
pcm.default {
  type asym
  playback.pcm { type pulse device "air" }
  capture.pcm { type pulse device "room.monitor" }
}
ctl.default { type pulse }
"""


class BenchRoom:
    """The devices, for every process that is started while it is open. Blocks: use it from a thread."""

    def __init__(self) -> None:
        """Raises AudioError when PulseAudio is not installed."""
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            raise AudioError(
                f"This is measured on virtual sound devices, and {', '.join(missing)} is not installed.",
                remedy="Install PulseAudio, for example `apt-get install pulseaudio pulseaudio-utils`.",
            )
        self._folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._variables = {
            "PULSE_SERVER": f"unix:{self._folder}/socket",
            "PULSE_RUNTIME_PATH": str(self._folder / "runtime"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
        }
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        """Raises AudioError when PulseAudio does not start."""
        self._before = {name: os.environ.get(name) for name in self._variables}
        os.environ.update(self._variables)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(START_S)
        for name, value in self._before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(self._folder, ignore_errors=True)

    def say(self, samples: Any) -> float:
        """Speak into the room; returns when it has sounded, with the moment at which it began."""
        with Ear("room.monitor") as ear:
            command = ["pacat", "--playback", "--device=room", *FORMAT, f"--latency-msec={MOUTH_MS}"]
            subprocess.run(command, input=samples.tobytes() + bytes(RATE_HZ // 10), check=True)  # noqa: S603
            began = ear.first_sound()
        if began is None:
            raise AudioError("The virtual microphone does not hear anything.")
        return began

    def _start(self) -> None:
        script = self._folder / "devices.pa"
        script.write_text(SCRIPT.format(folder=self._folder))
        self._folder.joinpath("asound.conf").write_text(ALSA)
        stay = ["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no", "--high-priority=no"]
        self._run("pulseaudio", "-n", "-F", str(script), *stay)
        deadline = time.monotonic() + START_S
        while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode:  # noqa: S607
            if time.monotonic() > deadline:
                raise AudioError("PulseAudio does not start.")
            time.sleep(0.05)
        for source in ("air.monitor", "room.monitor"):  # null sinks without an impatient listener sleep for seconds
            self._run("parec", f"--device={source}", *FORMAT, f"--latency-msec={EAR_MS}", os.devnull)

    def _run(self, *command: str) -> None:
        nothing = subprocess.DEVNULL
        # The session's own sound server has its name on the session's bus: a second one there ends at once.
        alone = os.environ | {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        self._processes.append(
            subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, env=alone)  # noqa: S603
        )


class Ear:
    """Records a source, with the monotonic second of every sample: a chunk is never early, so the earliest is right."""

    def __init__(self, source: str = "air.monitor") -> None:
        self._chunks: list[bytes] = []
        self._began = float("inf")
        self._samples = 0
        command = ["parec", f"--device={source}", *FORMAT, f"--latency-msec={EAR_MS}"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)  # noqa: S603
        self._thread = threading.Thread(target=self._read, name=f"ear at {source}")
        self._thread.start()
        deadline = time.monotonic() + START_S
        while not self._chunks and time.monotonic() < deadline:
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(START_S)
        self._thread.join(START_S)

    def first_sound(self, after: float = 0.0) -> float | None:
        """The moment from which it sounds, at or after `after`."""
        return self._first(after, loud=True, windows=1)

    def silent_from(self, after: float, for_ms: float) -> float | None:
        """The moment at or after `after` from which it stays silent for so long."""
        return self._first(after, loud=False, windows=int(for_ms / 5))

    def _first(self, after: float, *, loud: bool, windows: int) -> float | None:
        samples = np.frombuffer(b"".join(list(self._chunks)), "<i2").astype(np.float32)
        powers = np.square(samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)).mean(axis=1)
        start = max(0, round((after - self._began) * RATE_HZ / WINDOW))
        wanted = (powers > AUDIBLE**2) == loud
        run = 0
        for index in range(start, len(wanted)):
            run = run + 1 if wanted[index] else 0
            if run >= windows:
                return self._began + (index - run + 1) * WINDOW / RATE_HZ
        return None

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError), self._process.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                self._samples += len(chunk) // 2
                self._began = min(self._began, time.monotonic() - self._samples / RATE_HZ)
                self._chunks.append(chunk)
