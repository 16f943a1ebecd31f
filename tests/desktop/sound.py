"""A loudspeaker and a microphone without hardware: PulseAudio's virtual devices, and ALSA's view of them.

    a program -> speaker -> air (air.monitor is what a recording hears)
    say, play -> room -> room.monitor -> microphone -> a program

`speaker` and `microphone` can be unplugged; `air` and `room` stay, so that what is heard and said goes on having
a place and a time. An echo path leads from `air` back into `room`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desktop import tools
from tests.desktop.programs import Programs
from tests.desktop.recording import RATE_HZ, Recorder, Samples, listening_to
from tests.desktop.waiting import wait_until

SPEAKER = "speaker"
MICROPHONE = "microphone"
STAY = ("--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr")
SERVER_OPTIONS = (*STAY, "--realtime=no", "--high-priority=no")
PLAY_AHEAD_MS = 200
"""Speech is handed to the server this far ahead, so that a busy machine does not make it stutter."""
FORMAT = f"rate={RATE_HZ} channels=1"


class Sound:
    """The PulseAudio server of a desktop, its virtual devices, and the ALSA configuration that names them."""

    def __init__(self, folder: Path, env: dict[str, str], programs: Programs) -> None:
        self._folder = folder
        self._env = env
        self._programs = programs
        self._modules: dict[str, str] = {}
        self._is_muted = False
        self._asound = folder / "asound.conf"
        env["PULSE_SERVER"] = f"unix:{folder / 'pulse.socket'}"
        env["PULSE_RUNTIME_PATH"] = str(folder / "pulse-runtime")
        env["PULSE_STATE_PATH"] = str(folder / "pulse-state")
        env["PULSE_CONFIG"] = str(folder / "daemon.conf")
        env["PULSE_COOKIE"] = str(folder / "pulse-cookie")
        env["ALSA_CONFIG_PATH"] = str(self._asound)

    def start(self) -> None:
        """Start the server with both devices plugged in."""
        self._folder.joinpath("daemon.conf").write_text(
            # A stream whose device vanishes must fail, as it does with hardware, not move to another device.
            f"default-sample-rate = {RATE_HZ}\nrescue-streams = no\n"
        )
        script = self._folder / "devices.pa"
        script.write_text(
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={self._folder / 'pulse.socket'}\n"
            f"load-module module-null-sink sink_name=air format=s16le {FORMAT}\n"
            f"load-module module-null-sink sink_name=room format=s16le {FORMAT}\n"
            # Streams on the default device follow when another becomes the default, whatever they asked for: ours must
            # fail with their device instead. Nobody asks for the default by that name; ALSA's leads to our devices.
            "set-default-sink air\nset-default-source room.monitor\n"
        )
        self._programs.start([tools.path_of("pulseaudio"), "-n", "-F", str(script), *SERVER_OPTIONS], dies_with_us=True)
        wait_until(self._answers, 5, "PulseAudio to answer")
        self._keep_awake()
        self.plug_speaker()
        self.plug_microphone()

    # Devices

    def plug_microphone(self) -> None:
        """Let the microphone appear, for PulseAudio and for ALSA."""
        self._load(
            MICROPHONE,
            "module-remap-source",
            f"master=room.monitor source_name={MICROPHONE} remix=no {FORMAT}",
        )

    def plug_speaker(self) -> None:
        """Let the loudspeaker appear."""
        self._load(SPEAKER, "module-remap-sink", f"master=air sink_name={SPEAKER} remix=no {FORMAT}")

    def unplug(self, device: str) -> None:
        """Let a device vanish while streams may use it; they fail, and nothing takes its place."""
        self._pactl("unload-module", self._modules.pop(device))
        self._write_asound()

    def plugged(self, device: str) -> bool:
        return device in self._modules

    def mute_microphone(self, muted: bool = True) -> None:
        """Let the microphone deliver exact zeros, as one does that is not permitted."""
        self._pactl("set-source-mute", MICROPHONE, "1" if muted else "0")
        self._is_muted = muted

    def reset(self) -> None:
        """Plug in what is unplugged, unmute, and take the echo away."""
        if not self.plugged(SPEAKER):
            self.plug_speaker()
        if not self.plugged(MICROPHONE):
            self.plug_microphone()
        if self._is_muted:
            self.mute_microphone(False)
        if self.plugged("echo"):
            self.unplug("echo")

    # Sound

    def play(self, samples: Samples, sink: str = "room") -> None:
        """Play samples at 48 kHz and return when the last one has sounded."""
        subprocess.run(
            self._pacat(sink, PLAY_AHEAD_MS),
            env=self._env,
            # The tail lets a recorder hear the whole of it before this returns.
            input=samples.astype("<i2").tobytes() + bytes(2 * RATE_HZ // 20),
            check=True,
            timeout=30 + len(samples) / RATE_HZ,
        )

    @contextmanager
    def player(self, sink: str, latency_ms: int) -> Iterator[Callable[[bytes], object]]:
        """A function that plays mono 16-bit PCM as it is given; everything has sounded after the block."""
        command = self._pacat(sink, latency_ms)
        with subprocess.Popen(command, env=self._env, stdin=subprocess.PIPE, bufsize=0) as process:
            assert process.stdin is not None
            yield process.stdin.write

    def recorder(self, source: str = "air.monitor") -> Recorder:
        """A recorder of what is heard (`air.monitor`), said (`room.monitor`) or picked up (`microphone`)."""
        return Recorder(source, self._env)

    @contextmanager
    def echo(self, gain_db: float, delay_ms: int) -> Iterator[None]:
        """Let the microphone hear the loudspeaker for a while."""
        self._load(
            "echo",
            "module-loopback",
            f"source=air.monitor sink=room latency_msec={delay_ms} adjust_time=0 {FORMAT}"
            " source_dont_move=1 sink_dont_move=1",
        )
        try:
            self._pactl("set-sink-input-volume", self._stream_of("echo"), f"{gain_db}dB")
            yield
        finally:
            if self.plugged("echo"):
                self.unplug("echo")

    # Inside

    @staticmethod
    def _pacat(sink: str, latency_ms: int) -> list[str]:
        stream = [f"--device={sink}", "--raw", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1"]
        return [tools.path_of("pacat"), "--playback", *stream, f"--latency-msec={latency_ms}"]

    def _answers(self) -> bool:
        command = [tools.path_of("pactl"), "info"]
        return subprocess.run(command, env=self._env, capture_output=True, check=False).returncode == 0

    def _keep_awake(self) -> None:
        """A null sink without an impatient listener sleeps for up to two seconds between its blocks."""
        for source in ("air.monitor", "room.monitor"):
            self._programs.start([*listening_to(source), "/dev/null"], dies_with_us=True)

    def _load(self, name: str, module: str, arguments: str) -> None:
        self._modules[name] = self._pactl("load-module", module, *arguments.split()).strip()
        self._write_asound()

    def _write_asound(self) -> None:
        self._asound.write_text(asound_conf(self.plugged(SPEAKER), self.plugged(MICROPHONE)))

    def _stream_of(self, name: str) -> str:
        streams: list[dict[str, Any]] = json.loads(self._pactl("-f", "json", "list", "sink-inputs"))
        return next(str(s["index"]) for s in streams if str(s["owner_module"]) == self._modules[name])

    def _pactl(self, *arguments: str) -> str:
        done = subprocess.run(
            [tools.path_of("pactl"), *arguments], env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"pactl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout


def asound_conf(speaker: bool, microphone: bool) -> str:
    """ALSA's whole configuration: exactly the devices that are plugged in, and a default made of them.

    It stands alone. The distribution's own file has a hook that puts its `default` over ours, and that one falls
    back to other devices when ours are gone.
    """
    playback = f'playback.pcm {{ type pulse device "{SPEAKER}" }}' if speaker else ""
    capture = f'capture.pcm {{ type pulse device "{MICROPHONE}" }}' if microphone else ""
    devices = {SPEAKER: playback, MICROPHONE: capture, "default": f"{playback} {capture}".strip()}
    lines = [
        f"pcm.{name} {{ type asym {directions} hint {{ show on description {name} }} }}"
        for name, directions in devices.items()
        if directions
    ]
    # Without any device the default leads to a missing card, as ALSA's own does. PortAudio aborts the whole process
    # where there is no PCM to try.
    return "\n".join([*(lines or ["pcm.default { type hw card 99 }"]), "ctl.default { type pulse }", ""])
