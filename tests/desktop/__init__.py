"""A real desktop for end-to-end tests, and judges of what was heard there. Open `desktop.py` first.

One fixture, `desktop`, gives a private Xvfb with openbox and a tray, a session D-Bus with an unlocked keyring, and a
PulseAudio server with a virtual microphone and loudspeaker that PortAudio sees through ALSA. Nothing is mocked:
programs are started in `desktop.env`, keys are pressed by xdotool, speech is spoken by flite or espeak-ng into the
room, and what comes out of the loudspeaker is recorded with the time of every sample.

Debian packages: xvfb x11-xkb-utils openbox trayer xdotool imagemagick dbus-daemon gnome-keyring pulseaudio
pulseaudio-utils libasound2-plugins flite espeak-ng util-linux. `tools.py` knows which program comes from which.
"""

from tests.desktop import facts, judges, tools
from tests.desktop.desktop import Desktop, MachineTooBusy, Said
from tests.desktop.programs import Program
from tests.desktop.recording import Interval, Recorder, Timeline, read_wav, write_wav
from tests.desktop.screen import Window
from tests.desktop.tools import MissingToolError
from tests.desktop.voices import speech
from tests.desktop.waiting import wait_until

__all__ = [
    "Desktop",
    "Interval",
    "MachineTooBusy",
    "MissingToolError",
    "Program",
    "Recorder",
    "Said",
    "Timeline",
    "Window",
    "facts",
    "judges",
    "read_wav",
    "speech",
    "tools",
    "wait_until",
    "write_wav",
]
