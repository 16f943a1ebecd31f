"""What only a real window system can tell: the icon in the tray, real clicks, and who has the focus."""

from __future__ import annotations

import contextlib
import statistics
import sys
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display

from tests.desktop import Desktop, Program, Window, tools, wait_until
from tests.desktop.programs import Programs
from tests.desktop.screen import Screen
from tests.ui.icon_time import BARE, seconds_to_icon

pytestmark = pytest.mark.desktop

OTHER_WINDOW = """
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
editor = QLineEdit()
editor.setWindowTitle("editor")
editor.textChanged.connect(lambda text: print("typed", text, flush=True))
editor.show()
application.exec()
"""


def play(desktop: Desktop, scene: str, **env: str) -> Program:
    return desktop.start([sys.executable, "-m", "tests.ui.played_app", scene], env=env)


def click(desktop: Desktop, window: Window, button: int = 1) -> None:
    desktop.click(window.x + window.width // 2, window.y + window.height // 2, button)


def the_icon(desktop: Desktop) -> Window:
    return wait_until(desktop.tray_icons, 10, "the icon")[0]


def says(app: Program, words: str) -> None:
    wait_until(lambda: words in app.output().splitlines(), 10, f"{words!r} from {app.name}")


def taskbar(display: str) -> list[str]:
    """The titles of all windows that the window manager knows, minimized ones included."""
    with contextlib.closing(Display(display)) as screen:
        listed = screen.screen().root.get_full_property(screen.intern_atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        windows = [screen.create_resource_object("window", number) for number in listed.value] if listed else []
        return [window.get_wm_name() for window in windows]


def test_a_click_on_the_icon_talks(desktop: Desktop) -> None:
    app = play(desktop, "run")
    says(app, "start")
    click(desktop, the_icon(desktop))
    says(app, "toggle")
    assert app.end() == 0
    wait_until(lambda: not desktop.tray_icons(), 5, "the icon to go")


def test_the_program_quits_from_the_menu_of_the_icon(desktop: Desktop) -> None:
    app = play(desktop, "run")
    says(app, "start")
    click(desktop, the_icon(desktop), button=3)
    menu = wait_until(lambda: [w for w in desktop.windows() if w.pid == app.pid and w.height > 100], 5, "the menu")[0]
    desktop.click(menu.x + menu.width // 2, menu.y + menu.height - 10)  # the last entry
    assert app.wait(10) == 0
    assert app.output().split() == ["loaded", "start", "stop"]


def test_the_caption_leaves_the_focus_where_it_was(desktop: Desktop) -> None:
    editor = desktop.start([sys.executable, "-c", OTHER_WINDOW])
    wait_until(lambda: "editor" in desktop.screen.titles(), 10, "the editor")
    app = play(desktop, "turn")
    caption = wait_until(lambda: [w for w in desktop.windows() if "caption" in w.title.lower()], 10, "the caption")[0]
    click(desktop, caption)
    wait_until(lambda: "caption" not in " ".join(desktop.screen.titles()).lower(), 5, "the caption to close")
    desktop.press("x")
    says(editor, "typed x")
    app.end()
    editor.end()


def test_a_program_without_a_tray_stays_reachable_and_moves_there_when_one_comes(desktop: Desktop) -> None:
    number = desktop.start(
        [tools.path_of("Xvfb"), "-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]
    )
    numbers = wait_until(lambda: [line for line in number.output().split() if line.isdigit()], 10, "a second screen")
    display = {"DISPLAY": f":{numbers[0]}"}
    screen = Screen({**desktop.env, **display}, Programs(desktop.folder, desktop.env, "unused"))
    desktop.start([tools.path_of("openbox"), "--sm-disable"], env=display)
    wait_until(screen._managed, 5, "openbox")
    app = play(desktop, "run", **display)
    wait_until(lambda: "Sovereign Desktop" in screen.titles(), 10, "the window that stands in")
    screen.press("alt+F4")
    wait_until(lambda: "Sovereign Desktop" not in screen.titles(), 5, "the window to be minimized")
    assert app.running
    assert "Sovereign Desktop" in taskbar(display["DISPLAY"])
    desktop.start([tools.path_of("trayer"), "--edge", "top", "--align", "right"], env=display)
    wait_until(screen.tray_icons, 10, "the icon")
    wait_until(lambda: "Sovereign Desktop" not in taskbar(display["DISPLAY"]), 10, "the window to go")
    assert app.end() == 0


def test_who_clicks_on_an_icon_sees_why_nothing_starts(desktop: Desktop, tmp_path: Path) -> None:
    in_the_way = tmp_path / "home"
    in_the_way.write_text("")
    app = desktop.start([sys.executable, "-m", "sovereign_desktop"], env={"SOVEREIGN_HOME": str(in_the_way)})
    wait_until(lambda: "Sovereign Desktop" in desktop.titles(), 10, "the box")
    assert app.running
    desktop.press("Return")
    assert app.wait(10) == 1
    (line,) = app.output().splitlines()
    assert line.endswith("can't be written: Not a directory. Set SOVEREIGN_HOME to another one.")


@pytest.mark.slow
def test_the_icon_is_there_nearly_as_soon_as_a_bare_programs(desktop: Desktop) -> None:
    env = {**desktop.env, "PYTHONPATH": "."}
    bare, ours = [], []
    for _ in range(5):
        bare.append(seconds_to_icon([sys.executable, "-c", BARE], env))
        ours.append(seconds_to_icon([sys.executable, "-m", "tests.ui.played_app", "run"], env))
    assert statistics.median(ours) <= 1.5 * statistics.median(bare)
