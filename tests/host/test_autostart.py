"""Starting with the session: an entry of this very copy, which leaves other copies and the user's choice alone."""

from __future__ import annotations

import plistlib
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.host.autostart._linux import LinuxAutostart
from sovereign_desktop.host.autostart._macos import MacosAutostart
from sovereign_desktop.host.autostart.base import AutostartError, start_command

PATH_OF_ALL_SIGNS = '/home/me/my programs/100%/so "quoted" $HOME/python'
COMMAND = ("/opt/sovereign/bin/sovereign-desktop", "--minimized")


def on_linux(folder: Path, command: tuple[str, ...] = COMMAND) -> LinuxAutostart:
    return LinuxAutostart(command, {"XDG_CONFIG_HOME": str(folder)})


def test_the_entry_has_the_name_of_the_program_and_starts_it_hidden(tmp_path: Path) -> None:
    autostart = on_linux(tmp_path)
    autostart.switch(True)
    assert autostart.file == tmp_path / "autostart" / f"{APP_ID}.desktop"
    assert f"Exec={' '.join(COMMAND)}" in autostart.file.read_text().splitlines()
    assert autostart.is_on()
    autostart.switch(False)
    assert not autostart.file.exists()
    assert not autostart.is_on()
    autostart.switch(False)


@pytest.mark.skipif(sys.platform != "linux", reason="the tool checks what Linux desktops read")
def test_the_entry_is_one_that_desktops_accept(tmp_path: Path) -> None:
    autostart = on_linux(tmp_path, (PATH_OF_ALL_SIGNS, "-m", "x"))
    autostart.switch(True)
    try:
        said = subprocess.run(["desktop-file-validate", autostart.file], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("desktop-file-validate is not installed")
    assert said.stdout + said.stderr == ""
    (line,) = [line for line in autostart.file.read_text().splitlines() if line.startswith("Exec=")]
    argument = shlex.split(line.removeprefix("Exec=").replace("\\\\", "\\"))[0]
    # Python's shlex leaves the backslash before a dollar, which the specification takes out.
    assert argument.replace("%%", "%").replace("\\$", "$") == PATH_OF_ALL_SIGNS


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_counts_as_off(tmp_path: Path, line: str) -> None:
    autostart = on_linux(tmp_path)
    autostart.switch(True)
    text = autostart.file.read_text().replace("X-GNOME-Autostart-enabled=true\n", "")
    autostart.file.write_text(f"{text}{line}\n")
    assert autostart.names_us()
    assert not autostart.is_on()
    autostart.switch(True)
    assert autostart.is_on()


def test_the_entry_of_another_copy_stays_when_this_one_is_switched_off(tmp_path: Path) -> None:
    other = on_linux(tmp_path, ("/usr/bin/sovereign-desktop", "--minimized"))
    other.switch(True)
    on_linux(tmp_path).switch(False)
    assert other.is_on()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where the folder should be")
    with pytest.raises(AutostartError, match="can't be written"):
        on_linux(tmp_path).switch(True)


def test_a_launch_agent_runs_at_log_in_and_goes_again(tmp_path: Path) -> None:
    autostart = MacosAutostart(COMMAND, {"HOME": str(tmp_path)})
    autostart.switch(True)
    assert autostart.file == tmp_path / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
    agent = plistlib.loads(autostart.file.read_bytes())
    assert (agent["Label"], agent["ProgramArguments"], agent["RunAtLoad"]) == (APP_ID, list(COMMAND), True)
    assert autostart.is_on()
    autostart.switch(False)
    assert not autostart.file.exists()


def test_a_damaged_launch_agent_is_none_of_ours(tmp_path: Path) -> None:
    autostart = MacosAutostart(COMMAND, {"HOME": str(tmp_path)})
    autostart.file.parent.mkdir(parents=True)
    autostart.file.write_bytes(b"bplist00 nonsense")
    assert not autostart.is_on()


@pytest.mark.parametrize(
    ("executable", "env", "command"),
    [
        ("/usr/bin/python3.11", {}, ["/usr/bin/python3.11", "-m", "sovereign_desktop", "--minimized"]),
        ("/opt/Sovereign Desktop", {}, ["/opt/Sovereign Desktop", "--minimized"]),
        ("/opt/s", {"SOVEREIGN_HOME": "/a b"}, ["/usr/bin/env", "SOVEREIGN_HOME=/a b", "/opt/s", "--minimized"]),
    ],
)
def test_the_command_starts_this_copy_with_its_folders(
    executable: str, env: dict[str, str], command: list[str]
) -> None:
    assert list(start_command(executable, env)) == command
