"""A session D-Bus of its own, with a real keyring behind it."""

from __future__ import annotations

from pathlib import Path

from tests.desktop import tools
from tests.desktop.programs import Programs
from tests.desktop.waiting import wait_until

KEYRING_PASSWORD = b"not a secret"
# No <standard_session_servicedirs/>: what else is installed on the machine must not wake up and answer.
CONFIG = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """The session bus of a desktop and the Secret Service on it."""

    def __init__(self, folder: Path, env: dict[str, str], programs: Programs) -> None:
        self._folder = folder
        self._env = env
        self._programs = programs
        self._socket = folder / "bus.socket"
        env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self._socket}"

    def start(self) -> None:
        """Start the bus, then an unlocked keyring."""
        config = self._folder / "bus.conf"
        config.write_text(CONFIG.format(socket=self._socket))
        self._programs.start(
            [tools.path_of("dbus-daemon"), f"--config-file={config}", "--nofork", "--nopidfile"],
            dies_with_us=True,
        )
        wait_until(self._socket.exists, 5, "the session bus to listen")
        self._programs.start(
            [tools.path_of("gnome-keyring-daemon"), "--foreground", "--unlock", "--components=secrets"],
            stdin=KEYRING_PASSWORD,
            dies_with_us=True,
        )
