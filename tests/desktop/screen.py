"""A screen without a monitor: Xvfb with a window manager and a tray, and what a person does and sees there."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from Xlib import X, error
from Xlib.display import Display
from Xlib.ext import randr
from Xlib.protocol import rq

from tests.desktop import tools
from tests.desktop.programs import Programs
from tests.desktop.waiting import wait_until

# Without -noreset the server forgets everything when its last client leaves.
SERVER_OPTIONS = ("-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
TRAY_OPTIONS = ("--edge", "top", "--align", "right", "--widthtype", "request", "--height", "32")
TRAY_TITLE = "panel"


@dataclass(frozen=True, slots=True)
class Window:
    """A window that is on the screen, in pixels of the screen."""

    id: int
    title: str
    x: int
    y: int
    width: int
    height: int
    pid: int | None


class Screen:
    """The X server of a desktop, with openbox and trayer."""

    def __init__(self, env: dict[str, str], programs: Programs) -> None:
        self._env = env
        self._programs = programs

    def start(self) -> None:
        """Start the server on a free display, then the window manager and the tray."""
        reading, writing = os.pipe()
        try:
            self._programs.start(
                [tools.path_of("Xvfb"), "-displayfd", str(writing), *SERVER_OPTIONS],
                pass_fds=[writing],
                dies_with_us=True,
            )
            self._env["DISPLAY"] = f":{_number_from(reading)}"
        finally:
            os.close(reading)
            os.close(writing)
        self._programs.start([tools.path_of("openbox"), "--sm-disable"], dies_with_us=True)
        wait_until(self._managed, 5, "openbox to manage the screen")
        self._programs.start([tools.path_of("trayer"), *TRAY_OPTIONS], dies_with_us=True)
        wait_until(self._has_tray, 5, "trayer to take the tray")

    # Hands

    def press(self, keys: str) -> None:
        """Press and release keys, such as `ctrl+alt+space`."""
        self._xdotool("key", keys)

    def type(self, text: str) -> None:
        """Write into whatever has the focus."""
        self._xdotool("type", "--delay", "20", text)

    def key_down(self, keys: str) -> None:
        self._xdotool("keydown", keys)

    def key_up(self, keys: str) -> None:
        self._xdotool("keyup", keys)

    @contextmanager
    def hold(self, keys: str) -> Iterator[None]:
        """Keys that are down inside the block."""
        self.key_down(keys)
        try:
            yield
        finally:
            self.key_up(keys)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place of the screen."""
        # Without --sync, which waits for ever when the pointer is there already.
        self._xdotool("mousemove", str(x), str(y), "click", str(button))

    # Eyes

    def windows(self) -> list[Window]:
        """The titled windows that can be seen, menus and captions without a frame included."""
        with self._display() as display:
            return [w for w in _tree(display, display.screen().root) if w.title and w.width > 1]

    def titles(self) -> list[str]:
        return [window.title for window in self.windows()]

    def tray_icons(self) -> list[Window]:
        """The icons that programs have put into the tray."""
        with self._display() as display:
            # Qt marks every window of its own as one that may be embedded; only those below the tray are.
            panels = [w for w in _tree(display, display.screen().root) if w.title == TRAY_TITLE]
            below = [w for panel in panels for w in _tree(display, _resource(display, panel.id))]
            return [w for w in below if _embeddable(display, w.id)]

    def screenshot(self, path: Path) -> Path:
        """Write what is on the screen as a picture; the suffix chooses the format."""
        command = [tools.path_of("import"), "-window", "root", str(path)]
        subprocess.run(command, env=self._env, check=True, capture_output=True, timeout=20)
        return path

    @contextmanager
    def two_monitors(self, seam: int) -> Iterator[None]:
        """The screen as two monitors side by side inside the block, the left one `seam` pixels wide."""
        with self._display() as display:
            root = display.screen().root
            size, (output,) = root.get_geometry(), root.xrandr_get_screen_resources().outputs
            names = [display.intern_atom(name) for name in ("left", "right")]
            places = ((0, seam, [output]), (seam, size.width - seam, []))
            for name, (left, width, outputs) in zip(names, places, strict=True):
                _SetMonitor(
                    display=display.display,
                    opcode=display.display.get_extension_major(randr.extname),
                    window=root,
                    name=name,
                    primary=False,
                    automatic=False,
                    outputs=outputs,
                    x=left,
                    y=0,
                    width=width,
                    height=size.height,
                    width_mm=width // 4,
                    height_mm=size.height // 4,
                )
            display.sync()
        try:
            yield
        finally:
            with self._display() as display:
                for name in names:
                    display.screen().root.xrandr_delete_monitor(name)
                display.sync()

    # Inside

    def _managed(self) -> bool:
        with self._display() as display:
            root = display.screen().root
            check = root.get_full_property(display.intern_atom("_NET_SUPPORTING_WM_CHECK"), X.AnyPropertyType)
            return check is not None

    def _has_tray(self) -> bool:
        with self._display() as display:
            owner = display.get_selection_owner(display.intern_atom("_NET_SYSTEM_TRAY_S0"))
            return bool(owner != X.NONE)

    @contextmanager
    def _display(self) -> Iterator[Display]:
        display = Display(self._env["DISPLAY"])
        try:
            yield display
        finally:
            display.close()

    def _xdotool(self, *arguments: str) -> None:
        command = [tools.path_of("xdotool"), *arguments]
        subprocess.run(command, env=self._env, check=True, capture_output=True, timeout=10)


class _SetMonitor(rq.Request):  # type: ignore[misc]
    """RandR's RRSetMonitor. python-xlib 0.33 has it too, but fails when it packs its arguments."""

    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(43),
        rq.RequestLength(),
        rq.Window("window"),
        rq.Card32("name"),
        rq.Bool("primary"),
        rq.Bool("automatic"),
        rq.LengthOf("outputs", 2),
        rq.Int16("x"),
        rq.Int16("y"),
        rq.Card16("width"),
        rq.Card16("height"),
        rq.Card32("width_mm"),
        rq.Card32("height_mm"),
        rq.List("outputs", rq.Card32Obj),
    )


def _number_from(pipe: int) -> int:
    """The display number that the X server writes when it is ready."""
    text = b""
    while not text.endswith(b"\n"):
        if not select.select([pipe], [], [], 5)[0]:
            raise TimeoutError("Xvfb did not name its display within 5 s")
        text += os.read(pipe, 16)
    return int(text)


def _tree(display: Display, parent: Any) -> Iterator[Window]:
    """Every viewable window below one, from the outside in."""
    for child in parent.query_tree().children:
        # A window may go away between two questions; then it is not on the screen.
        with suppress(error.BadWindow, error.BadDrawable):
            if child.get_attributes().map_state == X.IsViewable:
                yield _window(display, child)
                yield from _tree(display, child)


def _embeddable(display: Display, window_id: int) -> bool:
    embedding = display.intern_atom("_XEMBED_INFO")
    with suppress(error.BadWindow):
        return _resource(display, window_id).get_full_property(embedding, X.AnyPropertyType) is not None
    return False


def _resource(display: Display, window_id: int) -> Any:
    return display.create_resource_object("window", window_id)


def _window(display: Display, window: Any) -> Window:
    shape = window.get_geometry()
    corner = display.screen().root.translate_coords(window, 0, 0)
    pid = window.get_full_property(display.intern_atom("_NET_WM_PID"), X.AnyPropertyType)
    return Window(
        id=window.id,
        title=_title(display, window),
        x=corner.x,
        y=corner.y,
        width=shape.width,
        height=shape.height,
        pid=int(pid.value[0]) if pid else None,
    )


def _title(display: Display, window: Any) -> str:
    for name in ("_NET_WM_NAME", "WM_NAME"):
        found = window.get_full_property(display.intern_atom(name), X.AnyPropertyType)
        if found:
            value = found.value
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return ""
