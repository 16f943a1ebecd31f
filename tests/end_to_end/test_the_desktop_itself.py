"""The desktop that the end-to-end tests run on: each of its parts works, and what it measures is true."""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.desktop import Desktop, Timeline, facts, judges, speech, tools, wait_until, write_wav
from tests.desktop.programs import marked
from tests.desktop.recording import RATE_HZ

pytestmark = pytest.mark.desktop

WINDOW = """
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QLineEdit, QSystemTrayIcon

class Field(QLineEdit):
    def keyPressEvent(self, event): print("down", event.key() == Qt.Key.Key_F8, event.isAutoRepeat(), flush=True)
    def keyReleaseEvent(self, event): print("up", event.key() == Qt.Key.Key_F8, event.isAutoRepeat(), flush=True)

app = QApplication([])
picture = QPixmap(32, 32)
picture.fill(Qt.GlobalColor.red)
icon = QSystemTrayIcon(QIcon(picture))
icon.activated.connect(lambda why: print("clicked", flush=True))
icon.show()
field = Field()
field.setWindowTitle("A window to find")
field.show()
app.exec()
"""
PORTAUDIO = """
import sys, time
import sounddevice as sd
what = sys.argv[1]
if what == "list":
    for device in sd.query_devices():
        print(device["name"], device["max_input_channels"] > 0, device["max_output_channels"] > 0)
elif what == "record":
    import wave
    with sd.RawInputStream(48000, 480, channels=1, dtype="int16", latency="low") as stream:
        print("listening", flush=True)
        pcm = b"".join(bytes(stream.read(480)[0]) for _ in range(int(sys.argv[3])))
    with wave.open(sys.argv[2], "wb") as out:
        out.setnchannels(1); out.setsampwidth(2); out.setframerate(48000); out.writeframes(pcm)
elif what == "play":
    import array
    with sd.RawOutputStream(48000, 480, channels=1, dtype="int16", latency=0.2) as stream:
        # The silence after it: stopping loses what ALSA's pulse plugin still holds.
        stream.write(array.array("h", [9000, -9000] * 24000 + [0] * 24000).tobytes())
        print(time.monotonic(), flush=True)
"""


@pytest.fixture
def portaudio(tmp_path: Path) -> list[str]:
    script = tmp_path / "portaudio.py"
    script.write_text(PORTAUDIO)
    return [sys.executable, str(script)]


def listed(desktop: Desktop, portaudio: list[str]) -> list[str]:
    program = desktop.start([*portaudio, "list"])
    assert program.wait(20) == 0, program.output()
    return sorted(program.output().split("\n"))[1:]


def test_it_starts_within_five_seconds_and_leaves_nothing() -> None:
    began = time.monotonic()
    with Desktop() as desktop:
        took_s = time.monotonic() - began
        machine = marked(desktop.machine_mark)
        folder = desktop.folder
    assert took_s < 5
    assert len(machine) >= 7
    assert not [process for process in machine if process.is_running()]
    assert not folder.exists()


def test_a_start_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop()
    monkeypatch.setattr(desktop.sound, "start", lambda: desktop.sound.unplug("what was never there"))
    with pytest.raises(KeyError) as failure, desktop:
        pass
    assert "--- Xvfb" in failure.value.__notes__[0]
    assert not marked(desktop.machine_mark)


def test_a_missing_tool_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tools.MissingToolError, match=r"trayer.*apt-get install .*trayer"):
        Desktop()


def test_what_a_program_leaves_behind_is_named_and_ended() -> None:
    with Desktop() as desktop:
        orphan = "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True)"
        desktop.start([sys.executable, "-c", orphan]).wait(20)
        left = desktop.end_programs()
        assert len(left) == 1
        assert "sleep 60" in left[0]
        assert desktop.end_programs() == []


def test_a_tray_icon_a_window_and_keys(desktop: Desktop, tmp_path: Path) -> None:
    assert desktop.tray_icons() == []
    program = desktop.start([sys.executable, "-c", WINDOW])
    icon = wait_until(lambda: next(iter(desktop.tray_icons()), None), 20, "the tray icon")
    wait_until(lambda: "A window to find" in desktop.titles(), 10, "the window")
    assert 16 <= icon.width <= 64
    desktop.click(icon.x + icon.width // 2, icon.y + icon.height // 2)
    wait_until(lambda: "clicked" in program.output(), 10, "the click on the tray icon")
    window = next(w for w in desktop.windows() if w.title == "A window to find")
    desktop.click(window.x + window.width // 2, window.y + window.height // 2)
    with desktop.hold("F8"):
        wait_until(lambda: "down True" in program.output(), 10, "the key to go down")
        assert "up True False" not in program.output()
    wait_until(lambda: "up True False" in program.output(), 10, "the key to come up")
    assert desktop.screenshot(tmp_path / "screen.png").stat().st_size > 1000
    program.end()
    wait_until(lambda: not desktop.tray_icons(), 10, "the tray icon to go")


def test_a_keyring_keeps_a_secret(desktop: Desktop) -> None:
    script = "import keyring; keyring.set_password('a', 'b', 'kept'); print(keyring.get_password('a', 'b'))"
    program = desktop.start([sys.executable, "-c", script])
    assert program.wait(20) == 0
    assert program.output().strip() == "kept"


def test_facts_about_a_process(desktop: Desktop) -> None:
    script = "import time; end = time.process_time() + .3\nwhile time.process_time() < end: pass\ntime.sleep(60)"
    program = desktop.start([sys.executable, "-c", script])
    wait_until(lambda: facts.cpu_seconds(program.pid) >= 0.3, 20, "0.3 s of work")
    assert 5 < facts.rss_mib(program.pid) < 50
    assert (facts.threads(program.pid), facts.open_files(program.pid)) == (1, 3)
    assert facts.children(program.pid) == []


def test_portaudio_sees_exactly_what_is_plugged_in(desktop: Desktop, portaudio: list[str]) -> None:
    assert listed(desktop, portaudio) == ["default True True", "microphone True False", "speaker False True"]
    desktop.unplug_microphone()
    assert listed(desktop, portaudio) == ["default False True", "speaker False True"]
    desktop.unplug_speaker()
    assert listed(desktop, portaudio) == []
    desktop.plug_microphone()
    assert listed(desktop, portaudio) == ["default True False", "microphone True False"]


def test_portaudio_hears_what_is_said(desktop: Desktop, portaudio: list[str], tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    program = desktop.start([*portaudio, "record", str(heard), "200"])
    wait_until(lambda: "listening" in program.output(), 20, "PortAudio to listen")
    desktop.say("what time is it now")
    assert program.wait(20) == 0, program.output()
    assert judges.word_error_rate("what time is it now", judges.transcribe(heard)) <= 0.4


def test_portaudio_is_heard(desktop: Desktop, portaudio: list[str]) -> None:
    with desktop.record() as recorder:
        program = desktop.start([*portaudio, "play"])
        assert program.wait(20) == 0, program.output()
        sounds = recorder.timeline().sounds()
    assert len(sounds) == 1
    assert sounds[0].seconds == pytest.approx(1.0, abs=0.03)


def test_a_stream_fails_when_its_microphone_is_unplugged(
    desktop: Desktop, portaudio: list[str], tmp_path: Path
) -> None:
    program = desktop.start([*portaudio, "record", str(tmp_path / "heard.wav"), "1000"])
    wait_until(lambda: "listening" in program.output(), 20, "PortAudio to listen")
    desktop.unplug_microphone()
    with pytest.raises(TimeoutError):
        wait_until(lambda: (tmp_path / "heard.wav").exists(), 1, "a recording without a microphone")


def test_a_muted_microphone_delivers_exact_zeros(desktop: Desktop) -> None:
    with desktop.record("microphone") as recorder:
        desktop.say("one")
        loud = recorder.timeline().rms_dbfs()
        desktop.mute_microphone()
        muted_at = recorder.timeline().ended_at + 0.1
        desktop.say("two")
        line = recorder.timeline()
    assert loud > -40
    assert not np.any(line.between(muted_at, line.ended_at).samples)


def test_what_was_said_is_timed_to_ten_milliseconds(desktop: Desktop) -> None:
    with desktop.record("room.monitor") as recorder:
        said = [desktop.say("what time is it now", voice) for voice in ("slt", "kal")]
        line = recorder.timeline()
    assert recorder.clock_error_ms < 5
    for spoken, voice in zip(said, ("slt", "kal"), strict=True):
        assert line.find(speech("what time is it now", voice), spoken.started_at - 1) == pytest.approx(
            spoken.started_at, abs=0.01
        )
        assert line.first_sound(spoken.started_at - 0.05) == pytest.approx(spoken.started_at, abs=0.06)
        assert line.last_sound(spoken.ended_at + 0.05) == pytest.approx(spoken.ended_at, abs=0.12)


def test_the_desktop_adds_little_latency_of_its_own(desktop: Desktop) -> None:
    latency = desktop.latency
    assert abs(latency.speaker_ms) < 20
    assert abs(latency.room_ms) < 20
    assert abs(latency.speaker_ms - latency.room_ms) < 10
    assert abs(latency.microphone_ms) < 15


def test_an_echo_comes_back_as_late_and_as_quiet_as_asked(desktop: Desktop) -> None:
    noise = np.random.default_rng(2).normal(0, 6000, RATE_HZ // 4).clip(-30000, 30000).astype(np.int16)
    with desktop.echo(gain_db=-12, delay_ms=100), desktop.record() as air, desktop.record("room.monitor") as room:
        for _ in range(3):
            desktop.sound.play(noise, sink="speaker")
        out, back = air.timeline(), room.timeline()
    played = [sound.start for sound in out.sounds()]
    returned = [sound.start for sound in back.sounds(threshold_dbfs=-55)]
    delays_ms = [1000 * (b - a) for a, b in zip(played, returned, strict=True)]
    assert statistics.mean(delays_ms) == pytest.approx(100, abs=30)
    assert max(delays_ms) - min(delays_ms) < 15
    loudness = [line.between(at, at + 0.2).rms_dbfs() for line, at in ((out, played[0]), (back, returned[0]))]
    assert loudness[0] - loudness[1] == pytest.approx(12, abs=1)


def test_a_timeline_knows_sound_from_silence() -> None:
    tone = (8000 * np.sin(np.arange(RATE_HZ // 2) * 0.1)).astype(np.int16)
    pause = np.zeros(RATE_HZ // 5, np.int16)
    line = Timeline(np.concatenate((pause, tone, pause, tone, pause)), 100.0)
    assert [(round(s.start, 2), round(s.end, 2)) for s in line.sounds()] == [(100.2, 100.7), (100.9, 101.4)]
    assert [(round(s.start, 2), round(s.end, 2)) for s in line.sounds(bridge_ms=250)] == [(100.2, 101.4)]
    assert [round(s.seconds, 2) for s in line.silences()] == [0.2, 0.2, 0.2]
    assert line.first_sound(after=100.75) == pytest.approx(100.9, abs=0.006)
    assert line.last_sound(before=100.8) == pytest.approx(100.7, abs=0.006)
    assert line.silent_from(100.3, for_ms=150) == pytest.approx(100.7, abs=0.006)
    assert Timeline(pause, 0.0).first_sound() is None
    assert Timeline(pause, 0.0).rms_dbfs() == float("-inf")


def test_a_known_sound_is_found_under_a_louder_one() -> None:
    rng = np.random.default_rng(4)
    known = rng.normal(0, 500, RATE_HZ // 2).astype(np.int16)
    heard = rng.normal(0, 2000, 3 * RATE_HZ).astype(np.int16)
    heard[RATE_HZ : RATE_HZ + len(known)] += known
    line = Timeline(heard, 50.0)
    assert line.find(known) == pytest.approx(51.0, abs=1e-4)


def test_a_sound_that_stuttered_is_told_from_a_whole_one() -> None:
    whole = speech("what time is it now")
    middle = len(whole) // 2
    stuttered = np.concatenate((whole[:middle], np.zeros(RATE_HZ // 10, np.int16), whole[middle:]))
    assert Timeline(whole, 0.0).holds(whole, 0.0)
    assert not Timeline(stuttered, 0.0).holds(whole, 0.0)
    assert not Timeline(whole[:middle], 0.0).holds(whole, 0.0)


def test_waiting_in_vain_says_what_for() -> None:
    counter = itertools.count()
    with pytest.raises(TimeoutError, match="in vain for the moon"):
        wait_until(lambda: next(counter) < 0, 0.05, "the moon")


def test_the_judge_of_clock_times_hears_what_espeak_says(tmp_path: Path) -> None:
    heard = write_wav(tmp_path / "time.wav", speech("It is 8:42 PM.", "en-us"), RATE_HZ)
    assert judges.recognise_clock_time(heard) == (20, 42)
    assert judges.says_clock_time(heard, 20, 42)


def test_the_judge_of_clock_times_hears_what_comes_out_of_the_loudspeaker(desktop: Desktop) -> None:
    with desktop.record() as recorder:
        desktop.sound.play(speech("It is 11:05 AM.", "en-us"), sink="speaker")
    assert judges.recognise_clock_time(recorder.timeline()) == (11, 5)


@pytest.mark.parametrize(("hour", "minute"), [(21, 42), (8, 42), (20, 41), (20, 2), (19, 42)])
def test_the_judge_of_clock_times_refuses_another_time(hour: int, minute: int) -> None:
    heard = Timeline(speech("It is 8:42 PM.", "en-us"), 0.0)
    assert not judges.says_clock_time(heard, hour, minute)


def test_the_judge_of_clock_times_lets_minutes_tie_that_sound_alike_but_never_hours() -> None:
    heard = Timeline(speech("It is 4:40 AM.", "en-us"), 0.0)
    assert judges.says_clock_time(heard, 4, 40)
    assert not judges.says_clock_time(heard, 5, 40)
    assert not judges.says_clock_time(heard, 4, 50)


@pytest.mark.parametrize("text", ["The capital of France is Paris.", "Twelve times seven is eighty four."])
def test_what_is_no_clock_time_is_none(text: str) -> None:
    assert judges.recognise_clock_time(Timeline(speech(text, "en-us"), 0.0)) is None


def test_silence_and_noise_are_no_clock_time() -> None:
    noise = np.random.default_rng(7).normal(0, 3000, RATE_HZ // 2).clip(-32768, 32767).astype(np.int16)
    assert judges.recognise_clock_time(Timeline(np.zeros(RATE_HZ, np.int16), 0.0)) is None
    assert judges.recognise_clock_time(Timeline(noise, 0.0)) is None


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (0, 5), (2, 14), (12, 30), (20, 42), (23, 59)])
def test_the_grammar_means_what_it_says(hour: int, minute: int) -> None:
    words = judges.sentence((hour, minute)).replace(judges.OPENING, "it is")
    assert judges.clock_time(words.replace("( oh | zero )", "zero")) == (hour, minute)


def test_word_errors_are_counted_without_case_and_punctuation() -> None:
    assert judges.word_error_rate("What time is it, now?", "what time is it now") == 0
    assert judges.word_error_rate("what time is it", "what thyme is") == 0.5
